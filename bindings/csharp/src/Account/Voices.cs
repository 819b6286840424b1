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
    /// The voices of an account. Each call asks the service and waits for its answer; the asynchronous forms hold no thread
    /// of the pool. Any thread may call anything.
    /// </summary>
    public sealed partial class Voices
    {
        private const int NoLimit = -1;

        private readonly PalabraClient client;

        internal Voices(PalabraClient client)
        {
            this.client = client;
        }

        /// <summary>
        /// Clones a voice and, unless the options say otherwise, waits until it is ready. Everything is checked before anything
        /// is sent.
        /// </summary>
        /// <param name="options">The voice. Name, Language and a sample are required.</param>
        /// <param name="timeout">Limit of the whole call; null: the client's timeouts, and 300 s for the voice.</param>
        /// <returns>The voice.</returns>
        /// <exception cref="ArgumentNullException">`options` is null.</exception>
        /// <exception cref="ArgumentException">A setting is missing, out of range or contradicts another one.</exception>
        /// <exception cref="ObjectDisposedException">The client was disposed.</exception>
        /// <exception cref="PalabraTimeoutException">The time was up. What was last seen is in its Partial.</exception>
        /// <exception cref="PalabraException">
        /// The service refused the call, or was not reached. What exists nevertheless is in its Partial.
        /// </exception>
        public Voice Create(VoiceOptions options, TimeSpan? timeout = null)
        {
            return Creating(options, Times.Limit(timeout, nameof(timeout))).Now();
        }

        /// <summary>
        /// Clones a voice and, unless the options say otherwise, waits until it is ready. Everything is checked before anything
        /// is sent.
        /// </summary>
        /// <param name="options">The voice. Name, Language and a sample are required.</param>
        /// <param name="cancellationToken">Ends the call within 50 ms. The service may have done what was asked of it.</param>
        /// <returns>The voice.</returns>
        /// <exception cref="ArgumentNullException">`options` is null.</exception>
        /// <exception cref="ArgumentException">A setting is missing, out of range or contradicts another one.</exception>
        /// <exception cref="ObjectDisposedException">The client was disposed.</exception>
        /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
        /// <exception cref="PalabraException">
        /// The service refused the call, or was not reached. What exists nevertheless is in its Partial.
        /// </exception>
        public Task<Voice> CreateAsync(VoiceOptions options, CancellationToken cancellationToken = default)
        {
            return Creating(options, NoLimit).Start(cancellationToken);
        }

        /// <summary>Waits until a voice is ready.</summary>
        /// <param name="id">The id of the voice.</param>
        /// <param name="timeout">Limit of the whole call; null: the client's timeouts, and 300 s for the voice.</param>
        /// <returns>The voice.</returns>
        /// <exception cref="ArgumentException">`id` is null or empty, or a time is negative.</exception>
        /// <exception cref="ObjectDisposedException">The client was disposed.</exception>
        /// <exception cref="PalabraTimeoutException">The time was up. What was last seen is in its Partial.</exception>
        /// <exception cref="PalabraException">
        /// The service refused the call, or was not reached. What exists nevertheless is in its Partial.
        /// </exception>
        public Voice WaitReady(string id, TimeSpan? timeout = null)
        {
            return Waiting(id, Times.Limit(timeout, nameof(timeout))).Now();
        }

        /// <summary>Waits until a voice is ready.</summary>
        /// <param name="id">The id of the voice.</param>
        /// <param name="cancellationToken">Ends the call within 50 ms. The service may have done what was asked of it.</param>
        /// <returns>The voice.</returns>
        /// <exception cref="ArgumentException">`id` is null or empty.</exception>
        /// <exception cref="ObjectDisposedException">The client was disposed.</exception>
        /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
        /// <exception cref="PalabraException">
        /// The service refused the call, or was not reached. What exists nevertheless is in its Partial.
        /// </exception>
        public Task<Voice> WaitReadyAsync(string id, CancellationToken cancellationToken = default)
        {
            return Waiting(id, NoLimit).Start(cancellationToken);
        }

        /// <summary>Reads one voice.</summary>
        /// <param name="id">The id of the voice.</param>
        /// <param name="timeout">Limit of the whole call; null: the client's timeouts.</param>
        /// <returns>The voice.</returns>
        /// <exception cref="ArgumentException">`id` is null or empty, or a time is negative.</exception>
        /// <exception cref="ObjectDisposedException">The client was disposed.</exception>
        /// <exception cref="PalabraTimeoutException">The time was up.</exception>
        /// <exception cref="PalabraException">The service refused the call, or was not reached.</exception>
        public Voice Get(string id, TimeSpan? timeout = null)
        {
            return Getting(id, Times.Limit(timeout, nameof(timeout))).Now();
        }

        /// <summary>Reads one voice.</summary>
        /// <param name="id">The id of the voice.</param>
        /// <param name="cancellationToken">Ends the call within 50 ms. The service may have done what was asked of it.</param>
        /// <returns>The voice.</returns>
        /// <exception cref="ArgumentException">`id` is null or empty.</exception>
        /// <exception cref="ObjectDisposedException">The client was disposed.</exception>
        /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
        /// <exception cref="PalabraException">The service refused the call, or was not reached.</exception>
        public Task<Voice> GetAsync(string id, CancellationToken cancellationToken = default)
        {
            return Getting(id, NoLimit).Start(cancellationToken);
        }

        /// <summary>Lists the account's own voices, of all pages.</summary>
        /// <param name="search">A part of the name, 2 characters or more; null: any.</param>
        /// <param name="language">Language of the sample; null: any.</param>
        /// <param name="timeout">Limit of the whole call; null: the client's timeouts.</param>
        /// <returns>The voices.</returns>
        /// <exception cref="ArgumentException">A text holds a NUL or half a surrogate pair, or the time is negative.</exception>
        /// <exception cref="ObjectDisposedException">The client was disposed.</exception>
        /// <exception cref="PalabraTimeoutException">The time was up.</exception>
        /// <exception cref="PalabraException">The service refused the call, or was not reached.</exception>
        public IReadOnlyList<Voice> List(string? search = null, string? language = null, TimeSpan? timeout = null)
        {
            return Listing(search, language, Times.Limit(timeout, nameof(timeout))).Now();
        }

        /// <summary>Lists the account's own voices, of all pages.</summary>
        /// <param name="search">A part of the name, 2 characters or more; null: any.</param>
        /// <param name="language">Language of the sample; null: any.</param>
        /// <param name="cancellationToken">Ends the call within 50 ms. The service may have done what was asked of it.</param>
        /// <returns>The voices.</returns>
        /// <exception cref="ArgumentException">A text holds a NUL or half a surrogate pair.</exception>
        /// <exception cref="ObjectDisposedException">The client was disposed.</exception>
        /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
        /// <exception cref="PalabraException">The service refused the call, or was not reached.</exception>
        public Task<IReadOnlyList<Voice>> ListAsync(
            string? search = null, string? language = null, CancellationToken cancellationToken = default)
        {
            return Listing(search, language, NoLimit).Start(cancellationToken);
        }

        /// <summary>Lists the voices that every account has.</summary>
        /// <param name="timeout">Limit of the whole call; null: the client's timeouts.</param>
        /// <returns>The voices.</returns>
        /// <exception cref="ArgumentOutOfRangeException">The time is negative.</exception>
        /// <exception cref="ObjectDisposedException">The client was disposed.</exception>
        /// <exception cref="PalabraTimeoutException">The time was up.</exception>
        /// <exception cref="PalabraException">The service refused the call, or was not reached.</exception>
        public IReadOnlyList<Voice> ListBuiltin(TimeSpan? timeout = null)
        {
            return ListingBuiltin(Times.Limit(timeout, nameof(timeout))).Now();
        }

        /// <summary>Lists the voices that every account has.</summary>
        /// <param name="cancellationToken">Ends the call within 50 ms. The service may have done what was asked of it.</param>
        /// <returns>The voices.</returns>
        /// <exception cref="ObjectDisposedException">The client was disposed.</exception>
        /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
        /// <exception cref="PalabraException">The service refused the call, or was not reached.</exception>
        public Task<IReadOnlyList<Voice>> ListBuiltinAsync(CancellationToken cancellationToken = default)
        {
            return ListingBuiltin(NoLimit).Start(cancellationToken);
        }

        /// <summary>Changes a voice.</summary>
        /// <param name="id">The id of the voice.</param>
        /// <param name="options">What to change: the name, the description or the labels. What is null stays as it is.</param>
        /// <param name="timeout">Limit of the whole call; null: the client's timeouts.</param>
        /// <returns>The voice as it is now.</returns>
        /// <exception cref="ArgumentNullException">`options` is null.</exception>
        /// <exception cref="ArgumentException">`id` is null or empty, or a setting cannot be changed.</exception>
        /// <exception cref="ObjectDisposedException">The client was disposed.</exception>
        /// <exception cref="PalabraTimeoutException">The time was up.</exception>
        /// <exception cref="PalabraException">The service refused the call, or was not reached.</exception>
        public Voice Update(string id, VoiceOptions options, TimeSpan? timeout = null)
        {
            return Updating(id, options, Times.Limit(timeout, nameof(timeout))).Now();
        }

        /// <summary>Changes a voice.</summary>
        /// <param name="id">The id of the voice.</param>
        /// <param name="options">What to change: the name, the description or the labels. What is null stays as it is.</param>
        /// <param name="cancellationToken">Ends the call within 50 ms. The service may have done what was asked of it.</param>
        /// <returns>The voice as it is now.</returns>
        /// <exception cref="ArgumentNullException">`options` is null.</exception>
        /// <exception cref="ArgumentException">`id` is null or empty, or a setting cannot be changed.</exception>
        /// <exception cref="ObjectDisposedException">The client was disposed.</exception>
        /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
        /// <exception cref="PalabraException">The service refused the call, or was not reached.</exception>
        public Task<Voice> UpdateAsync(string id, VoiceOptions options, CancellationToken cancellationToken = default)
        {
            return Updating(id, options, NoLimit).Start(cancellationToken);
        }

        /// <summary>Deletes a voice.</summary>
        /// <param name="id">The id of the voice.</param>
        /// <param name="timeout">Limit of the whole call; null: the client's timeouts.</param>
        /// <exception cref="ArgumentException">`id` is null or empty, or a time is negative.</exception>
        /// <exception cref="ObjectDisposedException">The client was disposed.</exception>
        /// <exception cref="PalabraTimeoutException">The time was up.</exception>
        /// <exception cref="PalabraException">The service refused the call, or was not reached.</exception>
        public void Delete(string id, TimeSpan? timeout = null)
        {
            Deleting(id, Times.Limit(timeout, nameof(timeout))).Now();
        }

        /// <summary>Deletes a voice.</summary>
        /// <param name="id">The id of the voice.</param>
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
