// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using System.Text;

namespace PalabraAI.Interop
{
    /// <summary>Says errors of the library with the names of this binding: "input.chunk_ms" is "Input.ChunkDuration".</summary>
    internal static partial class FieldNames
    {
        internal static string Translate(string text)
        {
            var said = new StringBuilder(text.Length);
            int from = 0;
            while (from < text.Length)
            {
                int to = from;
                while (to < text.Length && IsOfName(text[to]))
                    to++;
                // A dot at the end is the sentence's.
                while (to > from + 1 && text[to - 1] == '.')
                    to--;
                if (to == from)
                    said.Append(text[from++]);
                else
                    said.Append(Name(text.Substring(from, to - from), from == 0));
                from = Math.Max(from, to);
            }
            return said.ToString();
        }

        // Fields of one plain word look like any word, so they are known only where an error names them first.
        private static string Name(string word, bool isFirst)
        {
            if (Known.TryGetValue(word, out string? known) && (isFirst || Guard.Has(word, '_')))
                return known;
            int dot = word.AsSpan().IndexOf('.');
            if (dot <= 0 || dot == word.Length - 1)
                return word;
            string head = word.Substring(0, dot);
            string? first = Known.TryGetValue(head, out string? found) ? found : null;
            return first == null ? word : first + "." + Name(word.Substring(dot + 1), true);
        }

        private static bool IsOfName(char character)
        {
            return character < 128 && (char.IsLetterOrDigit(character) || character == '_' || character == '.');
        }
    }
}
