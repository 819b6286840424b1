// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using UnityEngine;

namespace PalabraAI.Unity
{
    /// <summary>
    /// A live translation as a component: what the microphone hears goes out, the translation is heard from the AudioSource
    /// of the same object, transcripts come as UnityEvents during Update. Everything is for the main thread; nothing blocks.
    /// </summary>
    [AddComponentMenu("Palabra/Palabra Translator")]
    [DisallowMultipleComponent]
    public sealed class PalabraTranslator : PalabraMicrophoneComponent
    {
        [SerializeField] private string sourceLanguage = "en";
        [SerializeField] private string targetLanguage = "es";
        [SerializeField, Tooltip("What happens after 5 s without audio: while the game is in the background, is loading, or muted.")]
        private GapPolicy whenSilent = GapPolicy.Pause;
        [SerializeField, Range(0, 100), Tooltip("How loud the speaker is heard under the translation.")]
        private int originalPercent = 0;
        [SerializeField] private TextUnityEvent onTranscript = new TextUnityEvent();
        [SerializeField] private TextUnityEvent onTranslation = new TextUnityEvent();

        private TranslationSession? session;

        /// <summary>Spoken into the microphone, such as "en" or "auto". For the next Open.</summary>
        public string SourceLanguage
        {
            get => sourceLanguage;
            set => sourceLanguage = value;
        }

        /// <summary>Heard from the AudioSource. For the next Open.</summary>
        public string TargetLanguage
        {
            get => targetLanguage;
            set => targetLanguage = value;
        }

        /// <summary>
        /// What happens while no audio is sent: the game is in the background, a scene loads, the component is disabled or
        /// muted. Pause by default; with None the service ends the session after some 10 s. For the next Open.
        /// </summary>
        public GapPolicy WhenSilent
        {
            get => whenSilent;
            set => whenSilent = value;
        }

        /// <summary>What was said, growing and complete.</summary>
        public TextUnityEvent OnTranscript => onTranscript;

        /// <summary>Its translation.</summary>
        public TextUnityEvent OnTranslation => onTranslation;

        /// <summary>What is open, for whatever is not here; null if nothing is. Its events are read by the component.</summary>
        public TranslationSession? Session => session;

        internal override PalabraConversation Open(PalabraClient client, PalabraOutput output)
        {
            TranslationSession opened = client.OpenTranslation(Options(output));
            session = opened;
            SendTo(audio => opened.SendAudio(audio), format => opened.SetInputFormat(format));
            output.Play(audio => opened.ReadAudio(audio), format => opened.SetOutputFormat(format), () => opened.Silence(null, true));
            return opened;
        }

        internal override void Forget()
        {
            session = null;
            SendTo(null, null);
        }

        internal override void Tell(PalabraEventReader told)
        {
            if (told.Kind == EventKind.Transcript)
                (told.IsTranslation ? onTranslation : onTranscript).Invoke(told.Language, told.Text, told.IsFinal);
            else
                base.Tell(told);
        }

        private TranslationOptions Options(PalabraOutput output)
        {
            var options = new TranslationOptions
            {
                SourceLanguage = sourceLanguage,
                TargetLanguages = { targetLanguage },
                DropOldestInput = true,
                Input =
                {
                    // Everything that the microphone holds after a long frame.
                    BufferDuration = TimeSpan.FromSeconds(PalabraMicrophone.ClipSeconds),
                    Gap = { Policy = whenSilent },
                },
                Output = { Original = { GainPercent = originalPercent } },
            };
            Describe(options.Input.Format, output);
            output.Describe(options.Output);
            return options;
        }
    }
}
