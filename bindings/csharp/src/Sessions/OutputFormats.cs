// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using System.Collections.Generic;

namespace PalabraAI
{
    /// <summary>The formats in which the languages of a session are read, as the library was told them.</summary>
    internal sealed class OutputFormats
    {
        // Replaced as a whole: who reads while a format changes sees all that was told before.
        private volatile Told told;

        internal OutputFormats(FrameFormat common)
        {
            told = new Told(common, NoLanguages());
        }

        /// <summary>Of a language; none: of the first target, whichever that is.</summary>
        internal FrameFormat Of(string? language)
        {
            Told now = told;
            if (now.Own.Count == 0)
                return now.Common;
            if (!string.IsNullOrEmpty(language))
                return now.Own.TryGetValue(language!, out FrameFormat format) ? format : now.Common;
            foreach (FrameFormat other in now.Own.Values)
            {
                if (!other.Equals(now.Common))
                    throw new InvalidOperationException("Languages of this session have formats of their own: name the one to read");
            }
            return now.Common;
        }

        /// <summary>One at a time.</summary>
        internal void Change(string? language, FrameFormat format)
        {
            Told before = told;
            Dictionary<string, FrameFormat> own = NoLanguages();
            if (string.IsNullOrEmpty(language))
            {
                told = new Told(format, own);
                return;
            }
            foreach (KeyValuePair<string, FrameFormat> one in before.Own)
                own[one.Key] = one.Value;
            own[language!] = format;
            told = new Told(before.Common, own);
        }

        // The library tells languages apart the same way.
        private static Dictionary<string, FrameFormat> NoLanguages()
        {
            return new Dictionary<string, FrameFormat>(StringComparer.OrdinalIgnoreCase);
        }

        private sealed class Told
        {
            internal readonly FrameFormat Common;
            internal readonly Dictionary<string, FrameFormat> Own;

            internal Told(FrameFormat common, Dictionary<string, FrameFormat> own)
            {
                Common = common;
                Own = own;
            }
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
