// SPDX-License-Identifier: MIT OR Apache-2.0
using System.Collections.Generic;

namespace PalabraAI
{
    public sealed partial class GlossaryConfig
    {
        /// <summary>The entries, with any characters; null: none.</summary>
        public IList<GlossaryEntry> Entries { get; set; }

        internal unsafe NativeGlossaryEntry[] RawEntries(NativeTexts texts)
        {
            var raw = new NativeGlossaryEntry[Entries == null ? 0 : Entries.Count];
            for (int n = 0; n < raw.Length; n++)
            {
                raw[n].Term = texts.Add(Entries[n].Term, "Entries");
                raw[n].Replacement = texts.Add(Entries[n].Replacement, "Entries");
            }
            return raw;
        }
    }
}
