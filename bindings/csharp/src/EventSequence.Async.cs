// SPDX-License-Identifier: MIT OR Apache-2.0
using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Threading;
using System.Threading.Tasks;

namespace PalabraAI
{
    // For `await foreach`. Waiting takes a thread of the pool; for many sessions give them one EventQueue.
    public partial struct EventSequence : IAsyncEnumerable<PalabraEvent>
    {
        /// <summary>For await foreach; cancelling ends it with an OperationCanceledException.</summary>
        public IAsyncEnumerator<PalabraEvent> GetAsyncEnumerator(CancellationToken cancellation = default(CancellationToken))
        {
            return new EventReader(source, patienceMs, cancellation);
        }
    }

    public sealed partial class EventReader : IAsyncEnumerator<PalabraEvent>
    {
        // How soon a cancellation is noticed.
        private const int SliceMs = 50;

        private readonly CancellationToken cancellation;

        internal EventReader(OwnedHandle source, int patienceMs, CancellationToken cancellation) : this(source, patienceMs)
        {
            this.cancellation = cancellation;
        }

        /// <summary>The next event, at once if it is there; false when there will be none.</summary>
        public ValueTask<bool> MoveNextAsync()
        {
            cancellation.ThrowIfCancellationRequested();
            if (!isQueue && Current.Kind == EventKind.Closed)
                return new ValueTask<bool>(false);
            int polled = Take(0);
            if (polled == 0 && patienceMs != 0)
                return new ValueTask<bool>(Task.Run((Func<bool>)Wait, cancellation));
            return new ValueTask<bool>((Status)polled != Status.Closed && PalabraException.Check(polled) > 0);
        }

        /// <summary>Gives the last event back.</summary>
        public ValueTask DisposeAsync()
        {
            Dispose();
            return default(ValueTask);
        }

        private bool Wait()
        {
            Stopwatch waited = Stopwatch.StartNew();
            while (patienceMs < 0 || waited.ElapsedMilliseconds < patienceMs)
            {
                cancellation.ThrowIfCancellationRequested();
                int polled = Take(SliceMs);
                if (polled != 0)
                    return (Status)polled != Status.Closed && PalabraException.Check(polled) > 0;
            }
            return false;
        }
    }
}
