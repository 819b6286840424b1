// SPDX-License-Identifier: MIT OR Apache-2.0
using System;
using System.Threading;

namespace PalabraAI
{
    // What only sessions of text-to-speech and of speech-to-text do.
    public sealed partial class Session
    {
        /// <summary>
        /// Has a text said, or a piece of one, such as a token of a language model: its audio comes as Audio, or is read by
        /// ReadAudio. Texts with the same generationId (null: the library's own) are one generation, until one with
        /// TextFlags.Eos. Pieces are joined as they are, so they need the spaces between words. At most 1024 characters, or 256
        /// with a client id and secret; more with TtsFlags.Split. Status.Again: too much waits.
        /// </summary>
        public unsafe void SendText(
            string text, TextFlags flags = TextFlags.None, string generationId = null, TtsVoice voice = null, ulong userTag = 0)
        {
            using (var texts = new NativeTexts())
            {
                var other = new NativeTtsVoice();
                if (voice != null)
                    voice.Write(&other, texts);
                NativeError told = Palabra.NewError();
                byte* words = texts.Add(text, "text");
                byte* generation = texts.Add(generationId, "generationId");
                int status = Native.palabra_session_send_text(
                    handle.Id, words, (uint)flags, generation, voice == null ? null : &other, userTag, &told);
                GC.KeepAlive(this);
                PalabraException.Check(status, &told);
            }
        }

        /// <summary>
        /// Takes a generation back, or all of them (null): nothing of it comes or is heard any more. Answer: TaskStatus with
        /// ServiceCode "cancel".
        /// </summary>
        public unsafe void Cancel(string generationId = null, ulong userTag = 0)
        {
            using (var texts = new NativeTexts())
                Check(Native.palabra_session_cancel(handle.Id, texts.Add(generationId, "generationId"), userTag));
        }

        /// <summary>
        /// Takes back the generations whose first text had this tag, while others go on. Answer: one TaskStatus with the tag.
        /// </summary>
        public void CancelTagged(ulong userTag)
        {
            Check(Native.palabra_session_cancel_tagged(handle.Id, userTag));
        }

        /// <summary>
        /// Says a text and returns its speech when it is complete; negative: waits without limit. Everything else that the
        /// session says goes on. Any number of threads may do so at once. The voice is for this text and all later ones.
        /// CancelTagged and the token end it, within 50 ms.
        /// </summary>
        public unsafe PalabraAudio Synthesize(
            string text, int timeoutMs = -1, TextFlags flags = TextFlags.None, TtsVoice voice = null, ulong userTag = 0,
            CancellationToken cancellation = default(CancellationToken))
        {
            using (var texts = new NativeTexts())
            {
                var other = new NativeTtsVoice();
                if (voice != null)
                    voice.Write(&other, texts);
                NativeError told = Palabra.NewError();
                NativeAudio raw = PalabraAudio.NewRaw();
                byte* words = texts.Add(text, "text");
                using (var end = new CallEnd(cancellation, &told))
                {
                    int status = Native.palabra_session_synthesize(
                        handle.Id, words, (uint)flags, voice == null ? null : &other, userTag, &raw, timeoutMs, &told);
                    GC.KeepAlive(this);
                    end.ThrowIfEnded(status);
                    return PalabraAudio.Taken(status, &raw, &told);
                }
            }
        }

        /// <summary>
        /// Asks speech-to-text for a final now, without waiting for a pause. Answer: Transcript with Final and the tag, whose
        /// text is empty when nothing was said. (palabra_session_finalize; the plain name belongs to the garbage collector.)
        /// </summary>
        public void FinalizeNow(ulong userTag = 0)
        {
            Check(Native.palabra_session_finalize(handle.Id, userTag));
        }
    }
}
