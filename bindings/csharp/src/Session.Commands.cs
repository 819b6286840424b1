// SPDX-License-Identifier: MIT OR Apache-2.0
using System;

namespace PalabraAI
{
    // Commands leave a note and return; the library keeps the distances that the service demands. Answers come as events
    // with the tag of the call.
    public sealed partial class Session
    {
        /// <summary>
        /// Has the service say a text in one of the targets, as if it had been heard. Answer: SpeakStatus.
        /// </summary>
        public unsafe void Speak(string text, string language, SpeakFlags flags = SpeakFlags.None, ulong userTag = 0)
        {
            using (var texts = new NativeTexts())
            {
                byte* words = texts.Add(text, "text");
                Check(Native.palabra_session_speak(handle.Id, words, texts.Add(language, "language"), (uint)flags, userTag));
            }
        }

        /// <summary>
        /// Interrupts the translation, in the targets named, separated by commas, or in all: all phrases that have begun to
        /// arrive are discarded, and what the speaker is saying now is lost; see Silence for a listener who wants to hear no
        /// more of a phrase. What ReadAudio reads is faded out at once; Audio events that are queued or on their way are still
        /// delivered. Answer: TaskStatus.
        /// </summary>
        public unsafe void Interrupt(string languages = null, InterruptFlags flags = InterruptFlags.None, ulong userTag = 0)
        {
            using (var texts = new NativeTexts())
                Check(Native.palabra_session_interrupt(handle.Id, texts.Add(languages, "languages"), (uint)flags, userTag));
        }

        /// <summary>
        /// Pauses the translation: audio sent from now on is dropped by the service, and not billed. Speech that is buffered
        /// for ReadAudio is faded out.
        /// </summary>
        public void Pause(ulong userTag = 0)
        {
            Check(Native.palabra_session_pause(handle.Id, userTag));
        }

        /// <summary>Goes on after a pause.</summary>
        public void Resume(ulong userTag = 0)
        {
            Check(Native.palabra_session_resume(handle.Id, userTag));
        }

        /// <summary>Replaces the task while the session runs, by JSON such as TranslationConfig.BuildTask makes.</summary>
        public unsafe void SetTask(string taskJson, ulong userTag = 0)
        {
            using (var texts = new NativeTexts())
            {
                NativeError told = Palabra.NewError();
                int status = Native.palabra_session_set_task(handle.Id, texts.Add(taskJson, "taskJson"), userTag, &told);
                GC.KeepAlive(this);
                PalabraException.Check(status, &told);
            }
        }

        /// <summary>Asks for the task as the service sees it. Answer: TaskInfo.</summary>
        public void GetTask(ulong userTag = 0)
        {
            Check(Native.palabra_session_get_task(handle.Id, userTag));
        }
    }
}
