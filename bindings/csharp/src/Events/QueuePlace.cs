// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using System.Collections.Generic;
using System.Threading;
using PalabraAI.Interop;

namespace PalabraAI
{
    /// <summary>The list of ready sessions behind an <see cref="EventQueue"/>.</summary>
    internal sealed class QueuePlace : IEventPlace
    {
        // How many events a session gives before it is the turn of the next: what it needs is in the cache then.
        private const int InOneTurn = 16;
        private static readonly List<WeakReference<QueuePlace>> all = new List<WeakReference<QueuePlace>>();
        private readonly object gate = new object();
        private readonly Queue<SessionEvents> ready = new Queue<SessionEvents>();
        private readonly HashSet<SessionEvents> members = new HashSet<SessionEvents>();
        private LogHandle? log;
        private SessionEvents? last;
        // Only the reader's, of whom there is one at a time.
        private SessionEvents? turn;
        private int left;
        private volatile bool isDisposed;
        private int readers;

        internal QueuePlace()
        {
            lock (all)
            {
                all.RemoveAll(one => !one.TryGetTarget(out _));
                all.Add(new WeakReference<QueuePlace>(this));
            }
        }

        /// <inheritdoc/>
        public Signal Signal { get; } = new Signal();

        /// <inheritdoc/>
        public EventBox Own { get; } = new EventBox();

        /// <inheritdoc/>
        public EventBox? Last => null;

        /// <inheritdoc/>
        public void Claim()
        {
            ThrowIfDisposed();
            if (Interlocked.Exchange(ref readers, 1) != 0)
                throw new InvalidOperationException("This EventQueue is being read already");
        }

        /// <inheritdoc/>
        public void Release()
        {
            Volatile.Write(ref readers, 0);
        }

        /// <inheritdoc/>
        public Taken Take(EventBox own, out EventBox current)
        {
            while (true)
            {
                SessionEvents? next = Next();
                if (next == null)
                    return TakeLog(own, out current);
                Taken taken = TakeOf(next, own, out current);
                if (taken == Taken.Event)
                    return taken;
            }
        }

        /// <inheritdoc/>
        public PalabraEvent ObjectFor(EventBox current)
        {
            return last != null ? last.ObjectFor(current) : EventDecoder.Decode(current);
        }

        internal void Join(SessionEvents events)
        {
            lock (gate)
                members.Add(events);
            // What came before it was here.
            List(events);
        }

        internal void Remove(SessionEvents events)
        {
            lock (gate)
                members.Remove(events);
        }

        internal void List(SessionEvents events)
        {
            lock (gate)
            {
                if (events.IsListed || isDisposed)
                    return;
                events.IsListed = true;
                ready.Enqueue(events);
            }
            Signal.Raise();
        }

        internal unsafe void OpenLog(int level)
        {
            lock (gate)
            {
                Guard.NotDisposed(isDisposed, nameof(EventQueue));
                log ??= LogHandle.Open();
                NativeError told = PalabraException.NewError();
                PalabraException.Check(Native.palabra_log_open(log.Id, level, &told), &told);
                Signal.HasLog = true;
            }
            Signal.Raise();
            QueueOfNames.EnsureThreadIfParked();
        }

        internal void Dispose()
        {
            lock (gate)
            {
                isDisposed = true;
                ready.Clear();
                members.Clear();
                log?.Dispose();
                log = null;
            }
            Signal.Raise();
        }

        /// <summary>Ends everybody's wait, as the host unloads.</summary>
        internal static void EndAll()
        {
            WeakReference<QueuePlace>[] ends;
            lock (all)
                ends = all.ToArray();
            foreach (WeakReference<QueuePlace> one in ends)
            {
                if (one.TryGetTarget(out QueuePlace? place))
                    place.Dispose();
            }
        }

        internal void ThrowIfDisposed()
        {
            lock (gate)
            {
                Guard.NotDisposed(isDisposed, nameof(EventQueue));
            }
        }

        private SessionEvents? Next()
        {
            if (turn != null && left > 0 && !isDisposed)
            {
                left--;
                return turn;
            }
            lock (gate)
            {
                Guard.NotDisposed(isDisposed, nameof(EventQueue));
                // More may be there: the others come first.
                if (turn != null && !turn.IsListed)
                {
                    turn.IsListed = true;
                    ready.Enqueue(turn);
                }
                turn = ready.Count > 0 ? ready.Dequeue() : null;
                left = InOneTurn - 1;
                if (turn != null)
                    turn.IsListed = false;
                return turn;
            }
        }

        private Taken TakeOf(SessionEvents events, EventBox own, out EventBox current)
        {
            try
            {
                Taken taken = events.Take(own, out current);
                if (taken != Taken.Event)
                {
                    turn = null;
                    return taken;
                }
                last = events;
                if (current.Kind == EventKind.Closed)
                    Leaves(events);
                return taken;
            }
            catch (ObjectDisposedException)
            {
                // The user has no use for what it had to say.
                Leaves(events);
                current = own;
                return Taken.Ended;
            }
            catch (PalabraException)
            {
                left = 0;
                throw;
            }
        }

        private void Leaves(SessionEvents events)
        {
            turn = null;
            Remove(events);
        }

        private Taken TakeLog(EventBox own, out EventBox current)
        {
            current = own;
            LogHandle? open = log;
            if (open == null || own.PollQueue(open.Id) <= 0)
                return Taken.Nothing;
            last = null;
            own.Session = QueueOfNames.IdentityOf((long)own.Raw.SessionTag) ?? SessionIdentity.None;
            return Taken.Event;
        }
    }
}
