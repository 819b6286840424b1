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
        // Those that somebody reads at this moment.
        private static readonly HashSet<QueuePlace> read = new HashSet<QueuePlace>();
        private readonly object gate = new object();
        private readonly Queue<SessionEvents> ready = new Queue<SessionEvents>();
        private readonly HashSet<SessionEvents> members = new HashSet<SessionEvents>();
        private LogHandle? log;
        private SessionEvents? last;
        private bool isDisposed;
        private int readers;

        /// <inheritdoc/>
        public Signal Signal { get; } = new Signal();

        /// <inheritdoc/>
        public EventBox? Last => null;

        /// <inheritdoc/>
        public void Claim()
        {
            ThrowIfDisposed();
            if (Interlocked.Exchange(ref readers, 1) != 0)
                throw new InvalidOperationException("This EventQueue is being read already");
            lock (read)
                read.Add(this);
        }

        /// <inheritdoc/>
        public void Release()
        {
            lock (read)
                read.Remove(this);
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
            QueuePlace[] all;
            lock (read)
            {
                all = new QueuePlace[read.Count];
                read.CopyTo(all);
            }
            foreach (QueuePlace one in all)
                one.Dispose();
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
            lock (gate)
            {
                Guard.NotDisposed(isDisposed, nameof(EventQueue));
                if (ready.Count == 0)
                    return null;
                SessionEvents next = ready.Dequeue();
                next.IsListed = false;
                return next;
            }
        }

        private Taken TakeOf(SessionEvents events, EventBox own, out EventBox current)
        {
            try
            {
                Taken taken = events.Take(own, out current);
                if (taken != Taken.Event)
                    return taken;
                last = events;
                if (current.Kind == EventKind.Closed)
                    Remove(events);
                else
                    ListAgain(events);
                return taken;
            }
            catch (ObjectDisposedException)
            {
                // The user has no use for what it had to say.
                Remove(events);
                current = own;
                return Taken.Ended;
            }
            catch (PalabraException)
            {
                ListAgain(events);
                throw;
            }
        }

        // More may be there: the others come first.
        private void ListAgain(SessionEvents events)
        {
            lock (gate)
            {
                if (events.IsListed || isDisposed)
                    return;
                events.IsListed = true;
                ready.Enqueue(events);
            }
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
