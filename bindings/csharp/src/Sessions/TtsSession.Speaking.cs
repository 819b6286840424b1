// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using PalabraAI.Interop;

namespace PalabraAI
{
    public sealed partial class TtsSession
    {
        private static long generations;

        /// <summary>
        /// Says the tokens of a language model as they come, and gives the speech as it comes. It reads the events of the session:
        /// nobody else may read meanwhile, and what is not of this speech is kept for the next reader, within the Limits of the
        /// options, beside what these allow the library to hold and what was kept before. Leaving the loop takes the speech back.
        /// </summary>
        /// <param name="tokens">
        /// Pieces of the text, with the spaces between words, cut anywhere. What they throw is thrown in the loop. The loop does
        /// not wait for them when it ends early: they should end by the token of their enumerator.
        /// </param>
        /// <param name="voice">Another voice, from this text on; <see langword="null"/>: as before.</param>
        /// <param name="cancellationToken">Ends the loop, and takes the speech back.</param>
        /// <returns>The speech, up to the event whose IsLast is true.</returns>
        /// <exception cref="ArgumentException">
        /// In the loop: a text is null, too long or holds a NUL, or a number of the voice is out of range.
        /// </exception>
        /// <exception cref="InvalidOperationException">
        /// In the loop: the events are being read already, come by an <see cref="EventQueue"/>, or speech does not come as events.
        /// </exception>
        /// <exception cref="PalabraException">In the loop: the service refused, the session is over, or the text was cancelled.</exception>
        /// <exception cref="ObjectDisposedException">In the loop: the session was disposed of.</exception>
        /// <exception cref="OperationCanceledException">In the loop: the token was cancelled.</exception>
        [SuppressMessage("Performance", "CA1849", Justification = "What is registered runs elsewhere.")]
        [SuppressMessage("Reliability", "CA2000", Justification = "AfterAsync disposes of it.")]
        public async IAsyncEnumerable<AudioEvent> SpeakAsync(
            IAsyncEnumerable<string> tokens, TtsVoice? voice = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            Guard.NotNull(tokens, nameof(tokens));
            if (mode == OutputMode.Playout)
                throw new InvalidOperationException("The speech of this session is read by ReadAudio");
            string generation = "spoken-" + Interlocked.Increment(ref generations);
            var loop = new GenerationLoop(Events, generation, cancellationToken);
            var ends = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            Task feeding = FeedAsync(tokens, voice, generation, loop, ends.Token);
            try
            {
                while (await loop.MoveNextAsync().ConfigureAwait(false))
                    yield return loop.Current;
                cancellationToken.ThrowIfCancellationRequested();
                await feeding.ConfigureAwait(false);
            }
            finally
            {
                ends.Cancel();
                loop.EndSending();
                loop.Release();
                if (!loop.IsComplete)
                    TakeBack(generation);
                // Not awaited: tokens that ignore their own token must not hold the loop. No piece is sent any more.
                _ = AfterAsync(feeding, ends);
            }
        }

        /// <summary>As the other, for a text that is there as a whole.</summary>
        /// <param name="text">What to say.</param>
        /// <param name="voice">Another voice, from this text on; <see langword="null"/>: as before.</param>
        /// <param name="cancellationToken">Ends the loop, and takes the speech back.</param>
        /// <returns>The speech, up to the event whose IsLast is true.</returns>
        /// <exception cref="ArgumentException">
        /// In the loop: a text is null, too long or holds a NUL, or a number of the voice is out of range.
        /// </exception>
        /// <exception cref="InvalidOperationException">
        /// In the loop: the events are being read already, come by an <see cref="EventQueue"/>, or speech does not come as events.
        /// </exception>
        /// <exception cref="PalabraException">In the loop: the service refused, the session is over, or the text was cancelled.</exception>
        /// <exception cref="ObjectDisposedException">In the loop: the session was disposed of.</exception>
        /// <exception cref="OperationCanceledException">In the loop: the token was cancelled.</exception>
        public IAsyncEnumerable<AudioEvent> SpeakAsync(string text, TtsVoice? voice = null, CancellationToken cancellationToken = default)
        {
            Guard.NotNull(text, nameof(text));
            return SpeakAsync(One(text), voice, cancellationToken);
        }

        // The last piece has to say that it is the last: each is held back until the next one is known.
        private async Task FeedAsync(
            IAsyncEnumerable<string> tokens, TtsVoice? voice, string generation, GenerationLoop loop, CancellationToken cancellationToken)
        {
            try
            {
                string? held = null;
                await foreach (string token in tokens.WithCancellation(cancellationToken).ConfigureAwait(false))
                {
                    if (string.IsNullOrEmpty(token))
                        continue;
                    if (held != null)
                        await SendPieceAsync(held, false, generation, voice, loop, cancellationToken).ConfigureAwait(false);
                    held = token;
                }
                if (held == null)
                    loop.EndEmpty();
                else
                    await SendPieceAsync(held, true, generation, voice, loop, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception failure)
            {
                loop.Fail(failure);
                throw;
            }
        }

        private async Task SendPieceAsync(
            string piece, bool isLast, string generation, TtsVoice? voice, GenerationLoop loop, CancellationToken cancellationToken)
        {
            while (true)
            {
                cancellationToken.ThrowIfCancellationRequested();
                try
                {
                    loop.Send(() => SendText(piece.AsSpan(), isLast, generation, voice));
                    return;
                }
                catch (PalabraException full) when (full.Status == PalabraStatus.Again)
                {
                    await Task.Delay(20, cancellationToken).ConfigureAwait(false);
                }
            }
        }

        private static async Task AfterAsync(Task feeding, CancellationTokenSource ends)
        {
            await Cancellation.Silently(feeding).ConfigureAwait(false);
            ends.Dispose();
        }

        private void TakeBack(string generation)
        {
            try
            {
                CancelGeneration(generation);
            }
            catch (PalabraException)
            {
                // Nothing of it comes any more anyway.
            }
            catch (ObjectDisposedException)
            {
                // As above.
            }
        }

#pragma warning disable CS1998 // There is nothing to wait for.
        private static async IAsyncEnumerable<string> One(string text)
        {
            yield return text;
        }
#pragma warning restore CS1998
    }
}
