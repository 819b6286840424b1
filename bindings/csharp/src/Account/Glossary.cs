// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using PalabraAI.Interop;

namespace PalabraAI
{
    /// <summary>
    /// A glossary of an account. Its Id goes into a session's options; without that, every enabled glossary of the session's
    /// languages is used.
    /// </summary>
    public sealed class Glossary
    {
        internal unsafe Glossary(NativeGlossary* raw)
        {
            Enabled = (raw->Flags & GlossaryBits.Disabled) == 0;
            Kind = (GlossaryKind)raw->Kind;
            Id = Utf8.Read(raw->Id);
            Name = Utf8.Read(raw->Name);
            SourceLanguage = Utf8.Read(raw->SourceLanguage);
            TargetLanguage = Utf8.ReadOrNull(raw->TargetLanguage);
            Json = Utf8.Read(raw->Json);
        }

        /// <summary>Whether sessions use the glossary that do not name it.</summary>
        public bool Enabled { get; }

        /// <summary>What the entries are for.</summary>
        public GlossaryKind Kind { get; }

        /// <summary>The service's id.</summary>
        public string Id { get; }

        /// <summary>The name that the program gave.</summary>
        public string Name { get; }

        /// <summary>Language of the terms.</summary>
        public string SourceLanguage { get; }

        /// <summary>Language of the translations; null: none.</summary>
        public string? TargetLanguage { get; }

        /// <summary>Everything that the service says about the glossary, as a JSON object.</summary>
        public string Json { get; }
    }
}
