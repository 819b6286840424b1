// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using System.Diagnostics;
using System.Threading;
using System.Threading.Tasks;
using System.Threading.Tasks.Sources;
using PalabraAI.Interop;

namespace PalabraAI
{
    /// <summary>
    /// The beat of audio in real time, such as a frame every 20 ms for a telephone: delays do not add up, and after a stall the
    /// frames that were missed follow at twice the pace instead of in a burst. No thread is held, and a wait allocates nothing.
    /// One waits at a time.
    /// </summary>
    /// <example>
    /// <code>
    /// using var pacer = new PalabraPacer(TimeSpan.FromMilliseconds(20));
    /// var frame = new byte[160];
    /// while (true)
    /// {
    ///     await pacer.WaitForNextFrameAsync(cancellationToken);
    ///     if ((session.ReadAudio(frame) &amp; SoundFlags.Ended) != 0)
    ///         break;
    ///     await SendAsync(frame);
    /// }
    /// </code>
    /// </example>
    public sealed class PalabraPacer : IDisposable, IValueTaskSource
    {
        internal const int FrameMilliseconds = 20;
        private static readonly TimeSpan mostLate = TimeSpan.FromSeconds(1);
        private readonly Timer timer;
        private readonly Stopwatch clock = Stopwatch.StartNew();
        private ManualResetValueTaskSourceCore<bool> core = new ManualResetValueTaskSourceCore<bool> { RunContinuationsAsynchronously = true };
        private PaceSchedule schedule;
        private CancellationTokenRegistration registration;
        private int waits;
        private int isDisposed;

        /// <summary>Creates a pacer. Its first frame is due when it is first waited for.</summary>
        /// <param name="interval">The time from frame to frame, 1 ms or more.</param>
        /// <exception cref="ArgumentOutOfRangeException">The interval is less than 1 ms.</exception>
        public PalabraPacer(TimeSpan interval) : this(interval, TimeSpan.Zero)
        {
        }

        /// <summary>Creates a pacer that runs ahead.</summary>
        /// <param name="interval">The time from frame to frame, 1 ms or more.</param>
        /// <param name="lead">How far ahead of real time it runs: frames for as long are due at once.</param>
        /// <exception cref="ArgumentOutOfRangeException">The interval is less than 1 ms, or the lead is negative.</exception>
        public PalabraPacer(TimeSpan interval, TimeSpan lead)
        {
            Guard.InRange(interval >= TimeSpan.FromMilliseconds(1), nameof(interval));
            Guard.InRange(lead >= TimeSpan.Zero, nameof(lead));
            schedule = new PaceSchedule(interval, lead, mostLate);
            timer = NewTimer();
        }

        /// <summary>The pacer of audio that is sent; with a negative lead its first frame is due later.</summary>
        internal static PalabraPacer OfFrames(TimeSpan lead)
        {
            TimeSpan interval = TimeSpan.FromMilliseconds(FrameMilliseconds);
            return new PalabraPacer(interval) { schedule = new PaceSchedule(interval, lead, mostLate) };
        }

        /// <summary>
        /// Frames by which the schedule was moved, because the program stood still for more than a second.
        /// </summary>
        public long SkippedFrames => schedule.Skipped;

        /// <summary>Waits until the next frame is due.</summary>
        /// <param name="cancellationToken">Ends the wait. The frame is due then as before.</param>
        /// <returns>Completes when the frame is due, at once if it is late.</returns>
        /// <exception cref="InvalidOperationException">Another wait is under way.</exception>
        /// <exception cref="ObjectDisposedException">The pacer was disposed of.</exception>
        /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
        public ValueTask WaitForNextFrameAsync(CancellationToken cancellationToken = default)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Guard.NotDisposed(Volatile.Read(ref isDisposed) != 0, nameof(PalabraPacer));
            if (Volatile.Read(ref waits) != 0)
                throw new InvalidOperationException("Another wait is under way");
            TimeSpan wait = schedule.Wait(clock.Elapsed);
            if (wait <= TimeSpan.Zero)
            {
                schedule.Take(clock.Elapsed);
                return default;
            }
            core.Reset();
            Volatile.Write(ref waits, 1);
            registration = cancellationToken.CanBeCanceled ? Cancellation.Register(Cancelled, new Cancel(this, cancellationToken), cancellationToken) : default;
            timer.Change((int)Math.Ceiling(wait.TotalMilliseconds), Timeout.Infinite);
            return new ValueTask(this, core.Version);
        }

        /// <summary>Ends the pacer. A wait ends by <see cref="ObjectDisposedException"/>.</summary>
        public void Dispose()
        {
            if (Interlocked.Exchange(ref isDisposed, 1) != 0)
                return;
            timer.Dispose();
            Fail(new ObjectDisposedException(nameof(PalabraPacer)));
        }

        private Timer NewTimer()
        {
            if (ExecutionContext.IsFlowSuppressed())
                return new Timer(Due, this, Timeout.Infinite, Timeout.Infinite);
            using (ExecutionContext.SuppressFlow())
                return new Timer(Due, this, Timeout.Infinite, Timeout.Infinite);
        }

        private static void Due(object? state)
        {
            var pacer = (PalabraPacer)state!;
            if (Interlocked.Exchange(ref pacer.waits, 0) == 0)
                return;
            pacer.schedule.Take(pacer.clock.Elapsed);
            pacer.core.SetResult(true);
        }

        private static void Cancelled(object? state)
        {
            var cancel = (Cancel)state!;
            cancel.Pacer.Fail(new OperationCanceledException(cancel.Token));
        }

        private void Fail(Exception why)
        {
            if (Interlocked.Exchange(ref waits, 0) != 0)
                core.SetException(why);
        }

        void IValueTaskSource.GetResult(short token)
        {
            registration.Dispose();
            core.GetResult(token);
        }

        ValueTaskSourceStatus IValueTaskSource.GetStatus(short token)
        {
            return core.GetStatus(token);
        }

        void IValueTaskSource.OnCompleted(
            Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
        {
            core.OnCompleted(continuation, state, token, flags);
        }

        private sealed class Cancel
        {
            internal readonly PalabraPacer Pacer;
            internal readonly CancellationToken Token;

            internal Cancel(PalabraPacer pacer, CancellationToken token)
            {
                Pacer = pacer;
                Token = token;
            }
        }
    }
}
