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
            lock (taking)
                taken = TakeNext(own, out current);
            if (taken == Taken.Event)
                Observe(current);
            return taken;
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
                if (box.PollSession(handle.Id) <= 0)
                    return false;
                box.Session = identity;
                // Before a reader can take it, or the limits drop it.
                Observe(box);
                first.Add(box);
                return true;
            }
        }

        private Taken TakeNext(EventBox own, out EventBox current)
        {
            current = own;
            if (status.IsDisposed && !isClosed)
                throw status.Reason();
            if (!first.IsEmpty)
            {
                first.TakeTo(own, identity);
                return own.Kind == EventKind.Closed ? Close(own, out current) : Taken.Event;
            }
            if (isClosed)
                return Taken.Ended;
            int polled = own.PollSession(handle.Id);
            GC.KeepAlive(this);
            if (polled < 0)
                throw Failure(polled);
            if (polled == 0)
                return Taken.Nothing;
            own.Session = identity;
            return own.Kind == EventKind.Closed ? Close(own, out current) : Taken.Event;
        }

        private Taken Close(EventBox own, out EventBox current)
        {
            closed.MoveFrom(own);
            current = closed;
            isClosed = true;
            return Taken.Event;
        }

        private Exception Failure(int polled)
        {
            bool isGone = polled == (int)PalabraStatus.Closed || polled == (int)PalabraStatus.BadHandle;
            return isGone ? status.Reason() : PalabraException.Create((PalabraStatus)polled);
        }
    }
}
