// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using System.Buffers;
using System.Collections.Generic;
using System.Runtime.InteropServices;

namespace PalabraAI
{
    /// <summary>
    /// Texts cut anywhere, as the tokens of a language model are: the first half of a surrogate pair waits for the next piece
    /// of its generation. What stays half becomes U+FFFD.
    /// </summary>
    internal sealed class TextPieces
    {
        private const char Replacement = '\uFFFD';
        private readonly Dictionary<string, char> halves = new Dictionary<string, char>(StringComparer.Ordinal);

        /// <summary>The half that the next piece of a generation begins with; '\0': none.</summary>
        internal char HalfOf(string? generation)
        {
            return halves.TryGetValue(generation ?? "", out char half) ? half : '\0';
        }

        /// <summary>The piece was sent: what waits behind it.</summary>
        internal void Keep(string? generation, char half)
        {
            if (half == '\0')
                halves.Remove(generation ?? "");
            else
                halves[generation ?? ""] = half;
        }

        /// <summary>Forgets what waits, of one generation or of all.</summary>
        internal void Forget(string? generation)
        {
            if (generation == null)
                halves.Clear();
            else
                halves.Remove(generation);
        }

        /// <summary>
        /// Writes what a piece has to say, with the half before it, into an array of the pool. The half at its end is left to
        /// the next piece unless it is the last one.
        /// </summary>
        internal static ArraySegment<char> Join(char before, ReadOnlySpan<char> piece, bool isLast, out char behind)
        {
            behind = '\0';
            char end = End(piece);
            if (!isLast && char.IsHighSurrogate(end))
            {
                behind = end;
                piece = piece.Slice(0, piece.Length - 1);
            }
            else if (!isLast && piece.Length == 0)
            {
                behind = before;
                before = '\0';
            }
            char[] room = ArrayPool<char>.Shared.Rent(piece.Length + 1);
            int length = 0;
            if (before != '\0')
                room[length++] = before;
            piece.CopyTo(room.AsSpan(length));
            length += piece.Length;
            Mend(room.AsSpan(0, length));
            return new ArraySegment<char>(room, 0, length);
        }

        // Not by its indexer, which old Mono does not have in a form that newer compilers call.
        private static char End(ReadOnlySpan<char> piece)
        {
            return piece.Length == 0 ? '\0' : MemoryMarshal.GetReference(piece.Slice(piece.Length - 1));
        }

        private static void Mend(Span<char> text)
        {
            for (int n = 0; n < text.Length; n++)
            {
                if (!char.IsSurrogate(text[n]))
                    continue;
                bool isPair = char.IsHighSurrogate(text[n]) && n + 1 < text.Length && char.IsLowSurrogate(text[n + 1]);
                if (isPair)
                    n++;
                else
                    text[n] = Replacement;
            }
        }
    }
}
