// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using UnityEngine;

namespace PalabraAI.Unity
{
    /// <summary>
    /// Two players who speak different languages: one at this device, and one whom the game's voice chat reaches. The local player
    /// speaks into the microphone, and hears the other one from the AudioSource of the same object. What the voice chat brings of
    /// the other player goes to Remote, and what it is to bring back comes from there. Everything but Remote is for the main
    /// thread; nothing blocks.
    /// </summary>
    [AddComponentMenu("Palabra/Palabra Voice Chat")]
    [DisallowMultipleComponent]
    public sealed class PalabraVoiceChat : PalabraMicrophoneComponent
    {
        private const int RemoteRate = 48000;

        [SerializeField] private string localLanguage = "en";
        [SerializeField] private string remoteLanguage = "es";
        [SerializeField, Range(0, 100), Tooltip("How loud each hears the other's own voice under the translation.")]
        private int originalPercent = 100;
        [SerializeField, Range(0, 5000), Tooltip("How much of what was said and not final is said again after a connection broke, in ms.")]
        private int resendMilliseconds = 0;
        [SerializeField] private PalabraCallSettings callSettings = new PalabraCallSettings();
        [SerializeField] private PalabraTranslationSettings translationSettings = new PalabraTranslationSettings();
        [SerializeField] private PalabraLegSettings localSettings = new PalabraLegSettings();
        [SerializeField] private PalabraLegSettings remoteSettings = new PalabraLegSettings();
        [SerializeField] private PlayerTextUnityEvent onTranscript = new PlayerTextUnityEvent();
        [SerializeField] private PlayerTextUnityEvent onTranslation = new PlayerTextUnityEvent();

        private PalabraCall? call;
        private PalabraLeg? local;
        // The voice chat may ask from threads of its own.
        private volatile PalabraLeg? remote;
        private bool isLocalHeard, isRemoteHeard, wasReady;

        /// <summary>Spoken and heard at this device, such as "en". For the next Open.</summary>
        public string LocalLanguage
        {
            get => localLanguage;
            set => localLanguage = value;
        }

        /// <summary>Spoken and heard by the other player. For the next Open.</summary>
        public string RemoteLanguage
        {
            get => remoteLanguage;
            set => remoteLanguage = value;
        }

        /// <summary>Format of what the voice chat brings and takes; floats at 48 kHz, mono, unless it is set. For the next Open.</summary>
        public AudioFormat RemoteFormat { get; set; } = new AudioFormat(AudioEncoding.F32, RemoteRate);

        /// <summary>All else that the inspector shows of the call; what is 0, empty or off there stays as it is without it. For the next Open.</summary>
        public PalabraCallSettings CallSettings => callSettings;

        /// <summary>The same of its two translations.</summary>
        public PalabraTranslationSettings TranslationSettings => translationSettings;

        /// <summary>The same of the player at this device.</summary>
        public PalabraLegSettings LocalSettings => localSettings;

        /// <summary>The same of the other player.</summary>
        public PalabraLegSettings RemoteSettings => remoteSettings;

        /// <summary>
        /// Changes what the inspector does not show, such as the task as JSON, each time before it is opened.
        /// </summary>
        public Action<PalabraCallOptions>? Configure { get; set; }

        /// <summary>What a player said, growing and complete.</summary>
        public PlayerTextUnityEvent OnTranscript => onTranscript;

        /// <summary>Its translation, which the other player hears.</summary>
        public PlayerTextUnityEvent OnTranslation => onTranslation;

        /// <summary>What is open, for whatever is not here; null if nothing is. Its events are read by the component.</summary>
        public PalabraCall? Call => call;

        /// <summary>The player at this device; null if nothing is open. It is heard by the component.</summary>
        public PalabraLeg? Local => local;

        /// <summary>
        /// The other player; null if nothing is open. Give what the voice chat brings to SendAudio, and take what it is to bring
        /// back from ReadAudio, or both by Exchange, from whatever thread. Until the first of them nothing is sent or heard.
        /// </summary>
        public PalabraLeg? Remote => remote;

        internal override PalabraConversation Open(PalabraClient client, PalabraOutput output)
        {
            PalabraCall opened = client.OpenCall(Options());
            call = opened;
            try
            {
                PalabraLeg here = opened.Join(Here(output));
                local = here;
                remote = opened.Join(There());
                SendTo(audio => here.SendAudio(audio), format => here.SetInputFormat(format));
                output.Play(audio => here.ReadAudio(audio), format => here.SetOutputFormat(format));
                return opened;
            }
            catch
            {
                opened.Dispose();
                throw;
            }
        }

        internal override void Forget()
        {
            call = null;
            local = remote = null;
            SendTo(null, null);
            isLocalHeard = isRemoteHeard = wasReady = false;
        }

        /// <summary>The first time that the service listens to both.</summary>
        internal override bool IsReadyBy(PalabraEventReader told)
        {
            if (told.Kind != EventKind.LinkUp || wasReady)
                return false;
            if (IsLocal(told))
                isLocalHeard = true;
            else
                isRemoteHeard = true;
            return wasReady = isLocalHeard && isRemoteHeard;
        }

        internal override void Tell(PalabraEventReader told)
        {
            if (told.Kind == EventKind.Transcript)
                (told.IsTranslation ? onTranslation : onTranscript).Invoke(IsLocal(told), told.Language, told.Text, told.IsFinal);
            else if (told.Kind == EventKind.LinkDown && told.Code != PalabraStatus.Ok)
                OnFailure.Invoke(told.Code, told.Text);
            else
                base.Tell(told);
        }

        private bool IsLocal(PalabraEventReader told)
        {
            return local != null && told.Leg == local.Number;
        }

        private PalabraCallOptions Options()
        {
            var options = new PalabraCallOptions
            {
                Reopen = true,
                Resend = resendMilliseconds > 0 ? TimeSpan.FromMilliseconds(resendMilliseconds) : (TimeSpan?)null,
                Translation =
                {
                    // Everything that the microphone holds after a long frame.
                    Input = { BufferDuration = TimeSpan.FromSeconds(PalabraMicrophone.ClipSeconds) },
                    Output = { Original = { GainPercent = originalPercent } },
                },
            };
            PalabraOutput.Forget(options.Translation.Output, KeepUnheard);
            callSettings.Apply(options);
            translationSettings.Apply(options.Translation);
            Configure?.Invoke(options);
            return options;
        }

        private PalabraLegOptions Here(PalabraOutput output)
        {
            var options = new PalabraLegOptions { Language = localLanguage, Output = output.Format };
            Describe(options.Input, output);
            localSettings.Apply(options);
            return options;
        }

        private PalabraLegOptions There()
        {
            var options = new PalabraLegOptions
            {
                Language = remoteLanguage,
                Input = { Encoding = RemoteFormat.Encoding, SampleRate = RemoteFormat.SampleRate, Channels = RemoteFormat.Channels },
            };
            remoteSettings.Apply(options);
            return options;
        }
    }
}
