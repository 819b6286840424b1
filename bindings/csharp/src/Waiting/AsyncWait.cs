// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using System.Diagnostics.CodeAnalysis;
using System.Threading;
using System.Threading.Tasks;
using System.Threading.Tasks.Sources;

namespace PalabraAI
{
    /// <summary>
    /// One reader that waits for a signal without a thread, used for wait after wait. What continues runs where the awaiter
    /// asked for: in its context or on its scheduler, else on the pool.
    /// </summary>
    internal abstract class AsyncWait : PoolWork, IValueTaskSource<bool>
    {
        private readonly Signal signal;
        // Completed on the pool, so that what continues may run right there.
        private ManualResetValueTaskSourceCore<bool> core;
        private CancellationToken first;
        private CancellationToken second;
        private CancellationTokenRegistration firstEnd;
        private CancellationTokenRegistration secondEnd;

        private protected AsyncWait(Signal signal)
        {
            this.signal = signal;
        }

        /// <summary>Tokens that end the wait.</summary>
        private protected void EndBy(CancellationToken one, CancellationToken other)
        {
            first = one;
            second = other == one ? default : other;
        }

        private protected void ThrowIfCancelled()
        {
            first.ThrowIfCancellationRequested();
            second.ThrowIfCancellationRequested();
        }

        /// <summary>Takes what is there, or waits for it.</summary>
        [SuppressMessage("Design", "CA1031", Justification = "It is given to the awaiter.")]
        private protected ValueTask<bool> Next()
        {
            core.Reset();
            bool? result;
            try
            {
                result = TakeOrPark();
            }
            catch (Exception failure)
            {
                Unregister();
                Over();
                return new ValueTask<bool>(Task.FromException<bool>(failure));
            }
            if (result == null)
                return new ValueTask<bool>(this, core.Version);
            Unregister();
            return new ValueTask<bool>(result.Value);
        }

        /// <summary>True: something was taken; false: nothing will come; null: nothing is there yet.</summary>
        private protected abstract bool? Take();

        /// <summary>The wait failed: no other follows.</summary>
        private protected abstract void Over();

        [SuppressMessage("Design", "CA1031", Justification = "It is given to the awaiter.")]
        private protected override void Run()
        {
            bool? result;
            try
            {
                result = TakeOrPark();
            }
            catch (Exception failure)
            {
                Unregister();
                Over();
                core.SetException(failure);
                return;
            }
            if (result == null)
                return;
            Unregister();
            core.SetResult(result.Value);
        }

        private bool? TakeOrPark()
        {
            while (true)
            {
                ThrowIfCancelled();
                signal.Lower();
                bool? taken = Take();
                if (taken != null)
                    return taken;
                Register();
                if (!signal.Park(this))
                    continue;
                bool isCancelled = first.IsCancellationRequested || second.IsCancellationRequested;
                // Whoever unparks has to go on: here, or on the pool.
                if (!isCancelled || !signal.Unpark(this))
                    return null;
            }
        }

        private void Register()
        {
            if (first.CanBeCanceled && firstEnd == default)
                firstEnd = Cancellation.Register(Cancelled, this, first);
            if (second.CanBeCanceled && secondEnd == default)
                secondEnd = Cancellation.Register(Cancelled, this, second);
        }

        private void Unregister()
        {
            firstEnd.Dispose();
            secondEnd.Dispose();
            firstEnd = default;
            secondEnd = default;
        }

        private static void Cancelled(object? state)
        {
            var wait = (AsyncWait)state!;
            if (wait.signal.Unpark(wait))
                wait.Queue();
        }

        bool IValueTaskSource<bool>.GetResult(short token)
        {
            return core.GetResult(token);
        }

        ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token)
        {
            return core.GetStatus(token);
        }

        void IValueTaskSource<bool>.OnCompleted(
            Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
        {
            core.OnCompleted(continuation, state, token, flags);
        }
    }

    /// <summary>What the binding does with tokens, and with tasks that go on after them.</summary>
    internal static class Cancellation
    {
        /// <summary>Observes a task whose failure concerns nobody any more.</summary>
        [SuppressMessage("Design", "CA1031", Justification = "Nobody waits for it.")]
        internal static async Task Silently(Task task)
        {
            try
            {
                await task.ConfigureAwait(false);
            }
            catch (Exception)
            {
                // See above.
            }
        }

        /// <summary>Registers with a token without what flows.</summary>
        internal static CancellationTokenRegistration Register(Action<object?> call, object state, CancellationToken token)
        {
#if NET
            return token.UnsafeRegister(call, state);
#else
            if (ExecutionContext.IsFlowSuppressed())
                return token.Register(call!, state, false);
            using (ExecutionContext.SuppressFlow())
                return token.Register(call!, state, false);
#endif
        }
    }
}
