// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using PalabraAI.Interop;

namespace PalabraAI
{
    public sealed partial class SttOptions
    {
        private const int DefaultRate = 16000;
        private const int TelephoneRate = 8000;

        internal override unsafe OpenedSession Open(ClientHandle client, IntPtr queueOfNames, long key)
        {
            OpenedSession opened = Begin(key);
            using (var writer = new OptionsWriter(Parameter))
            {
                var raw = new NativeSttConfig();
                Write(&raw, writer);
                opened.TakesEncoded = raw.Format != (int)SttFormat.Default && raw.Format != (int)SttFormat.Pcm;
                // Encoded audio says itself what it is.
                if (opened.TakesEncoded && IsUntouched(raw.Input.Format))
                    raw.Input.Format = default;
                opened.Limits = raw.Limits;
                raw.Queue = queueOfNames;
                raw.SessionTag = (ulong)key;
                opened.Input = opened.TakesEncoded ? default : raw.Input.Format;
                opened.InputRate = RateOf((AudioEncoding)raw.Input.Format.Encoding);
                NativeError told = PalabraException.NewError();
                IntPtr session;
                int status = Native.palabra_session_open_stt(client.Id, &raw, &session, &told);
                return Opened(opened, status, session, &told);
            }
        }

        private static int RateOf(AudioEncoding encoding)
        {
            return encoding == AudioEncoding.Mulaw || encoding == AudioEncoding.Alaw ? TelephoneRate : DefaultRate;
        }

        private static bool IsUntouched(NativeAudioFormat format)
        {
            bool isSamples = format.Encoding == (int)AudioEncoding.Default || format.Encoding == (int)AudioEncoding.S16;
            return isSamples && format.SampleRate == 0 && format.Channels == 1 && format.Channel == 0;
        }
    }
}
