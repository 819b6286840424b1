// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using System.ComponentModel;

namespace PalabraAI
{
    /// <summary>
    /// A key, a token or an address with a password. It is set from a string, also by a configuration, and shows nothing to
    /// loggers, serializers and debuggers.
    /// </summary>
    [TypeConverter(typeof(PalabraSecretConverter))]
    public sealed class PalabraSecret : IEquatable<PalabraSecret>
    {
        private readonly string text;

        /// <summary>Creates a secret.</summary>
        /// <param name="text">The secret.</param>
        /// <exception cref="ArgumentNullException">`text` is null.</exception>
        internal PalabraSecret(string text)
        {
            this.text = text ?? throw new ArgumentNullException(nameof(text));
        }

        /// <summary>Makes a secret of a string; null stays null.</summary>
        /// <param name="text">The secret.</param>
        public static implicit operator PalabraSecret?(string? text)
        {
            return FromString(text);
        }

        /// <summary>Makes a secret of a string; null stays null.</summary>
        /// <param name="text">The secret.</param>
        /// <returns>The secret.</returns>
        public static PalabraSecret? FromString(string? text)
        {
            return text == null ? null : new PalabraSecret(text);
        }

        /// <summary>Compares two secrets.</summary>
        /// <param name="other">Another secret.</param>
        /// <returns>Whether both have the same text.</returns>
        public bool Equals(PalabraSecret? other)
        {
            return other != null && string.Equals(text, other.text, StringComparison.Ordinal);
        }

        /// <summary>Compares a secret with another object.</summary>
        /// <param name="obj">Another object.</param>
        /// <returns>Whether it is a secret with the same text.</returns>
        public override bool Equals(object? obj)
        {
            return Equals(obj as PalabraSecret);
        }

        /// <summary>Returns a hash code, which does not depend on the text.</summary>
        /// <returns>Always the same number.</returns>
        public override int GetHashCode()
        {
            return 0;
        }

        /// <summary>Returns three asterisks.</summary>
        /// <returns>"***".</returns>
        public override string ToString()
        {
            return "***";
        }

        internal string Reveal()
        {
            return text;
        }
    }
}
