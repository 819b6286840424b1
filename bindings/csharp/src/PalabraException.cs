// SPDX-License-Identifier: MIT OR Apache-2.0
using System;

namespace PalabraAI
{
    /// <summary>What went wrong, with everything that the service told. Its texts never hold a secret.</summary>
    public sealed class PalabraError
    {
        /// <summary>One of Status.</summary>
        public int Code { get; private set; }

        /// <summary>EventFlags.Retriable, EventFlags.Fatal.</summary>
        public EventFlags Flags { get; private set; }

        /// <summary>HTTP status of a refused call or upgrade; 0 if none.</summary>
        public int HttpStatus { get; private set; }

        /// <summary>WebSocket close code (RFC 6455); 0 if none.</summary>
        public int CloseCode { get; private set; }

        /// <summary>The service's own error code, such as "VALIDATION_ERROR"; "" if none.</summary>
        public string ServiceCode { get; private set; }

        /// <summary>One or more sentences for people.</summary>
        public string Text { get; private set; }

        /// <summary>Whether trying the same again later can help.</summary>
        public bool Retriable => (Flags & EventFlags.Retriable) != 0;

        /// <summary>"PALABRA_ERR_AUTH: ..."</summary>
        public override string ToString()
        {
            return Status.Name(Code) + ": " + Text;
        }

        /// <summary>With what the call told, and where it told nothing with what the status says by itself.</summary>
        internal static unsafe PalabraError Of(int status, NativeError* told)
        {
            bool isTold = told != null && told->Code == status;
            string text = isTold ? Utf8.Read(told->Text) : "";
            return new PalabraError
            {
                Code = status,
                Flags = isTold ? (EventFlags)told->Flags : Status.Flags(status),
                HttpStatus = isTold ? told->HttpStatus : 0,
                CloseCode = isTold ? told->CloseCode : 0,
                ServiceCode = isTold ? Utf8.Read(told->ServiceCode) : "",
                Text = text.Length > 0 || status == Status.Ok ? text : Status.Text(status),
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
        /// What there is all the same after a call that failed half way: the Voice or Glossary that the service has made by then,
        /// to be waited for or deleted, or the FileTranslationResult so far; else null.
        /// </summary>
        public object Partial { get; }

        /// <summary>One of Status.</summary>
        public int Code => Error.Code;

        /// <summary>Whether trying the same again later can help.</summary>
        public bool Retriable => Error.Retriable;

        /// <summary>Passes a status on, or throws it.</summary>
        internal static unsafe int Check(int status)
        {
            return Check(status, null);
        }

        internal static unsafe int Check(int status, NativeError* told, object partial = null)
        {
            if (status < 0)
                throw new PalabraException(PalabraError.Of(status, told), partial);
            return status;
        }
    }
}
