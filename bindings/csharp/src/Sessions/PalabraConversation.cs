// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using System.Diagnostics.CodeAnalysis;
using System.Threading;
using System.Threading.Tasks;
using PalabraAI.Interop;

namespace PalabraAI
{
    /// <summary>
    /// What a <see cref="PalabraSession"/> and a <see cref="PalabraCall"/> have in common: events, of which one reads at a time,
    /// an end and a life. Any thread may call anything. Dispose of it when it is over: what is not disposed of lives until nobody
    /// refers to it.
    /// </summary>
    [SuppressMessage("Design", "CA1063", Justification = "Nobody else can derive from it, and it has no finalizer: its handle has.")]
    [SuppressMessage("Usage", "CA1816", Justification = "As above.")]
    public abstract partial class PalabraConversation : IDisposable, IAsyncDisposable
    {
        private readonly SessionIdentity identity;
        private readonly TimeSpan closeTimeout;

        private protected PalabraConversation(OpenedSession opened, PalabraClient client, ConversationStatus status)
        {
            Client = client;
            Handle = opened.Handle;
            identity = opened.Identity;
            closeTimeout = opened.CloseTimeout;
            Status = status;
            Events = new SessionEvents(opened, status);
        }

        /// <summary>The client that opened it.</summary>
        public PalabraClient Client { get; }

        /// <summary>Where in its life it is. That only moves forward; what was disposed of is closed.</summary>
        public PalabraSessionState State => Status.IsDisposed ? PalabraSessionState.Closed : Status.State;

        /// <summary>
        /// Why it closed. The status is <see cref="PalabraStatus.Ok"/> while it is open, and when it closed without an
        /// error. It stays readable after the disposal.
        /// </summary>
        public PalabraError LastError => Status.LastError;

        /// <summary>The object that the options gave it, of which the events tell.</summary>
        public object? Tag => identity.Tag;

        /// <summary>The name that the options gave it; "": none.</summary>
        public string Name => identity.Name;

        internal bool IsDisposed => Status.IsDisposed;

        private protected ConversationHandle Handle { get; }

        private protected ConversationStatus Status { get; }

        private protected SessionEvents Events { get; }

        /// <summary>
        /// Ends it: no more input is taken, what was taken is sent, and its texts and speech are delivered, then
        /// <see cref="ClosedEvent"/>. Again is nothing.
        /// </summary>
        /// <exception cref="PalabraException">It is closed. This is the reason.</exception>
        /// <exception cref="ObjectDisposedException">It was disposed of.</exception>
        public void End()
        {
            int ended = Handle.End();
            if (ended != (int)PalabraStatus.Ended)
                Check(ended);
        }

        /// <summary>
        /// Closes it in whatever state it is, and waits on this thread for the goodbye to the service. What was not
        /// read is dropped; for the tail call <see cref="CompleteAsync"/> before. Again is nothing.
        /// </summary>
        /// <param name="timeout">How long to wait; the goodbye goes on in the background then.</param>
        /// <exception cref="ArgumentOutOfRangeException">The time is negative.</exception>
        public void Close(TimeSpan timeout)
        {
            int milliseconds = Times.Bounded(timeout, nameof(timeout));
            if (!Status.Dispose())
                return;
            try
            {
                Events.OnDisposed();
            }
            finally
            {
                // Also if telling the readers failed: nobody else can close it any more.
                CloseAndTell(milliseconds);
            }
        }

        /// <summary>As <see cref="Close"/>, without holding a thread of the pool.</summary>
        /// <param name="timeout">How long to wait; default: the Close time-out of the options.</param>
        /// <param name="cancellationToken">Ends the wait; it is closed nevertheless.</param>
        /// <returns>Completes when the goodbye is said, or the time is up.</returns>
        /// <exception cref="ArgumentOutOfRangeException">The time is negative.</exception>
        /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
        public Task CloseAsync(TimeSpan? timeout = null, CancellationToken cancellationToken = default)
        {
            int milliseconds = Times.Bounded(timeout ?? closeTimeout, nameof(timeout));
            if (Status.Dispose())
                _ = SayGoodbyeAsync(milliseconds);
            Task closes = Status.Goodbye.Task;
            return cancellationToken.CanBeCanceled ? UntilCancelled(closes, cancellationToken) : closes;
        }

        /// <summary>
        /// Closes it and waits for nothing: who reads its events gets <see cref="ObjectDisposedException"/>, what was
        /// not read is dropped, and the goodbye to the service goes on in the background.
        /// </summary>
        public void Dispose()
        {
            Close(TimeSpan.Zero);
        }

        /// <summary>
        /// Closes it and waits for the goodbye to the service, up to the Close time-out of the options. What was not
        /// read is dropped.
        /// </summary>
        /// <returns>Completes when the goodbye is said, or the time is up.</returns>
        public ValueTask DisposeAsync()
        {
            return new ValueTask(CloseAsync());
        }

        private void CloseAndTell(int milliseconds)
        {
            try
            {
                Handle.CloseNow(milliseconds);
            }
            finally
            {
                Status.Goodbye.TrySetResult(true);
            }
        }

        // Calls that hang may have all the threads for waiting: then the goodbye goes on in the background when the time is up.
        [SuppressMessage("Performance", "CA1849", Justification = "Nothing is registered but the timer.")]
        private async Task SayGoodbyeAsync(int milliseconds)
        {
            var isSaid = new CancellationTokenSource();
            Deadline end = Deadline.After(TimeSpan.FromMilliseconds(milliseconds), nameof(milliseconds));
            bool areTold = false;
            try
            {
                Events.OnDisposed();
                areTold = true;
                // The close itself is not cancelled: what it frees would stay.
                Task closes = CancelledCall.RunPatiently(() => Handle.CloseNow(end.Left));
                await Task.WhenAny(closes, Task.Delay(milliseconds, isSaid.Token)).ConfigureAwait(false);
            }
            catch (Exception error) when (!areTold)
            {
                // Who closes learns it, as by Close.
                Handle.CloseNow(0);
                Status.Goodbye.TrySetException(error);
            }
            finally
            {
                isSaid.Cancel();
                isSaid.Dispose();
                CloseAndTell(0);
            }
        }

        private protected unsafe int Check(int code, string? parameter = null)
        {
            int passed = Status.Check(code, null, parameter);
            GC.KeepAlive(this);
            return passed;
        }

        // Nothing else can be wrong with what is done to a recording.
        private protected unsafe void CheckRecording(int code, NativeError* told = null)
        {
            if (code == (int)PalabraStatus.InvalidArgument)
                throw new InvalidOperationException("There is no recording: StartRecording begins one");
            Status.Check(code, told);
            GC.KeepAlive(this);
        }

        private protected static async Task UntilCancelled(Task closes, CancellationToken cancellationToken)
        {
            bool isBefore = cancellationToken.IsCancellationRequested;
            var cancelled = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            using (Cancellation.Register(state => ((TaskCompletionSource<bool>)state!).TrySetResult(true), cancelled, cancellationToken))
            {
                if (isBefore || await Task.WhenAny(closes, cancelled.Task).ConfigureAwait(false) == cancelled.Task)
                {
                    _ = Cancellation.Silently(closes);
                    throw new OperationCanceledException(cancellationToken);
                }
            }
            await closes.ConfigureAwait(false);
        }
    }
}
