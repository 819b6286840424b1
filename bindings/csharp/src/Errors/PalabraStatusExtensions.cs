// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using PalabraAI.Interop;

namespace PalabraAI
{
    /// <summary>What a status means.</summary>
    public static class PalabraStatusExtensions
    {
        /// <summary>Returns the description of a status.</summary>
        /// <param name="status">Any number.</param>
        /// <returns>A sentence.</returns>
        public static string Description(this PalabraStatus status)
        {
            return StatusTexts.Of(status);
        }

        /// <summary>
        /// Returns whether the same attempt can succeed later, as far as the status alone can tell.
        /// <see cref="PalabraError.IsTransient"/> is more precise.
        /// </summary>
        /// <param name="status">Any number.</param>
        /// <returns>true: it can.</returns>
        public static bool IsTransient(this PalabraStatus status)
        {
            return StatusTexts.IsTransient(status);
        }

        /// <summary>Returns the name of a status in C, as logs of other programs have it. Needs the native library.</summary>
        /// <param name="status">Any number.</param>
        /// <returns>Such as "PALABRA_ERR_TIMEOUT".</returns>
        public static unsafe string NativeName(this PalabraStatus status)
        {
            return Utf8.Read(Native.palabra_status_name((int)status));
        }
    }
}
