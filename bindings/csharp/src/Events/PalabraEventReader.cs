// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using System.Diagnostics.CodeAnalysis;
using System.Threading;
using PalabraAI.Interop;

namespace PalabraAI
{
    /// <summary>
    /// Reads events one after the other and allocates nothing: properties are those of the current event, and texts and
    /// samples are copied to where the caller has room for them. For programs that count allocations; others read objects.
    /// One thread at a time: a second one gets an <see cref="InvalidOperationException"/>.
    /// </summary>
    public sealed partial class PalabraEventReader : IDisposable
    {
        private readonly IEventPlace place;
        private readonly EventBox own = new EventBox();
        private EventBox? current;
        private bool hasBegun;
        private bool isDisposed;
        private int users;

        internal PalabraEventReader(IEventPlace place)
        {
            place.Claim();
            this.place = place;
        }

        /// <summary>Waits for the next event and makes it the current one.</summary>
        /// <param name="timeout">How long to wait; <see cref="Timeout.InfiniteTimeSpan"/>: without limit.</param>
        /// <returns>
        /// <see langword="false"/>: there was none within the time, a Wakeup ended the wait, or none follows as
        /// <see cref="ClosedEvent"/> was read. Nothing is current then.
        /// </returns>
        /// <exception cref="ArgumentOutOfRangeException">The time is negative.</exception>
        /// <exception cref="InvalidOperationException">Another thread uses the reader.</exception>
        /// <exception cref="ObjectDisposedException">The reader, or what it reads, was disposed of.</exception>
        public bool Read(TimeSpan timeout)
        {
            Deadline.ThrowIfInvalid(timeout, nameof(timeout));
            Enter();
            try
            {
                if (IsLastThere())
                    return true;
                bool isRead = OneEvent.Wait(place, own, timeout, out EventBox box) == Taken.Event;
                current = isRead ? box : null;
                return isRead;
            }
            finally
            {
                Exit();
            }
        }

        /// <summary>Makes the next event the current one, if one is there.</summary>
        /// <returns><see langword="false"/>: none is there. Nothing is current then.</returns>
        /// <exception cref="InvalidOperationException">Another thread uses the reader.</exception>
        /// <exception cref="ObjectDisposedException">The reader, or what it reads, was disposed of.</exception>
        public bool TryRead()
        {
            Enter();
            try
            {
                if (IsLastThere())
                    return true;
                place.Signal.Lower();
                Taken taken = place.Take(own, out EventBox box);
                if (taken == Taken.Nothing && place.Signal.Sleep(0))
                    taken = place.Take(own, out box);
                current = taken == Taken.Event ? box : null;
                return current != null;
            }
            finally
            {
                Exit();
            }
        }

        /// <summary>Makes an object of the current event, which stays valid.</summary>
        /// <returns>The event.</returns>
        /// <exception cref="InvalidOperationException">No event is current, or another thread uses the reader.</exception>
        /// <exception cref="ObjectDisposedException">The reader was disposed of.</exception>
        public PalabraEvent ToEvent()
        {
            EventBox box = EnterCurrent();
            try
            {
                return place.ObjectFor(box);
            }
            finally
            {
                Exit();
            }
        }

        /// <summary>Gives the current event back. Somebody else may read then.</summary>
        /// <exception cref="InvalidOperationException">Another thread uses the reader: end its wait by Wakeup first.</exception>
        [SuppressMessage("Design", "CA1065", Justification = "To give back what another thread is reading would be worse.")]
        public void Dispose()
        {
            if (Interlocked.CompareExchange(ref users, 1, 0) != 0)
                throw InUse();
            try
            {
                if (isDisposed)
                    return;
                isDisposed = true;
                current = null;
                own.Release();
                place.Release();
            }
            finally
            {
                Exit();
            }
        }

        /// <summary>Nothing is current, unless the last event was delivered before the reader began.</summary>
        private bool IsLastThere()
        {
            own.Release();
            current = hasBegun ? null : place.Last;
            hasBegun = true;
            return current != null;
        }

        private void Enter()
        {
            if (Interlocked.CompareExchange(ref users, 1, 0) != 0)
                throw InUse();
            if (!isDisposed)
                return;
            Exit();
            throw new ObjectDisposedException(nameof(PalabraEventReader));
        }

        /// <summary>For one property: nobody may read on or dispose of the reader meanwhile.</summary>
        private EventBox EnterCurrent()
        {
            Enter();
            if (current != null)
                return current;
            Exit();
            throw new InvalidOperationException("No event is current: Read or TryRead comes first, and has to return true");
        }

        private void Exit()
        {
            Volatile.Write(ref users, 0);
        }

        private static InvalidOperationException InUse()
        {
            return new InvalidOperationException("Another thread uses this reader");
        }
    }
}
