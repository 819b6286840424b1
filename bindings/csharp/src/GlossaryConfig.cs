// SPDX-License-Identifier: MIT OR Apache-2.0
using System.Collections.Generic;

namespace PalabraAI
{
    /// <summary>A new glossary. Give its entries in one of three ways: Entries, Csv or CsvPath.</summary>
    public sealed class GlossaryConfig
    {
        /// <summary>GlossaryFlags.Disabled or 0.</summary>
        public GlossaryFlags Flags { get; set; }

        /// <summary>What its entries are for. Needed.</summary>
        public GlossaryKind Kind { get; set; }

        /// <summary>Your name for it.</summary>
        public string Name { get; set; }

        /// <summary>Language of the terms, such as "en".</summary>
        public string SourceLanguage { get; set; }

        /// <summary>Language of the translations; of no meaning for the other kinds: null.</summary>
        public string TargetLanguage { get; set; }

        /// <summary>The entries one by one, with any characters; null: in Csv or CsvPath.</summary>
        public IList<GlossaryEntry> Entries { get; set; }

        /// <summary>
        /// The entries as CSV text, which is sent as it is: rows of term and what it becomes, for hotwords of terms
        /// alone. null: not so.
        /// </summary>
        public string Csv { get; set; }

        /// <summary>The entries in such a file, 1 MB (1048576 bytes) at most; null: not so.</summary>
        public string CsvPath { get; set; }

        /// <summary>All but Entries, which the caller holds in place.</summary>
        internal unsafe NativeGlossaryConfig Raw(NativeTexts texts)
        {
            var raw = new NativeGlossaryConfig();
            raw.StructSize = (uint)sizeof(NativeGlossaryConfig);
            raw.Flags = (uint)Flags;
            raw.Kind = (int)Kind;
            raw.Name = texts.Add(Name, "Name");
            raw.SourceLanguage = texts.Add(SourceLanguage, "SourceLanguage");
            raw.TargetLanguage = texts.Add(TargetLanguage, "TargetLanguage");
            raw.Csv = texts.Add(Csv, "Csv");
            raw.CsvPath = texts.Add(CsvPath, "CsvPath");
            return raw;
        }

        internal unsafe NativeGlossaryEntry[] RawEntries(NativeTexts texts)
        {
            var raw = new NativeGlossaryEntry[Entries == null ? 0 : Entries.Count];
            for (int n = 0; n < raw.Length; n++)
            {
                raw[n].Term = texts.Add(Entries[n].Term, "Entries");
                raw[n].Becomes = texts.Add(Entries[n].Becomes, "Entries");
            }
            return raw;
        }
    }
}
