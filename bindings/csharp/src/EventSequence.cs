// SPDX-License-Identifier: MIT OR Apache-2.0
using System;

namespace PalabraAI
{
    /// <summary>
    /// Events for a foreach loop: one object, filled anew for each, so keep what you read and not the event. A session's
    /// ends after Closed, a queue's when it is disposed; both when no event came for as long as they have patience, and when
    /// Wakeup was called.
    /// </summary>
    public partial struct EventSequence
    {
        private readonly OwnedHandle source;
        private readonly int patienceMs;

        internal EventSequence(OwnedHandle source, int patienceMs)
        {
            this.source = source;
            this.patienceMs = patienceMs;
        }

        /// <summary>For foreach.</summary>
        public EventReader GetEnumerator()
        {
            return new EventReader(source, patienceMs);
        }
    }

    /// <summary>Reads the events of an EventSequence.</summary>
    public sealed partial class EventReader : IDisposable
    {
        private readonly OwnedHandle source;
        private readonly bool isQueue;
        private readonly int patienceMs;

        internal EventReader(OwnedHandle source, int patienceMs)
        {
            this.source = source;
            this.patienceMs = patienceMs;
            isQueue = source is QueueHandle;
            Current = new PalabraEvent();
        }

        /// <summary>The event, until the next MoveNext.</summary>
        public PalabraEvent Current { get; private set; }

        /// <summary>Waits for the next event; false when there will be none.</summary>
        public bool MoveNext()
        {
            // Events of other sessions may follow in a queue.
            if (!isQueue && Current.Kind == EventKind.Closed)
                return false;
            int polled = Take(patienceMs);
            return (Status)polled != Status.Closed && PalabraException.Check(polled) > 0;
        }

        // Closed by another thread, before or during the call: there will be no event.
        private int Take(int timeoutMs)
        {
            int polled = Current.Fill(source.Id, isQueue, timeoutMs);
            GC.KeepAlive(source);
            return (Status)polled == Status.BadHandle ? (int)Status.Closed : polled;
        }

        /// <summary>Gives the last event back.</summary>
        public void Dispose()
        {
            Current.Dispose();
        }
    }
}
