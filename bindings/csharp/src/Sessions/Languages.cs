// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using System.Collections.Generic;
using PalabraAI.Interop;

namespace PalabraAI
{
    /// <summary>Lists of languages, as the library takes them.</summary>
    internal static class Languages
    {
        /// <summary>Null for all of them.</summary>
        internal static string? Joined(IEnumerable<string>? languages, string name)
        {
            if (languages == null)
                return null;
            var names = new List<string>();
            foreach (string language in languages)
            {
                if (string.IsNullOrWhiteSpace(language) || Guard.Has(language, ','))
                    throw new ArgumentException("A language is empty or has a comma", name);
                names.Add(language);
            }
            return names.Count == 0 ? null : string.Join(",", names);
        }
    }
}
