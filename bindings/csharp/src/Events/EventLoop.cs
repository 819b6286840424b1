// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using System.Collections;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace PalabraAI
{
    /// <summary>The events of a session or a queue, for `await foreach`. Each loop reads for itself.</summary>
    internal sealed class AsyncEvents : IAsyncEnumerable<PalabraEvent>
    {
        private readonly IEventPlace place;
        private readonly CancellationToken cancellationToken;

        internal AsyncEvents(IEventPlace place, CancellationToken cancellationToken)
        {
            this.place = place;
            this.cancellationToken = cancellationToken;
        }

        public IAsyncEnumerator<PalabraEvent> GetAsyncEnumerator(CancellationToken cancellationToken = default)
        {
            return new AsyncEventLoop(place, this.cancellationToken, cancellationToken);
        }
    }

    /// <summary>One loop over events, that waits without a thread.</summary>
    internal sealed class AsyncEventLoop : AsyncWait, IAsyncEnumerator<PalabraEvent>
    {
        private readonly LoopState state;

        internal AsyncEventLoop(IEventPlace place, CancellationToken one, CancellationToken other) : base(place.Signal)
        {
            state = new LoopState(place);
            EndBy(one, other);
        }

        public PalabraEvent Current => state.Current;

        public ValueTask<bool> MoveNextAsync()
        {
            return Next();
        }

        public ValueTask DisposeAsync()
        {
            state.Release();
            return default;
        }

        private protected override bool? Take()
        {
            return state.Take();
        }

        private protected override void Over()
        {
            state.Release();
        }
    }

    /// <summary>The events of a session, for a foreach loop that waits on its thread.</summary>
    internal sealed class BlockingEvents : IEnumerable<PalabraEvent>
    {
        private readonly IEventPlace place;

        internal BlockingEvents(IEventPlace place)
        {
            this.place = place;
        }

        public IEnumerator<PalabraEvent> GetEnumerator()
        {
            return new BlockingEventLoop(place);
        }

        IEnumerator IEnumerable.GetEnumerator()
        {
            return GetEnumerator();
        }
    }

    /// <summary>One foreach loop over events.</summary>
    internal sealed class BlockingEventLoop : IEnumerator<PalabraEvent>
    {
        private readonly IEventPlace place;
        private readonly LoopState state;

        internal BlockingEventLoop(IEventPlace place)
        {
            this.place = place;
            state = new LoopState(place);
        }

        public PalabraEvent Current => state.Current;

        object IEnumerator.Current => state.Current;

        public bool MoveNext()
        {
            try
            {
                while (true)
                {
                    place.Signal.Lower();
                    bool? taken = state.Take();
                    if (taken != null)
                        return taken.Value;
                    // A wake-up is for readers: it stays for them.
                    place.Signal.Sleep(place.Signal.SleepLimit(-1));
                }
            }
            catch
            {
                state.Release();
                throw;
            }
        }

        public void Reset()
        {
            throw new NotSupportedException();
        }

        public void Dispose()
        {
            state.Release();
        }
    }

    /// <summary>What both loops do: read until Closed, which comes once in each loop.</summary>
    internal sealed class LoopState
    {
        private readonly IEventPlace place;
        private readonly EventBox own = new EventBox();
        private PalabraEvent? current;
        private bool isClaimed;
        private bool isOver;

        internal LoopState(IEventPlace place)
        {
            this.place = place;
        }

        internal PalabraEvent Current => current ?? throw new InvalidOperationException("The loop has no event");

        internal bool? Take()
        {
            if (isOver)
                return false;
            if (!isClaimed)
            {
                place.Claim();
                isClaimed = true;
                EventBox? last = place.Last;
                if (last != null)
                    return Give(last);
            }
            switch (place.Take(own, out EventBox box))
            {
                case Taken.Event:
                    return Give(box);
                case Taken.Ended:
                    Release();
                    return false;
                default:
                    return null;
            }
        }

        internal void Release()
        {
            isOver = true;
            own.Release();
            if (!isClaimed)
                return;
            isClaimed = false;
            place.Release();
        }

        private bool Give(EventBox box)
        {
            current = place.ObjectFor(box);
            own.Release();
            return true;
        }
    }
}
