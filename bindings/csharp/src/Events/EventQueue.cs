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
        /// <exception cref="ArgumentOutOfRangeException">The time is negative.</exception>
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
}
