// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using System.Diagnostics;
using System.Threading;

namespace PalabraAI
{
    /// <summary>When a wait is over, by a clock that nobody sets.</summary>
    internal readonly struct Deadline
    {
        private readonly long end;

        private Deadline(long end)
        {
            this.end = end;
        }

        /// <summary>From now on; <see cref="Timeout.InfiniteTimeSpan"/>: never.</summary>
        internal static Deadline After(TimeSpan timeout, string name)
        {
            ThrowIfInvalid(timeout, name);
            if (timeout == Timeout.InfiniteTimeSpan)
                return new Deadline(long.MaxValue);
            return new Deadline(Stopwatch.GetTimestamp() + (long)(timeout.TotalSeconds * Stopwatch.Frequency));
        }

        internal static void ThrowIfInvalid(TimeSpan timeout, string name)
        {
            bool isInvalid = timeout < TimeSpan.Zero || timeout.TotalMilliseconds > int.MaxValue;
            if (isInvalid && timeout != Timeout.InfiniteTimeSpan)
                throw new ArgumentOutOfRangeException(name);
        }

        /// <summary>What is left, in ms, rounded up; -1: no limit.</summary>
        internal int Left
        {
            get
            {
                if (end == long.MaxValue)
                    return -1;
                double left = (end - Stopwatch.GetTimestamp()) * 1000.0 / Stopwatch.Frequency;
                return left <= 0 ? 0 : (int)Math.Min(int.MaxValue, Math.Ceiling(left));
            }
        }

        /// <summary>A time-out of the library: ms, -1 for none.</summary>
        internal static int Milliseconds(TimeSpan timeout, string name)
        {
            return After(timeout, name).end == long.MaxValue ? -1 : (int)Math.Ceiling(timeout.TotalMilliseconds);
        }
    }
}
