// SPDX-License-Identifier: MIT OR Apache-2.0
using System;

namespace PalabraAI
{
    /// <summary>
    /// One live conversation: a translation, text-to-speech or speech-to-text. What does not belong to its kind is refused with
    /// Status.Unsupported. Any thread may call anything, with one sender of audio, one reader per language and one poller
    /// at a time; a second one is told Status.Busy. Close it, or dispose of it, when it is over.
    /// </summary>
    public sealed partial class Session : IDisposable
    {
        private readonly SessionHandle handle;
        // Events that nobody could take are of no use.
        private readonly EventQueue queue;

        internal Session(SessionHandle handle, EventQueue queue, OpenedAs how)
        {
            this.handle = handle;
            this.queue = queue;
            Tag = how.Tag;
            input = how.Input;
            outputs = new OutputFormats(how.Output);
        }

        /// <summary>SessionTag of the config: how the events of a queue name this session.</summary>
        public ulong Tag { get; }

        /// <summary>The queue of the config, if there is one.</summary>
        public EventQueue Queue => queue;

        /// <summary>Where in its life it is. Once it was closed here, Closed.</summary>
        public SessionState State
        {
            get
            {
                int state = Native.palabra_session_get_state(handle.Id);
                GC.KeepAlive(this);
                return (Status)state == Status.BadHandle ? SessionState.Closed : (SessionState)PalabraException.Check(state);
            }
        }

        /// <summary>Why it closed; Status.Ok while it is open, or when it closed without an error.</summary>
        public unsafe PalabraError LastError
        {
            get
            {
                NativeError told = Palabra.NewError();
                int status = Native.palabra_session_get_error(handle.Id, &told);
                GC.KeepAlive(this);
                return PalabraError.Of((Status)(status < 0 ? status : told.Code), &told);
            }
        }

        /// <summary>Its statistics, from the opening to now.</summary>
        public unsafe SessionStats Stats
        {
            get
            {
                var raw = new NativeSessionStats { StructSize = (uint)sizeof(NativeSessionStats) };
                Check(Native.palabra_session_get_stats(handle.Id, &raw));
                return new SessionStats(&raw);
            }
        }

        /// <summary>
        /// Waits until it is ready, so many ms; 0: not at all, negative: without limit. Events stay queued. Throws why it
        /// closed, if it did.
        /// </summary>
        /// <returns>false when it is not ready yet.</returns>
        public bool WaitReady(int timeoutMs)
        {
            int status = Native.palabra_session_wait_ready(handle.Id, timeoutMs);
            GC.KeepAlive(this);
            if (status >= 0 || (Status)status == Status.Timeout && State != SessionState.Closed)
                return status >= 0;
            PalabraError why = LastError;
            if (why.Code == (Status)status)
                throw new PalabraException(why);
            PalabraException.Check(status);
            return false;
        }

        /// <summary>
        /// Ends the session: no more input is taken, pending input is sent, the tail is delivered as events, then Closed.
        /// </summary>
        public void End()
        {
            Check(Native.palabra_session_end(handle.Id));
        }

        /// <summary>
        /// Closes it, in whatever state it is, from any thread: a thread that waits in Poll comes back with Status.Closed,
        /// later calls get Status.BadHandle. Waits up to so many ms for the goodbye to the service, which otherwise goes on
        /// behind. For the tail of a translation End comes before. Again is nothing.
        /// </summary>
        public void Close(int timeoutMs = 0)
        {
            handle.CloseNow(Palabra.NotNegative(timeoutMs, "timeoutMs"));
        }

        /// <summary>As Close, without waiting.</summary>
        public void Dispose()
        {
            Close(0);
        }

        private int Check(int status)
        {
            GC.KeepAlive(this);
            return PalabraException.Check(status);
        }
    }
}
