// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using PalabraAI.Interop;

namespace PalabraAI
{
    public sealed partial class TranslationOptions
    {
        /// <summary>
        /// Builds the task that opening a session with these settings would set, as JSON for a session's SetTask. Settings that
        /// do not concern the task are ignored.
        /// </summary>
        /// <returns>A JSON object.</returns>
        /// <exception cref="ArgumentException">A setting is missing, out of range or contradicts another one.</exception>
        public unsafe string BuildTask()
        {
            NativeLibraryLoad.Require();
            using (var writer = new OptionsWriter(Parameter))
            {
                NativeTranslationConfig raw = Raw(writer);
                NativeError told = PalabraException.NewError();
                int length = PalabraException.Check(Native.palabra_translation_build_task(&raw, null, 0, &told), &told);
                var buffer = new byte[length + 1];
                fixed (byte* start = buffer)
                {
                    PalabraException.Check(Native.palabra_translation_build_task(&raw, start, buffer.Length, &told), &told);
                    return Utf8.Read(start, length);
                }
            }
        }

        internal override unsafe OpenedSession Open(ClientHandle client, IntPtr queueOfNames, long key)
        {
            OpenedSession opened = Begin(key);
            using (var writer = new OptionsWriter(Parameter))
            {
                NativeTranslationConfig raw = Raw(writer);
                raw.Queue = queueOfNames;
                raw.SessionTag = (ulong)key;
                opened.Input = raw.Input.Format;
                opened.Output = raw.Output.Format;
                opened.Mode = (OutputMode)raw.Output.Mode;
                NativeError told = PalabraException.NewError();
                IntPtr session;
                int status = Native.palabra_session_open_translation(client.Id, &raw, &session, &told);
                return Opened(opened, status, session, &told);
            }
        }

        internal unsafe NativeTranslationConfig Raw(OptionsWriter writer)
        {
            var raw = new NativeTranslationConfig();
            Write(&raw, writer);
            return raw;
        }
    }
}
