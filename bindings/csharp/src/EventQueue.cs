// SPDX-License-Identifier: MIT OR Apache-2.0
using System;

namespace PalabraAI
{
    /// <summary>
    /// One place for the events of many sessions: put it into their configs and poll it. Events name their session by
    /// SessionTag and SessionName. Any thread may use it, also several at once.
    /// </summary>
    public sealed class EventQueue : IDisposable
    {
        private readonly QueueHandle handle = new QueueHandle();

        /// <summary>An empty queue.</summary>
        public unsafe EventQueue()
        {
            Palabra.CheckVersion();
            NativeError told = Palabra.NewError();
            IntPtr made;
            PalabraException.Check(Native.palabra_queue_new(0, &made, &told), &told);
            handle.Adopt(made);
        }

        /// <summary>For a config. Throws for a closed queue: the session would have one of its own that nobody polls.</summary>
        internal static IntPtr IdOf(EventQueue queue)
        {
            IntPtr id = queue == null ? IntPtr.Zero : queue.handle.Id;
            if (queue != null && id == IntPtr.Zero)
                throw PalabraException.Of(Status.BadHandle);
            return id;
        }

        /// <summary>Takes the next event of any session, waiting so many ms for one; negative: without limit.</summary>
        /// <returns>false when there was none in time, or when Wakeup ended the wait.</returns>
        public bool Poll(PalabraEvent into, int timeoutMs)
        {
            if (into == null)
                throw new ArgumentNullException("into");
            int polled = into.Fill(handle.Id, true, timeoutMs);
            GC.KeepAlive(this);
            return PalabraException.Check(polled) > 0;
        }

        /// <summary>The events for a foreach loop, until the queue is disposed or none came for so many ms.</summary>
        public EventSequence Events(int patienceMs = -1)
        {
            return new EventSequence(handle, patienceMs);
        }

        /// <summary>
        /// Delivers log lines of the whole library to this queue, as Log events, up to a level; 0: no more lines. It ends when
        /// the queue is disposed.
        /// </summary>
        public unsafe void OpenLog(PalabraLogLevel level)
        {
            NativeError told = Palabra.NewError();
            int status = Native.palabra_log_open(handle.Id, (int)level, &told);
            GC.KeepAlive(this);
            PalabraException.Check(status, &told);
        }

        /// <summary>Ends the wait of one Poll, or of the next one before it begins.</summary>
        public void Wakeup()
        {
            PalabraException.Check(Native.palabra_queue_wakeup(handle.Id));
            GC.KeepAlive(this);
        }

        /// <summary>
        /// A descriptor for poll() and the like, readable while something is there to poll; not on Windows.
        /// </summary>
        public int GetEventFd()
        {
            int descriptor = PalabraException.Check(Native.palabra_queue_get_event_fd(handle.Id));
            GC.KeepAlive(this);
            return descriptor;
        }

        /// <summary>On Windows an event object, set while something is there to poll.</summary>
        public unsafe IntPtr GetEventHandle()
        {
            IntPtr waitable;
            PalabraException.Check(Native.palabra_queue_get_event_handle(handle.Id, &waitable));
            GC.KeepAlive(this);
            return waitable;
        }

        /// <summary>
        /// Threads that wait in Poll come back with Status.Closed. Its sessions live on: dispose of them.
        /// </summary>
        public void Dispose()
        {
            handle.CloseNow(0);
        }
    }
}
