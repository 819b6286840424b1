// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using System.Buffers;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using PalabraAI.Interop;

namespace PalabraAI
{
    /// <summary>Text-to-speech: texts in, speech out, as events or read by ReadAudio.</summary>
    public sealed partial class TtsSession : PalabraSession
    {
        // More than a message holds.
        private const int StackBytes = 2048;
        private readonly AudioOutput output;
        private readonly TextPieces pieces = new TextPieces();
        private readonly OutputMode mode;

        internal TtsSession(OpenedSession opened, PalabraClient client) : base(opened, client, typeof(TtsSession))
        {
            output = new AudioOutput(opened, Status);
            mode = opened.Mode;
        }

        /// <summary>
        /// Has a text said, or a piece of one, such as a token of a language model. Pieces of a generation are joined as they are,
        /// so they need the spaces between words. The first half of a surrogate pair waits for the next piece; what stays half
        /// becomes U+FFFD.
        /// </summary>
        /// <param name="text">
        /// At most 1024 characters, or 256 with a client id and secret; more with SplitLongTexts in the options.
        /// </param>
        /// <param name="isLast">Whether nothing follows in the generation: the service completes its speech.</param>
        /// <param name="generation">The generation; <see langword="null"/>: the library's own, until its last piece.</param>
        /// <param name="voice">Another voice, from this text on, for all generations; <see langword="null"/>: as before.</param>
        /// <param name="userTag">Any number, which the speech of a generation has from its first text.</param>
        /// <param name="resetContext">Whether the voice forgets the texts before this one.</param>
        /// <exception cref="ArgumentException">The text is empty, too long or holds a NUL, or a number of the voice is out of range.</exception>
        /// <exception cref="PalabraException">The session is over, or too many texts wait (<see cref="PalabraStatus.Again"/>).</exception>
        /// <exception cref="ObjectDisposedException">The session was disposed of.</exception>
        public void SendText(
            ReadOnlySpan<char> text, bool isLast = false, string? generation = null, TtsVoice? voice = null, long userTag = 0,
            bool resetContext = false)
        {
            lock (pieces)
            {
                ArraySegment<char> joined = TextPieces.Join(pieces.HalfOf(generation), text, isLast, out char behind);
                try
                {
                    // A half alone says nothing yet.
                    if (joined.Count > 0 || behind == '\0')
                        Send(joined, isLast, generation, voice, userTag, resetContext);
                    pieces.Keep(generation, behind);
                }
                finally
                {
                    ArrayPool<char>.Shared.Return(joined.Array!);
                }
            }
        }

        /// <summary>As <see cref="SendText(ReadOnlySpan{char}, bool, string, TtsVoice, long, bool)"/>, of a string.</summary>
        /// <param name="text">
        /// At most 1024 characters, or 256 with a client id and secret; more with SplitLongTexts in the options.
        /// </param>
        /// <param name="isLast">Whether nothing follows in the generation: the service completes its speech.</param>
        /// <param name="generation">The generation; <see langword="null"/>: the library's own, until its last piece.</param>
        /// <param name="voice">Another voice, from this text on, for all generations; <see langword="null"/>: as before.</param>
        /// <param name="userTag">Any number, which the speech of a generation has from its first text.</param>
        /// <param name="resetContext">Whether the voice forgets the texts before this one.</param>
        /// <exception cref="ArgumentException">The text is null, empty, too long or holds a NUL, or a number of the voice is out of range.</exception>
        /// <exception cref="PalabraException">The session is over, or too many texts wait (<see cref="PalabraStatus.Again"/>).</exception>
        /// <exception cref="ObjectDisposedException">The session was disposed of.</exception>
        public void SendText(
            string text, bool isLast = false, string? generation = null, TtsVoice? voice = null, long userTag = 0, bool resetContext = false)
        {
            Guard.NotNull(text, nameof(text));
            SendText(text.AsSpan(), isLast, generation, voice, userTag, resetContext);
        }

        /// <summary>
        /// Takes a generation back, or all of them: nothing of it comes or is heard any more. Answer:
        /// <see cref="EventKind.TaskStatus"/> with the command "cancel".
        /// </summary>
        /// <param name="generation">The generation; <see langword="null"/>: all of them.</param>
        /// <param name="userTag">Any number, which the answer has.</param>
        /// <exception cref="ArgumentException">The id is empty or too long.</exception>
        /// <exception cref="PalabraException">The session is over, or too many commands wait: nothing is heard nevertheless.</exception>
        /// <exception cref="ObjectDisposedException">The session was disposed of.</exception>
        public unsafe void CancelGeneration(string? generation = null, long userTag = 0)
        {
            lock (pieces)
                pieces.Forget(generation);
            using (var texts = new NativeTexts())
            {
                byte* id = texts.Add(generation, nameof(generation));
                Check(Native.palabra_session_cancel(Handle.Id, id, (ulong)userTag), nameof(generation));
            }
        }

        /// <summary>
        /// Takes back the generations whose first text had a tag, while others go on. Answer: one
        /// <see cref="EventKind.TaskStatus"/> with the tag.
        /// </summary>
        /// <param name="userTag">The tag, not 0.</param>
        /// <exception cref="ArgumentException">The tag is 0.</exception>
        /// <exception cref="PalabraException">The session is over, or too many commands wait: nothing is heard nevertheless.</exception>
        /// <exception cref="ObjectDisposedException">The session was disposed of.</exception>
        public void CancelTagged(long userTag)
        {
            Check(Native.palabra_session_cancel_tagged(Handle.Id, (ulong)userTag), nameof(userTag));
        }

        /// <summary>
        /// Says a text and returns its speech when it is complete. Everything else that the session says goes on; any number of
        /// texts may be said so at once. It holds a thread of the binding, none of the pool.
        /// </summary>
        /// <param name="text">What to say, as for <see cref="SendText(string, bool, string, TtsVoice, long, bool)"/>.</param>
        /// <param name="voice">Another voice, for this text and all later ones; <see langword="null"/>: as before.</param>
        /// <param name="userTag">Any number: <see cref="CancelTagged"/> ends the call by it.</param>
        /// <param name="cancellationToken">Ends the call; the text is cancelled.</param>
        /// <returns>The speech.</returns>
        /// <exception cref="ArgumentException">The text is empty, too long or holds a NUL, or a number of the voice is out of range.</exception>
        /// <exception cref="PalabraException">The service refused, the session is over, or the text was cancelled.</exception>
        /// <exception cref="ObjectDisposedException">The session was disposed of.</exception>
        /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
        public Task<PalabraAudio> SynthesizeAsync(
            string text, TtsVoice? voice = null, long userTag = 0, CancellationToken cancellationToken = default)
        {
            return Spans.During("palabra.synthesize", "tts", () => Synthesis(text, voice, userTag, -1).Start(cancellationToken));
        }

        /// <summary>As <see cref="SynthesizeAsync"/>, on this thread.</summary>
        /// <param name="text">What to say, as for <see cref="SendText(string, bool, string, TtsVoice, long, bool)"/>.</param>
        /// <param name="timeout">How long to wait; the text is cancelled then.</param>
        /// <param name="voice">Another voice, for this text and all later ones; <see langword="null"/>: as before.</param>
        /// <param name="userTag">Any number: <see cref="CancelTagged"/> ends the call by it.</param>
        /// <returns>The speech.</returns>
        /// <exception cref="ArgumentException">The text is empty, too long or holds a NUL, or a number is out of range.</exception>
        /// <exception cref="PalabraTimeoutException">The time was up.</exception>
        /// <exception cref="PalabraException">The service refused, the session is over, or the text was cancelled.</exception>
        /// <exception cref="ObjectDisposedException">The session was disposed of.</exception>
        public PalabraAudio Synthesize(string text, TimeSpan timeout, TtsVoice? voice = null, long userTag = 0)
        {
            return Synthesis(text, voice, userTag, Times.Limit(timeout, nameof(timeout))).Now();
        }

        private unsafe ServiceCall<PalabraAudio> Synthesis(string text, TtsVoice? voice, long userTag, int timeoutMs)
        {
            var writer = new OptionsWriter(nameof(voice));
            return new ServiceCall<PalabraAudio>(writer, texts =>
            {
                NativeTtsVoice other = Written(voice, writer);
                var words = (IntPtr)texts.AddRequired(text, nameof(text));
                return call => Synthesize(call, words, voice == null, other, userTag, timeoutMs);
            });
        }

        private static unsafe NativeTtsVoice Written(TtsVoice? voice, OptionsWriter writer)
        {
            var raw = new NativeTtsVoice();
            voice?.Write(&raw, writer);
            return raw;
        }

        private unsafe PalabraAudio Synthesize(CallToken call, IntPtr words, bool isSameVoice, NativeTtsVoice voice, long userTag, int timeoutMs)
        {
            NativeError told = PalabraException.NewError();
            NativeAudio raw = PalabraAudio.NewRaw();
            int status;
            using (call.Cover(&told))
            {
                status = Native.palabra_session_synthesize(
                    Handle.Id, (byte*)words, 0, isSameVoice ? null : &voice, (ulong)userTag, &raw, timeoutMs, &told);
            }
            GC.KeepAlive(this);
            call.ThrowIfEnded(status);
            // The text alone may have been taken back.
            if (status == (int)PalabraStatus.Closed && State != PalabraSessionState.Closed)
                throw PalabraException.Of(PalabraStatus.Closed, &told);
            Status.Check(status, &told, "text");
            return PalabraAudio.Copy(&raw);
        }

        private unsafe void Send(ArraySegment<char> text, bool isLast, string? generation, TtsVoice? voice, long userTag, bool resetContext)
        {
            uint flags = (isLast ? TextBits.Eos : 0) | (resetContext ? TextBits.ResetContext : 0);
            int most = Encoding.UTF8.GetMaxByteCount(text.Count) + 1;
            byte[]? large = most > StackBytes ? ArrayPool<byte>.Shared.Rent(most) : null;
            try
            {
                byte* small = stackalloc byte[large == null ? most : 1];
                fixed (byte* rented = large)
                {
                    byte* words = large == null ? small : rented;
                    Encode(text, words, most);
                    Send(words, flags, generation, voice, userTag);
                }
            }
            finally
            {
                if (large != null)
                    ArrayPool<byte>.Shared.Return(large);
            }
        }

        private static unsafe void Encode(ArraySegment<char> text, byte* words, int most)
        {
            int length = 0;
            fixed (char* start = text.Array)
            {
                if (new ReadOnlySpan<char>(start, text.Count).IndexOf('\0') >= 0)
                    throw new ArgumentException("The text must not contain a NUL character.", nameof(text));
                if (text.Count > 0)
                    length = Encoding.UTF8.GetBytes(start, text.Count, words, most - 1);
            }
            words[length] = 0;
        }

        private unsafe void Send(byte* words, uint flags, string? generation, TtsVoice? voice, long userTag)
        {
            NativeError told = PalabraException.NewError();
            if (generation == null && voice == null)
            {
                Status.Check(Native.palabra_session_send_text(Handle.Id, words, flags, null, null, (ulong)userTag, &told), &told, "text");
                return;
            }
            using (var writer = new OptionsWriter(nameof(voice)))
            {
                var other = new NativeTtsVoice();
                voice?.Write(&other, writer);
                byte* id = writer.Add(generation, nameof(generation));
                NativeTtsVoice* changed = voice == null ? null : &other;
                Status.Check(Native.palabra_session_send_text(Handle.Id, words, flags, id, changed, (ulong)userTag, &told), &told, "text");
            }
        }
    }
}
