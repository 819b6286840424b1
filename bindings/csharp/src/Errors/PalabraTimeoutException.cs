// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;

namespace PalabraAI
{
    /// <summary>The time that a call, or the end of a session, was allowed has passed.</summary>
    public sealed class PalabraTimeoutException : PalabraException
    {
        /// <summary>Creates an exception with the library's text about time-outs.</summary>
        public PalabraTimeoutException() : this(new PalabraError(PalabraStatus.Timeout))
        {
        }

        /// <summary>Creates an exception with a text.</summary>
        /// <param name="message">What took too long.</param>
        public PalabraTimeoutException(string message) : this(new PalabraError(PalabraStatus.Timeout, message))
        {
        }

        /// <summary>Creates an exception with a text and a cause.</summary>
        /// <param name="message">What took too long.</param>
        /// <param name="innerException">The cause.</param>
        public PalabraTimeoutException(string message, Exception? innerException)
            : base(new PalabraError(PalabraStatus.Timeout, message), null, innerException)
        {
        }

        internal PalabraTimeoutException(PalabraError error, object? partial = null) : base(error, partial)
        {
        }
    }
}
