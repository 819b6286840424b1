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
    /// One live conversation with the service: a <see cref="TranslationSession"/>, a <see cref="TtsSession"/> or an
    /// <see cref="SttSession"/>. Any thread may call anything, with one sender of audio, one reader for each language and one
    /// reader of events at a time.
    /// </summary>
    public abstract class PalabraSession : PalabraConversation
    {
        private readonly SessionIdentity identity;
        private readonly SessionStatus status;

        private protected PalabraSession(OpenedSession opened, PalabraClient client, Type type)
            : this(opened, client, new SessionStatus(opened.Handle, type))
        {
        }

        private PalabraSession(OpenedSession opened, PalabraClient client, SessionStatus status) : base(opened, client, status)
        {
            identity = opened.Identity;
            this.status = status;
        }

        /// <summary>The number that the options gave the session.</summary>
        public long SessionTag => identity.SessionTag;

        /// <summary>Reads the statistics, from the opening to now, or to the disposal.</summary>
        /// <returns>The statistics at this moment.</returns>
        [SuppressMessage("Design", "CA1024", Justification = "It asks the library, and each result is another one.")]
        public SessionStats GetStats()
        {
            return status.Stats;
        }

        /// <summary>Waits on this thread until the session is ready. Events stay where they are.</summary>
        /// <param name="timeout">How long to wait; <see cref="Timeout.InfiniteTimeSpan"/>: without limit.</param>
        /// <returns><see langword="false"/>: the session is not ready yet.</returns>
        /// <exception cref="ArgumentOutOfRangeException">The time is negative.</exception>
        /// <exception cref="PalabraException">The session closed. This is the reason, always.</exception>
        /// <exception cref="ObjectDisposedException">The session was disposed of.</exception>
        public bool WaitReady(TimeSpan timeout)
        {
            return status.WaitReady(Times.Limit(timeout, nameof(timeout)));
        }

        /// <summary>Waits until the session is ready, without a thread. Events stay where they are.</summary>
        /// <param name="cancellationToken">Ends the wait; the session goes on.</param>
        /// <returns>Completes when the session is ready.</returns>
        /// <exception cref="PalabraException">The session closed. This is the reason, always.</exception>
        /// <exception cref="ObjectDisposedException">The session was disposed of.</exception>
        /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
        public Task WaitReadyAsync(CancellationToken cancellationToken = default)
        {
            return Events.Watch.ReadyAsync(cancellationToken);
        }
    }
}
