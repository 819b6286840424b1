// SPDX-License-Identifier: MIT OR Apache-2.0
using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using System.Text;

namespace PalabraAI
{
    internal static unsafe class Utf8
    {
        /// <summary>Room on the stack for the name of a language.</summary>
        internal const int NameRoom = 128;

        // Half a surrogate pair is a mistake of the caller's to be told of, not to be replaced.
        internal static readonly UTF8Encoding Strict = new UTF8Encoding(false, true);

        internal static string Read(byte* text)
        {
            if (text == null)
                return "";
            int length = 0;
            while (text[length] != 0)
                length++;
            return Read(text, length);
        }

        internal static string Read(byte* text, int length)
        {
            return text == null || length == 0 ? "" : Encoding.UTF8.GetString(text, length);
        }

        /// <summary>Puts a short text where the caller has room for it, without allocating.</summary>
        internal static byte* WriteName(string name, byte* room)
        {
            if (name == null)
                return null;
            if (name.Length >= NameRoom / 3 || name.IndexOf('\0') >= 0)
                throw new ArgumentException("This is no name of a language", "language");
            int length;
            fixed (char* start = name)
                length = name.Length == 0 ? 0 : Strict.GetBytes(start, name.Length, room, NameRoom - 1);
            room[length] = 0;
            return room;
        }
    }

    /// <summary>
    /// Texts on their way into the library: there for the length of a call, then wiped, as some are secrets.
    /// </summary>
    internal sealed unsafe class NativeTexts : IDisposable
    {
        private struct Piece
        {
            internal IntPtr Start;
            internal int Length;
        }

        private readonly List<Piece> pieces = new List<Piece>();

        /// <summary>Null for null.</summary>
        internal byte* Add(string text, string name)
        {
            if (text == null)
                return null;
            if (text.IndexOf('\0') >= 0)
                throw new ArgumentException("A text must not hold a NUL", name);
            int length = Utf8.Strict.GetByteCount(text);
            var piece = new Piece { Start = Marshal.AllocHGlobal(length + 1), Length = length };
            pieces.Add(piece);
            byte* start = (byte*)piece.Start;
            if (length > 0)
            {
                fixed (char* characters = text)
                    Utf8.Strict.GetBytes(characters, text.Length, start, length);
            }
            start[length] = 0;
            return start;
        }

        public void Dispose()
        {
            foreach (Piece piece in pieces)
            {
                byte* start = (byte*)piece.Start;
                for (int n = 0; n < piece.Length; n++)
                    start[n] = 0;
                Marshal.FreeHGlobal(piece.Start);
            }
            pieces.Clear();
        }
    }
}
