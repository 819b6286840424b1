// SPDX-License-Identifier: MIT OR Apache-2.0
using System;
using System.Runtime.InteropServices;

namespace PalabraAI
{
    /// <summary>16-bit samples, as in a WAV file, or speech in an encoded format.</summary>
    public sealed class PalabraAudio
    {
        /// <summary>Interleaved samples, which are not copied; channels 1 to 8.</summary>
        public PalabraAudio(short[] samples, int sampleRate, int channels = 1)
        {
            if (samples == null)
                throw new ArgumentNullException("samples");
            Palabra.NotNegative(sampleRate, "sampleRate");
            if (channels < 1)
                throw new ArgumentOutOfRangeException("channels");
            if (samples.Length % channels != 0)
                throw new ArgumentException("The last frame is not complete", "samples");
            Samples = samples;
            SampleRate = sampleRate;
            Channels = channels;
        }

        /// <summary>Interleaved samples.</summary>
        public short[] Samples { get; }

        /// <summary>Frames per second.</summary>
        public int SampleRate { get; }

        /// <summary>Interleaved channels.</summary>
        public int Channels { get; }

        /// <summary>Speech of TtsFormat.Mp3, instead of samples; otherwise empty.</summary>
        public byte[] Data { get; private set; } = new byte[0];

        /// <summary>Samples of one channel.</summary>
        public int Frames => Samples.Length / Channels;

        /// <summary>Reads a whole 16-bit WAV file.</summary>
        public static unsafe PalabraAudio ReadWav(string path)
        {
            Palabra.CheckVersion();
            using (var texts = new NativeTexts())
            {
                NativeError told = Palabra.NewError();
                NativeAudio raw = NewRaw();
                int status = Native.palabra_audio_read_wav(texts.Add(path, "path"), &raw, &told);
                return Taken(status, &raw, &told);
            }
        }

        /// <summary>Writes it to a file, replacing what was there.</summary>
        public unsafe void WriteWav(string path)
        {
            Palabra.CheckVersion();
            using (var texts = new NativeTexts())
            {
                NativeError told = Palabra.NewError();
                byte* where = texts.Add(path, "path");
                int status;
                fixed (short* start = Samples)
                    status = Native.palabra_audio_write_wav(where, start, Frames, SampleRate, Channels, &told);
                PalabraException.Check(status, &told);
            }
        }

        internal static unsafe NativeAudio NewRaw()
        {
            return new NativeAudio { StructSize = (uint)sizeof(NativeAudio) };
        }

        /// <summary>A copy, empty for none.</summary>
        internal static unsafe byte[] Bytes(void* data, int length)
        {
            var bytes = new byte[length];
            if (length > 0)
                Marshal.Copy((IntPtr)data, bytes, 0, length);
            return bytes;
        }

        /// <summary>Copies what a call gave, and gives it back.</summary>
        internal static unsafe PalabraAudio Taken(int status, NativeAudio* raw, NativeError* told)
        {
            try
            {
                PalabraException.Check(status, told);
                var samples = new short[raw->Frames * raw->Channels];
                if (samples.Length > 0)
                    Marshal.Copy((IntPtr)raw->Pcm, samples, 0, samples.Length);
                byte[] data = Bytes(raw->Data, raw->DataLen);
                return new PalabraAudio(samples, raw->SampleRate, Math.Max(1, raw->Channels)) { Data = data };
            }
            finally
            {
                Native.palabra_audio_release(raw);
            }
        }
    }
}
