// SPDX-License-Identifier: MIT OR Apache-2.0
namespace PalabraAI
{
    /// <summary>
    /// Results of calls: 0 or more is success, less than 0 one of these. Numbers, since some calls return a count.
    /// </summary>
    public static class Status
    {
        /// <summary>Success.</summary>
        public const int Ok = 0;
        /// <summary>An argument is null, out of range or contradicts another.</summary>
        public const int InvalidArgument = -100;
        /// <summary>The handle is null, closed, of another kind or was never a handle.</summary>
        public const int BadHandle = -101;
        /// <summary>A text argument is not valid UTF-8.</summary>
        public const int InvalidUtf8 = -102;
        /// <summary>This version of the library does not do that.</summary>
        public const int Unsupported = -103;
        /// <summary>The session is closed.</summary>
        public const int Closed = -200;
        /// <summary>The session was ended and takes no more input.</summary>
        public const int Ended = -201;
        /// <summary>A bounded queue is full; try again later.</summary>
        public const int Again = -202;
        /// <summary>Another thread is inside the same call on the same handle.</summary>
        public const int Busy = -203;
        /// <summary>The time allowed for the call, or for the end of a session, has passed.</summary>
        public const int Timeout = -204;
        /// <summary>The library was started before fork() and does not work in the child.</summary>
        public const int Forked = -205;
        /// <summary>Palabra.Shutdown stopped the library.</summary>
        public const int Shutdown = -206;
        /// <summary>The library was called from inside one of its callbacks.</summary>
        public const int Reentrant = -207;
        /// <summary>The host name could not be resolved. Retriable.</summary>
        public const int Dns = -300;
        /// <summary>No connection could be made to the server, or it did not answer in time. Retriable.</summary>
        public const int Connect = -301;
        /// <summary>The connection broke or was closed by the server. Retriable.</summary>
        public const int ConnectionLost = -302;
        /// <summary>The connection went silent for longer than LivenessTimeoutMs. Retriable.</summary>
        public const int ConnectionDead = -303;
        /// <summary>The TLS handshake failed or the certificate is not trusted.</summary>
        public const int Tls = -400;
        /// <summary>Credentials are missing or were refused.</summary>
        public const int Auth = -500;
        /// <summary>The server sent something that breaks the protocol.</summary>
        public const int Protocol = -600;
        /// <summary>The service refused the session. Retriable when the flag says so (overload, rate limit).</summary>
        public const int Session = -700;
        /// <summary>The service did not become ready within ReadyTimeoutMs. Retriable.</summary>
        public const int NotReady = -701;
        /// <summary>The service rejected the task; ServiceCode and text are its own.</summary>
        public const int Task = -702;
        /// <summary>The service reported an error; ServiceCode and text are its own.</summary>
        public const int Service = -703;
        /// <summary>A limit of this process is reached (handles, threads, descriptors).</summary>
        public const int Limit = -800;
        /// <summary>A file could not be read or written.</summary>
        public const int Io = -801;
        /// <summary>A defect in the library. Please report it.</summary>
        public const int Internal = -900;

        /// <summary>Names a status: "PALABRA_ERR_TIMEOUT".</summary>
        public static unsafe string Name(int code)
        {
            return Utf8.Read(Native.palabra_status_name(code));
        }

        /// <summary>Describes a status in one sentence.</summary>
        public static unsafe string Text(int code)
        {
            return Utf8.Read(Native.palabra_status_text(code));
        }

        /// <summary>Whether the same can help later, when nothing more is known than the status.</summary>
        public static EventFlags Flags(int code)
        {
            return (EventFlags)Native.palabra_status_flags(code);
        }
    }
}
