// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using PalabraAI.Interop;

namespace PalabraAI
{
    /// <summary>Which kind of element an array of audio has.</summary>
    internal enum AudioElement
    {
        /// <summary>Bytes, which fit every encoding.</summary>
        Byte,

        /// <summary>16-bit samples.</summary>
        Short,

        /// <summary>Floats.</summary>
        Float,
    }

    /// <summary>
    /// How long a frame is, as the library was told it: what an array must hold, since the library is told only the number
    /// of frames.
    /// </summary>
    internal readonly struct FrameFormat : IEquatable<FrameFormat>
    {
        private readonly AudioEncoding encoding;
        private readonly int channels;
        private readonly int sampleRate;

        internal FrameFormat(in NativeAudioFormat told)
        {
            encoding = told.Encoding == (int)AudioEncoding.Default ? AudioEncoding.S16 : (AudioEncoding)told.Encoding;
            channels = told.Channels < 1 ? 1 : told.Channels;
            sampleRate = told.SampleRate;
        }

        /// <summary>Frames per second; 0: what the kind of session has by default.</summary>
        internal int SampleRate => sampleRate;

        internal AudioEncoding Encoding => encoding;

        /// <summary>Whole frames in an array of so many elements.</summary>
        internal int Frames(AudioElement element, int length, string name)
        {
            int each = FrameLength(element);
            int frames = length / each;
            if (frames * each != length)
                throw new ArgumentException("The last frame is not complete: a frame has " + each + " elements", name);
            return frames;
        }

        /// <summary>Elements of a frame. Throws for elements of another kind than the format.</summary>
        internal int FrameLength(AudioElement element)
        {
            bool isBytes = element == AudioElement.Byte;
            bool fits = isBytes || encoding == (element == AudioElement.Short ? AudioEncoding.S16 : AudioEncoding.F32);
            if (!fits)
                throw new InvalidOperationException("The format of this audio is " + encoding + ", which these samples are not");
            return isBytes ? channels * SampleBytes : channels;
        }

        /// <summary>Fills an array with what is silence in this format.</summary>
        internal void Silence(Span<byte> bytes)
        {
            bytes.Fill(encoding == AudioEncoding.Mulaw ? (byte)0xFF : encoding == AudioEncoding.Alaw ? (byte)0xD5 : (byte)0);
        }

        private int SampleBytes
        {
            get
            {
                switch (encoding)
                {
                    case AudioEncoding.S16: return 2;
                    case AudioEncoding.F32: return 4;
                    default: return 1;
                }
            }
        }

        /// <inheritdoc/>
        public bool Equals(FrameFormat other)
        {
            return encoding == other.encoding && channels == other.channels;
        }

        /// <inheritdoc/>
        public override bool Equals(object? obj)
        {
            return obj is FrameFormat other && Equals(other);
        }

        /// <inheritdoc/>
        public override int GetHashCode()
        {
            return (int)encoding * 31 + channels;
        }
    }
}
