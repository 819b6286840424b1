// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using System.Collections.Generic;
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
        // As many as a session keeps.
        private const int MostEarly = 256;

        [SerializeField] private string language = "en";
        [SerializeField, Tooltip("Empty: the service's choice.")] private string voiceId = "";
        [SerializeField] private PalabraSpeechSettings settings = new PalabraSpeechSettings();
        [SerializeField] private UnityEvent onSpoken = new UnityEvent();

        private readonly List<KeyValuePair<string, bool>> early = new List<KeyValuePair<string, bool>>();
        private TtsSession? session;

        /// <summary>What was to be said waits until somebody listens.</summary>
        public PalabraSpeaker() : base(true)
        {
        }

        /// <summary>Language of the texts, such as "en". For the next Open.</summary>
        public string Language
        {
            get => language;
            set => language = value;
        }

        /// <summary>Who speaks; empty: the service's choice. For the next Open.</summary>
        public string VoiceId
        {
            get => voiceId;
            set => voiceId = value;
        }

        /// <summary>All else that the inspector shows; what is 0, empty or off there stays as it is without it. For the next Open.</summary>
        public PalabraSpeechSettings Settings => settings;

        /// <summary>
        /// Changes what the inspector does not show, such as the address of a stream, each time before it is opened.
        /// </summary>
        public Action<TtsOptions>? Configure { get; set; }

        /// <summary>A text, or all pieces of one, was heard to its end. Not after OnClosed.</summary>
        public UnityEvent OnSpoken => onSpoken;

        /// <summary>What is open, for whatever is not here; null if nothing is. Its events are read by the component.</summary>
        public TtsSession? Session => session;

        /// <summary>
        /// Says a text, after those before; before Open it waits for it. In pieces, such as the tokens of a language model, all
        /// but the last with isLast false, and with the spaces between words. What cannot be taken comes as OnFailure.
        /// </summary>
        /// <returns>false when it was not taken.</returns>
        public bool Say(string text, bool isLast = true)
        {
            try
            {
                if (session != null)
                    session.SendText(text, isLast);
                else if (early.Count < MostEarly)
                    early.Add(new KeyValuePair<string, bool>(text ?? throw new ArgumentNullException(nameof(text)), isLast));
                else
                    throw new PalabraException(new PalabraError(PalabraStatus.Limit, "Too many texts wait for Open", false));
                return true;
            }
            catch (Exception refused) when (refused is PalabraException || refused is ArgumentException || refused is ObjectDisposedException)
            {
                OnFailure.Invoke(Problem.StatusOf(refused), Problem.TextOf(refused));
                return false;
            }
        }

        /// <summary>Is silent at once and forgets what it had still to say; the next Say is heard.</summary>
        public void Hush()
        {
            early.Clear();
            if (session == null || session.State >= PalabraSessionState.Ending)
                return;
            try
            {
                session.CancelGeneration();
            }
            catch (Exception refused) when (refused is PalabraException || refused is ObjectDisposedException)
            {
                OnFailure.Invoke(Problem.StatusOf(refused), Problem.TextOf(refused));
            }
        }

        internal override PalabraConversation Open(PalabraClient client, PalabraOutput output)
        {
            TtsSession opened = client.OpenTts(Options(output));
            session = opened;
            output.Play(audio => opened.ReadAudio(audio), format => opened.SetOutputFormat(format));
            return opened;
        }

        internal override void Opened()
        {
            KeyValuePair<string, bool>[] waiting = early.ToArray();
            early.Clear();
            foreach (KeyValuePair<string, bool> text in waiting)
                Say(text.Key, text.Value);
        }

        internal override void Forget()
        {
            session = null;
        }

        internal override void Tell(PalabraEventReader told)
        {
            if (told.Kind == EventKind.PlayoutFinished)
                onSpoken.Invoke();
            else
                base.Tell(told);
        }

        private TtsOptions Options(PalabraOutput output)
        {
            var options = new TtsOptions { Language = language, SplitLongTexts = true, Voice = { VoiceId = string.IsNullOrEmpty(voiceId) ? null : voiceId } };
            output.Describe(options.Output, KeepUnheard);
            settings.Apply(options);
            Configure?.Invoke(options);
            return options;
        }
    }
}
