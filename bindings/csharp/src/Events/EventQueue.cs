// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Threading;
using PalabraAI.Interop;

namespace PalabraAI
{
    /// <summary>
    /// One place to read the events of many sessions: set it in their options. Sessions take turns, so that none starves
    /// the others; within a session events keep their order, and its limits apply. Events name their session by
    /// <see cref="PalabraEvent.Tag"/>, <see cref="PalabraEvent.SessionTag"/> and <see cref="PalabraEvent.SessionName"/>.
    /// A queue holds its sessions until their <see cref="ClosedEvent"/> was delivered. One reader at a time.
    /// </summary>
    [SuppressMessage("Naming", "CA1711", Justification = "It is a queue, though no collection.")]
    public sealed class EventQueue : IDisposable
    {
        private readonly QueuePlace place = new QueuePlace();

        /// <summary>Reads the events of all sessions of the queue, without a thread while there are none.</summary>
        /// <param name="cancellationToken">Ends the loop by <see cref="OperationCanceledException"/>.</param>
        /// <returns>The events. The loop does not end by itself, as further sessions can join.</returns>
        /// <exception cref="InvalidOperationException">In the loop: the queue is being read already.</exception>
        /// <exception cref="ObjectDisposedException">In the loop: the queue was disposed of.</exception>
        /// <exception cref="OperationCanceledException">In the loop: the token was cancelled.</exception>
        public IAsyncEnumerable<PalabraEvent> ReadEventsAsync(CancellationToken cancellationToken = default)
        {
            return new AsyncEvents(place, cancellationToken);
        }

        /// <summary>Takes the next event of any session, if one is there.</summary>
        /// <param name="event">Receives the event.</param>
        /// <returns><see langword="false"/>: none is there.</returns>
        /// <exception cref="InvalidOperationException">The queue is being read already.</exception>
        /// <exception cref="ObjectDisposedException">The queue was disposed of.</exception>
        public bool TryRead([NotNullWhen(true)] out PalabraEvent? @event)
        {
            @event = OneEvent.Take(place);
            return @event != null;
        }

        /// <summary>Waits on this thread for the next event of any session.</summary>
        /// <param name="timeout">How long to wait; <see cref="Timeout.InfiniteTimeSpan"/>: without limit.</param>
        /// <returns>The event; <see langword="null"/>: there was none within the time, or <see cref="Wakeup"/> ended the wait.</returns>
        /// <exception cref="InvalidOperationException">The queue is being read already.</exception>
        /// <exception cref="ObjectDisposedException">The queue was disposed of.</exception>
        public PalabraEvent? Read(TimeSpan timeout)
        {
            return OneEvent.Wait(place, timeout);
        }

        /// <summary>Opens a reader that allocates nothing, for programs that count allocations.</summary>
        /// <returns>The reader, which nobody else may read beside.</returns>
        /// <exception cref="InvalidOperationException">The queue is being read already.</exception>
        public PalabraEventReader OpenReader()
        {
            return new PalabraEventReader(place);
        }

        /// <summary>
        /// Delivers log lines of the whole library to this queue, as <see cref="LogEvent"/>, until it is disposed of. Lines
        /// come up to 50 ms late.
        /// </summary>
        /// <param name="level">Lines up to this level are delivered.</param>
        /// <exception cref="ArgumentOutOfRangeException">There is no such level.</exception>
        /// <exception cref="ObjectDisposedException">The queue was disposed of.</exception>
        /// <exception cref="PalabraException">The library has no room for another log.</exception>
        public void OpenLog(PalabraLogLevel level)
        {
            if (level < PalabraLogLevel.Error || level > PalabraLogLevel.Debug)
                throw new ArgumentOutOfRangeException(nameof(level));
            place.OpenLog((int)level);
        }

        /// <summary>No more log lines are delivered.</summary>
        /// <exception cref="ObjectDisposedException">The queue was disposed of.</exception>
        public void CloseLog()
        {
            place.OpenLog(0);
        }

        /// <summary>
        /// Ends one wait of <see cref="Read"/> or of the queue's reader, or the next one before it begins. Loops go on.
        /// </summary>
        public void Wakeup()
        {
            place.Signal.WakeReader();
        }

        /// <summary>
        /// Ends the queue: who reads it gets <see cref="ObjectDisposedException"/>. Its sessions stay open, but nobody can read
        /// their events any more: dispose of them.
        /// </summary>
        public void Dispose()
        {
            place.Dispose();
        }

        internal void Join(SessionEvents events)
        {
            place.Join(events);
        }

        internal void Remove(SessionEvents events)
        {
            place.Remove(events);
        }

        internal void List(SessionEvents events)
        {
            place.List(events);
        }

        /// <summary>For options: the session would have events that nobody can read.</summary>
        internal void ThrowIfDisposed()
        {
            place.ThrowIfDisposed();
        }
    }

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
