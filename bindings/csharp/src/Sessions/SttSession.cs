// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using System.Threading;
using System.Threading.Tasks;
using PalabraAI.Interop;

namespace PalabraAI
{
    /// <summary>Speech-to-text: audio in, texts out.</summary>
    public sealed class SttSession : AudioSession
    {
        internal SttSession(OpenedSession opened, PalabraClient client) : base(opened, client, typeof(SttSession))
        {
        }

        /// <summary>
        /// Takes bytes of encoded audio on their way to the service, which are sent unchanged, of a session whose options have an
        /// encoded Format. The bytes are one stream, cut anywhere. For audio threads: it throws only mistakes.
        /// </summary>
        /// <param name="data">The next bytes of the stream.</param>
        /// <returns>Bytes taken: the others are to be sent again. 0 as well when the session is over.</returns>
        /// <exception cref="InvalidOperationException">The session takes samples, or another thread is sending.</exception>
        public int SendEncoded(ReadOnlySpan<byte> data)
        {
            return Input.SendEncoded(data, nameof(data));
        }

        /// <summary>As <see cref="SendEncoded"/>, until all of it is taken, waiting for room without a thread.</summary>
        /// <param name="data">The next bytes of the stream. They must stay as they are until the call completes.</param>
        /// <param name="cancellationToken">Ends the call; some of the bytes may have been taken.</param>
        /// <returns>Completes when all of it is taken.</returns>
        /// <exception cref="InvalidOperationException">The session takes samples, or another thread is sending.</exception>
        /// <exception cref="PalabraException">The session is over. This is the reason.</exception>
        /// <exception cref="ObjectDisposedException">The session was disposed of.</exception>
        /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
        public ValueTask SendEncodedAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken = default)
        {
            return Input.SendAsync(data, rest => Input.SendEncoded(rest.Span, nameof(data)), cancellationToken);
        }

        /// <summary>
        /// Asks for a final text now, without waiting for a pause. Answer: a final <see cref="TranscriptEvent"/> with the tag, whose
        /// text is empty when nothing was said.
        /// </summary>
        /// <param name="userTag">Any number, which the answer has.</param>
        /// <exception cref="PalabraException">The session is over, or too many commands wait.</exception>
        /// <exception cref="ObjectDisposedException">The session was disposed of.</exception>
        public void FinalizeNow(long userTag = 0)
        {
            Check(Native.palabra_session_finalize(Handle.Id, (ulong)userTag));
        }

        /// <summary>
        /// Asks for a final text now, and waits for it without a thread. Whoever reads the events gets it too. While nobody reads,
        /// the events before it are kept for the next reader, within the Limits of the options, beside what these allow
        /// the library to hold; with an <see cref="EventQueue"/> somebody has to read that.
        /// </summary>
        /// <param name="cancellationToken">Ends the wait; the text comes as an event nevertheless.</param>
        /// <returns>The event with the final text, which is "" when nothing was said.</returns>
        /// <exception cref="PalabraTimeoutException">The service gave no text within the FinalizeTimeout of the options.</exception>
        /// <exception cref="PalabraException">The session is over, or too many commands wait.</exception>
        /// <exception cref="ObjectDisposedException">The session was disposed of.</exception>
        /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
        public Task<TranscriptEvent> FinalizeAsync(CancellationToken cancellationToken = default)
        {
            return Spans.During("palabra.finalize", "stt", () => FinalTextAsync(cancellationToken));
        }

        private async Task<TranscriptEvent> FinalTextAsync(CancellationToken cancellationToken)
        {
            PalabraEvent answer = await Events.Answers.AskAsync(FinalizeNow, cancellationToken).ConfigureAwait(false);
            if (answer is ErrorEvent refused)
                throw PalabraException.Create(refused.Error);
            return (TranscriptEvent)answer;
        }
    }
}
