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
    /// Two parties on one line, each in its own language: each hears the translation of the other, and the other's own voice
    /// under it. A party joins by <see cref="Join"/>, and its line exchanges audio with its <see cref="PalabraLeg"/>. When both
    /// have joined, a translation is opened for each direction; it belongs to the call, whose events tell of it. A translation
    /// that ends does not end the call: the parties still hear each other.
    /// </summary>
    public sealed partial class PalabraCall : PalabraConversation
    {
        private readonly SessionIdentity identity;
        private readonly CallStatus status;

        internal PalabraCall(OpenedSession opened, PalabraClient client) : this(opened, client, new CallStatus(opened.Handle))
        {
        }

        private PalabraCall(OpenedSession opened, PalabraClient client, CallStatus status) : base(opened, client, status)
        {
            identity = opened.Identity;
            this.status = status;
        }

        /// <summary>The number that the options gave the call, which its events have as SessionTag.</summary>
        public long CallTag => identity.SessionTag;

        /// <summary>
        /// Adds a party. One that has joined and has neither exchanged nor read audio is not on the line yet, as while its
        /// telephone rings: the translations are connected meanwhile, but nothing of the other party is sent or heard. So have it
        /// join when the telephone begins to ring, and exchange audio when it is answered. For a transfer dispose of the leg and
        /// have another one join: it can have another language and other formats.
        /// </summary>
        /// <param name="options">Settings, which are copied.</param>
        /// <returns>The leg. Dispose of it when the party hangs up; otherwise it stays as long as the call.</returns>
        /// <exception cref="ArgumentNullException">`options` is null.</exception>
        /// <exception cref="ArgumentException">A setting is missing or out of range.</exception>
        /// <exception cref="InvalidOperationException">The call has two legs.</exception>
        /// <exception cref="PalabraException">There are no credentials, too many legs, or the call is over.</exception>
        /// <exception cref="ObjectDisposedException">The call was disposed of.</exception>
        public PalabraLeg Join(PalabraLegOptions options)
        {
            Guard.NotNull(options, nameof(options));
            Guard.NotDisposed(IsDisposed, nameof(PalabraCall));
            return options.Join(this, (CallHandle)Handle, Status);
        }

        /// <summary>
        /// Reads the statistics of the call and of all its parties, as one line of JSON for a log: those of <see cref="LegStats"/>
        /// by their names in C, when each came and left, and each link between them with the status that ended it. The last word is
        /// there when all was heard. They stay readable after the disposal.
        /// </summary>
        /// <returns>A JSON object. Later versions add members.</returns>
        [SuppressMessage("Design", "CA1024", Justification = "It asks the library, and each result is another one.")]
        public string GetStatsJson()
        {
            return status.StatsJson;
        }

        /// <summary>
        /// Waits until the service listens to one of the parties for the first time, without a thread. Events stay where they are.
        /// </summary>
        /// <param name="cancellationToken">Ends the wait; the call goes on.</param>
        /// <returns>Completes when the first translation is ready.</returns>
        /// <exception cref="PalabraException">The call is over. This is the reason.</exception>
        /// <exception cref="ObjectDisposedException">The call was disposed of.</exception>
        /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
        public Task WaitReadyAsync(CancellationToken cancellationToken = default)
        {
            return Events.Watch.ReadyAsync(cancellationToken);
        }
    }
}
