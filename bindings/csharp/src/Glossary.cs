// SPDX-License-Identifier: MIT OR Apache-2.0
namespace PalabraAI
{
    /// <summary>One entry of a glossary.</summary>
    public struct GlossaryEntry
    {
        /// <summary>A term and its replacement or translation; null for hotwords.</summary>
        public GlossaryEntry(string term, string replacement = null)
        {
            Term = term;
            Replacement = replacement;
        }

        /// <summary>The term.</summary>
        public string Term { get; }

        /// <summary>Its replacement or translation; null for hotwords.</summary>
        public string Replacement { get; }
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

        /// <summary>Language of the translations.</summary>
        public string TargetLanguage { get; }

        /// <summary>All that the service says about it, as a JSON object.</summary>
        public string Json { get; }
    }
}
