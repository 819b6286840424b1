// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;

namespace PalabraAI.Unity
{
    /// <summary>
    /// How long nobody listened: the listener was paused, the source or the whole game stood still. Looked at once a frame.
    /// </summary>
    internal sealed class UnheardTime
    {
        // Longer than the blocks of any device, and shorter than a word that somebody would miss.
        private const double Patience = 0.5;
        private double looked, seen, owed;
        private bool isAway;

        internal UnheardTime(double now)
        {
            looked = now;
        }

        /// <summary>Seconds to leave out now, so that what follows is what is said now.</summary>
        /// <param name="now">The clock, in seconds.</param>
        /// <param name="heard">All that was heard so far, in seconds.</param>
        internal double Take(double now, double heard)
        {
            double since = heard - seen, missed = Math.Max(0, now - looked - since);
            looked = now;
            seen = heard;
            // The clock of the device differs from this one: what it lacks in a frame does not add up.
            if (since > 0 && missed < Patience)
            {
                owed = 0;
                isAway = false;
                return 0;
            }
            owed += missed;
            isAway |= owed >= Patience;
            if (!isAway)
                return 0;
            double taken = owed;
            owed = 0;
            return taken;
        }
    }
}
