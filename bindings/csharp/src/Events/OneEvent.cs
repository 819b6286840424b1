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
            var own = new EventBox();
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
            using (var reader = new PalabraEventReader(place))
                return reader.Read(timeout) ? reader.ToEvent() : null;
        }
    }
}
