// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using System.Runtime.InteropServices;
using PalabraAI.Interop;

namespace PalabraAI
{
    /// <summary>16-bit samples, as in a WAV file, or speech in an encoded format.</summary>
    public sealed class PalabraAudio
    {
        /// <summary>Describes samples, which are not copied.</summary>
        /// <param name="samples">Interleaved samples.</param>
        /// <param name="sampleRate">Frames per second.</param>
        /// <param name="channels">Interleaved channels.</param>
        /// <exception cref="ArgumentOutOfRangeException">A number is not positive.</exception>
        /// <exception cref="ArgumentException">The last frame is not complete.</exception>
        public PalabraAudio(ReadOnlyMemory<short> samples, int sampleRate, int channels = 1)
            : this(samples, default, sampleRate, channels)
        {
            if (sampleRate < 1)
                throw new ArgumentOutOfRangeException(nameof(sampleRate), sampleRate, "The rate must be positive.");
            if (channels < 1)
                throw new ArgumentOutOfRangeException(nameof(channels), channels, "There must be a channel.");
            if (samples.Length % channels != 0)
                throw new ArgumentException("The last frame is not complete.", nameof(samples));
        }

        internal PalabraAudio(ReadOnlyMemory<short> samples, ReadOnlyMemory<byte> data, int sampleRate, int channels)
        {
            Samples = samples;
            Data = data;
            SampleRate = sampleRate;
            Channels = channels;
        }

        /// <summary>Interleaved samples.</summary>
        public ReadOnlyMemory<short> Samples { get; }

        /// <summary>Speech of <see cref="TtsFormat.Mp3"/>, instead of samples; otherwise empty.</summary>
        public ReadOnlyMemory<byte> Data { get; }

        /// <summary>Frames per second.</summary>
        public int SampleRate { get; }

        /// <summary>Interleaved channels.</summary>
        public int Channels { get; }

        /// <summary>Samples of one channel.</summary>
        public int Frames => Samples.Length / Math.Max(1, Channels);

        /// <summary>How long the samples last.</summary>
        public TimeSpan Duration => SampleRate < 1 ? TimeSpan.Zero : new TimeSpan(Frames * TimeSpan.TicksPerSecond / SampleRate);

        /// <summary>Reads a whole 16-bit WAV file.</summary>
        /// <param name="path">The file.</param>
        /// <returns>Its samples.</returns>
        /// <exception cref="ArgumentException">`path` is null or empty.</exception>
        /// <exception cref="PalabraException">The file cannot be read, or is not a 16-bit WAV file.</exception>
        public static unsafe PalabraAudio ReadWav(string path)
        {
            NativeLibraryLoad.Require();
            using (var texts = new NativeTexts())
            {
                byte* file = texts.AddRequired(path, nameof(path));
                NativeError told = PalabraException.NewError();
                NativeAudio raw = NewRaw();
                int status = Native.palabra_audio_read_wav(file, &raw, &told);
                try
                {
                    PalabraException.Check(status, &told, null, nameof(path));
                    return Copy(&raw);
                }
                finally
                {
                    _ = Native.palabra_audio_release(&raw);
                }
            }
        }

        /// <summary>Writes the samples to a WAV file, replacing what was there.</summary>
        /// <param name="path">The file.</param>
        /// <exception cref="ArgumentException">`path` is null or empty.</exception>
        /// <exception cref="InvalidOperationException">There are no samples, but encoded speech.</exception>
        /// <exception cref="PalabraException">The file cannot be written.</exception>
        public unsafe void WriteWav(string path)
        {
            NativeLibraryLoad.Require();
            if (!Data.IsEmpty)
                throw new InvalidOperationException("Encoded speech is not samples: write Data as it is.");
            using (var texts = new NativeTexts())
            {
                byte* file = texts.AddRequired(path, nameof(path));
                NativeError told = PalabraException.NewError();
                ReadOnlySpan<short> samples = Samples.Span;
                int status;
                fixed (short* start = &MemoryMarshal.GetReference(samples))
                    status = Native.palabra_audio_write_wav(file, start, samples.Length / Channels, SampleRate, Channels, &told);
                PalabraException.Check(status, &told, null, nameof(path));
            }
        }

        internal static unsafe NativeAudio NewRaw()
        {
            return new NativeAudio { StructSize = (uint)sizeof(NativeAudio) };
        }

        /// <summary>Copies what a call returned, which the caller of this releases.</summary>
        internal static unsafe PalabraAudio Copy(NativeAudio* raw)
        {
            int channels = Math.Max(1, raw->Channels);
            short[] samples = raw->Pcm == null ? Array.Empty<short>() : new short[raw->Frames * channels];
            new ReadOnlySpan<short>(raw->Pcm, samples.Length).CopyTo(samples);
            byte[] data = raw->Data == null ? Array.Empty<byte>() : new byte[raw->DataLen];
            new ReadOnlySpan<byte>(raw->Data, data.Length).CopyTo(data);
            return new PalabraAudio(samples, data, raw->SampleRate, channels);
        }
    }
}
