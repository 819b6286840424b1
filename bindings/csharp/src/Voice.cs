// SPDX-License-Identifier: MIT OR Apache-2.0
using System;

namespace PalabraAI
{
    /// <summary>Options of Voices.Create.</summary>
    [Flags]
    public enum VoiceFlags : uint
    {
        /// <summary>Nothing.</summary>
        None = 0,
        /// <summary>The sample has background noise.</summary>
        Denoise = 1,
        /// <summary>Do not wait until the voice is ready.</summary>
        NoWait = 2,
    }

    /// <summary>How far a voice is.</summary>
    public enum VoiceStatus
    {
        /// <summary>A word that this version does not know; it is in Json.</summary>
        Unknown = 0,
        /// <summary>Waits for its sample.</summary>
        Created = 1,
        /// <summary>Is being made.</summary>
        Pending = 2,
        /// <summary>Can be used.</summary>
        Ready = 3,
        /// <summary>Could not be made; Errors says why.</summary>
        Failed = 4,
    }

    /// <summary>
    /// A voice. Its Id goes into VoiceId of a session's config once it is ready. Texts are "" for what the service does not say.
    /// </summary>
    public sealed class Voice
    {
        internal unsafe Voice(NativeVoice* raw)
        {
            Status = (VoiceStatus)raw->Status;
            Id = Utf8.Read(raw->Id);
            Name = Utf8.Read(raw->Name);
            Language = Utf8.Read(raw->Language);
            Description = Utf8.Read(raw->Description);
            VoiceType = Utf8.Read(raw->VoiceType);
            Gender = Utf8.Read(raw->Gender);
            AgeGroup = Utf8.Read(raw->AgeGroup);
            Mood = Utf8.Read(raw->Mood);
            Errors = Utf8.Read(raw->Errors);
            Warnings = Utf8.Read(raw->Warnings);
            Json = Utf8.Read(raw->Json);
        }

        /// <summary>Whether it can be used.</summary>
        public VoiceStatus Status { get; }

        /// <summary>The service's name for the voice.</summary>
        public string Id { get; }

        /// <summary>Your name for it.</summary>
        public string Name { get; }

        /// <summary>Language of the sample.</summary>
        public string Language { get; }

        /// <summary>Words of your own.</summary>
        public string Description { get; }

        /// <summary>How it was made, in the service's word, such as "instantly_cloned".</summary>
        public string VoiceType { get; }

        /// <summary>Label.</summary>
        public string Gender { get; }

        /// <summary>Label.</summary>
        public string AgeGroup { get; }

        /// <summary>Label.</summary>
        public string Mood { get; }

        /// <summary>Why it failed.</summary>
        public string Errors { get; }

        /// <summary>What is wrong with the sample, though it may do.</summary>
        public string Warnings { get; }

        /// <summary>All that the service says about it, as a JSON object.</summary>
        public string Json { get; }
    }
}
