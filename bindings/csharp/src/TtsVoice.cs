// SPDX-License-Identifier: MIT OR Apache-2.0
namespace PalabraAI
{
    /// <summary>Another voice, from one text on; what is not set stays as it is.</summary>
    public sealed class TtsVoice
    {
        /// <summary>TtsFlags.KeepAccent or 0.</summary>
        public TtsFlags Flags { get; set; }

        /// <summary>Who speaks.</summary>
        public string VoiceId { get; set; }

        /// <summary>As in TtsConfig.</summary>
        public uint SpeedPercent { get; set; }

        /// <summary>As in TtsConfig, save that 0 leaves it as it is.</summary>
        public uint DeaccentPercent { get; set; }

        internal unsafe NativeTtsVoice Raw(NativeTexts texts)
        {
            var raw = new NativeTtsVoice();
            raw.StructSize = (uint)sizeof(NativeTtsVoice);
            raw.Flags = (uint)Flags;
            raw.VoiceId = texts.Add(VoiceId, "VoiceId");
            raw.SpeedPercent = SpeedPercent;
            raw.DeaccentPercent = DeaccentPercent;
            return raw;
        }
    }
}
