// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace PalabraAI
{
    /// <summary>
    /// Waits for a session or a call to become ready, or to close, whether anybody reads its events or not: by its state, which is
    /// looked at when its name comes, when its reader takes such an event, and now and then, since a session whose events
    /// nobody takes is not named again.
    /// </summary>
    internal sealed class StateWatch
    {
        internal const int Milliseconds = 20;
        private static readonly HashSet<StateWatch> all = new HashSet<StateWatch>();

        private readonly ConversationStatus status;
        private readonly Func<ClosedEvent> closing;
        private readonly List<TaskCompletionSource<bool>> ready = new List<TaskCompletionSource<bool>>();
        private TaskCompletionSource<ClosedEvent>? closed;
        private bool isClosedTold;
        private volatile bool isWatched;

        internal StateWatch(ConversationStatus status, Func<ClosedEvent> closing)
        {
            this.status = status;
            this.closing = closing;
        }

        internal static bool IsNeeded
        {
            get
            {
                lock (all)
                    return all.Count > 0;
            }
        }

        /// <summary>Completes when the session is closed, by the service, by the network or by the user.</summary>
        internal Task<ClosedEvent> Closed
        {
            get
            {
                TaskCompletionSource<ClosedEvent> waits;
                lock (ready)
                {
                    closed ??= new TaskCompletionSource<ClosedEvent>(TaskCreationOptions.RunContinuationsAsynchronously);
                    waits = closed;
                }
                Watch();
                return waits.Task;
            }
        }

        /// <summary>Completes when the session is ready; throws why it closed.</summary>
        internal async Task ReadyAsync(CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (status.IsReady())
                return;
            var waits = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            lock (ready)
                ready.Add(waits);
            Watch();
            using (Cancellation.Register(state => ((TaskCompletionSource<bool>)state!).TrySetCanceled(), waits, cancellationToken))
            {
                try
                {
                    await waits.Task.ConfigureAwait(false);
                }
                catch (OperationCanceledException)
                {
                    Forget(waits);
                    throw new OperationCanceledException(cancellationToken);
                }
            }
            status.IsReady();
        }

        /// <summary>Looks at the state. Whatever continues does so on the pool.</summary>
        internal void Check()
        {
            if (!isWatched)
                return;
            PalabraSessionState state = status.State;
            bool isClosed = state == PalabraSessionState.Closed;
            if (state == PalabraSessionState.Connecting)
                return;
            var done = new Done(isClosed ? closing : null);
            lock (ready)
            {
                done.Ready.AddRange(ready);
                ready.Clear();
                if (isClosed && !isClosedTold && closed != null)
                {
                    done.Closed = closed;
                    isClosedTold = true;
                }
                isWatched = closed != null && !isClosedTold;
                if (!isWatched)
                    Remove();
            }
            done.Queue();
        }

        internal static void CheckAll()
        {
            StateWatch[] watches;
            lock (all)
            {
                watches = new StateWatch[all.Count];
                all.CopyTo(watches);
            }
            foreach (StateWatch watch in watches)
                watch.Check();
        }

        private void Watch()
        {
            bool isFirst;
            lock (ready)
            {
                if (ready.Count == 0 && isClosedTold)
                    return;
                isWatched = true;
                isFirst = Add();
            }
            Check();
            if (!isWatched)
                return;
            QueueOfNames.EnsureThread();
            if (isFirst)
                WaitingThread.Look();
        }

        private bool Add()
        {
            lock (all)
                return all.Add(this) && all.Count == 1;
        }

        private void Remove()
        {
            lock (all)
                all.Remove(this);
        }

        private void Forget(TaskCompletionSource<bool> waits)
        {
            lock (ready)
                ready.Remove(waits);
        }

        private sealed class Done : PoolWork
        {
            internal readonly List<TaskCompletionSource<bool>> Ready = new List<TaskCompletionSource<bool>>();
            internal TaskCompletionSource<ClosedEvent>? Closed;
            private readonly Func<ClosedEvent>? closing;

            internal Done(Func<ClosedEvent>? closing)
            {
                this.closing = closing;
            }

            private protected override void Run()
            {
                foreach (TaskCompletionSource<bool> one in Ready)
                    one.TrySetResult(true);
                if (closing != null)
                    Closed?.TrySetResult(closing());
            }
        }
    }
}
