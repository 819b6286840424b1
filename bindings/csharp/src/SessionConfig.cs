// SPDX-License-Identifier: MIT OR Apache-2.0
using System;

namespace PalabraAI
{
    /// <summary>What every kind of session has among its settings.</summary>
    public abstract class SessionConfig
    {
        internal SessionConfig()
        {
        }

        /// <summary>Any number; comes back in every event of the session.</summary>
        public ulong SessionTag { get; set; }

        /// <summary>
        /// Queue to deliver the events to, shared with other sessions; null: the session has one of its own.
        /// </summary>
        public EventQueue Queue { get; set; }

        /// <summary>Address of a stream to use instead of the one that the credentials lead to; needs Token.</summary>
        public string WsUrl { get; set; }

        /// <summary>Token for WsUrl. Wiped from memory with the session.</summary>
        public string Token { get; set; }

        /// <summary>Events that may wait to be polled; 0: 1000.</summary>
        public uint EventLimit { get; set; }

        /// <summary>Bytes of events that may wait to be polled; 0: 16 MiB.</summary>
        public uint EventBytesLimit { get; set; }

        /// <summary>
        /// Limit for one attempt to reach the stream in ms; 0: the client's. Creating the REST session before it, where there
        /// is one, makes up to three attempts, each within the client's limits.
        /// </summary>
        public uint ConnectTimeoutMs { get; set; }

        /// <summary>Time in ms after which a connection without data, or without answers to pings, counts as dead, 5000 to 300000; 0: 40000.</summary>
        public uint LivenessTimeoutMs { get; set; }

        /// <summary>What arrays for Session.SendAudio are checked against.</summary>
        internal abstract AudioFormat Input { get; }

        /// <summary>The same for Session.ReadAudio.</summary>
        internal abstract AudioFormat Output { get; }

        internal abstract unsafe int Open(IntPtr client, NativeTexts texts, IntPtr* session, NativeError* told);

        /// <summary>Throws for a closed queue: without it the session would have one of its own that nobody polls.</summary>
        internal IntPtr QueueId
        {
            get
            {
                if (Queue == null)
                    return IntPtr.Zero;
                IntPtr id = Queue.Handle.Id;
                if (id == IntPtr.Zero)
                    PalabraException.Check(Status.BadHandle);
                return id;
            }
        }
    }
}
