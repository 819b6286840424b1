// SPDX-License-Identifier: MIT OR Apache-2.0
using UnityEngine;
using UnityEngine.Events;

namespace PalabraAI.Unity
{
    /// <summary>
    /// Text-to-speech as a component: what Say is given is heard from the AudioSource of the same object. Everything is for the
    /// main thread; nothing blocks.
    /// </summary>
    [AddComponentMenu("Palabra/Palabra Speaker")]
    [DisallowMultipleComponent]
    public sealed class PalabraSpeaker : PalabraComponent
    {
        [SerializeField] private string language = "en";
        [SerializeField, Tooltip("Empty: the service's choice.")] private string voiceId = "";
        [SerializeField] private UnityEvent onSpoken = new UnityEvent();
        [SerializeField] private FailureEvent onFailure = new FailureEvent();

        /// <summary>Language of the texts, such as "en". For the next Open.</summary>
        public string Language
        {
            get { return language; }
            set { language = value; }
        }

        /// <summary>Who speaks; empty: the service's choice. For the next Open.</summary>
        public string VoiceId
        {
            get { return voiceId; }
            set { voiceId = value; }
        }

        /// <summary>A text, or all pieces of one, was heard to its end. Not after OnClosed.</summary>
        public UnityEvent OnSpoken => onSpoken;

        /// <summary>The service refused something, but the session goes on.</summary>
        public FailureEvent OnFailure => onFailure;

        /// <summary>
        /// Says a text, after those before. In pieces, such as the tokens of a language model, all but the last with isLast
        /// false, and with the spaces between words. What cannot be taken comes as OnFailure.
        /// </summary>
        /// <returns>false when it was not taken.</returns>
        public bool Say(string text, bool isLast = true)
        {
            if (Session == null)
                return false;
            try
            {
                Session.SendText(text, isLast ? TextFlags.Eos : TextFlags.None);
                return true;
            }
            catch (PalabraException refused)
            {
                onFailure.Invoke(refused.Status, refused.Error.Text);
                return false;
            }
        }

        /// <summary>Is silent at once and forgets what it had still to say; the next Say is heard.</summary>
        public void Hush()
        {
            if (Session == null || Session.State >= SessionState.Ending)
                return;
            try
            {
                Session.Cancel();
            }
            catch (PalabraException refused)
            {
                onFailure.Invoke(refused.Status, refused.Error.Text);
            }
        }

        internal override Session Open(Client client, PalabraOutput target)
        {
            return client.OpenTts(Config(target));
        }

        internal override void Tell(PalabraEvent told)
        {
            if (told.Kind == EventKind.PlayoutFinished)
                onSpoken.Invoke();
            else if (told.Kind == EventKind.Error)
                onFailure.Invoke(told.Code, told.Text);
        }

        private TtsConfig Config(PalabraOutput target)
        {
            return new TtsConfig
            {
                Language = language,
                Voice = { VoiceId = string.IsNullOrEmpty(voiceId) ? null : voiceId },
                Flags = TtsFlags.Split,
                Output =
                {
                    Mode = OutputMode.Playout,
                    Format = { Encoding = AudioEncoding.F32, SampleRate = target.SampleRate, Channels = target.Channels },
                },
            };
        }
    }
}
