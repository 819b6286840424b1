// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;

namespace PalabraAI
{
    // What a line sends and takes.
    public sealed partial class PalabraLeg
    {
        /// <summary>
        /// One tick of the party's line, as 16-bit samples: <see cref="AudioEncoding.S16"/>. It takes what the party says, and fills
        /// the whole output with what the party hears. Input is always taken: what cannot be delivered in time is dropped, the oldest first, which
        /// a <see cref="WarningEvent"/> tells. After <see cref="PalabraConversation.End"/> it is ignored, so that the same loop
        /// plays the rest. For audio threads: it does not lock, wait or allocate, and throws only mistakes.
        /// </summary>
        /// <param name="input">Whole frames, at most 500 ms; empty: nothing arrived.</param>
        /// <param name="output">Receives whole frames, at most 500 ms.</param>
        /// <returns>What is heard; <see cref="SoundFlags.Ended"/>: the call is over and everything was heard, or the party has left.</returns>
        /// <exception cref="ArgumentException">The last frame is not complete, it is too much at once, or the two overlap.</exception>
        /// <exception cref="InvalidOperationException">A format has other elements, or another thread sends or reads.</exception>
        public SoundFlags Exchange(ReadOnlySpan<short> input, Span<short> output)
        {
            return audio.Exchange(input, output);
        }

        /// <summary>
        /// One tick of the party's line, as floats: <see cref="AudioEncoding.F32"/>. It takes what the party says, and fills
        /// the whole output with what the party hears. Input is always taken: what cannot be delivered in time is dropped, the oldest first, which
        /// a <see cref="WarningEvent"/> tells. After <see cref="PalabraConversation.End"/> it is ignored, so that the same loop
        /// plays the rest. For audio threads: it does not lock, wait or allocate, and throws only mistakes.
        /// </summary>
        /// <param name="input">Whole frames, at most 500 ms; empty: nothing arrived.</param>
        /// <param name="output">Receives whole frames, at most 500 ms.</param>
        /// <returns>What is heard; <see cref="SoundFlags.Ended"/>: the call is over and everything was heard, or the party has left.</returns>
        /// <exception cref="ArgumentException">The last frame is not complete, it is too much at once, or the two overlap.</exception>
        /// <exception cref="InvalidOperationException">A format has other elements, or another thread sends or reads.</exception>
        public SoundFlags Exchange(ReadOnlySpan<float> input, Span<float> output)
        {
            return audio.Exchange(input, output);
        }

        /// <summary>
        /// One tick of the party's line, as bytes: any encoding, as the options or the formats say. It takes what the party says, and fills
        /// the whole output with what the party hears. Input is always taken: what cannot be delivered in time is dropped, the oldest first, which
        /// a <see cref="WarningEvent"/> tells. After <see cref="PalabraConversation.End"/> it is ignored, so that the same loop
        /// plays the rest. For audio threads: it does not lock, wait or allocate, and throws only mistakes.
        /// </summary>
        /// <param name="input">Whole frames, at most 500 ms; empty: nothing arrived.</param>
        /// <param name="output">Receives whole frames, at most 500 ms.</param>
        /// <returns>What is heard; <see cref="SoundFlags.Ended"/>: the call is over and everything was heard, or the party has left.</returns>
        /// <exception cref="ArgumentException">The last frame is not complete, it is too much at once, or the two overlap.</exception>
        /// <exception cref="InvalidOperationException">A format has other elements, or another thread sends or reads.</exception>
        public SoundFlags Exchange(ReadOnlySpan<byte> input, Span<byte> output)
        {
            return audio.Exchange(input, output);
        }

        /// <summary>
        /// As <see cref="Exchange(ReadOnlySpan{short}, Span{short})"/>, for a packet with an RTP timestamp: packets may come late, out of
        /// order, twice or never. One that is missing is waited for as long as <see cref="PalabraLegOptions.Jitter"/> says; then it
        /// was lost, as after <see cref="Skip"/>. Use one of both on a leg, once per tick also if nothing has arrived; of several
        /// packets in a tick all but one have an empty output.
        /// </summary>
        /// <param name="input">Whole frames, at most 500 ms; empty: no packet arrived.</param>
        /// <param name="rtpTimestamp">The packet's, in frames of the input format; its lower 32 bits count. Without a packet: ignored.</param>
        /// <param name="output">Receives whole frames, at most 500 ms.</param>
        /// <returns>What is heard; <see cref="SoundFlags.Ended"/>: the call is over and everything was heard, or the party has left.</returns>
        /// <exception cref="ArgumentException">The last frame is not complete, it is too much at once, or the two overlap.</exception>
        /// <exception cref="InvalidOperationException">A format has other elements, or another thread sends or reads.</exception>
        public SoundFlags ExchangeAt(ReadOnlySpan<short> input, long rtpTimestamp, Span<short> output)
        {
            return audio.Exchange(input, output, unchecked((uint)rtpTimestamp));
        }

        /// <summary>
        /// As <see cref="Exchange(ReadOnlySpan{float}, Span{float})"/>, for a packet with an RTP timestamp: packets may come late, out of
        /// order, twice or never. One that is missing is waited for as long as <see cref="PalabraLegOptions.Jitter"/> says; then it
        /// was lost, as after <see cref="Skip"/>. Use one of both on a leg, once per tick also if nothing has arrived; of several
        /// packets in a tick all but one have an empty output.
        /// </summary>
        /// <param name="input">Whole frames, at most 500 ms; empty: no packet arrived.</param>
        /// <param name="rtpTimestamp">The packet's, in frames of the input format; its lower 32 bits count. Without a packet: ignored.</param>
        /// <param name="output">Receives whole frames, at most 500 ms.</param>
        /// <returns>What is heard; <see cref="SoundFlags.Ended"/>: the call is over and everything was heard, or the party has left.</returns>
        /// <exception cref="ArgumentException">The last frame is not complete, it is too much at once, or the two overlap.</exception>
        /// <exception cref="InvalidOperationException">A format has other elements, or another thread sends or reads.</exception>
        public SoundFlags ExchangeAt(ReadOnlySpan<float> input, long rtpTimestamp, Span<float> output)
        {
            return audio.Exchange(input, output, unchecked((uint)rtpTimestamp));
        }

        /// <summary>
        /// As <see cref="Exchange(ReadOnlySpan{byte}, Span{byte})"/>, for a packet with an RTP timestamp: packets may come late, out of
        /// order, twice or never. One that is missing is waited for as long as <see cref="PalabraLegOptions.Jitter"/> says; then it
        /// was lost, as after <see cref="Skip"/>. Use one of both on a leg, once per tick also if nothing has arrived; of several
        /// packets in a tick all but one have an empty output.
        /// </summary>
        /// <param name="input">Whole frames, at most 500 ms; empty: no packet arrived.</param>
        /// <param name="rtpTimestamp">The packet's, in frames of the input format; its lower 32 bits count. Without a packet: ignored.</param>
        /// <param name="output">Receives whole frames, at most 500 ms.</param>
        /// <returns>What is heard; <see cref="SoundFlags.Ended"/>: the call is over and everything was heard, or the party has left.</returns>
        /// <exception cref="ArgumentException">The last frame is not complete, it is too much at once, or the two overlap.</exception>
        /// <exception cref="InvalidOperationException">A format has other elements, or another thread sends or reads.</exception>
        public SoundFlags ExchangeAt(ReadOnlySpan<byte> input, long rtpTimestamp, Span<byte> output)
        {
            return audio.Exchange(input, output, unchecked((uint)rtpTimestamp));
        }

        /// <summary>
        /// The half of <see cref="Exchange(ReadOnlySpan{short}, Span{short})"/> that takes what the party says, for lines that send and
        /// read on two threads.
        /// </summary>
        /// <param name="audio">Whole frames: one sample of every channel each.</param>
        /// <returns>Elements taken: all of them, at the pace of speech. 0 when the call is over.</returns>
        /// <exception cref="ArgumentException">The last frame is not complete.</exception>
        /// <exception cref="InvalidOperationException">The format has other elements, or another thread is sending.</exception>
        public int SendAudio(ReadOnlySpan<short> audio)
        {
            return this.audio.Send(audio);
        }

        /// <summary>
        /// The half of <see cref="Exchange(ReadOnlySpan{float}, Span{float})"/> that takes what the party says, for lines that send and
        /// read on two threads.
        /// </summary>
        /// <param name="audio">Whole frames: one sample of every channel each.</param>
        /// <returns>Elements taken: all of them, at the pace of speech. 0 when the call is over.</returns>
        /// <exception cref="ArgumentException">The last frame is not complete.</exception>
        /// <exception cref="InvalidOperationException">The format has other elements, or another thread is sending.</exception>
        public int SendAudio(ReadOnlySpan<float> audio)
        {
            return this.audio.Send(audio);
        }

        /// <summary>
        /// The half of <see cref="Exchange(ReadOnlySpan{byte}, Span{byte})"/> that takes what the party says, for lines that send and
        /// read on two threads.
        /// </summary>
        /// <param name="audio">Whole frames: one sample of every channel each.</param>
        /// <returns>Elements taken: all of them, at the pace of speech. 0 when the call is over.</returns>
        /// <exception cref="ArgumentException">The last frame is not complete.</exception>
        /// <exception cref="InvalidOperationException">The format has other elements, or another thread is sending.</exception>
        public int SendAudio(ReadOnlySpan<byte> audio)
        {
            return this.audio.Send(audio);
        }

        /// <summary>The half of <see cref="Exchange(ReadOnlySpan{short}, Span{short})"/> that fills what the party hears.</summary>
        /// <param name="audio">Receives whole frames, at most 500 ms.</param>
        /// <returns>What is heard; <see cref="SoundFlags.Ended"/>: the call is over and everything was heard, or the party has left.</returns>
        /// <exception cref="ArgumentException">The last frame is not complete, or it is too much at once.</exception>
        /// <exception cref="InvalidOperationException">The format has other elements, or another thread is reading.</exception>
        public SoundFlags ReadAudio(Span<short> audio)
        {
            return this.audio.Read(audio);
        }

        /// <summary>The half of <see cref="Exchange(ReadOnlySpan{float}, Span{float})"/> that fills what the party hears.</summary>
        /// <param name="audio">Receives whole frames, at most 500 ms.</param>
        /// <returns>What is heard; <see cref="SoundFlags.Ended"/>: the call is over and everything was heard, or the party has left.</returns>
        /// <exception cref="ArgumentException">The last frame is not complete, or it is too much at once.</exception>
        /// <exception cref="InvalidOperationException">The format has other elements, or another thread is reading.</exception>
        public SoundFlags ReadAudio(Span<float> audio)
        {
            return this.audio.Read(audio);
        }

        /// <summary>The half of <see cref="Exchange(ReadOnlySpan{byte}, Span{byte})"/> that fills what the party hears.</summary>
        /// <param name="audio">Receives whole frames, at most 500 ms.</param>
        /// <returns>What is heard; <see cref="SoundFlags.Ended"/>: the call is over and everything was heard, or the party has left.</returns>
        /// <exception cref="ArgumentException">The last frame is not complete, or it is too much at once.</exception>
        /// <exception cref="InvalidOperationException">The format has other elements, or another thread is reading.</exception>
        public SoundFlags ReadAudio(Span<byte> audio)
        {
            return this.audio.Read(audio);
        }

        /// <summary>
        /// States that frames of what the party says were lost, such as packets that did not arrive. Call it before what follows
        /// them is exchanged or sent. For audio threads.
        /// </summary>
        /// <param name="frames">How many frames were lost.</param>
        /// <returns>Frames taken; 0 as well when the call is over.</returns>
        /// <exception cref="ArgumentOutOfRangeException">The number is negative.</exception>
        /// <exception cref="InvalidOperationException">Another thread is sending.</exception>
        public int Skip(int frames)
        {
            return audio.Skip(frames);
        }
    }
}
