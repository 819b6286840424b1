// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using System.Globalization;
using System.Threading;

namespace PalabraAI.Interop
{
    /// <summary>Times of the library as TimeSpan, and back.</summary>
    internal static class Times
    {
        internal static TimeSpan Milliseconds(long ms)
        {
            return new TimeSpan(ms * TimeSpan.TicksPerMillisecond);
        }

        internal static TimeSpan Microseconds(long us)
        {
            return new TimeSpan(us * (TimeSpan.TicksPerMillisecond / 1000));
        }

        internal static TimeSpan Nanoseconds(long ns)
        {
            return new TimeSpan(ns / 100);
        }

        /// <summary>null for a value below 0, which is not known.</summary>
        internal static TimeSpan? KnownMilliseconds(long ms)
        {
            return ms < 0 ? (TimeSpan?)null : Milliseconds(ms);
        }

        internal static TimeSpan? KnownMicroseconds(long us)
        {
            return us < 0 ? (TimeSpan?)null : Microseconds(us);
        }

        /// <summary>A time that a call may wait: Timeout.InfiniteTimeSpan is without limit, -1 in the library.</summary>
        internal static int Limit(TimeSpan time, string parameter)
        {
            return time == Timeout.InfiniteTimeSpan ? -1 : Bounded(time, parameter);
        }

        /// <summary>null: the library's own limit.</summary>
        internal static int Limit(TimeSpan? time, string parameter)
        {
            return time == null ? -1 : Limit(time.Value, parameter);
        }

        /// <summary>A time that must not be infinite. Longer ones than 24 days are 24 days.</summary>
        internal static int Bounded(TimeSpan time, string parameter)
        {
            double ms = Math.Ceiling(time.TotalMilliseconds);
            if (ms < 0)
                throw new ArgumentOutOfRangeException(parameter, time, "The time must not be negative.");
            return ms >= int.MaxValue ? int.MaxValue : (int)ms;
        }

        internal static string Spoken(int ms)
        {
            bool isSeconds = ms % 1000 == 0 && ms != 0;
            return (isSeconds ? ms / 1000 : ms).ToString(CultureInfo.InvariantCulture) + (isSeconds ? " s" : " ms");
        }
    }
}
