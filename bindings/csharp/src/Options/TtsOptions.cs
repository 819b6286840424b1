// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using PalabraAI.Interop;

namespace PalabraAI
{
    public sealed partial class TtsOptions
    {
        internal override unsafe OpenedSession Open(ClientHandle client, IntPtr queueOfNames, long key)
        {
            OpenedSession opened = Begin(key);
            using (var writer = new OptionsWriter(Parameter))
            {
                var raw = new NativeTtsConfig();
                Write(&raw, writer);
                // There is no original voice: its defaults must not be sent.
                if (raw.Output.Original.GainPercent == 0)
                    raw.Output.Original = default;
                opened.Limits = raw.Limits;
                raw.Queue = queueOfNames;
                raw.SessionTag = (ulong)key;
                opened.Output = raw.Output.Format;
                opened.Mode = (OutputMode)raw.Output.Mode;
                NativeError told = PalabraException.NewError();
                IntPtr session;
                int status = Native.palabra_session_open_tts(client.Id, &raw, &session, &told);
                return Opened(opened, status, session, &told);
            }
        }
    }
}
