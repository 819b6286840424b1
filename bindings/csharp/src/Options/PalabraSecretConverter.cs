// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using System.ComponentModel;
using System.Globalization;

namespace PalabraAI
{
    /// <summary>Makes secrets of strings, for binders of configurations. In the other direction it shows nothing.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public sealed class PalabraSecretConverter : TypeConverter
    {
        /// <summary>Returns whether a value can become a secret.</summary>
        /// <param name="context">Ignored.</param>
        /// <param name="sourceType">The type of the value.</param>
        /// <returns>true for strings.</returns>
        public override bool CanConvertFrom(ITypeDescriptorContext? context, Type sourceType)
        {
            return sourceType == typeof(string) || base.CanConvertFrom(context, sourceType);
        }

        /// <summary>Makes a secret.</summary>
        /// <param name="context">Ignored.</param>
        /// <param name="culture">Ignored.</param>
        /// <param name="value">A string.</param>
        /// <returns>A <see cref="PalabraSecret"/>.</returns>
        /// <exception cref="NotSupportedException">The value is no string.</exception>
        public override object? ConvertFrom(ITypeDescriptorContext? context, CultureInfo? culture, object value)
        {
            return value is string text ? new PalabraSecret(text) : base.ConvertFrom(context, culture, value);
        }

        /// <summary>Returns three asterisks for a secret.</summary>
        /// <param name="context">Ignored.</param>
        /// <param name="culture">Ignored.</param>
        /// <param name="value">A secret.</param>
        /// <param name="destinationType">The type that is wanted.</param>
        /// <returns>"***".</returns>
        /// <exception cref="NotSupportedException">Something else than a string is wanted.</exception>
        public override object? ConvertTo(ITypeDescriptorContext? context, CultureInfo? culture, object? value, Type destinationType)
        {
            return value is PalabraSecret secret && destinationType == typeof(string)
                ? secret.ToString()
                : base.ConvertTo(context, culture, value, destinationType);
        }
    }
}
