// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using System.Diagnostics.CodeAnalysis;
using System.Threading;
using PalabraAI.Interop;

namespace PalabraAI
{
    /// <summary>
    /// The events of one session or call: taken from the library one by one, when its reader asks. What waits stays in the library,
    /// within the limits of the session; only what came another way, or was passed by in search of an answer, lies here.
    /// </summary>
    [SuppressMessage("Usage", "CA1816", Justification = "Disposed of by its session.")]
    internal sealed partial class SessionEvents : IEventPlace
    {
        private readonly ConversationHandle handle;
        private readonly SessionIdentity identity;
        private readonly ConversationStatus status;
        private readonly long key;
        private readonly EventQueue? queue;
        private readonly object taking = new object();
        private readonly NativeLimits limits;
        private PassedEvents first;
        // Made before, so that the last event allocates nothing.
        private readonly EventBox closed = new EventBox();
        private readonly Answers answers;
        private readonly TokenAsker? tokens;
        private EventBox? own;
        private bool isClosed;
        private ClosedEvent? closedEvent;
        private long deliveredCount;
        private int readers;

        internal SessionEvents(OpenedSession opened, ConversationStatus status)
        {
            handle = opened.Handle;
            identity = opened.Identity;
            key = opened.Key;
            queue = opened.Queue;
            limits = opened.Limits;
            first = NewPassed();
            this.status = status;
            answers = new Answers(this);
            tokens = opened.Tokens;
            Watch = new StateWatch(status, ClosedNow);
            QueueOfNames.Join(key, this);
            queue?.Join(this);
            // Credentials are needed before anybody reads.
            if (tokens != null)
                QueueOfNames.EnsureThread();
        }

        /// <summary>Nobody holds the session: no name is for it any more.</summary>
        ~SessionEvents()
        {
            QueueOfNames.Leave(key);
        }

        /// <inheritdoc/>
        public Signal Signal { get; } = new Signal();

        /// <inheritdoc/>
        public EventBox Own => own ??= new EventBox();

        internal StateWatch Watch { get; }

        internal Answers Answers => answers;

        internal EventQueue? Queue => queue;

        internal SessionIdentity Identity => identity;

        /// <summary>Whether it stands in its queue's list. Only the queue asks.</summary>
        internal bool IsListed { get; set; }

        internal bool IsRead => Volatile.Read(ref readers) != 0 || queue != null;

        /// <inheritdoc/>
        public EventBox? Last
        {
            get
            {
                lock (taking)
                    return isClosed && first.IsEmpty ? closed : null;
            }
        }

        /// <inheritdoc/>
        public void Claim()
        {
            if (queue != null)
                throw new InvalidOperationException("The events of this session come by its EventQueue");
            if (Interlocked.Exchange(ref readers, 1) != 0)
                throw new InvalidOperationException("The events of this session are being read already");
        }

        /// <inheritdoc/>
        public void Release()
        {
            Volatile.Write(ref readers, 0);
            answers.SearchIfNobodyReads();
        }

        /// <inheritdoc/>
        public PalabraEvent ObjectFor(EventBox current)
        {
            return current == closed ? ClosedNow() : EventDecoder.Decode(current);
        }

        /// <summary>An event that does not come by the session in the library.</summary>
        internal void AddFirst(EventBox box)
        {
            if (tokens != null && box.Kind == EventKind.CredentialsNeeded)
                tokens.Ask(this, box);
            else
                Pass(box);
        }

        /// <summary>An event that the reader gets next.</summary>
        internal void Pass(EventBox box)
        {
            box.Session = identity;
            lock (taking)
                first.Add(box);
            Tell();
        }

        /// <summary>A place for events that are taken and not used.</summary>
        internal PassedEvents NewPassed()
        {
            return new PassedEvents(limits);
        }

        /// <summary>Events that were taken and not used come first again.</summary>
        internal void PutBack(PassedEvents passed)
        {
            if (passed.IsEmpty)
                return;
            lock (taking)
            {
                passed.AddAll(first);
                first = passed;
            }
        }

        /// <summary>Why nothing follows.</summary>
        internal Exception Reason()
        {
            return status.Reason();
        }

        /// <summary>The session has something.</summary>
        internal void OnName()
        {
            Watch.Check();
            answers.SearchIfNobodyReads();
            Tell();
        }

        /// <summary>The user disposed of the session: who waits learns it.</summary>
        internal void OnDisposed()
        {
            QueueOfNames.Leave(key);
            GC.SuppressFinalize(this);
            queue?.Remove(this);
            Watch.Check();
            answers.Fail();
            Signal.Raise();
        }

        /// <summary>Closes the session, as its host unloads.</summary>
        internal void CloseNow()
        {
            if (!status.Dispose())
                return;
            handle.CloseNow(0);
            status.Goodbye.TrySetResult(true);
            OnDisposed();
        }

        /// <summary>The last event, as delivered, or as the state of the session tells when nobody has read up to it.</summary>
        private ClosedEvent ClosedNow()
        {
            lock (taking)
            {
                if (closedEvent != null)
                    return closedEvent;
                if (!closed.IsEmpty)
                    return closedEvent = (ClosedEvent)EventDecoder.Decode(closed);
            }
            PalabraError why = status.LastError;
            if (why.Status == PalabraStatus.Ok && status.IsDisposed)
                why = new PalabraError(PalabraStatus.Closed);
            var head = new EventHead
            {
                Kind = EventKind.Closed, Flags = FlagsOf(why), Code = why.Status, Session = identity,
            };
            return new ClosedEvent(head, why.Status == PalabraStatus.Ok ? null : PalabraException.Create(why), "");
        }

        private static EventFlags FlagsOf(PalabraError why)
        {
            if (why.Status == PalabraStatus.Ok)
                return EventFlags.None;
            return why.IsTransient ? EventFlags.Fatal | EventFlags.Retriable : EventFlags.Fatal;
        }

        /// <summary>What others wait for passes here, whoever reads.</summary>
        private void Observe(EventBox taken)
        {
            if (taken.Kind == EventKind.Ready || taken.Kind == EventKind.Closed)
                Watch.Check();
            if (taken.Kind == EventKind.Closed)
            {
                QueueOfNames.Leave(key);
                answers.Fail();
            }
            else if (taken.Raw.UserTag != 0)
            {
                answers.Offer(taken);
            }
        }

        private void Tell()
        {
            if (queue != null)
                queue.List(this);
            else
                Signal.Raise();
        }
    }
}
