// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using System.Collections.Generic;
using UnityEngine;

namespace PalabraAI.Unity
{
    /// <summary>Takes frames on their way to the service.</summary>
    internal delegate int SpeechTaker(ReadOnlySpan<float> audio);

    /// <summary>A microphone whose samples go to a session or a call, in blocks of 10 ms, as they come. Main thread only.</summary>
    internal sealed class PalabraMicrophone
    {
        /// <summary>A frame may take that long, such as one that loads a scene, without a loss.</summary>
        internal const int ClipSeconds = 10;
        private const int BlocksPerSecond = 100;

        // The engine has one recording of a device: beginning another would cut those who listen off, and so would ending it.
        private static readonly Dictionary<string, int> listeners = new Dictionary<string, int>();
        private static readonly Dictionary<string, AudioClip> clips = new Dictionary<string, AudioClip>();

        private readonly string? device;
        private readonly AudioClip clip;
        private readonly float[] block;
        private readonly int blockFrames;
        private int place;
        private double looked;

        private PalabraMicrophone(string? device, AudioClip clip)
        {
            this.device = device;
            this.clip = clip;
            blockFrames = clip.frequency / BlocksPerSecond;
            block = new float[blockFrames * clip.channels];
            place = Microphone.GetPosition(device);
            looked = Time.realtimeSinceStartupAsDouble;
        }

        internal int SampleRate => clip.frequency;

        /// <summary>
        /// It was pulled out, or the system took it away. Its position is 0 then, so that what is behind it would seem new.
        /// </summary>
        internal bool IsGone => !Microphone.IsRecording(device) || !clips.TryGetValue(device ?? "", out AudioClip? current) || current != clip;

        internal int Channels => clip.channels;

        /// <summary>Null when there is no microphone, or none may be used. One of another name: the system's instead.</summary>
        internal static PalabraMicrophone? Open(string wanted, int sampleRate)
        {
            string[] devices = Microphone.devices;
            if (devices.Length == 0)
                return null;
            string? device = string.IsNullOrEmpty(wanted) ? null : wanted;
            if (device != null && Array.IndexOf(devices, device) < 0)
            {
                Debug.LogWarning("Palabra: there is no microphone \"" + device + "\", so the system's is used");
                device = null;
            }
            try
            {
                AudioClip? clip = Begin(device, sampleRate);
                return clip == null ? null : new PalabraMicrophone(device, clip);
            }
            catch (ArgumentException)
            {
                // It was pulled out just now.
                return null;
            }
        }

        /// <summary>Sends what has come since the last time, unless it is muted.</summary>
        /// <returns>Seconds that were overwritten before somebody looked; 0: none.</returns>
        internal double SendTo(SpeechTaker taker, bool isMuted)
        {
            int now = Microphone.GetPosition(device);
            double lost = Lost();
            int waiting = (now - place + clip.samples) % clip.samples;
            for (; waiting >= blockFrames; waiting -= blockFrames)
            {
                if (!isMuted)
                {
                    clip.GetData(block, place);
                    // What is not taken is lost, as it would be late by the time there is room.
                    taker(block);
                }
                place = (place + blockFrames) % clip.samples;
            }
            return isMuted ? 0 : lost;
        }

        /// <summary>Whoever listens must open it again.</summary>
        internal void Interrupt()
        {
            Microphone.End(device);
        }

        internal void Close()
        {
            string name = device ?? "";
            if (--listeners[name] > 0)
                return;
            listeners.Remove(name);
            clips.Remove(name);
            Microphone.End(device);
        }

        private static AudioClip? Begin(string? device, int sampleRate)
        {
            string name = device ?? "";
            listeners.TryGetValue(name, out int others);
            if (others == 0 || !Microphone.IsRecording(device))
            {
                AudioClip begun = Microphone.Start(device, true, ClipSeconds, sampleRate);
                if (begun == null)
                    return null;
                clips[name] = begun;
            }
            listeners[name] = others + 1;
            return clips[name];
        }

        private double Lost()
        {
            double time = Time.realtimeSinceStartupAsDouble, away = time - looked;
            looked = time;
            return away < ClipSeconds ? 0 : Math.Floor(away / ClipSeconds) * ClipSeconds;
        }
    }
}
