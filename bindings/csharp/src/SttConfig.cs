// SPDX-License-Identifier: MIT OR Apache-2.0
using System;

namespace PalabraAI
{
    /// <summary>Settings of speech-to-text; what is not set has its default.</summary>
    public sealed class SttConfig : SessionConfig
    {
        /// <summary>SttFlags bits.</summary>
        public SttFlags Flags { get; set; }

        /// <summary>Language spoken, such as "en"; null: the service finds out.</summary>
        public string Language { get; set; }

        /// <summary>Languages that each final is translated to, separated by commas; null: none.</summary>
        public string TranslateLanguages { get; set; }

        /// <summary>AudioEncoding of the audio that you send; 0: AudioEncoding.S16.</summary>
        public AudioEncoding InputEncoding { get; set; }

        /// <summary>Its frames per second, 8000 to 48000; 0: 16000, of mu-law and A-law 8000.</summary>
        public uint InputSampleRate { get; set; }

        /// <summary>Its interleaved channels, 1 to 8; 0: 1.</summary>
        public uint InputChannels { get; set; }

        /// <summary>The channel that is sent on, counted from 1; 0: all channels, mixed in equal parts.</summary>
        public uint InputChannel { get; set; }

        /// <summary>Length of a chunk on the wire in ms, 20 to 1000; 0: 320.</summary>
        public uint ChunkMs { get; set; }

        /// <summary>
        /// Room for audio that was not sent yet in ms, 20 to 60000; 0: 2000. Also holds what is sent before Ready.
        /// </summary>
        public uint InputBufferMs { get; set; }

        /// <summary>
        /// Whether "um" and the like are left out; 0: the service's default, which is to leave them out, but not in
        /// Japanese.
        /// </summary>
        public Fillers Fillers { get; set; }

        /// <summary>When a text becomes final; 0: the service's default, which is Finalization.Auto.</summary>
        public Finalization FinalizationMode { get; set; }

        /// <summary>
        /// Seconds after which a text becomes final although nobody asked, with Finalization.Manual, 1 to 3600; 0: the
        /// service's default.
        /// </summary>
        public uint FinalizationTimeoutS { get; set; }

        /// <summary>How long the answer to Session.FinalizeNow may take in ms; 0: 10000.</summary>
        public uint FinalizeTimeoutMs { get; set; }

        /// <summary>
        /// GapPolicy.None or GapPolicy.Silence: what happens when you stop sending. Without silence in its place the
        /// service ends the session after about 10 s, and gives no final of what was said before; 0: nothing.
        /// </summary>
        public GapPolicy GapPolicy { get; set; }

        /// <summary>
        /// How long input must be missing for that in ms, 20 to 3600000, counted from the end of the audio sent so far;
        /// 0: 200.
        /// </summary>
        public uint GapAfterMs { get; set; }

        internal override AudioFormat Input => new AudioFormat(InputEncoding, InputChannels);

        internal override AudioFormat Output => AudioFormat.None;

        internal override unsafe int Open(IntPtr client, NativeTexts texts, IntPtr* session, NativeError* told)
        {
            NativeSttConfig raw = Raw(texts);
            return Native.palabra_session_open_stt(client, &raw, session, told);
        }

        internal unsafe NativeSttConfig Raw(NativeTexts texts)
        {
            var raw = new NativeSttConfig();
            raw.StructSize = (uint)sizeof(NativeSttConfig);
            raw.Flags = (uint)Flags;
            raw.SessionTag = SessionTag;
            raw.Language = texts.Add(Language, "Language");
            raw.TranslateLanguages = texts.Add(TranslateLanguages, "TranslateLanguages");
            raw.WsUrl = texts.Add(WsUrl, "WsUrl");
            raw.Token = texts.Add(Token, "Token");
            raw.Queue = QueueId;
            raw.InputEncoding = (int)InputEncoding;
            raw.InputSampleRate = InputSampleRate;
            raw.InputChannels = InputChannels;
            raw.InputChannel = InputChannel;
            raw.ChunkMs = ChunkMs;
            raw.InputBufferMs = InputBufferMs;
            raw.Fillers = (int)Fillers;
            raw.FinalizationMode = (int)FinalizationMode;
            raw.FinalizationTimeoutS = FinalizationTimeoutS;
            raw.FinalizeTimeoutMs = FinalizeTimeoutMs;
            raw.EventLimit = EventLimit;
            raw.EventBytesLimit = EventBytesLimit;
            raw.ConnectTimeoutMs = ConnectTimeoutMs;
            raw.LivenessTimeoutMs = LivenessTimeoutMs;
            raw.GapPolicy = (uint)GapPolicy;
            raw.GapAfterMs = GapAfterMs;
            return raw;
        }
    }
}
