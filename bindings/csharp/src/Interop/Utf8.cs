// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using System.Text;

namespace PalabraAI.Interop
{
    internal static unsafe class Utf8
    {
        /// <summary>Capacity on the stack for the name of a language.</summary>
        internal const int NameCapacity = 128;

        // Half a surrogate pair in a setting is a mistake of the caller, which must not be replaced silently.
        internal static readonly UTF8Encoding Strict = new UTF8Encoding(false, true);

        internal static string Read(byte* text)
        {
            return text == null ? "" : Read(text, Length(text));
        }

        internal static string Read(byte* text, int length)
        {
            return text == null || length <= 0 ? "" : Encoding.UTF8.GetString(text, length);
        }

        /// <summary>null for a text that is not there.</summary>
        internal static string? ReadOrNull(byte* text)
        {
            return text == null || *text == 0 ? null : Read(text);
        }

        internal static string? ReadOrNull(byte* text, int length)
        {
            return text == null || length <= 0 ? null : Read(text, length);
        }

        /// <summary>Copies a short text to memory of the caller, without allocating. null stays null.</summary>
        internal static byte* WriteName(string? name, byte* buffer, string parameter)
        {
            if (name == null)
                return null;
            if (name.Length >= NameCapacity / 3 || Guard.Has(name, '\0'))
                throw new ArgumentException("The text is not the name of a language.", parameter);
            int length = 0;
            if (name.Length > 0)
            {
                try
                {
                    fixed (char* start = name)
                        length = Strict.GetBytes(start, name.Length, buffer, NameCapacity - 1);
                }
                catch (EncoderFallbackException error)
                {
                    throw new ArgumentException("The text contains half a surrogate pair.", parameter, error);
                }
            }
            buffer[length] = 0;
            return buffer;
        }

        private static int Length(byte* text)
        {
            int length = 0;
            while (text[length] != 0)
                length++;
            return length;
        }
    }
}
