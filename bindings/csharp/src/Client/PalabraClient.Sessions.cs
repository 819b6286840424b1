// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using System.Threading;
using System.Threading.Tasks;
using PalabraAI.Interop;

namespace PalabraAI
{
    public sealed partial class PalabraClient
    {
        /// <summary>
        /// Opens a translation session and returns immediately. The outcome is an event: <see cref="EventKind.Ready"/>, or
        /// <see cref="EventKind.Closed"/> with the reason. Audio may be sent and commands given from the first moment.
        /// </summary>
        /// <param name="options">Settings, which are copied.</param>
        /// <returns>The session, to be disposed.</returns>
        /// <exception cref="ArgumentNullException">`options` is null.</exception>
        /// <exception cref="ArgumentException">A setting is missing, out of range or contradicts another one.</exception>
        /// <exception cref="ObjectDisposedException">The client, or the queue of the settings, was disposed.</exception>
        /// <exception cref="PalabraException">There are no credentials, or too many sessions.</exception>
        public TranslationSession OpenTranslation(TranslationOptions options)
        {
            return sessions.Add(new TranslationSession(Open(options), this));
        }

        /// <summary>
        /// Opens a text-to-speech session and returns immediately; see <see cref="OpenTranslation"/>.
        /// <see cref="EventKind.Ready"/> says only that the stream is open: what the service has against the settings comes as
        /// <see cref="EventKind.Error"/>.
        /// </summary>
        /// <param name="options">Settings, which are copied.</param>
        /// <returns>The session, to be disposed.</returns>
        /// <exception cref="ArgumentNullException">`options` is null.</exception>
        /// <exception cref="ArgumentException">A setting is missing, out of range or contradicts another one.</exception>
        /// <exception cref="ObjectDisposedException">The client, or the queue of the settings, was disposed.</exception>
        /// <exception cref="PalabraException">There are no credentials, or too many sessions.</exception>
        public TtsSession OpenTts(TtsOptions options)
        {
            return sessions.Add(new TtsSession(Open(options), this));
        }

        /// <summary>
        /// Opens a speech-to-text session and returns immediately; see <see cref="OpenTranslation"/>. Texts are events of the
        /// kind <see cref="EventKind.Transcript"/>, up to the last one after the end.
        /// </summary>
        /// <param name="options">Settings, which are copied.</param>
        /// <returns>The session, to be disposed.</returns>
        /// <exception cref="ArgumentNullException">`options` is null.</exception>
        /// <exception cref="ArgumentException">A setting is missing, out of range or contradicts another one.</exception>
        /// <exception cref="ObjectDisposedException">The client, or the queue of the settings, was disposed.</exception>
        /// <exception cref="PalabraException">There are no credentials, or too many sessions.</exception>
        public SttSession OpenStt(SttOptions options)
        {
            return sessions.Add(new SttSession(Open(options), this));
        }

        /// <summary>
        /// Opens a call for two parties that speak different languages and returns immediately. They join it by
        /// <see cref="PalabraCall.Join"/>; nothing is connected before both have joined.
        /// </summary>
        /// <param name="options">Settings, which are copied.</param>
        /// <returns>The call, to be disposed.</returns>
        /// <exception cref="ArgumentNullException">`options` is null.</exception>
        /// <exception cref="ArgumentException">A setting is out of range, or one that the legs and the call have themselves.</exception>
        /// <exception cref="ObjectDisposedException">The client, or the queue of the settings, was disposed.</exception>
        /// <exception cref="PalabraException">There are too many calls, or no thread can be started.</exception>
        public PalabraCall OpenCall(PalabraCallOptions options)
        {
            Guard.NotNull(options, nameof(options));
            Guard.NotDisposed(handle.IsGone, nameof(PalabraClient));
            OpenedSession opened = options.Open(handle, QueueOfNames.Get(), QueueOfNames.NewKey());
            opened.Tokens = tokens;
            GC.KeepAlive(this);
            return sessions.Add(new PalabraCall(opened, this));
        }

        /// <summary>Opens a translation session and waits, without a thread, until it is ready.</summary>
        /// <param name="options">Settings, which are copied.</param>
        /// <param name="cancellationToken">Ends the wait; the session is closed then.</param>
        /// <returns>The session, to be disposed.</returns>
        /// <exception cref="ArgumentException">A setting is missing, out of range or contradicts another one.</exception>
        /// <exception cref="ObjectDisposedException">The client, or the queue of the settings, was disposed.</exception>
        /// <exception cref="PalabraException">The session did not become ready, for this reason.</exception>
        /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
        public Task<TranslationSession> OpenTranslationAsync(TranslationOptions options, CancellationToken cancellationToken = default)
        {
            Guard.NotNull(options, nameof(options));
            if (cancellationToken.IsCancellationRequested)
                return Task.FromCanceled<TranslationSession>(cancellationToken);
            return Spans.During("palabra.open", "translation", () => WhenReady(OpenTranslation(options), cancellationToken));
        }

        /// <summary>Opens a text-to-speech session and waits, without a thread, until its stream is open.</summary>
        /// <param name="options">Settings, which are copied.</param>
        /// <param name="cancellationToken">Ends the wait; the session is closed then.</param>
        /// <returns>The session, to be disposed.</returns>
        /// <exception cref="ArgumentException">A setting is missing, out of range or contradicts another one.</exception>
        /// <exception cref="ObjectDisposedException">The client, or the queue of the settings, was disposed.</exception>
        /// <exception cref="PalabraException">The session did not become ready, for this reason.</exception>
        /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
        public Task<TtsSession> OpenTtsAsync(TtsOptions options, CancellationToken cancellationToken = default)
        {
            Guard.NotNull(options, nameof(options));
            if (cancellationToken.IsCancellationRequested)
                return Task.FromCanceled<TtsSession>(cancellationToken);
            return Spans.During("palabra.open", "tts", () => WhenReady(OpenTts(options), cancellationToken));
        }

        /// <summary>Opens a speech-to-text session and waits, without a thread, until its stream is open.</summary>
        /// <param name="options">Settings, which are copied.</param>
        /// <param name="cancellationToken">Ends the wait; the session is closed then.</param>
        /// <returns>The session, to be disposed.</returns>
        /// <exception cref="ArgumentException">A setting is missing, out of range or contradicts another one.</exception>
        /// <exception cref="ObjectDisposedException">The client, or the queue of the settings, was disposed.</exception>
        /// <exception cref="PalabraException">The session did not become ready, for this reason.</exception>
        /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
        public Task<SttSession> OpenSttAsync(SttOptions options, CancellationToken cancellationToken = default)
        {
            Guard.NotNull(options, nameof(options));
            if (cancellationToken.IsCancellationRequested)
                return Task.FromCanceled<SttSession>(cancellationToken);
            return Spans.During("palabra.open", "stt", () => WhenReady(OpenStt(options), cancellationToken));
        }

        /// <summary>Frees the client and waits for nothing. Open sessions and calls live on.</summary>
        public void Dispose()
        {
            tokens?.Stop();
            handle.CloseNow(0);
            handle.Dispose();
        }

        /// <summary>
        /// Closes all open sessions and calls of the client at the same time, each within its <see cref="SessionTimeouts.Close"/>, and
        /// frees the client.
        /// </summary>
        /// <returns>Completes when all of them are closed.</returns>
        public async ValueTask DisposeAsync()
        {
            Dispose();
            await sessions.CloseAllAsync().ConfigureAwait(false);
        }

        private OpenedSession Open(SessionOptions options)
        {
            Guard.NotNull(options, nameof(options));
            Guard.NotDisposed(handle.IsGone, nameof(PalabraClient));
            OpenedSession opened = options.Open(handle, QueueOfNames.Get(), QueueOfNames.NewKey());
            opened.Tokens = tokens;
            GC.KeepAlive(this);
            return opened;
        }

        private static async Task<T> WhenReady<T>(T session, CancellationToken cancellationToken) where T : PalabraSession
        {
            try
            {
                await session.WaitReadyAsync(cancellationToken).ConfigureAwait(false);
                return session;
            }
            catch
            {
                Abandon(session);
                throw;
            }
        }

        // Not the asynchronous disposal, which waits for the goodbye: whoever cancels does not.
        private static void Abandon(PalabraSession session)
        {
            session.Dispose();
        }
    }
}
