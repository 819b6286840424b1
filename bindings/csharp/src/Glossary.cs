// SPDX-License-Identifier: MIT OR Apache-2.0
using System;

namespace PalabraAI
{
    /// <summary>What the entries of a glossary are for.</summary>
    public enum GlossaryKind
    {
        /// <summary>One that this version does not know.</summary>
        Unknown = 0,
        /// <summary>Terms that recognition shall know: an entry is a term alone.</summary>
        Hotwords = 1,
        /// <summary>What recognition hears and what shall stand there instead, in the same language.</summary>
        Verification = 2,
        /// <summary>Terms and their translation from one language to another.</summary>
        Translation = 3,
    }

    /// <summary>Options of a glossary.</summary>
    [Flags]
    public enum GlossaryFlags : uint
    {
        /// <summary>Nothing.</summary>
        None = 0,
        /// <summary>The glossary is not used unless a session names it.</summary>
        Disabled = 1,
    }

    /// <summary>One entry of a glossary.</summary>
    public struct GlossaryEntry
    {
        /// <summary>A term, and what it becomes; null for hotwords.</summary>
        public GlossaryEntry(string term, string becomes = null)
        {
            Term = term;
            Becomes = becomes;
        }

        /// <summary>The term.</summary>
        public string Term { get; }

        /// <summary>What it becomes; null for hotwords.</summary>
        public string Becomes { get; }
    }

    /// <summary>
    /// A glossary. Its Id goes into a session's config; without that, every enabled glossary of the session's languages is used.
    /// Texts are "" for what the service does not say.
    /// </summary>
    public sealed class Glossary
    {
        internal unsafe Glossary(NativeGlossary* raw)
        {
            Enabled = (raw->Flags & (uint)GlossaryFlags.Disabled) == 0;
            Kind = (GlossaryKind)raw->Kind;
            Id = Utf8.Read(raw->Id);
            Name = Utf8.Read(raw->Name);
            SourceLanguage = Utf8.Read(raw->SourceLanguage);
            TargetLanguage = Utf8.Read(raw->TargetLanguage);
            Json = Utf8.Read(raw->Json);
        }

        /// <summary>Whether sessions use it that do not name it.</summary>
        public bool Enabled { get; }

        /// <summary>What its entries are for.</summary>
        public GlossaryKind Kind { get; }

        /// <summary>The service's name for the glossary.</summary>
        public string Id { get; }

        /// <summary>Your name for it.</summary>
        public string Name { get; }

        /// <summary>Language of the terms.</summary>
        public string SourceLanguage { get; }

        /// <summary>Language of what they become.</summary>
        public string TargetLanguage { get; }

        /// <summary>All that the service says about it, as a JSON object.</summary>
        public string Json { get; }
    }
}
