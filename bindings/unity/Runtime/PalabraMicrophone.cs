// SPDX-License-Identifier: MIT OR Apache-2.0
using UnityEngine;

namespace PalabraAI.Unity
{
    /// <summary>A microphone whose samples go to a session, in blocks of 10 ms, as they come. Main thread only.</summary>
    internal sealed class PalabraMicrophone
    {
        private const int ClipSeconds = 2;
        private const int BlocksPerSecond = 100;

        private readonly string device;
        private readonly AudioClip clip;
        private readonly float[] block;
        private readonly int blockFrames;
        private int place;

        private PalabraMicrophone(string device, AudioClip clip)
        {
            this.device = device;
            this.clip = clip;
            blockFrames = clip.frequency / BlocksPerSecond;
            block = new float[blockFrames * clip.channels];
        }

        internal int SampleRate
        {
            get { return clip.frequency; }
        }

        internal int Channels
        {
            get { return clip.channels; }
        }

        /// <summary>Null when there is no such microphone, or it may not be used.</summary>
        internal static PalabraMicrophone Open(string device, int sampleRate)
        {
            string name = string.IsNullOrEmpty(device) ? null : device;
            if (Microphone.devices.Length == 0)
                return null;
            AudioClip clip = Microphone.Start(name, true, ClipSeconds, sampleRate);
            return clip == null ? null : new PalabraMicrophone(name, clip);
        }

        /// <summary>Sends what has come since the last time.</summary>
        internal void SendTo(Session session)
        {
            int now = Microphone.GetPosition(device);
            int waiting = (now - place + clip.samples) % clip.samples;
            for (; waiting >= blockFrames; waiting -= blockFrames)
            {
                clip.GetData(block, place);
                // What is not taken is lost, as it would be late by the time there is room.
                session.SendAudio(block, 0, blockFrames);
                place = (place + blockFrames) % clip.samples;
            }
        }

        internal void Close()
        {
            Microphone.End(device);
        }
    }
}
