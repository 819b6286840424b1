// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System.Collections.Generic;
using PalabraAI.Interop;

namespace PalabraAI
{
    /// <summary>
    /// A translation: speech in, texts and speech in other languages out. Commands leave a note and return; their answers are
    /// events with the tag of the call.
    /// </summary>
    public sealed partial class TranslationSession : AudioSession
    {
        private readonly AudioOutput output;

        internal TranslationSession(OpenedSession opened, PalabraClient client) : base(opened, client, typeof(TranslationSession))
        {
            output = new AudioOutput(opened, Status);
        }

        /// <summary>Has the service say a text, as if it had been heard. Answer: <see cref="EventKind.SpeakStatus"/>.</summary>
        /// <param name="text">What to say, up to <see cref="PalabraLimits.MaxSpeakBytes"/>.</param>
        /// <param name="language">The language of the text: one of the targets, or with translate the source.</param>
        /// <param name="translate">Whether the text is translated into every target instead of spoken as it is.</param>
        /// <param name="userTag">Any number, which the answer has.</param>
        /// <exception cref="System.ArgumentException">A text is empty, too long, or holds a NUL or half a surrogate pair.</exception>
        /// <exception cref="PalabraException">The session is over, or too many commands wait.</exception>
        /// <exception cref="System.ObjectDisposedException">The session was disposed of.</exception>
        public unsafe void Speak(string text, string language, bool translate = false, long userTag = 0)
        {
            using (var texts = new NativeTexts())
            {
                byte* words = texts.AddRequired(text, nameof(text));
                byte* name = texts.AddRequired(language, nameof(language));
                uint flags = translate ? SpeakBits.Translate : 0;
                Check(Native.palabra_session_speak(Handle.Id, words, name, flags, (ulong)userTag), nameof(text));
            }
        }

        /// <summary>
        /// Interrupts the translation: all phrases that have begun to arrive are discarded, and what the speaker is saying now is
        /// lost; see <see cref="Silence"/> for a listener who wants to hear no more of a phrase. Answer:
        /// <see cref="EventKind.TaskStatus"/>.
        /// </summary>
        /// <param name="languages">The targets to interrupt; <see langword="null"/> or empty: all of them.</param>
        /// <param name="pause">Whether the translation is paused as well.</param>
        /// <param name="userTag">Any number, which the answer has.</param>
        /// <exception cref="System.ArgumentException">There is no such target.</exception>
        /// <exception cref="PalabraException">The session is over, or too many commands wait.</exception>
        /// <exception cref="System.ObjectDisposedException">The session was disposed of.</exception>
        public unsafe void Interrupt(IEnumerable<string>? languages = null, bool pause = false, long userTag = 0)
        {
            using (var texts = new NativeTexts())
            {
                byte* names = texts.Add(Languages.Joined(languages, nameof(languages)), nameof(languages));
                uint flags = pause ? InterruptBits.Pause : 0;
                Check(Native.palabra_session_interrupt(Handle.Id, names, flags, (ulong)userTag), nameof(languages));
            }
        }

        /// <summary>
        /// Silences what is read by ReadAudio, and nothing else: the phrase that is heard is faded out within 5 ms, and the rest of
        /// it is not played. The service is not told, and the next phrase is heard.
        /// </summary>
        /// <param name="languages">The targets to silence; <see langword="null"/> or empty: all of them.</param>
        /// <param name="all">Whether all phrases that have begun to arrive are silenced, not only the one that is heard.</param>
        /// <exception cref="System.ArgumentException">There is no such target.</exception>
        /// <exception cref="PalabraException">The session is over, or was opened with <see cref="OutputMode.Events"/>.</exception>
        /// <exception cref="System.ObjectDisposedException">The session was disposed of.</exception>
        public unsafe void Silence(IEnumerable<string>? languages = null, bool all = false)
        {
            using (var texts = new NativeTexts())
            {
                byte* names = texts.Add(Languages.Joined(languages, nameof(languages)), nameof(languages));
                Check(Native.palabra_session_silence(Handle.Id, names, all ? SilenceBits.All : 0), nameof(languages));
            }
        }

        /// <summary>
        /// Pauses the translation: audio sent from now on is dropped by the service, and not billed. Speech that waits to be read
        /// is faded out. Answer: <see cref="EventKind.TaskStatus"/>.
        /// </summary>
        /// <param name="userTag">Any number, which the answer has.</param>
        /// <exception cref="PalabraException">The session is over, or too many commands wait.</exception>
        /// <exception cref="System.ObjectDisposedException">The session was disposed of.</exception>
        public void Pause(long userTag = 0)
        {
            Check(Native.palabra_session_pause(Handle.Id, (ulong)userTag));
        }

        /// <summary>Goes on after <see cref="Pause"/>. Answer: <see cref="EventKind.TaskStatus"/>.</summary>
        /// <param name="userTag">Any number, which the answer has.</param>
        /// <exception cref="PalabraException">The session is over, or too many commands wait.</exception>
        /// <exception cref="System.ObjectDisposedException">The session was disposed of.</exception>
        public void Resume(long userTag = 0)
        {
            Check(Native.palabra_session_resume(Handle.Id, (ulong)userTag));
        }

        /// <summary>
        /// Replaces the task while the session runs, and resumes a paused one. Answer: <see cref="EventKind.TaskStatus"/>, or
        /// <see cref="ErrorEvent"/>, and the old task goes on.
        /// </summary>
        /// <param name="taskJson">The whole task, as <see cref="TranslationOptions.BuildTask"/> makes it.</param>
        /// <param name="userTag">Any number, which the answer has.</param>
        /// <exception cref="System.ArgumentException">The text is too long or no JSON object.</exception>
        /// <exception cref="PalabraException">The session is over, too many commands wait, or the task has another input format.</exception>
        /// <exception cref="System.ObjectDisposedException">The session was disposed of.</exception>
        public unsafe void SetTask(string taskJson, long userTag = 0)
        {
            using (var texts = new NativeTexts())
            {
                NativeError told = PalabraException.NewError();
                byte* task = texts.AddRequired(taskJson, nameof(taskJson));
                Status.Check(Native.palabra_session_set_task(Handle.Id, task, (ulong)userTag, &told), &told, nameof(taskJson));
            }
        }

        /// <summary>Asks for the task as the service sees it. Answer: <see cref="EventKind.TaskInfo"/>.</summary>
        /// <param name="userTag">Any number, which the answer has.</param>
        /// <exception cref="PalabraException">The session is over, or too many commands wait.</exception>
        /// <exception cref="System.ObjectDisposedException">The session was disposed of.</exception>
        public void GetTask(long userTag = 0)
        {
            Check(Native.palabra_session_get_task(Handle.Id, (ulong)userTag));
        }
    }
}
