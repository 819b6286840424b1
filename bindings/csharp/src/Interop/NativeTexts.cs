// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using System.Buffers;
using System.Collections.Generic;
using System.Runtime.InteropServices;

namespace PalabraAI.Interop
{
    /// <summary>
    /// Texts on their way into the library. They exist for the length of a call and are wiped afterwards, as some are secrets.
    /// </summary>
    internal unsafe class NativeTexts : IDisposable
    {
        private Piece? last;
        private List<MemoryHandle>? pinned;

        /// <summary>Copies a parameter of a call. null stays null.</summary>
        internal byte* Add(string? text, string parameter)
        {
            return text == null ? null : Copy(text, parameter, null);
        }

        /// <summary>Copies a parameter that is required.</summary>
        internal byte* AddRequired(string? text, string parameter)
        {
            if (text == null)
                throw new ArgumentNullException(parameter);
            if (text.Length == 0)
                throw new ArgumentException("The text is empty.", parameter);
            return Copy(text, parameter, null);
        }

        /// <summary>Pins bytes of the caller, which are not copied. Nothing is null.</summary>
        internal void* Pin(ReadOnlyMemory<byte> bytes)
        {
            if (bytes.IsEmpty)
                return null;
            MemoryHandle handle = bytes.Pin();
            (pinned ??= new List<MemoryHandle>()).Add(handle);
            return handle.Pointer;
        }

        /// <summary>Wipes and frees all texts.</summary>
        public void Dispose()
        {
            for (; last != null; last = last.Before)
            {
                new Span<byte>((void*)last.Start, last.Length).Clear();
                Marshal.FreeHGlobal(last.Start);
            }
            if (pinned != null)
                Unpin(pinned);
        }

        private static void Unpin(List<MemoryHandle> handles)
        {
            foreach (MemoryHandle handle in handles)
                handle.Dispose();
            handles.Clear();
        }

        /// <summary>`property`: the setting that an error names; null: the parameter alone.</summary>
        protected byte* Copy(string text, string parameter, string? property)
        {
            string what = property ?? "The text";
            if (Guard.Has(text, '\0'))
                throw new ArgumentException(what + " must not contain a NUL character.", parameter);
            int length;
            try
            {
                length = Utf8.Strict.GetByteCount(text);
            }
            catch (ArgumentException error)
            {
                throw new ArgumentException(what + " contains half a surrogate pair.", parameter, error);
            }
            last = new Piece(Marshal.AllocHGlobal(length + 1), length, last);
            byte* start = (byte*)last.Start;
            if (length > 0)
            {
                fixed (char* characters = text)
                    Utf8.Strict.GetBytes(characters, text.Length, start, length);
            }
            start[length] = 0;
            return start;
        }

        private sealed class Piece
        {
            internal readonly IntPtr Start;
            internal readonly int Length;
            internal readonly Piece? Before;

            internal Piece(IntPtr start, int length, Piece? before)
            {
                Start = start;
                Length = length;
                Before = before;
            }
        }
    }
}
