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
                int length = PalabraException.CheckSettings(Native.palabra_translation_build_task(&raw, null, 0, &told), &told, Parameter);
                var buffer = new byte[length + 1];
                fixed (byte* start = buffer)
                {
                    PalabraException.CheckSettings(Native.palabra_translation_build_task(&raw, start, buffer.Length, &told), &told, Parameter);
                    return Utf8.Read(start, length);
                }
            }
        }

        private const int DefaultRate = 24000;

        internal override unsafe OpenedSession Open(ClientHandle client, IntPtr queueOfNames, long key)
        {
            OpenedSession opened = Begin(key);
            using (var writer = new OptionsWriter(Parameter))
            {
                NativeTranslationConfig raw = Raw(writer);
                opened.Limits = raw.Limits;
                raw.Queue = queueOfNames;
                raw.SessionTag = (ulong)key;
                opened.Input = raw.Input.Format;
                opened.InputRate = WireRate(raw);
                opened.Output = raw.Output.Format;
                opened.Mode = (OutputMode)raw.Output.Mode;
                NativeError told = PalabraException.NewError();
                IntPtr session;
                int status = Native.palabra_session_open_translation(client.Id, &raw, &session, &told);
                return Opened(opened, status, session, &told);
            }
        }

        /// <summary>The rate on the wire; 0: the library finds it in the task.</summary>
        private static unsafe int WireRate(in NativeTranslationConfig raw)
        {
            if (raw.WireSampleRate > 0)
                return raw.WireSampleRate;
            bool isDeclared = raw.TaskJson != null && TaskText.DeclaresRate(Utf8.Read(raw.TaskJson));
            return isDeclared ? 0 : DefaultRate;
        }

        internal unsafe NativeTranslationConfig Raw(OptionsWriter writer)
        {
            var raw = new NativeTranslationConfig();
            Write(&raw, writer);
            return raw;
        }
    }
}
