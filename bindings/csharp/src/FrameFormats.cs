// SPDX-License-Identifier: MIT OR Apache-2.0
using System;
using System.Collections.Generic;

namespace PalabraAI
{
    /// <summary>
    /// How long a frame is: what an array must have room for, since the library is told only how many there are.
    /// </summary>
    internal struct FrameFormat
    {
        internal readonly AudioEncoding Encoding;
        internal readonly int FrameBytes;

        internal FrameFormat(NativeAudioFormat told)
        {
            var encoding = (AudioEncoding)told.Encoding;
            Encoding = encoding == AudioEncoding.Default ? AudioEncoding.S16 : encoding;
            FrameBytes = SampleBytes(Encoding) * Math.Max(1, Math.Min(told.Channels, 64));
        }

        private static int SampleBytes(AudioEncoding encoding)
        {
            switch (encoding)
            {
                case AudioEncoding.S16: return 2;
                case AudioEncoding.F32: return 4;
                case AudioEncoding.Mulaw:
                case AudioEncoding.Alaw: return 1;
                // One of a later version: more than any sample needs.
                default: return 8;
            }
        }

        /// <summary>Of a session that takes or gives no audio, which the library says whatever the array.</summary>
        internal static FrameFormat None => new FrameFormat(0);

        private FrameFormat(int frameBytes)
        {
            Encoding = AudioEncoding.Default;
            FrameBytes = frameBytes;
        }

        /// <summary>One of two, nobody knows which: room for both, and no word about the kind of sample.</summary>
        internal FrameFormat Or(FrameFormat other)
        {
            bool same = Encoding == other.Encoding && FrameBytes == other.FrameBytes;
            return same ? this : new FrameFormat(Math.Max(FrameBytes, other.FrameBytes));
        }

        /// <summary>Throws unless so many frames are in an array of a fitting kind. Bytes fit every encoding.</summary>
        internal void CheckArray(AudioArray array, int frames)
        {
            if (frames < 0)
                throw new ArgumentOutOfRangeException("frames");
            if (array.Offset < 0 || array.Offset > array.Length)
                throw new ArgumentOutOfRangeException("offset");
            if (array.Encoding != AudioEncoding.Default && Encoding != AudioEncoding.Default && array.Encoding != Encoding)
                throw new InvalidOperationException("The format of this audio is " + Encoding + ", which these samples are not");
            if ((long)frames * FrameBytes > (long)(array.Length - array.Offset) * array.ElementBytes)
                throw new ArgumentException("So many frames are more than the array has from there", "frames");
        }
    }

    /// <summary>Where in an array audio is.</summary>
    internal struct AudioArray
    {
        internal readonly AudioEncoding Encoding;
        internal readonly int ElementBytes;
        internal readonly int Length;
        internal readonly int Offset;

        private AudioArray(AudioEncoding encoding, int elementBytes, Array array, int offset)
        {
            if (array == null)
                throw new ArgumentNullException("audio");
            Encoding = encoding;
            ElementBytes = elementBytes;
            Length = array.Length;
            Offset = offset;
        }

        internal static AudioArray Of(short[] audio, int offset)
        {
            return new AudioArray(AudioEncoding.S16, sizeof(short), audio, offset);
        }

        internal static AudioArray Of(float[] audio, int offset)
        {
            return new AudioArray(AudioEncoding.F32, sizeof(float), audio, offset);
        }

        internal static AudioArray Of(byte[] audio, int offset)
        {
            return new AudioArray(AudioEncoding.Default, 1, audio, offset);
        }

        private AudioArray(AudioEncoding encoding, int elementBytes, int length)
        {
            Encoding = encoding;
            ElementBytes = elementBytes;
            Length = length;
            Offset = 0;
        }

        internal static AudioArray OfShorts(int length)
        {
            return new AudioArray(AudioEncoding.S16, sizeof(short), length);
        }

        internal static AudioArray OfFloats(int length)
        {
            return new AudioArray(AudioEncoding.F32, sizeof(float), length);
        }

        internal unsafe void* Start(void* array)
        {
            return (byte*)array + (long)Offset * ElementBytes;
        }
    }

    /// <summary>The formats in which the languages of a session are read.</summary>
    internal sealed class OutputFormats
    {
        // The library tells languages apart the same way.
        private readonly Dictionary<string, FrameFormat> own =
            new Dictionary<string, FrameFormat>(StringComparer.OrdinalIgnoreCase);

        private FrameFormat common;

        internal OutputFormats(FrameFormat common)
        {
            this.common = common;
        }

        internal FrameFormat Of(string language)
        {
            FrameFormat format;
            if (!string.IsNullOrEmpty(language) && own.TryGetValue(language, out format))
                return format;
            // The first target is not named here, so it may be any of them.
            return own.Count == 0 || !string.IsNullOrEmpty(language) ? common : AnyOf(common);
        }

        internal void Change(string language, FrameFormat format)
        {
            if (!string.IsNullOrEmpty(language))
            {
                own[language] = format;
                return;
            }
            own.Clear();
            common = format;
        }

        /// <summary>A change of all languages failed on the way: some have the new format.</summary>
        internal void ChangeOfSome(FrameFormat format)
        {
            common = AnyOf(common).Or(format);
            own.Clear();
        }

        private FrameFormat AnyOf(FrameFormat format)
        {
            foreach (FrameFormat other in own.Values)
                format = format.Or(other);
            return format;
        }
    }

    /// <summary>Lets users in at the same time, or one who changes what they use; never makes anybody wait.</summary>
    internal struct Turnstile
    {
        private const int Changing = int.MinValue / 2;
        private int inside;

        internal bool Enter()
        {
            if (System.Threading.Interlocked.Increment(ref inside) > 0)
                return true;
            System.Threading.Interlocked.Decrement(ref inside);
            return false;
        }

        internal void Leave()
        {
            System.Threading.Interlocked.Decrement(ref inside);
        }

        internal bool EnterAlone()
        {
            return System.Threading.Interlocked.CompareExchange(ref inside, Changing, 0) == 0;
        }

        internal void LeaveAlone()
        {
            System.Threading.Interlocked.Add(ref inside, -Changing);
        }
    }
}
