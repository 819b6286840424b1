// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using PalabraAI.Interop;

namespace PalabraAI
{
    /// <summary>
    /// The REST sessions of an account, for programs that pass address and token of a stream to somebody else. Sessions
    /// that are opened without a stream create theirs by themselves. Each call asks the service and waits for its answer;
    /// the asynchronous forms hold no thread of the pool.
    /// </summary>
    public sealed partial class RestSessions
    {
        private const int NoLimit = -1;

        private readonly PalabraClient client;

        internal RestSessions(PalabraClient client)
        {
            this.client = client;
        }

        /// <summary>Creates a REST session. Up to three attempts are made.</summary>
        /// <param name="timeout">Limit of the whole call; null: the client's timeouts.</param>
        /// <returns>The session, with its token.</returns>
        /// <exception cref="ArgumentOutOfRangeException">The time is negative.</exception>
        /// <exception cref="ObjectDisposedException">The client was disposed.</exception>
        /// <exception cref="PalabraTimeoutException">The time was up.</exception>
        /// <exception cref="PalabraException">The service refused the call, or was not reached.</exception>
        public RestSession Create(TimeSpan? timeout = null)
        {
            return Creating(Times.Limit(timeout, nameof(timeout))).Now();
        }

        /// <summary>Creates a REST session. Up to three attempts are made.</summary>
        /// <param name="cancellationToken">Ends the call within 50 ms. The service may have done what was asked of it.</param>
        /// <returns>The session, with its token.</returns>
        /// <exception cref="ObjectDisposedException">The client was disposed.</exception>
        /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
        /// <exception cref="PalabraException">The service refused the call, or was not reached.</exception>
        public Task<RestSession> CreateAsync(CancellationToken cancellationToken = default)
        {
            return Creating(NoLimit).Start(cancellationToken);
        }

        /// <summary>Lists the REST sessions of the account, of all pages. At most services they have no token.</summary>
        /// <param name="timeout">Limit of the whole call; null: the client's timeouts.</param>
        /// <returns>The sessions.</returns>
        /// <exception cref="ArgumentOutOfRangeException">The time is negative.</exception>
        /// <exception cref="ObjectDisposedException">The client was disposed.</exception>
        /// <exception cref="PalabraTimeoutException">The time was up.</exception>
        /// <exception cref="PalabraException">The service refused the call, or was not reached.</exception>
        public IReadOnlyList<RestSession> List(TimeSpan? timeout = null)
        {
            return Listing(Times.Limit(timeout, nameof(timeout))).Now();
        }

        /// <summary>Lists the REST sessions of the account, of all pages. At most services they have no token.</summary>
        /// <param name="cancellationToken">Ends the call within 50 ms. The service may have done what was asked of it.</param>
        /// <returns>The sessions.</returns>
        /// <exception cref="ObjectDisposedException">The client was disposed.</exception>
        /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
        /// <exception cref="PalabraException">The service refused the call, or was not reached.</exception>
        public Task<IReadOnlyList<RestSession>> ListAsync(CancellationToken cancellationToken = default)
        {
            return Listing(NoLimit).Start(cancellationToken);
        }

        /// <summary>Reads a REST session.</summary>
        /// <param name="id">The id of the REST session, or that of a ready session's first event.</param>
        /// <param name="timeout">Limit of the whole call; null: the client's timeouts.</param>
        /// <returns>The session. At most services it has no token.</returns>
        /// <exception cref="ArgumentException">`id` is null or empty, or a time is negative.</exception>
        /// <exception cref="ObjectDisposedException">The client was disposed.</exception>
        /// <exception cref="PalabraTimeoutException">The time was up.</exception>
        /// <exception cref="PalabraException">The service refused the call, or was not reached.</exception>
        public RestSession Get(string id, TimeSpan? timeout = null)
        {
            return Getting(id, Times.Limit(timeout, nameof(timeout))).Now();
        }

        /// <summary>Reads a REST session.</summary>
        /// <param name="id">The id of the REST session, or that of a ready session's first event.</param>
        /// <param name="cancellationToken">Ends the call within 50 ms. The service may have done what was asked of it.</param>
        /// <returns>The session. At most services it has no token.</returns>
        /// <exception cref="ArgumentException">`id` is null or empty.</exception>
        /// <exception cref="ObjectDisposedException">The client was disposed.</exception>
        /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
        /// <exception cref="PalabraException">The service refused the call, or was not reached.</exception>
        public Task<RestSession> GetAsync(string id, CancellationToken cancellationToken = default)
        {
            return Getting(id, NoLimit).Start(cancellationToken);
        }

        /// <summary>Sets for how long a REST session exists without a stream, from now on.</summary>
        /// <param name="id">The id of the REST session, or that of a ready session's first event.</param>
        /// <param name="lifetime">The time, in whole seconds.</param>
        /// <param name="timeout">Limit of the whole call; null: the client's timeouts.</param>
        /// <exception cref="ArgumentException">`id` is null or empty, or `lifetime` is out of range.</exception>
        /// <exception cref="ObjectDisposedException">The client was disposed.</exception>
        /// <exception cref="PalabraTimeoutException">The time was up.</exception>
        /// <exception cref="PalabraException">The service refused the call, or was not reached.</exception>
        public void SetLifetime(string id, TimeSpan lifetime, TimeSpan? timeout = null)
        {
            Prolonging(id, lifetime, Times.Limit(timeout, nameof(timeout))).Now();
        }

        /// <summary>Sets for how long a REST session exists without a stream, from now on.</summary>
        /// <param name="id">The id of the REST session, or that of a ready session's first event.</param>
        /// <param name="lifetime">The time, in whole seconds.</param>
        /// <param name="cancellationToken">Ends the call within 50 ms. The service may have done what was asked of it.</param>
        /// <returns>Completes when the service has answered.</returns>
        /// <exception cref="ArgumentException">`id` is null or empty, or `lifetime` is out of range.</exception>
        /// <exception cref="ObjectDisposedException">The client was disposed.</exception>
        /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
        /// <exception cref="PalabraException">The service refused the call, or was not reached.</exception>
        public Task SetLifetimeAsync(string id, TimeSpan lifetime, CancellationToken cancellationToken = default)
        {
            return Prolonging(id, lifetime, NoLimit).Start(cancellationToken);
        }

        /// <summary>Deletes a REST session at the service. Otherwise it expires by itself.</summary>
        /// <param name="id">The id of the REST session, or that of a ready session's first event.</param>
        /// <param name="timeout">Limit of the whole call; null: the client's timeouts.</param>
        /// <exception cref="ArgumentException">`id` is null or empty, or a time is negative.</exception>
        /// <exception cref="ObjectDisposedException">The client was disposed.</exception>
        /// <exception cref="PalabraTimeoutException">The time was up.</exception>
        /// <exception cref="PalabraException">The service refused the call, or was not reached.</exception>
        public void Delete(string id, TimeSpan? timeout = null)
        {
            Deleting(id, Times.Limit(timeout, nameof(timeout))).Now();
        }

        /// <summary>Deletes a REST session at the service. Otherwise it expires by itself.</summary>
        /// <param name="id">The id of the REST session, or that of a ready session's first event.</param>
        /// <param name="cancellationToken">Ends the call within 50 ms. The service may have done what was asked of it.</param>
        /// <returns>Completes when the service has answered.</returns>
        /// <exception cref="ArgumentException">`id` is null or empty.</exception>
        /// <exception cref="ObjectDisposedException">The client was disposed.</exception>
        /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
        /// <exception cref="PalabraException">The service refused the call, or was not reached.</exception>
        public Task DeleteAsync(string id, CancellationToken cancellationToken = default)
        {
            return Deleting(id, NoLimit).Start(cancellationToken);
        }
    }
}
