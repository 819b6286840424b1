// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using UnityEngine;

namespace PalabraAI.Unity
{
    /// <summary>What the components have in common that send what a microphone hears.</summary>
    public abstract class PalabraMicrophoneComponent : PalabraComponent
    {
        [SerializeField] private bool useMicrophone = true;
        [SerializeField, Tooltip("Empty: the system's.")] private string microphoneDevice = "";
        [SerializeField, Tooltip("The microphone runs, and nothing of it is sent.")] private bool muted = false;

        private PalabraMicrophone? microphone;
        private SpeechTaker? taker;

        internal PalabraMicrophoneComponent()
        {
        }

        /// <summary>Without it, send audio of your own to what is open: floats, in the output's rate, mono.</summary>
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

        /// <summary>Where what the microphone hears goes; null: nowhere.</summary>
        private protected void SendTo(SpeechTaker? next)
        {
            taker = next;
        }

        /// <summary>What is sent, of the microphone or in its place.</summary>
        private protected void Describe(AudioFormat input, PalabraOutput output)
        {
            input.Encoding = AudioEncoding.F32;
            input.SampleRate = microphone != null ? microphone.SampleRate : output.SampleRate;
            input.Channels = microphone != null ? microphone.Channels : 1;
        }

        internal override string? Prepare(int sampleRate)
        {
            microphone = useMicrophone ? PalabraMicrophone.Open(microphoneDevice, sampleRate) : null;
            return useMicrophone && microphone == null ? "There is no microphone, or no permission to use it" : null;
        }

        internal override void Feed()
        {
            if (microphone != null && taker != null)
                TellLost(microphone.SendTo(taker, muted));
        }

        internal override void Leave()
        {
            microphone?.Close();
            microphone = null;
        }
    }
}
