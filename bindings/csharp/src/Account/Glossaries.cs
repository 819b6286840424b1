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
    /// The glossaries of an account. Each call asks the service and waits for its answer; the asynchronous forms hold no
    /// thread of the pool. Any thread may call anything.
    /// </summary>
    public sealed partial class Glossaries
    {
        private const int NoLimit = -1;

        private readonly PalabraClient client;

        internal Glossaries(PalabraClient client)
        {
            this.client = client;
        }

        /// <summary>
        /// Creates a glossary and uploads its entries, which cannot be changed later. When only the entries are refused, the
        /// glossary exists without entries, to be deleted.
        /// </summary>
        /// <param name="options">The glossary.</param>
        /// <param name="timeout">Limit of the whole call; null: the client's timeouts.</param>
        /// <returns>The glossary.</returns>
        /// <exception cref="ArgumentNullException">`options` is null.</exception>
        /// <exception cref="ArgumentException">A setting is missing, out of range or contradicts another one.</exception>
        /// <exception cref="ObjectDisposedException">The client was disposed.</exception>
        /// <exception cref="PalabraTimeoutException">The time was up. What was last seen is in its Partial.</exception>
        /// <exception cref="PalabraException">
        /// The service refused the call, or was not reached. What exists nevertheless is in its Partial.
        /// </exception>
        public Glossary Create(GlossaryOptions options, TimeSpan? timeout = null)
        {
            return Creating(options, Times.Limit(timeout, nameof(timeout))).Now();
        }

        /// <summary>
        /// Creates a glossary and uploads its entries, which cannot be changed later. When only the entries are refused, the
        /// glossary exists without entries, to be deleted.
        /// </summary>
        /// <param name="options">The glossary.</param>
        /// <param name="cancellationToken">Ends the call within 50 ms. The service may have done what was asked of it.</param>
        /// <returns>The glossary.</returns>
        /// <exception cref="ArgumentNullException">`options` is null.</exception>
        /// <exception cref="ArgumentException">A setting is missing, out of range or contradicts another one.</exception>
        /// <exception cref="ObjectDisposedException">The client was disposed.</exception>
        /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
        /// <exception cref="PalabraException">
        /// The service refused the call, or was not reached. What exists nevertheless is in its Partial.
        /// </exception>
        public Task<Glossary> CreateAsync(GlossaryOptions options, CancellationToken cancellationToken = default)
        {
            return Creating(options, NoLimit).Start(cancellationToken);
        }

        /// <summary>Reads one glossary.</summary>
        /// <param name="id">The id of the glossary.</param>
        /// <param name="timeout">Limit of the whole call; null: the client's timeouts.</param>
        /// <returns>The glossary.</returns>
        /// <exception cref="ArgumentException">`id` is null or empty, or a time is negative.</exception>
        /// <exception cref="ObjectDisposedException">The client was disposed.</exception>
        /// <exception cref="PalabraTimeoutException">The time was up.</exception>
        /// <exception cref="PalabraException">The service refused the call, or was not reached.</exception>
        public Glossary Get(string id, TimeSpan? timeout = null)
        {
            return Getting(id, Times.Limit(timeout, nameof(timeout))).Now();
        }

        /// <summary>Reads one glossary.</summary>
        /// <param name="id">The id of the glossary.</param>
        /// <param name="cancellationToken">Ends the call within 50 ms. The service may have done what was asked of it.</param>
        /// <returns>The glossary.</returns>
        /// <exception cref="ArgumentException">`id` is null or empty.</exception>
        /// <exception cref="ObjectDisposedException">The client was disposed.</exception>
        /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
        /// <exception cref="PalabraException">The service refused the call, or was not reached.</exception>
        public Task<Glossary> GetAsync(string id, CancellationToken cancellationToken = default)
        {
            return Getting(id, NoLimit).Start(cancellationToken);
        }

        /// <summary>Lists the account's glossaries, of all pages.</summary>
        /// <param name="timeout">Limit of the whole call; null: the client's timeouts.</param>
        /// <returns>The glossaries.</returns>
        /// <exception cref="ArgumentOutOfRangeException">The time is negative.</exception>
        /// <exception cref="ObjectDisposedException">The client was disposed.</exception>
        /// <exception cref="PalabraTimeoutException">The time was up.</exception>
        /// <exception cref="PalabraException">The service refused the call, or was not reached.</exception>
        public IReadOnlyList<Glossary> List(TimeSpan? timeout = null)
        {
            return Listing(Times.Limit(timeout, nameof(timeout))).Now();
        }

        /// <summary>Lists the account's glossaries, of all pages.</summary>
        /// <param name="cancellationToken">Ends the call within 50 ms. The service may have done what was asked of it.</param>
        /// <returns>The glossaries.</returns>
        /// <exception cref="ObjectDisposedException">The client was disposed.</exception>
        /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
        /// <exception cref="PalabraException">The service refused the call, or was not reached.</exception>
        public Task<IReadOnlyList<Glossary>> ListAsync(CancellationToken cancellationToken = default)
        {
            return Listing(NoLimit).Start(cancellationToken);
        }

        /// <summary>Reads the entries of a glossary.</summary>
        /// <param name="id">The id of the glossary.</param>
        /// <param name="timeout">Limit of the whole call; null: the client's timeouts.</param>
        /// <returns>The CSV text as it was uploaded.</returns>
        /// <exception cref="ArgumentException">`id` is null or empty, or a time is negative.</exception>
        /// <exception cref="ObjectDisposedException">The client was disposed.</exception>
        /// <exception cref="PalabraTimeoutException">The time was up.</exception>
        /// <exception cref="PalabraException">The service refused the call, or was not reached.</exception>
        public string Download(string id, TimeSpan? timeout = null)
        {
            return Downloading(id, Times.Limit(timeout, nameof(timeout))).Now();
        }

        /// <summary>Reads the entries of a glossary.</summary>
        /// <param name="id">The id of the glossary.</param>
        /// <param name="cancellationToken">Ends the call within 50 ms. The service may have done what was asked of it.</param>
        /// <returns>The CSV text as it was uploaded.</returns>
        /// <exception cref="ArgumentException">`id` is null or empty.</exception>
        /// <exception cref="ObjectDisposedException">The client was disposed.</exception>
        /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
        /// <exception cref="PalabraException">The service refused the call, or was not reached.</exception>
        public Task<string> DownloadAsync(string id, CancellationToken cancellationToken = default)
        {
            return Downloading(id, NoLimit).Start(cancellationToken);
        }

        /// <summary>Renames a glossary, or switches it on or off.</summary>
        /// <param name="id">The id of the glossary.</param>
        /// <param name="name">The new name; null: it stays.</param>
        /// <param name="enabled">Whether sessions use it that do not name it; null: it stays.</param>
        /// <param name="timeout">Limit of the whole call; null: the client's timeouts.</param>
        /// <returns>The glossary as it is now.</returns>
        /// <exception cref="ArgumentException">`id` is null or empty, or a time is negative.</exception>
        /// <exception cref="ObjectDisposedException">The client was disposed.</exception>
        /// <exception cref="PalabraTimeoutException">The time was up.</exception>
        /// <exception cref="PalabraException">The service refused the call, or was not reached.</exception>
        public Glossary Update(string id, string? name = null, bool? enabled = null, TimeSpan? timeout = null)
        {
            return Updating(id, name, enabled, Times.Limit(timeout, nameof(timeout))).Now();
        }

        /// <summary>Renames a glossary, or switches it on or off.</summary>
        /// <param name="id">The id of the glossary.</param>
        /// <param name="name">The new name; null: it stays.</param>
        /// <param name="enabled">Whether sessions use it that do not name it; null: it stays.</param>
        /// <param name="cancellationToken">Ends the call within 50 ms. The service may have done what was asked of it.</param>
        /// <returns>The glossary as it is now.</returns>
        /// <exception cref="ArgumentException">`id` is null or empty.</exception>
        /// <exception cref="ObjectDisposedException">The client was disposed.</exception>
        /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
        /// <exception cref="PalabraException">The service refused the call, or was not reached.</exception>
        public Task<Glossary> UpdateAsync(
            string id, string? name = null, bool? enabled = null, CancellationToken cancellationToken = default)
        {
            return Updating(id, name, enabled, NoLimit).Start(cancellationToken);
        }

        /// <summary>Deletes a glossary.</summary>
        /// <param name="id">The id of the glossary.</param>
        /// <param name="timeout">Limit of the whole call; null: the client's timeouts.</param>
        /// <exception cref="ArgumentException">`id` is null or empty, or a time is negative.</exception>
        /// <exception cref="ObjectDisposedException">The client was disposed.</exception>
        /// <exception cref="PalabraTimeoutException">The time was up.</exception>
        /// <exception cref="PalabraException">The service refused the call, or was not reached.</exception>
        public void Delete(string id, TimeSpan? timeout = null)
        {
            Deleting(id, Times.Limit(timeout, nameof(timeout))).Now();
        }

        /// <summary>Deletes a glossary.</summary>
        /// <param name="id">The id of the glossary.</param>
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
