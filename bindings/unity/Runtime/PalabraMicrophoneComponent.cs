// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using UnityEngine;

namespace PalabraAI.Unity
{
    /// <summary>What the components have in common that send what a microphone hears.</summary>
    public abstract class PalabraMicrophoneComponent : PalabraComponent
    {
        // To ask which microphones there are allocates.
        private const double SecondsBetweenLooks = 1;

        [SerializeField] private bool useMicrophone = true;
        [SerializeField, Tooltip("Empty: the system's.")] private string microphoneDevice = "";
        [SerializeField, Tooltip("The microphone runs, and nothing of it is sent.")] private bool muted = false;

        private PalabraMicrophone? microphone;
        private SpeechTaker? taker;
        private Action<AudioFormat>? changer;
        // What the session was told that it gets.
        private int rate, channels;
        private bool isMissing;
        private double looked;

        internal PalabraMicrophoneComponent() : base(false)
        {
        }

        /// <summary>Without it, send audio of your own to what is open: floats, in the output's rate, mono.</summary>
        public bool UseMicrophone
        {
            get => useMicrophone;
            set => useMicrophone = value;
        }

        /// <summary>Name of the microphone; empty, or not there: the system's. Takes effect at once.</summary>
        public string MicrophoneDevice
        {
            get => microphoneDevice;
            set
            {
                microphoneDevice = value;
                if (microphone != null)
                    Replace();
            }
        }

        /// <summary>Push-to-talk: the microphone runs on, and nothing of it is sent. Takes effect in the next frame.</summary>
        public bool Muted
        {
            get => muted;
            set => muted = value;
        }

        /// <summary>Where what the microphone hears goes, and how its format is told there; null: nowhere.</summary>
        private protected void SendTo(SpeechTaker? next, Action<AudioFormat>? change)
        {
            taker = next;
            changer = change;
        }

        /// <summary>What is sent, of the microphone or in its place.</summary>
        private protected void Describe(AudioFormat input, PalabraOutput output)
        {
            rate = microphone != null ? microphone.SampleRate : output.SampleRate;
            channels = microphone != null ? microphone.Channels : 1;
            input.Encoding = AudioEncoding.F32;
            input.SampleRate = rate;
            input.Channels = channels;
        }

        internal override string? Prepare(int sampleRate)
        {
            microphone = useMicrophone ? PalabraMicrophone.Open(microphoneDevice, sampleRate) : null;
            return useMicrophone && microphone == null ? "There is no microphone, or no permission to use it" : null;
        }

        internal override void Feed()
        {
            if (taker == null)
                return;
            // What it holds was sent already.
            if (microphone != null && microphone.IsGone)
                Lost();
            else if (microphone != null)
                TellLost(microphone.SendTo(taker, muted));
            else if (isMissing && Time.realtimeSinceStartupAsDouble - looked >= SecondsBetweenLooks)
                Reopen();
        }

        internal override void Leave()
        {
            isMissing = false;
            LetGo();
        }

        internal override void Rest()
        {
            isMissing |= microphone != null;
            LetGo();
        }

        internal override void GoOn()
        {
            if (isMissing)
                Reopen();
        }

        internal override void ComeBack()
        {
            if (microphone == null)
                return;
            // Some devices go on to say that they record, and bring nothing. Another component may have begun anew.
            if (!microphone.IsGone)
                microphone.Interrupt();
            Replace();
        }

        private void Lost()
        {
            Replace();
            OnFailure.Invoke(PalabraStatus.Io, microphone != null
                ? "The microphone is gone: the system's takes its place"
                : "The microphone is gone: nothing is sent until there is one");
        }

        private void Replace()
        {
            isMissing = true;
            LetGo();
            Reopen();
        }

        private void Reopen()
        {
            looked = Time.realtimeSinceStartupAsDouble;
            microphone = PalabraMicrophone.Open(microphoneDevice, rate);
            if (microphone == null || !IsUsable(microphone))
                return;
            isMissing = false;
        }

        // Another device may not have the rate that the first one had.
        private bool IsUsable(PalabraMicrophone opened)
        {
            if (changer == null || (opened.SampleRate == rate && opened.Channels == channels))
                return true;
            try
            {
                changer(new AudioFormat(AudioEncoding.F32, opened.SampleRate, opened.Channels));
                rate = opened.SampleRate;
                channels = opened.Channels;
                return true;
            }
            catch (Exception refused) when (refused is PalabraException || refused is ArgumentException || refused is ObjectDisposedException)
            {
                LetGo();
                return false;
            }
        }

        private void LetGo()
        {
            microphone?.Close();
            microphone = null;
        }
    }
}
