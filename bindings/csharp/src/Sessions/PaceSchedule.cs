// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;

namespace PalabraAI
{
    /// <summary>
    /// When frames are due. The schedule starts with the first one, so that delays do not add up. After a stall the frames
    /// that were missed follow at twice the pace, and a stall beyond a limit moves the schedule, so there is never a burst.
    /// </summary>
    internal struct PaceSchedule
    {
        // In ticks of TimeSpan.
        private readonly long interval;
        private readonly long mostLate;
        private long lead;
        private long due;
        private long soonest;
        private bool hasBegun;

        internal PaceSchedule(TimeSpan interval, TimeSpan lead, TimeSpan mostLate)
        {
            this.interval = interval.Ticks;
            this.mostLate = mostLate.Ticks;
            this.lead = lead.Ticks;
            due = 0;
            soonest = 0;
            hasBegun = false;
            Skipped = 0;
        }

        /// <summary>Frames by which the schedule was moved.</summary>
        internal long Skipped { get; private set; }

        /// <summary>How long the next frame has to wait at this moment; zero or less: it is due.</summary>
        internal TimeSpan Wait(TimeSpan now)
        {
            if (!hasBegun)
            {
                hasBegun = true;
                due = now.Ticks - lead;
                soonest = now.Ticks;
            }
            long missed = (now.Ticks - due) / interval;
            if (lead <= 0 && missed * interval > mostLate)
            {
                due += missed * interval;
                Skipped += missed;
            }
            return TimeSpan.FromTicks(Math.Max(due, soonest) - now.Ticks);
        }

        /// <summary>The next frame is taken at this moment.</summary>
        internal void Take(TimeSpan now)
        {
            bool isLate = lead <= 0 && due + interval <= now.Ticks;
            soonest = isLate ? now.Ticks + interval / 2 : soonest;
            lead -= interval;
            due += interval;
        }
    }
}
