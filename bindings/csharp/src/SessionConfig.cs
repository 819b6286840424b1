// SPDX-License-Identifier: MIT OR Apache-2.0
using System;

namespace PalabraAI
{
    public abstract partial class SessionConfig
    {
        internal SessionConfig()
        {
        }

        internal abstract unsafe int Open(IntPtr client, NativeTexts texts, IntPtr* session, NativeError* told, out OpenedAs opened);
    }

    /// <summary>What a session was opened with: what the library was told, whatever becomes of the config.</summary>
    internal struct OpenedAs
    {
        internal ulong Tag;
        /// <summary>What arrays for Session.SendAudio are checked against.</summary>
        internal FrameFormat Input;
        /// <summary>The same for Session.ReadAudio.</summary>
        internal FrameFormat Output;
    }

    public sealed partial class TranslationConfig
    {
        /// <summary>
        /// Builds the task that Client.OpenTranslation would set, as JSON for Session.SetTask. Settings that do not concern the
        /// task are ignored.
        /// </summary>
        public unsafe string BuildTask()
        {
            using (var texts = new NativeTexts())
            {
                NativeTranslationConfig raw = Raw(texts);
                NativeError told = Palabra.NewError();
                int length = PalabraException.Check(Native.palabra_translation_build_task(&raw, null, 0, &told), &told);
                var room = new byte[length + 1];
                fixed (byte* start = room)
                {
                    PalabraException.Check(Native.palabra_translation_build_task(&raw, start, room.Length, &told), &told);
                    return Utf8.Read(start, length);
                }
            }
        }

        internal override unsafe int Open(IntPtr client, NativeTexts texts, IntPtr* session, NativeError* told, out OpenedAs opened)
        {
            NativeTranslationConfig raw = Raw(texts);
            opened = new OpenedAs
            {
                Tag = raw.SessionTag, Input = new FrameFormat(raw.Input.Format), Output = new FrameFormat(raw.Output.Format),
            };
            return Native.palabra_session_open_translation(client, &raw, session, told);
        }

        internal unsafe NativeTranslationConfig Raw(NativeTexts texts)
        {
            var raw = new NativeTranslationConfig();
            Write(&raw, texts);
            // Whatever TaskJson declares: the length of arrays is checked against it.
            if (raw.Input.Format.Channels == 0)
                raw.Input.Format.Channels = 1;
            return raw;
        }
    }

    public sealed partial class TtsConfig
    {
        internal override unsafe int Open(IntPtr client, NativeTexts texts, IntPtr* session, NativeError* told, out OpenedAs opened)
        {
            var raw = new NativeTtsConfig();
            Write(&raw, texts);
            opened = new OpenedAs { Tag = raw.SessionTag, Input = FrameFormat.None, Output = new FrameFormat(raw.Output.Format) };
            return Native.palabra_session_open_tts(client, &raw, session, told);
        }
    }

    public sealed partial class SttConfig
    {
        internal override unsafe int Open(IntPtr client, NativeTexts texts, IntPtr* session, NativeError* told, out OpenedAs opened)
        {
            var raw = new NativeSttConfig();
            Write(&raw, texts);
            bool takesSamples = Format == SttFormat.Default || Format == SttFormat.Pcm;
            FrameFormat input = takesSamples ? new FrameFormat(raw.Input.Format) : FrameFormat.None;
            opened = new OpenedAs { Tag = raw.SessionTag, Input = input, Output = FrameFormat.None };
            return Native.palabra_session_open_stt(client, &raw, session, told);
        }
    }

    public sealed partial class AudioFormat
    {
        /// <summary>All defaults.</summary>
        public AudioFormat()
        {
        }

        /// <summary>For Session.SetInputFormat and SetOutputFormat.</summary>
        public AudioFormat(AudioEncoding encoding, int sampleRate, int channels = 1)
        {
            Encoding = encoding;
            SampleRate = sampleRate;
            Channels = channels;
        }
    }
}
