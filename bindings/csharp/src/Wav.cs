// SPDX-License-Identifier: MIT OR Apache-2.0
using System;
using System.Runtime.InteropServices;

namespace PalabraAI
{
    /// <summary>16-bit audio as it is in a WAV file.</summary>
    public sealed class Wav
    {
        /// <summary>Interleaved samples, which are not copied; channels 1 to 8.</summary>
        public Wav(short[] samples, int sampleRate, int channels = 1)
        {
            if (samples == null)
                throw new ArgumentNullException("samples");
            Palabra.Positive(sampleRate, "sampleRate");
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

        /// <summary>Samples of one channel.</summary>
        public int Frames => Samples.Length / Channels;

        /// <summary>Reads a whole file of 16-bit samples, of any rate and number of channels.</summary>
        public static unsafe Wav Read(string path)
        {
            Palabra.CheckVersion();
            using (var texts = new NativeTexts())
            {
                NativeError told = Palabra.NewError();
                NativeWav raw = NewRaw();
                int status = Native.palabra_wav_read(texts.Add(path, "path"), &raw, &told);
                return Taken(status, &raw, &told);
            }
        }

        /// <summary>Writes it to a file, replacing what was there.</summary>
        public unsafe void Write(string path)
        {
            Palabra.CheckVersion();
            using (var texts = new NativeTexts())
            {
                NativeError told = Palabra.NewError();
                byte* where = texts.Add(path, "path");
                int status;
                fixed (short* start = Samples)
                    status = Native.palabra_wav_write(where, start, (uint)Frames, (uint)SampleRate, (uint)Channels, &told);
                PalabraException.Check(status, &told);
            }
        }

        internal static unsafe NativeWav NewRaw()
        {
            return new NativeWav { StructSize = (uint)sizeof(NativeWav) };
        }

        /// <summary>Copies what a call gave, and gives it back.</summary>
        internal static unsafe Wav Taken(int status, NativeWav* raw, NativeError* told)
        {
            try
            {
                PalabraException.Check(status, told);
                var samples = new short[(long)raw->Frames * raw->Channels];
                if (samples.Length > 0)
                    Marshal.Copy((IntPtr)raw->Pcm, samples, 0, samples.Length);
                return new Wav(samples, (int)raw->SampleRate, Math.Max(1, (int)raw->Channels));
            }
            finally
            {
                Native.palabra_wav_release(raw);
            }
        }
    }
}
