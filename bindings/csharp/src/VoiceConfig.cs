// SPDX-License-Identifier: MIT OR Apache-2.0
namespace PalabraAI
{
    /// <summary>
    /// A new voice for Voices.Create: Name, Language and a sample are needed. Or what to change for Voices.Update: of Name,
    /// Description, Gender, AgeGroup and Mood what is null stays as it is, and nothing else may be set.
    /// </summary>
    public sealed class VoiceConfig
    {
        /// <summary>VoiceFlags bits.</summary>
        public VoiceFlags Flags { get; set; }

        /// <summary>3 to 64 letters, digits, spaces or any of _ - .</summary>
        public string Name { get; set; }

        /// <summary>Language of the sample, such as "en".</summary>
        public string Language { get; set; }

        /// <summary>Words of your own; null: none.</summary>
        public string Description { get; set; }

        /// <summary>
        /// Label, in the service's words; null: none. An update replaces all three labels if it gives one of them.
        /// </summary>
        public string Gender { get; set; }

        /// <summary>Label; null: none.</summary>
        public string AgeGroup { get; set; }

        /// <summary>Label; null: none.</summary>
        public string Mood { get; set; }

        /// <summary>
        /// The sample as a file, wav, mp3, flac, m4a, webm, mp4, mpeg or mpg, of 10 MB at most. One speaker, no noise:
        /// the official client advises 5 to 20 seconds, the service's documentation at least 30. null: in memory.
        /// </summary>
        public string SamplePath { get; set; }

        /// <summary>The sample in memory: the bytes of such a file, 10 MB at most. null: in a file.</summary>
        public byte[] Sample { get; set; }

        /// <summary>
        /// Name of the sample's file, whose suffix says what it is; null: that of SamplePath. Needed with Sample.
        /// </summary>
        public string SampleName { get; set; }

        /// <summary>
        /// More keys for the sample as a JSON object, such as {"speech_normalization": true}; they win over ours. null:
        /// none.
        /// </summary>
        public string SampleJson { get; set; }

        /// <summary>All but the sample in memory, which the caller holds in place.</summary>
        internal unsafe NativeVoiceConfig Raw(NativeTexts texts)
        {
            var raw = new NativeVoiceConfig();
            raw.StructSize = (uint)sizeof(NativeVoiceConfig);
            raw.Flags = (uint)Flags;
            raw.Name = texts.Add(Name, "Name");
            raw.Language = texts.Add(Language, "Language");
            raw.Description = texts.Add(Description, "Description");
            raw.Gender = texts.Add(Gender, "Gender");
            raw.AgeGroup = texts.Add(AgeGroup, "AgeGroup");
            raw.Mood = texts.Add(Mood, "Mood");
            raw.SamplePath = texts.Add(SamplePath, "SamplePath");
            raw.SampleName = texts.Add(SampleName, "SampleName");
            raw.SampleJson = texts.Add(SampleJson, "SampleJson");
            return raw;
        }
    }
}
