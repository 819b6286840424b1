// SPDX-License-Identifier: MIT OR Apache-2.0
using System;

namespace PalabraAI
{
    /// <summary>Why a call or a session failed. Its texts never contain a secret.</summary>
    public sealed class PalabraError
    {
        /// <summary>The status.</summary>
        public Status Code { get; private set; }

        /// <summary>EventFlags.Retriable, EventFlags.Fatal.</summary>
        public EventFlags Flags { get; private set; }

        /// <summary>HTTP status of the refusal; 0: none.</summary>
        public int HttpStatus { get; private set; }

        /// <summary>WebSocket close code (RFC 6455); 0: none.</summary>
        public int CloseCode { get; private set; }

        /// <summary>Error number of the operating system; 0: none.</summary>
        public int OsError { get; private set; }

        /// <summary>Time after which the service allows another attempt, in ms; -1: the service did not say.</summary>
        public int RetryAfterMs { get; private set; }

        /// <summary>Error code of the service, such as "VALIDATION_ERROR"; "": none.</summary>
        public string ServiceCode { get; private set; }

        /// <summary>What failed, on what, and what to do about it.</summary>
        public string Text { get; private set; }

        /// <summary>Whether the same attempt can succeed later.</summary>
        public bool Retriable => (Flags & EventFlags.Retriable) != 0;

        /// <summary>"PALABRA_ERR_AUTH: ..."</summary>
        public override string ToString()
        {
            return Code.Name() + ": " + Text;
        }

        /// <summary>With what the call told, and where it told nothing with what the status says by itself.</summary>
        internal static unsafe PalabraError Of(Status status, NativeError* told)
        {
            bool isTold = told != null && told->Code == (int)status;
            string text = isTold ? Utf8.Read(told->Text) : "";
            return new PalabraError
            {
                Code = status,
                Flags = isTold ? (EventFlags)told->Flags : status.Flags(),
                HttpStatus = isTold ? told->HttpStatus : 0,
                CloseCode = isTold ? told->CloseCode : 0,
                OsError = isTold ? told->OsError : 0,
                RetryAfterMs = isTold ? told->RetryAfterMs : -1,
                ServiceCode = isTold ? Utf8.Read(told->ServiceCode) : "",
                Text = text.Length > 0 || status == Status.Ok ? text : status.Text(),
            };
        }
    }

    /// <summary>
    /// A call that the library refused. Mistakes that show before it is asked are ArgumentExceptions.
    /// </summary>
    public sealed class PalabraException : Exception
    {
        internal PalabraException(PalabraError error, object partial = null) : base(error.ToString())
        {
            Error = error;
            Partial = partial;
        }

        /// <summary>Everything that is known about it.</summary>
        public PalabraError Error { get; }

        /// <summary>
        /// What there is nevertheless after a call that failed half way: the Voice or Glossary that exists by then, to be
        /// waited for or deleted, or the FileTranslationResult so far; else null.
        /// </summary>
        public object Partial { get; }

        /// <summary>The status.</summary>
        public Status Status => Error.Code;

        /// <summary>Whether the same attempt can succeed later.</summary>
        public bool Retriable => Error.Retriable;

        /// <summary>Time after which the service allows another attempt; null: the service did not say.</summary>
        public TimeSpan? RetryAfter => Error.RetryAfterMs < 0 ? (TimeSpan?)null : TimeSpan.FromMilliseconds(Error.RetryAfterMs);

        /// <summary>Passes a status on, or throws it.</summary>
        internal static unsafe int Check(int status)
        {
            return Check(status, null);
        }

        internal static unsafe int Check(int status, NativeError* told, object partial = null)
        {
            if (status < 0)
                throw new PalabraException(PalabraError.Of((Status)status, told), partial);
            return status;
        }

        internal static PalabraException Of(Status status)
        {
            unsafe
            {
                return new PalabraException(PalabraError.Of(status, null));
            }
        }
    }
}
