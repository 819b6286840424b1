// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using UnityEngine;

namespace PalabraAI.Unity
{
    /// <summary>Fills whole frames with speech.</summary>
    internal delegate SoundFlags SpeechReader(Span<float> audio);

    /// <summary>
    /// What one session says, on its way to an AudioSource, in whatever format the device has. Main thread only, except for
    /// Fill.
    /// </summary>
    internal sealed class PalabraOutput
    {
        private readonly AudioSource source;
        private SpeechReader? reader;
        private Action<AudioFormat>? changer;
        // The audio thread takes its own look at these three.
        private volatile bool isOpen;
        private volatile int channels = ChannelsOf(AudioSettings.speakerMode);
        private volatile int wantedChannels;
        private int rate = AudioSettings.outputSampleRate;
        // What was refused is not asked for again in every frame.
        private int refusedRate, refusedChannels;

        internal PalabraOutput(AudioSource source)
        {
            this.source = source;
            wantedChannels = channels;
        }

        /// <summary>For the options of the session.</summary>
        internal int SampleRate => rate;

        internal AudioFormat Format => new AudioFormat(AudioEncoding.F32, rate, channels);

        internal void Describe(OutputOptions output)
        {
            output.Mode = OutputMode.Playout;
            output.Format.Encoding = AudioEncoding.F32;
            output.Format.SampleRate = rate;
            output.Format.Channels = channels;
        }

        /// <summary>Without a clip, what OnAudioFilterRead makes is what the source plays.</summary>
        internal void Play(SpeechReader read, Action<AudioFormat> change)
        {
            reader = read;
            changer = change;
            isOpen = true;
            AudioSettings.OnAudioConfigurationChanged += PlayAgain;
            source.Play();
        }

        /// <summary>After the object was switched off, which stops its source.</summary>
        internal void PlayOn()
        {
            if (isOpen && !source.isPlaying)
                source.Play();
        }

        internal void Stop()
        {
            if (!isOpen)
                return;
            isOpen = false;
            AudioSettings.OnAudioConfigurationChanged -= PlayAgain;
            // The object may be gone.
            if (source != null)
                source.Stop();
        }

        /// <summary>Audio thread: neither locks nor allocates. Once the session is closed: silence.</summary>
        internal void Fill(float[] data, int dataChannels)
        {
            wantedChannels = dataChannels;
            SpeechReader? read = reader;
            if (!isOpen || read == null || dataChannels != channels || !IsRead(read, data))
                Array.Clear(data, 0, data.Length);
        }

        /// <summary>The player may have changed to another device.</summary>
        internal void Follow()
        {
            int newRate = AudioSettings.outputSampleRate, newChannels = wantedChannels;
            if (changer == null || (newRate == rate && newChannels == channels) || (newRate == refusedRate && newChannels == refusedChannels))
                return;
            try
            {
                changer(new AudioFormat(AudioEncoding.F32, newRate, newChannels));
                rate = newRate;
                channels = newChannels;
            }
            catch (PalabraException busy) when (busy.Status == PalabraStatus.Busy)
            {
                // The audio thread is inside: the next frame will do.
            }
            catch (ObjectDisposedException)
            {
                // A script closed the session, which its events tell.
            }
            catch (Exception refused) when (refused is PalabraException || refused is ArgumentException)
            {
                refusedRate = newRate;
                refusedChannels = newChannels;
                Debug.LogWarning("Palabra: the audio output cannot be followed: " + refused.Message);
            }
        }

        // The format may change between the look at it and the call, which refuses a part of a frame.
        private static bool IsRead(SpeechReader read, float[] data)
        {
            try
            {
                read(data);
                return true;
            }
            catch (Exception refused) when (refused is ArgumentException || refused is InvalidOperationException || refused is PalabraException)
            {
                return false;
            }
        }

        // All sources stand still after a change of the device.
        private void PlayAgain(bool deviceWasChanged)
        {
            if (source == null)
                return;
            source.Stop();
            source.Play();
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
