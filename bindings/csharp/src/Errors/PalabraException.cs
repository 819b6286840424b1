// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using PalabraAI.Interop;

namespace PalabraAI
{
    /// <summary>
    /// A call failed, or a session was ended, by the service, the network or the library. Mistakes of the caller are
    /// <see cref="ArgumentException"/>, objects that the caller disposed <see cref="ObjectDisposedException"/>, and calls that
    /// a token ended <see cref="OperationCanceledException"/>.
    /// </summary>
    public class PalabraException : Exception
    {
        /// <summary>Creates an exception without a reason, with the status Internal.</summary>
        public PalabraException() : this(new PalabraError(PalabraStatus.Internal))
        {
        }

        /// <summary>Creates an exception with a text, with the status Internal.</summary>
        /// <param name="message">What failed.</param>
        public PalabraException(string message) : this(new PalabraError(PalabraStatus.Internal, message))
        {
        }

        /// <summary>Creates an exception with a text and a cause, with the status Internal.</summary>
        /// <param name="message">What failed.</param>
        /// <param name="innerException">The cause.</param>
        public PalabraException(string message, Exception? innerException)
            : this(new PalabraError(PalabraStatus.Internal, message), null, innerException)
        {
        }

        /// <summary>Creates an exception from an error.</summary>
        /// <param name="error">What is known about the failure.</param>
        /// <param name="partial">What exists nevertheless; see <see cref="Partial"/>.</param>
        /// <exception cref="ArgumentNullException">`error` is null.</exception>
        public PalabraException(PalabraError error, object? partial = null) : this(error, partial, null)
        {
        }

        private protected PalabraException(PalabraError error, object? partial, Exception? innerException)
            : base((error ?? throw new ArgumentNullException(nameof(error))).ToString(), innerException)
        {
            Error = error;
            Partial = partial;
        }

        /// <summary>Everything that is known about the failure.</summary>
        public PalabraError Error { get; }

        /// <summary>
        /// What exists nevertheless after a call that failed half way: the <see cref="Voice"/> or <see cref="Glossary"/> that
        /// the service made, to be waited for or deleted, or the <see cref="FileTranslationResult"/> so far; else null.
        /// </summary>
        public object? Partial { get; }

        /// <summary>The status.</summary>
        public PalabraStatus Status => Error.Status;

        /// <summary>Whether the same attempt can succeed later.</summary>
        public bool IsTransient => Error.IsTransient;

        /// <summary>Time after which the service allows another attempt; null: the service did not say.</summary>
        public TimeSpan? RetryAfter => Error.RetryAfter;

        /// <summary>HTTP status of the refusal; null: none.</summary>
        public int? HttpStatus => Error.HttpStatus;

        /// <summary>WebSocket close code (RFC 6455); null: none.</summary>
        public int? CloseCode => Error.CloseCode;

        /// <summary>Error number of the operating system; null: none.</summary>
        public int? OsError => Error.OsError;

        /// <summary>Error code of the service, such as "VALIDATION_ERROR"; null: none.</summary>
        public string? ServiceCode => Error.ServiceCode;

        /// <summary>An exception with a reason that is known already, of the class for time-outs where it is one.</summary>
        internal static PalabraException Create(PalabraError error, object? partial = null)
        {
            return error.Status == PalabraStatus.Timeout ? new PalabraTimeoutException(error, partial) : new PalabraException(error, partial);
        }

        internal static PalabraException Create(PalabraStatus status)
        {
            return Create(new PalabraError(status));
        }

        /// <summary>Passes on what a call returned, or throws what it means.</summary>
        internal static unsafe int Check(int status)
        {
            return status < 0 ? throw Of((PalabraStatus)status, null) : status;
        }

        /// <summary>
        /// The same for calls that explain their failure. `parameter`: what an ArgumentException is about. `owner`: what a
        /// handle that is closed belongs to.
        /// </summary>
        internal static unsafe int Check(int status, NativeError* told, object? partial = null, string? parameter = null, string? owner = null)
        {
            return status < 0 ? throw Of((PalabraStatus)status, told, partial, parameter, owner) : status;
        }

        /// <summary>The same for calls that take settings: one that is not supported is a mistake of the caller as well.</summary>
        internal static unsafe int CheckSettings(int status, NativeError* told, string parameter, string? owner = null)
        {
            if (status == (int)PalabraStatus.Unsupported)
                throw Guard.Argument(PalabraError.Of(PalabraStatus.Unsupported, told).Text, parameter);
            return Check(status, told, null, parameter, owner);
        }

        internal static unsafe Exception Of(
            PalabraStatus status, NativeError* told, object? partial = null, string? parameter = null, string? owner = null)
        {
            PalabraError error = PalabraError.Of(status, told);
            switch (status)
            {
                case PalabraStatus.BadHandle:
                    return new ObjectDisposedException(owner);
                case PalabraStatus.InvalidArgument:
                case PalabraStatus.InvalidUtf8:
                    return new ArgumentException(error.Text, parameter);
                default:
                    return Create(error, partial);
            }
        }

        internal static unsafe NativeError NewError()
        {
            return new NativeError { StructSize = (uint)sizeof(NativeError) };
        }
    }
}
