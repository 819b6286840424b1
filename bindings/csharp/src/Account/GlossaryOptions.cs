// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System.Collections.Generic;
using System.Linq;
using PalabraAI.Interop;

namespace PalabraAI
{
    public sealed partial class GlossaryOptions
    {
        /// <summary>The entries, with any characters.</summary>
        public IList<GlossaryEntry> Entries { get; } = new List<GlossaryEntry>();

        /// <summary>The settings without the address of the entries, which the call pins.</summary>
        internal unsafe NativeGlossaryConfig Raw(OptionsWriter writer, out NativeGlossaryEntry[] entries)
        {
            var raw = new NativeGlossaryConfig();
            Write(&raw, writer);
            entries = RawEntries(writer);
            raw.EntryCount = entries.Length;
            return raw;
        }

        private unsafe NativeGlossaryEntry[] RawEntries(OptionsWriter writer)
        {
            GlossaryEntry?[] entries = Entries.ToArray();
            var raw = new NativeGlossaryEntry[entries.Length];
            for (int n = 0; n < raw.Length; n++)
            {
                if (entries[n] == null)
                    throw writer.Wrong(nameof(Entries), "has an item that is null");
                raw[n].Term = writer.Text(entries[n]!.Term, nameof(Entries));
                raw[n].Replacement = writer.Text(entries[n]!.Replacement, nameof(Entries));
            }
            return raw;
        }
    }

    /// <summary>One entry of a glossary.</summary>
    public sealed class GlossaryEntry
    {
        /// <summary>Creates an empty entry, as binders of configurations do.</summary>
        public GlossaryEntry()
        {
        }

        /// <summary>Creates an entry.</summary>
        /// <param name="term">The term.</param>
        /// <param name="replacement">Its replacement or translation; null for hotwords.</param>
        public GlossaryEntry(string term, string? replacement = null)
        {
            Term = term;
            Replacement = replacement;
        }

        /// <summary>The term.</summary>
        public string? Term { get; set; }

        /// <summary>Its replacement or translation; null for hotwords.</summary>
        public string? Replacement { get; set; }
    }
}
