// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;

namespace PalabraAI.Interop
{
    internal static class Guard
    {
        internal static void NotNull([ValidatedNotNull] object? argument, string parameter)
        {
            if (argument == null)
                throw new ArgumentNullException(parameter);
        }

        internal static void NotDisposed(bool isDisposed, string owner)
        {
            if (isDisposed)
                throw Disposed(owner);
        }

        internal static void NotNegative(int number, string parameter)
        {
            InRange(number >= 0, parameter);
        }

        internal static void InRange(bool isInRange, string parameter)
        {
            if (!isInRange)
                throw new ArgumentOutOfRangeException(parameter);
        }

        internal static ArgumentException Argument(string text, string? parameter)
        {
            return new ArgumentException(text, parameter);
        }

        internal static ObjectDisposedException Disposed(string? owner)
        {
            return new ObjectDisposedException(owner);
        }

        /// <summary>string.Contains(char) of newer runtimes.</summary>
        internal static bool Has(string text, char character)
        {
            return text.AsSpan().IndexOf(character) >= 0;
        }
    }

    /// <summary>Analyzers look for this name.</summary>
    [AttributeUsage(AttributeTargets.Parameter)]
    internal sealed class ValidatedNotNullAttribute : Attribute
    {
    }
}
