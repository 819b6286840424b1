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
    public sealed class PalabraTranslator : PalabraComponent
    {
        [SerializeField] private string sourceLanguage = "en";
        [SerializeField] private string targetLanguage = "es";
        [SerializeField] private bool useMicrophone = true;
        [SerializeField, Tooltip("Empty: the system's.")] private string microphoneDevice = "";
        [SerializeField, Tooltip("The microphone runs, and nothing of it is sent.")] private bool muted = false;
        [SerializeField, Tooltip("What happens after 5 s without audio: while the game is in the background, is loading, or muted.")]
        private GapPolicy whenSilent = GapPolicy.Pause;
        [SerializeField, Range(0, 100), Tooltip("How loud the speaker is heard under the translation.")]
        private int originalPercent = 0;
        [SerializeField] private TextUnityEvent onTranscript = new TextUnityEvent();
        [SerializeField] private TextUnityEvent onTranslation = new TextUnityEvent();

        private TranslationSession? session;
        private PalabraMicrophone? microphone;
        private SpeechTaker? taker;

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

        /// <summary>Without it, send audio of your own by Session.SendAudio: floats, in the output's rate, mono.</summary>
        public bool UseMicrophone
        {
            get => useMicrophone;
            set => useMicrophone = value;
        }

        /// <summary>Name of the microphone; empty, or not there: the system's. For the next Open.</summary>
        public string MicrophoneDevice
        {
            get => microphoneDevice;
            set => microphoneDevice = value;
        }

        /// <summary>Push-to-talk: the microphone runs on, and nothing of it is sent. Takes effect in the next frame.</summary>
        public bool Muted
        {
            get => muted;
            set => muted = value;
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

        internal override string? Prepare(int sampleRate)
        {
            microphone = useMicrophone ? PalabraMicrophone.Open(microphoneDevice, sampleRate) : null;
            return useMicrophone && microphone == null ? "There is no microphone, or no permission to use it" : null;
        }

        internal override PalabraConversation Open(PalabraClient client, PalabraOutput output)
        {
            TranslationSession opened = client.OpenTranslation(Options(output));
            session = opened;
            taker = audio => opened.SendAudio(audio);
            output.Play(audio => opened.ReadAudio(audio), format => opened.SetOutputFormat(format));
            return opened;
        }

        internal override void Forget()
        {
            session = null;
            taker = null;
        }

        internal override void Feed()
        {
            if (microphone != null && taker != null)
                TellLost(microphone.SendTo(taker, muted));
        }

        internal override void Tell(PalabraEventReader told)
        {
            if (told.Kind == EventKind.Transcript)
                (told.IsTranslation ? onTranslation : onTranscript).Invoke(told.Language, told.Text, told.IsFinal);
            else
                base.Tell(told);
        }

        internal override void Leave()
        {
            microphone?.Close();
            microphone = null;
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
                    Format =
                    {
                        Encoding = AudioEncoding.F32,
                        SampleRate = microphone != null ? microphone.SampleRate : output.SampleRate,
                        Channels = microphone != null ? microphone.Channels : 1,
                    },
                    Gap = { Policy = whenSilent },
                },
                Output = { Original = { GainPercent = originalPercent } },
            };
            output.Describe(options.Output);
            return options;
        }
    }
}
