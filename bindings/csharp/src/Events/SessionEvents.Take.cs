// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using PalabraAI.Interop;

namespace PalabraAI
{
    // One event at a time, for the reader or aside.
    internal sealed partial class SessionEvents
    {
        /// <inheritdoc/>
        public Taken Take(EventBox own, out EventBox current)
        {
            Taken taken;
            current = own;
            lock (taking)
            {
                taken = TakeNext(own);
                if (taken == Taken.Event)
                {
                    Number(own);
                    if (own.Kind == EventKind.Closed)
                        current = Close(own);
                }
            }
            if (taken == Taken.Event)
                Observe(current);
            return taken;
        }

        /// <summary>Takes the next event for who puts it back, or numbers it.</summary>
        internal Taken TakePassing(EventBox own)
        {
            Taken taken;
            lock (taking)
                taken = TakeNext(own);
            if (taken == Taken.Event)
                Observe(own);
            return taken;
        }

        /// <summary>Numbers an event that is delivered. Only who has claimed the events does it.</summary>
        internal void Number(EventBox delivered)
        {
            delivered.Raw.Seq = (ulong)++deliveredCount;
        }

        /// <summary>Takes the next event aside, for the next reader.</summary>
        internal bool TakeAside()
        {
            lock (taking)
            {
                // Somebody reads meanwhile, and passes the answer.
                if (IsRead || isClosed)
                    return false;
                var box = new EventBox();
                if (box.Poll(handle) <= 0)
                    return false;
                box.Session = identity;
                // Before a reader can take it, or the limits drop it.
                Observe(box);
                first.Add(box);
                return true;
            }
        }

        private Taken TakeNext(EventBox own)
        {
            if (status.IsDisposed && !isClosed)
                throw status.Reason();
            if (!first.IsEmpty)
            {
                first.TakeTo(own, identity);
                return Taken.Event;
            }
            if (isClosed)
                return Taken.Ended;
            int polled = own.Poll(handle);
            GC.KeepAlive(this);
            if (polled < 0)
                throw Failure(polled);
            if (polled == 0)
                return Taken.Nothing;
            own.Session = identity;
            return Taken.Event;
        }

        private EventBox Close(EventBox own)
        {
            closed.MoveFrom(own);
            isClosed = true;
            return closed;
        }

        private Exception Failure(int polled)
        {
            bool isGone = polled == (int)PalabraStatus.Closed || polled == (int)PalabraStatus.BadHandle;
            return isGone ? status.Reason() : PalabraException.Create((PalabraStatus)polled);
        }
    }
}
