// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using System.Collections.Generic;

namespace PalabraAI
{
    /// <summary>The formats in which the languages of a session are read, as the library was told them.</summary>
    internal sealed class OutputFormats
    {
        // The library tells languages apart the same way.
        private Dictionary<string, FrameFormat>? own;
        private FrameFormat common;

        internal OutputFormats(FrameFormat common)
        {
            this.common = common;
        }

        /// <summary>Of a language; none: of the first target, whichever that is.</summary>
        internal FrameFormat Of(string? language)
        {
            if (own == null || own.Count == 0)
                return common;
            if (!string.IsNullOrEmpty(language))
                return own.TryGetValue(language!, out FrameFormat format) ? format : common;
            foreach (FrameFormat other in own.Values)
            {
                if (!other.Equals(common))
                    throw new InvalidOperationException("Languages of this session have formats of their own: name the one to read");
            }
            return common;
        }

        internal void Change(string? language, FrameFormat format)
        {
            if (string.IsNullOrEmpty(language))
            {
                own?.Clear();
                common = format;
                return;
            }
            own ??= new Dictionary<string, FrameFormat>(StringComparer.OrdinalIgnoreCase);
            own[language!] = format;
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
