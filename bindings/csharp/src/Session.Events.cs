// SPDX-License-Identifier: MIT OR Apache-2.0
using System;

namespace PalabraAI
{
    public sealed partial class Session
    {
        /// <summary>
        /// Takes the next event, waiting so many ms for one; 0: not at all, negative: without limit. What the event held
        /// before is released. Throws Status.Closed when there will be none: Closed was taken, or Close was called.
        /// </summary>
        /// <returns>false when there was none in time, or when Wakeup ended the wait.</returns>
        public bool Poll(PalabraEvent into, int timeoutMs)
        {
            if (into == null)
                throw new ArgumentNullException("into");
            return Check(into.Fill(handle.Id, false, timeoutMs)) > 0;
        }

        /// <summary>The events for a foreach loop, up to Closed; it also ends when none came for so many ms.</summary>
        public EventSequence Events(int patienceMs = -1)
        {
            return new EventSequence(handle, patienceMs);
        }

        /// <summary>Ends the wait of one Poll, or of the next one before it begins.</summary>
        public void Wakeup()
        {
            Check(Native.palabra_session_wakeup(handle.Id));
        }

        /// <summary>
        /// A descriptor for poll() and the like, readable while something is there to poll; not on Windows.
        /// </summary>
        public int GetEventFd()
        {
            return Check(Native.palabra_session_get_event_fd(handle.Id));
        }

        /// <summary>On Windows an event object, set while something is there to poll.</summary>
        public unsafe IntPtr GetEventHandle()
        {
            IntPtr waitable;
            Check(Native.palabra_session_get_event_handle(handle.Id, &waitable));
            return waitable;
        }
    }
}
