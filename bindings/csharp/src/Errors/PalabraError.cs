// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using PalabraAI.Interop;

namespace PalabraAI
{
    /// <summary>Why a call or a session failed. Immutable. Its texts never contain a secret.</summary>
    public sealed class PalabraError
    {
        /// <summary>Creates an error, as tests of a program's own handlers need it.</summary>
        /// <param name="status">The status.</param>
        /// <param name="text">What failed, on what, and what to do; null: what the library says about the status.</param>
        /// <param name="isTransient">Whether the same attempt can succeed later; null: what the status means by itself.</param>
        /// <param name="retryAfter">Time after which the service allows another attempt; null: the service did not say.</param>
        /// <param name="httpStatus">HTTP status of the refusal; null: none.</param>
        /// <param name="closeCode">WebSocket close code (RFC 6455); null: none.</param>
        /// <param name="osError">Error number of the operating system; null: none.</param>
        /// <param name="serviceCode">Error code of the service; null: none.</param>
        public PalabraError(
            PalabraStatus status, string? text = null, bool? isTransient = null, TimeSpan? retryAfter = null, int? httpStatus = null,
            int? closeCode = null, int? osError = null, string? serviceCode = null)
        {
            Status = status;
            Text = text ?? status.Description();
            IsTransient = isTransient ?? status.IsTransient();
            RetryAfter = retryAfter;
            HttpStatus = httpStatus;
            CloseCode = closeCode;
            OsError = osError;
            ServiceCode = serviceCode;
        }

        /// <summary>The status.</summary>
        public PalabraStatus Status { get; }

        /// <summary>What failed, on what, and what to do about it.</summary>
        public string Text { get; }

        /// <summary>Whether the same attempt can succeed later.</summary>
        public bool IsTransient { get; }

        /// <summary>Time after which the service allows another attempt; null: the service did not say.</summary>
        public TimeSpan? RetryAfter { get; }

        /// <summary>HTTP status of the refusal; null: none.</summary>
        public int? HttpStatus { get; }

        /// <summary>WebSocket close code (RFC 6455); null: none.</summary>
        public int? CloseCode { get; }

        /// <summary>Error number of the operating system; null: none.</summary>
        public int? OsError { get; }

        /// <summary>Error code of the service, such as "VALIDATION_ERROR"; null: none.</summary>
        public string? ServiceCode { get; }

        /// <summary>Returns the status and the text: "Auth: ...".</summary>
        /// <returns>One line.</returns>
        public override string ToString()
        {
            return Status + ": " + Text;
        }

        /// <summary>What a call told; where it told nothing, what the status says by itself.</summary>
        internal static unsafe PalabraError Of(PalabraStatus status, NativeError* told)
        {
            if (told == null || told->Code != (int)status)
                return new PalabraError(status);
            string text = Utf8.Read(told->Text);
            string? code = Utf8.ReadOrNull(told->ServiceCode);
            return new PalabraError(
                status, text.Length == 0 && status != PalabraStatus.Ok ? null : Said(text, code, told->HttpStatus, told->CloseCode),
                (told->Flags & (uint)EventFlags.Retriable) != 0, Times.KnownMilliseconds(told->RetryAfterMs),
                Some(told->HttpStatus), Some(told->CloseCode), Some(told->OsError), code);
        }

        internal static PalabraError OfEvent(
            PalabraStatus status, EventFlags flags, int httpStatus, int closeCode, int osError, int retryAfterMs, string? serviceCode, string? text)
        {
            return new PalabraError(
                status, string.IsNullOrEmpty(text) ? null : Said(text!, serviceCode, httpStatus, closeCode), (flags & EventFlags.Retriable) != 0, Times.KnownMilliseconds(retryAfterMs),
                Some(httpStatus), Some(closeCode), Some(osError), string.IsNullOrEmpty(serviceCode) ? null : serviceCode);
        }

        // What the service says stays as it is, also when it closes: it speaks of its own messages.
        private static string Said(string text, string? serviceCode, int httpStatus, int closeCode)
        {
            bool isService = httpStatus != 0 || closeCode != 0 || !string.IsNullOrEmpty(serviceCode);
            return isService ? text : FieldNames.Translate(text);
        }

        private static int? Some(int number)
        {
            return number == 0 ? (int?)null : number;
        }
    }
}
