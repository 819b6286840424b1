// SPDX-License-Identifier: MIT OR Apache-2.0
using UnityEngine;

namespace PalabraAI.Unity
{
    /// <summary>
    /// A live translation as a component: what the microphone hears goes out, the translation is heard from the AudioSource
    /// of the same object, transcripts come as UnityEvents during Update. Everything is for the main thread; nothing blocks.
    /// </summary>
    [AddComponentMenu("Palabra/Palabra Session")]
    [DisallowMultipleComponent]
    public sealed class PalabraSession : PalabraComponent
    {
        [SerializeField] private string sourceLanguage = "en";
        [SerializeField] private string targetLanguage = "es";
        [SerializeField] private bool useMicrophone = true;
        [SerializeField, Tooltip("Empty: the system's.")] private string microphoneDevice = "";
        [SerializeField, Range(0, 100), Tooltip("How loud the speaker is heard under the translation.")]
        private int originalPercent = 0;
        [SerializeField] private TranscriptEvent onTranscript = new TranscriptEvent();
        [SerializeField] private TranscriptEvent onTranslation = new TranscriptEvent();

        private PalabraMicrophone microphone;

        /// <summary>Spoken into the microphone, such as "en" or "auto". For the next Open.</summary>
        public string SourceLanguage
        {
            get { return sourceLanguage; }
            set { sourceLanguage = value; }
        }

        /// <summary>Heard from the AudioSource. For the next Open.</summary>
        public string TargetLanguage
        {
            get { return targetLanguage; }
            set { targetLanguage = value; }
        }

        /// <summary>Without it, send audio of your own by Session.SendAudio: floats, in the output's rate, mono.</summary>
        public bool UseMicrophone
        {
            get { return useMicrophone; }
            set { useMicrophone = value; }
        }

        /// <summary>What was said, growing and complete.</summary>
        public TranscriptEvent OnTranscript => onTranscript;

        /// <summary>Its translation.</summary>
        public TranscriptEvent OnTranslation => onTranslation;

        internal override string Prepare(PalabraOutput target)
        {
            microphone = useMicrophone ? PalabraMicrophone.Open(microphoneDevice, target.SampleRate) : null;
            return useMicrophone && microphone == null ? "There is no microphone, or no permission to use it" : null;
        }

        internal override Session Open(Client client, PalabraOutput target)
        {
            return client.OpenTranslation(Config(target));
        }

        internal override void Feed(Session fed)
        {
            if (microphone != null)
                microphone.SendTo(fed);
        }

        internal override void Tell(PalabraEvent told)
        {
            if (told.Kind == EventKind.Transcript)
                (told.IsTranslation ? onTranslation : onTranscript).Invoke(told.Language, told.Text, told.IsFinal);
        }

        internal override void Leave()
        {
            if (microphone != null)
                microphone.Close();
            microphone = null;
        }

        private TranslationConfig Config(PalabraOutput target)
        {
            return new TranslationConfig
            {
                SourceLanguage = sourceLanguage,
                TargetLanguages = targetLanguage,
                Flags = TranslationFlags.DropOldest,
                Input =
                {
                    Format =
                    {
                        Encoding = AudioEncoding.F32,
                        SampleRate = microphone != null ? microphone.SampleRate : target.SampleRate,
                        Channels = microphone != null ? microphone.Channels : 1,
                    },
                },
                Output =
                {
                    Mode = OutputMode.Playout,
                    Format = { Encoding = AudioEncoding.F32, SampleRate = target.SampleRate, Channels = target.Channels },
                    Original = { GainPercent = originalPercent },
                },
            };
        }
    }
}
