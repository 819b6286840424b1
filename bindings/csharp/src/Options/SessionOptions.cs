// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using PalabraAI.Interop;

namespace PalabraAI
{
    public abstract partial class SessionOptions
    {
        private protected const string Parameter = "options";

        private protected SessionOptions()
        {
        }

        /// <summary>Queue that takes the events of many sessions; null: the session's own events are read from it.</summary>
        public EventQueue? Queue { get; set; }

        /// <summary>Any object of the program, such as its call; every event of the session has it.</summary>
        public object? Tag { get; set; }

        /// <summary>
        /// Opens a session. Everything is copied once, so that what another thread changes meanwhile is either the setting of
        /// the whole session or of none of it.
        /// </summary>
        internal abstract OpenedSession Open(ClientHandle client, IntPtr queueOfNames, long key);

        private protected OpenedSession Begin(long key)
        {
            var identity = new SessionIdentity(sessionTag, name ?? "", Tag);
            Queue?.ThrowIfDisposed();
            return new OpenedSession(new SessionHandle(), key, identity, Queue, timeouts.CheckedClose());
        }

        private protected static unsafe OpenedSession Opened(OpenedSession opened, int status, IntPtr session, NativeError* told)
        {
            PalabraException.CheckSettings(status, told, Parameter, nameof(PalabraClient));
            opened.Handle.Adopt(session);
            return opened;
        }
    }

    public sealed partial class SessionTimeouts
    {
        /// <summary>
        /// Time that the asynchronous disposal of a session waits for the closing handshake and the deletion of a REST session;
        /// default: 2 s. They go on in the background after it.
        /// </summary>
        public TimeSpan Close { get; set; } = TimeSpan.FromSeconds(2);

        internal TimeSpan CheckedClose()
        {
            TimeSpan close = Close;
            if (close < TimeSpan.Zero)
                throw new ArgumentOutOfRangeException("options", close, "Timeouts.Close must not be negative.");
            return close;
        }
    }

    public sealed partial class AudioFormat
    {
        /// <summary>Creates a format with all defaults.</summary>
        public AudioFormat()
        {
        }

        /// <summary>Creates a format.</summary>
        /// <param name="encoding">How samples are encoded.</param>
        /// <param name="sampleRate">Frames per second, 8000 to 192000.</param>
        /// <param name="channels">Interleaved channels, 1 to 8.</param>
        public AudioFormat(AudioEncoding encoding, int sampleRate, int channels = 1)
        {
            Encoding = encoding;
            SampleRate = sampleRate;
            Channels = channels;
        }
    }
}
