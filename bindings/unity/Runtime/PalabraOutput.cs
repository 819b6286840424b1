// SPDX-License-Identifier: MIT OR Apache-2.0
using System;
using UnityEngine;

namespace PalabraAI.Unity
{
    /// <summary>
    /// What one session says, on its way to an AudioSource, in whatever format the device has. Main thread only, except for
    /// Fill.
    /// </summary>
    internal sealed class PalabraOutput
    {
        // The audio thread takes its own look at these three.
        private volatile Session session;
        private volatile int channels = ChannelsOf(AudioSettings.speakerMode);
        private volatile int wantedChannels;
        private int rate = AudioSettings.outputSampleRate;

        internal PalabraOutput()
        {
            wantedChannels = channels;
        }

        /// <summary>For the config of the session.</summary>
        internal int SampleRate => rate;

        /// <summary>The same.</summary>
        internal int Channels => channels;

        /// <summary>Without a clip, what OnAudioFilterRead makes is what the source plays.</summary>
        internal void Play(Session speaking, AudioSource source)
        {
            session = speaking;
            source.Play();
        }

        /// <summary>Audio thread: neither locks nor allocates. Once the session is closed: silence.</summary>
        internal void Fill(float[] data, int dataChannels)
        {
            Session heard = session;
            if (heard == null)
                return;
            wantedChannels = dataChannels;
            if (dataChannels != channels || heard.ReadAudio(null, data, 0, data.Length / dataChannels) < 0)
                Array.Clear(data, 0, data.Length);
        }

        /// <summary>The player may have changed to another device.</summary>
        internal void Follow()
        {
            int newRate = AudioSettings.outputSampleRate, newChannels = wantedChannels;
            if (newRate == rate && newChannels == channels)
                return;
            try
            {
                session.SetOutputFormat(null, new AudioFormat(AudioEncoding.F32, newRate, newChannels));
                rate = newRate;
                channels = newChannels;
            }
            catch (PalabraException refused)
            {
                // The audio thread is inside: the next frame will do.
                if (refused.Status == Status.Busy)
                    return;
                rate = newRate;
                Debug.LogWarning("Palabra: the audio output cannot be followed: " + refused.Message);
            }
        }

        private static int ChannelsOf(AudioSpeakerMode mode)
        {
            switch (mode)
            {
                case AudioSpeakerMode.Mono: return 1;
                case AudioSpeakerMode.Quad: return 4;
                case AudioSpeakerMode.Surround: return 5;
                case AudioSpeakerMode.Mode5point1: return 6;
                case AudioSpeakerMode.Mode7point1: return 8;
                default: return 2;
            }
        }
    }
}
