// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using System.Threading;
using System.Threading.Tasks;
using PalabraAI.Interop;

namespace PalabraAI
{
    /// <summary>Reads the speech of one generation. Everything else goes back to the session, in its order.</summary>
    internal sealed class GenerationLoop : AsyncWait
    {
        private readonly SessionEvents events;
        private readonly string generation;
        private readonly EventBox own = new EventBox();
        private readonly PassedEvents others;
        private AudioEvent? current;
        private Exception? failure;
        private readonly object sending = new object();
        private bool isClaimed;
        private bool isOver;
        private volatile bool isEmpty;

        internal GenerationLoop(SessionEvents events, string generation, CancellationToken cancellationToken) : base(events.Signal)
        {
            this.events = events;
            others = events.NewPassed();
            this.generation = generation;
            EndBy(cancellationToken, default);
            events.Claim();
            isClaimed = true;
        }

        internal AudioEvent Current => current!;

        /// <summary>Whether the service has no more to say of it.</summary>
        internal bool IsComplete { get; private set; }

        internal ValueTask<bool> MoveNextAsync()
        {
            return IsComplete ? new ValueTask<bool>(false) : Next();
        }

        /// <summary>The tokens ended by a failure.</summary>
        internal void Fail(Exception why)
        {
            Interlocked.CompareExchange(ref failure, why, null);
            events.Signal.Raise();
        }

        /// <summary>There were no tokens.</summary>
        internal void EndEmpty()
        {
            isEmpty = true;
            events.Signal.Raise();
        }

        /// <summary>Sends a piece, unless the speech is being taken back.</summary>
        internal void Send(Action piece)
        {
            lock (sending)
            {
                if (isOver)
                    throw new OperationCanceledException();
                piece();
            }
        }

        /// <summary>No piece is sent any more; one that is being sent is sent before this returns.</summary>
        internal void EndSending()
        {
            lock (sending)
                isOver = true;
        }

        internal void Release()
        {
            if (!isClaimed)
                return;
            isClaimed = false;
            own.Release();
            events.PutBack(others);
            events.Release();
        }

        private protected override bool? Take()
        {
            while (true)
            {
                Exception? failed = Volatile.Read(ref failure);
                if (failed != null)
                {
                    // Tokens can be cancelled for reasons of their own, such as the time limit of a request.
                    ThrowIfCancelled();
                    throw failed;
                }
                if (isEmpty)
                {
                    IsComplete = true;
                    return false;
                }
                Taken taken = events.TakePassing(own);
                if (taken == Taken.Nothing)
                    return null;
                bool isClosed = taken == Taken.Event && own.Kind == EventKind.Closed;
                if (isClosed)
                    Pass(own);
                if (isClosed || taken == Taken.Ended)
                    throw events.Reason();
                if (IsOurs(own))
                    return true;
            }
        }

        private protected override void Over()
        {
            Release();
        }

        private bool IsOurs(EventBox box)
        {
            bool isNamed = EventFields.IsId(box.Raw, generation);
            if (isNamed && box.Kind == EventKind.Audio)
            {
                events.Number(box);
                current = (AudioEvent)EventDecoder.Decode(box);
                IsComplete = current.IsLast;
                return true;
            }
            if (isNamed && box.Kind == EventKind.Error)
                throw PalabraException.Create(EventFields.Error(box.Raw));
            if (isNamed && box.Kind == EventKind.TaskStatus)
            {
                IsComplete = true;
                throw PalabraException.Create(new PalabraError(PalabraStatus.Closed, "The text was cancelled."));
            }
            Pass(box);
            return false;
        }

        private void Pass(EventBox box)
        {
            var other = new EventBox();
            other.MoveFrom(box);
            others.Add(other);
        }
    }
}
