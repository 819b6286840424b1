// SPDX-License-Identifier: MIT OR Apache-2.0
using System;

namespace PalabraAI
{
    /// <summary>Settings of text-to-speech; what is not set has its default.</summary>
    public sealed class TtsConfig : SessionConfig
    {
        /// <summary>TtsFlags bits.</summary>
        public TtsFlags Flags { get; set; }

        /// <summary>Language of the texts, such as "en". Needed.</summary>
        public string Language { get; set; }

        /// <summary>Who speaks; null: "default_low".</summary>
        public string VoiceId { get; set; }

        /// <summary>Model of the service; null: "auto".</summary>
        public string Model { get; set; }

        /// <summary>How speech travels: TtsFormat.Pcm or TtsFormat.Wav; 0: TtsFormat.Pcm.</summary>
        public TtsFormat AudioFormat { get; set; }

        /// <summary>
        /// Frames per second of the speech in events, 8000 to 48000; 0: 24000, and with OutputMode.Playout or Both nothing
        /// else.
        /// </summary>
        public uint SampleRate { get; set; }

        /// <summary>How fast to speak, in percent of the natural speed, up to 1000; 0: the service's choice.</summary>
        public uint SpeedPercent { get; set; }

        /// <summary>
        /// How much of a foreign accent to take away, in percent; 0: 100. For none at all, TtsFlags.KeepAccent.
        /// </summary>
        public uint DeaccentPercent { get; set; }

        /// <summary>Most messages with text in a second, of which a sixth may go at once, 1 to 1000; 0: 20.</summary>
        public uint TextsPerSecond { get; set; }

        /// <summary>Texts that may wait to be sent, 1 to 1024; 0: 256.</summary>
        public uint CommandLimit { get; set; }

        /// <summary>Limit for the wait for the next speech after Session.End, in ms, ten times as long in all; 0: 30000.</summary>
        public uint EndTimeoutMs { get; set; }

        /// <summary>OutputMode: how speech comes; 0: OutputMode.Events.</summary>
        public OutputMode OutputMode { get; set; }

        /// <summary>AudioEncoding of what Session.ReadAudio gives; 0: AudioEncoding.S16.</summary>
        public AudioEncoding OutputEncoding { get; set; }

        /// <summary>Its frames per second, 8000 to 48000; 0: 24000.</summary>
        public uint OutputSampleRate { get; set; }

        /// <summary>Its interleaved channels, 1 to 8, each with the same speech; 0: 1.</summary>
        public uint OutputChannels { get; set; }

        /// <summary>Speech that must be here before a generation begins to be heard, in ms, 1 to 2000; 0: 60.</summary>
        public uint PlayoutPrimeMs { get; set; }

        /// <summary>
        /// Most speech that may wait, in ms, 500 to 600000; 0: 300000. Above it whole generations are dropped.
        /// </summary>
        public uint PlayoutCapMs { get; set; }

        /// <summary>Speech that should wait at most, in ms; as in TranslationConfig; 0: off.</summary>
        public uint PlayoutTargetMs { get; set; }

        internal override PalabraAI.AudioFormat Input => PalabraAI.AudioFormat.None;

        internal override PalabraAI.AudioFormat Output => new PalabraAI.AudioFormat(OutputEncoding, OutputChannels);

        internal override unsafe int Open(IntPtr client, NativeTexts texts, IntPtr* session, NativeError* told)
        {
            NativeTtsConfig raw = Raw(texts);
            return Native.palabra_session_open_tts(client, &raw, session, told);
        }

        internal unsafe NativeTtsConfig Raw(NativeTexts texts)
        {
            var raw = new NativeTtsConfig();
            raw.StructSize = (uint)sizeof(NativeTtsConfig);
            raw.Flags = (uint)Flags;
            raw.SessionTag = SessionTag;
            raw.Language = texts.Add(Language, "Language");
            raw.VoiceId = texts.Add(VoiceId, "VoiceId");
            raw.Model = texts.Add(Model, "Model");
            raw.WsUrl = texts.Add(WsUrl, "WsUrl");
            raw.Token = texts.Add(Token, "Token");
            raw.Queue = QueueId;
            raw.AudioFormat = (int)AudioFormat;
            raw.SampleRate = SampleRate;
            raw.SpeedPercent = SpeedPercent;
            raw.DeaccentPercent = DeaccentPercent;
            raw.TextsPerSecond = TextsPerSecond;
            raw.CommandLimit = CommandLimit;
            raw.EventLimit = EventLimit;
            raw.EventBytesLimit = EventBytesLimit;
            raw.ConnectTimeoutMs = ConnectTimeoutMs;
            raw.EndTimeoutMs = EndTimeoutMs;
            raw.LivenessTimeoutMs = LivenessTimeoutMs;
            raw.OutputMode = (int)OutputMode;
            raw.OutputEncoding = (int)OutputEncoding;
            raw.OutputSampleRate = OutputSampleRate;
            raw.OutputChannels = OutputChannels;
            raw.PlayoutPrimeMs = PlayoutPrimeMs;
            raw.PlayoutCapMs = PlayoutCapMs;
            raw.PlayoutTargetMs = PlayoutTargetMs;
            return raw;
        }
    }
}
