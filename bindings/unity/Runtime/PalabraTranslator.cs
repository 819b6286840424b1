// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using System.Collections.Generic;
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
        [SerializeField, Tooltip("Told as well, and heard from objects with a PalabraVoice.")] private string[] otherTargetLanguages = Array.Empty<string>();
        [SerializeField, Tooltip("What happens after 5 s without audio: while the game is in the background, is loading, or muted.")]
        private GapPolicy whenSilent = GapPolicy.Pause;
        [SerializeField, Tooltip("What is done about what the microphone hears of the loudspeaker. It needs a library with the feature \"echo\".")]
        private EchoPolicy echo = EchoPolicy.Off;
        [SerializeField, Range(0, 100), Tooltip("How loud the speaker is heard under the translation.")]
        private int originalPercent = 0;
        [SerializeField] private PalabraTranslationSettings settings = new PalabraTranslationSettings();
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

        /// <summary>More languages, told by OnTranslation, and each heard from an object with a PalabraVoice. For the next Open.</summary>
        public IReadOnlyList<string> OtherTargetLanguages
        {
            get => otherTargetLanguages;
            set
            {
                otherTargetLanguages = new string[value.Count];
                for (int n = 0; n < otherTargetLanguages.Length; n++)
                    otherTargetLanguages[n] = value[n];
            }
        }

        /// <summary>
        /// What is done about the echo of the translation: players without headphones hear it from a loudspeaker, and so does the
        /// microphone. It needs a library with the feature "echo". For the next Open.
        /// </summary>
        public EchoPolicy Echo
        {
            get => echo;
            set => echo = value;
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

        /// <summary>All else that the inspector shows; what is 0, empty or off there stays as it is without it. For the next Open.</summary>
        public PalabraTranslationSettings Settings => settings;

        /// <summary>
        /// Changes what the inspector does not show, such as the address of a stream, each time before it is opened.
        /// </summary>
        public Action<TranslationOptions>? Configure { get; set; }

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
            // The others have formats of their own.
            string heard = targetLanguage;
            output.Play(audio => opened.ReadAudio(audio, heard), format => opened.SetOutputFormat(format, heard));
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
            foreach (string other in otherTargetLanguages)
                options.TargetLanguages.Add(other);
            options.Echo = echo;
            output.Describe(options.Output, KeepUnheard);
            settings.Apply(options);
            Configure?.Invoke(options);
            return options;
        }
    }
}
