// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using System.Threading;
using UnityEngine;

namespace PalabraAI.Unity
{
    /// <summary>Fills whole frames with speech.</summary>
    internal delegate SoundFlags SpeechReader(Span<float> audio);

    /// <summary>
    /// What one session says, mono, on its way to an AudioSource, at whatever rate the device has. The source plays a clip of
    /// ones, into which speech is multiplied: so its volume, its place in the scene and whether it is muted hold for speech.
    /// Main thread only, except for Fill.
    /// </summary>
    internal sealed class PalabraOutput
    {
        // A read takes at most 500 ms: this is a quarter of a second at the lowest rate.
        private const int MostFrames = 2048;
        // Longer than the blocks of any device, and shorter than a word that somebody would miss.
        private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

        private readonly AudioSource source;
        private readonly AudioClip? clipBefore;
        private readonly bool wasLoop, wasPostEffects;
        private readonly float[] speech = new float[MostFrames];
        private readonly RecentSpeech recent = new RecentSpeech();
        private PalabraFilter? filter;
        private AudioClip? ones;
        private SpeechReader? reader;
        private Action<AudioFormat>? changer;
        // The audio thread takes its own look at these.
        private volatile bool isOpen, isFitting = true;
        private volatile int rate = AudioSettings.outputSampleRate;
        private bool isResting, wasPlaying;
        // What was refused is not asked for again in every frame.
        private int refusedRate;

        internal PalabraOutput(AudioSource source)
        {
            this.source = source;
            clipBefore = source.clip;
            wasLoop = source.loop;
            wasPostEffects = source.spatializePostEffects;
        }

        /// <summary>For the options of the session.</summary>
        internal int SampleRate => rate;

        internal AudioFormat Format => new AudioFormat(AudioEncoding.F32, rate);

        internal void Describe(OutputOptions output, bool keepsUnheard)
        {
            Forget(output, keepsUnheard);
            output.Mode = OutputMode.Playout;
            output.Format.Encoding = AudioEncoding.F32;
            output.Format.SampleRate = rate;
            output.Format.Channels = 1;
        }

        /// <summary>Who does not listen for this long misses what is said meanwhile.</summary>
        internal static void Forget(OutputOptions output, bool keepsUnheard)
        {
            output.ReaderLag = keepsUnheard ? (TimeSpan?)null : Patience;
        }

        internal void Play(SpeechReader read, Action<AudioFormat> change)
        {
            reader = read;
            changer = change;
            isOpen = true;
            AudioSettings.OnAudioConfigurationChanged += Renew;
            Begin();
        }

        /// <summary>The component is switched off.</summary>
        internal void Rest()
        {
            isResting = true;
            if (isOpen && source != null)
                source.Stop();
        }

        /// <summary>It is switched on again.</summary>
        internal void GoOn()
        {
            isResting = false;
            if (isOpen && !source.isPlaying)
                source.Play();
        }

        /// <summary>The program loses the devices, as to a telephone call, and comes back to them.</summary>
        internal void Leave()
        {
            wasPlaying |= isOpen && source != null && source.isPlaying;
        }

        internal void ComeBack()
        {
            if (wasPlaying && !isResting)
                GoOn();
            wasPlaying = false;
        }

        internal void Stop()
        {
            if (!isOpen)
                return;
            isOpen = false;
            AudioSettings.OnAudioConfigurationChanged -= Renew;
            Finish();
            // The object may be gone.
            if (source == null)
                return;
            source.clip = clipBefore;
            source.loop = wasLoop;
            source.spatializePostEffects = wasPostEffects;
        }

        /// <summary>Audio thread: neither locks nor allocates. Once the session is closed: silence.</summary>
        internal void Fill(float[] data, int channels)
        {
            int frames = data.Length / channels;
            for (int done = 0; done < frames;)
            {
                var part = new Span<float>(speech, 0, Math.Min(frames - done, MostFrames));
                if (!IsRead(part))
                    part.Clear();
                recent.Add(part);
                Multiply(data, done, part.Length, channels);
                done += part.Length;
            }
        }

        /// <summary>The last samples that were heard, mono, before volume and place.</summary>
        internal void CopyRecent(Span<float> samples)
        {
            int excess = Math.Max(0, samples.Length - RecentSpeech.MostSamples);
            samples.Slice(0, excess).Clear();
            recent.CopyTo(samples.Slice(excess));
        }

        /// <summary>Once a frame: the device may have another rate.</summary>
        internal void Follow()
        {
            int newRate = AudioSettings.outputSampleRate;
            // Speech at another rate than that of the device would be too high or too low.
            isFitting = newRate == rate;
            if (changer == null || isFitting || newRate == refusedRate)
                return;
            try
            {
                changer(new AudioFormat(AudioEncoding.F32, newRate));
                rate = newRate;
                isFitting = true;
                refusedRate = 0;
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
                Debug.LogWarning("Palabra: nothing is heard, as the audio output cannot be followed: " + refused.Message);
            }
        }

        private bool IsRead(Span<float> part)
        {
            SpeechReader? read = reader;
            return isOpen && isFitting && read != null && IsReadBy(read, part);
        }

        // The other thread may be inside, or be changing the format.
        private static bool IsReadBy(SpeechReader read, Span<float> part)
        {
            try
            {
                read(part);
                return true;
            }
            catch (Exception refused) when (refused is ArgumentException || refused is InvalidOperationException || refused is PalabraException)
            {
                return false;
            }
        }

        private void Multiply(float[] data, int start, int frames, int channels)
        {
            for (int frame = 0, n = start * channels; frame < frames; frame++)
            {
                for (int channel = 0; channel < channels; channel++, n++)
                    data[n] *= speech[frame];
            }
        }

        private void Begin()
        {
            ones = Ones();
            source.clip = ones;
            source.loop = true;
            // A spatializer before the filters would be given the ones.
            source.spatializePostEffects = true;
            filter = source.gameObject.AddComponent<PalabraFilter>();
            filter.Fill(this);
            if (!isResting)
                source.Play();
        }

        private void Finish()
        {
            if (filter != null)
            {
                // It is there to the end of the frame.
                filter.Fill(null);
                UnityEngine.Object.Destroy(filter);
            }
            if (source != null)
            {
                source.Stop();
                source.clip = null;
            }
            if (ones != null)
                UnityEngine.Object.Destroy(ones);
        }

        // After a change of the device all sources stand still, filters are no longer called, and clips that were made here are empty.
        private void Renew(bool deviceWasChanged)
        {
            if (source == null)
                return;
            Follow();
            Finish();
            Begin();
        }

        private static AudioClip Ones()
        {
            int rate = Math.Max(1, AudioSettings.outputSampleRate);
            var samples = new float[rate / 10 + 1];
            Array.Fill(samples, 1f);
            AudioClip made = AudioClip.Create("Palabra", samples.Length, 1, rate, false);
            made.SetData(samples, 0);
            return made;
        }
    }
}
