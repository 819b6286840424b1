// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
namespace PalabraAI.Interop
{
    /// <summary>A text of a function that writes what there is room for, and returns the length of the whole.</summary>
    internal static unsafe class WholeText
    {
        internal delegate int Writer(byte* buffer, int capacity);

        /// <summary>Returns the length, or the error. The text may grow from one call to the next.</summary>
        internal static int Read(Writer write, int capacity, out string text)
        {
            text = "";
            while (true)
            {
                var buffer = new byte[capacity];
                fixed (byte* start = buffer)
                {
                    int length = write(start, capacity);
                    if (length < capacity)
                    {
                        text = length > 0 ? Utf8.Read(start, length) : "";
                        return length;
                    }
                    capacity = length + length / 4 + 1;
                }
            }
        }
    }
}
