// SPDX-License-Identifier: MIT OR Apache-2.0
namespace PalabraAI
{
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
