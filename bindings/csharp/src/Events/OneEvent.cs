// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;

namespace PalabraAI
{
    /// <summary>One event, for who reads neither in a loop nor by a reader.</summary>
    internal static class OneEvent
    {
        internal static PalabraEvent? Take(IEventPlace place)
        {
            place.Claim();
            EventBox own = place.Own;
            try
            {
                place.Signal.Lower();
                Taken taken = place.Take(own, out EventBox current);
                // Names that wait may be for this one, or for others who are waiting.
                if (taken == Taken.Nothing && place.Signal.Sleep(0))
                    taken = place.Take(own, out current);
                return taken == Taken.Event ? place.ObjectFor(current) : null;
            }
            finally
            {
                own.Release();
                place.Release();
            }
        }

        internal static PalabraEvent? Wait(IEventPlace place, TimeSpan timeout)
        {
            Deadline.ThrowIfInvalid(timeout, nameof(timeout));
            place.Claim();
            EventBox own = place.Own;
            try
            {
                return Wait(place, own, timeout, out EventBox current) == Taken.Event ? place.ObjectFor(current) : null;
            }
            finally
            {
                own.Release();
                place.Release();
            }
        }

        /// <summary>Waits on this thread. Nothing: the time is up, or a wake-up ended the wait.</summary>
        internal static Taken Wait(IEventPlace place, EventBox own, TimeSpan timeout, out EventBox current)
        {
            place.Signal.Lower();
            Taken taken = place.Take(own, out current);
            if (taken != Taken.Nothing)
                return taken;
            // Only who has to wait asks for the time.
            Deadline deadline = Deadline.After(timeout, nameof(timeout));
            while (true)
            {
                int left = deadline.Left;
                if (place.Signal.TakeWakeup())
                    return Taken.Nothing;
                if (left == 0)
                    return place.Signal.Sleep(0) ? place.Take(own, out current) : Taken.Nothing;
                place.Signal.Sleep(place.Signal.SleepLimit(left));
                place.Signal.Lower();
                taken = place.Take(own, out current);
                if (taken != Taken.Nothing)
                    return taken;
            }
        }
    }
}
