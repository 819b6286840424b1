// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using PalabraAI.Interop;

namespace PalabraAI
{
    /// <summary>A voice of an account. Its Id goes into the VoiceId of a session's options once it is ready.</summary>
    public sealed class Voice
    {
        internal unsafe Voice(NativeVoice* raw)
        {
            Status = (VoiceStatus)raw->Status;
            Id = Utf8.Read(raw->Id);
            Name = Utf8.Read(raw->Name);
            Language = Utf8.ReadOrNull(raw->Language);
            Description = Utf8.ReadOrNull(raw->Description);
            VoiceType = Utf8.ReadOrNull(raw->VoiceType);
            Gender = Utf8.ReadOrNull(raw->Gender);
            AgeGroup = Utf8.ReadOrNull(raw->AgeGroup);
            Mood = Utf8.ReadOrNull(raw->Mood);
            Errors = Utf8.ReadOrNull(raw->Errors);
            Warnings = Utf8.ReadOrNull(raw->Warnings);
            Json = Utf8.Read(raw->Json);
        }

        /// <summary>Whether the voice can be used.</summary>
        public VoiceStatus Status { get; }

        /// <summary>The service's id.</summary>
        public string Id { get; }

        /// <summary>The name that the program gave.</summary>
        public string Name { get; }

        /// <summary>Language of the sample; null: the service does not say.</summary>
        public string? Language { get; }

        /// <summary>Free-form description; null: none.</summary>
        public string? Description { get; }

        /// <summary>How the voice was made, in the service's word, such as "instantly_cloned"; null: it does not say.</summary>
        public string? VoiceType { get; }

        /// <summary>Label; null: none.</summary>
        public string? Gender { get; }

        /// <summary>Label; null: none.</summary>
        public string? AgeGroup { get; }

        /// <summary>Label; null: none.</summary>
        public string? Mood { get; }

        /// <summary>Why making the voice failed; null: it did not.</summary>
        public string? Errors { get; }

        /// <summary>What is wrong with the sample although it can be used; null: nothing.</summary>
        public string? Warnings { get; }

        /// <summary>Everything that the service says about the voice, as a JSON object.</summary>
        public string Json { get; }
    }
}
