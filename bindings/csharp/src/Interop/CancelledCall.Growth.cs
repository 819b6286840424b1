// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using System.Diagnostics.CodeAnalysis;
using System.Threading;
using System.Threading.Tasks;

namespace PalabraAI.Interop
{
    // Calls that are short as a rule, and may be many at the same time: the goodbyes of all sessions of a service.
    internal static partial class CancelledCall
    {
        // A call that takes longer than this is slow, and gives the next one a thread of its own.
        private const int GrowMs = 20;
        private static Timer? growth;

        /// <summary>
        /// Runs a call after all that wait, also those that come later by <see cref="Run{T}"/>, or at once if there is no thread;
        /// one thread more follows every 20 ms.
        /// </summary>
        internal static Task RunPatiently(Action call)
        {
            var job = new Job<object?>(
                unused =>
                {
                    call();
                    return null;
                },
                CancellationToken.None);
            job.Place = Enqueue(job.Run, true);
            return job.Task;
        }

        private static void GrowLater()
        {
            if (growth != null)
                return;
            // What flows with the caller would be held until it stops.
            if (ExecutionContext.IsFlowSuppressed())
            {
                growth = new Timer(Grow, null, GrowMs, GrowMs);
                return;
            }
            using (ExecutionContext.SuppressFlow())
                growth = new Timer(Grow, null, GrowMs, GrowMs);
        }

        private static void Grow(object? unused)
        {
            lock (Gate)
            {
                if (WaitingCount == 0)
                    StopGrowing();
                else if (idle < WaitingCount && threads < MaxThreads)
                    TryStartThread();
            }
        }

        [SuppressMessage("Design", "CA1031", Justification = "Without another thread those that are there go on.")]
        private static void TryStartThread()
        {
            try
            {
                StartThread();
            }
            catch (Exception)
            {
                // The timer tries again.
            }
        }

        private static void StopGrowing()
        {
            growth?.Dispose();
            growth = null;
        }
    }
}
