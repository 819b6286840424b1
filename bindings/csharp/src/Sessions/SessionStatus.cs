// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using System.Threading;
using PalabraAI.Interop;

namespace PalabraAI
{
    /// <summary>How a session is, and how it was when it was disposed of.</summary>
    internal sealed unsafe class SessionStatus : ConversationStatus
    {
        private readonly ConversationHandle handle;
        private SessionStats? lastStats;

        internal SessionStatus(ConversationHandle handle, Type owner) : base(handle, owner.Name)
        {
            this.handle = handle;
        }

        internal SessionStats Stats
        {
            get
            {
                var raw = new NativeSessionStats { StructSize = (uint)sizeof(NativeSessionStats) };
                int status = Native.palabra_session_get_stats(handle.Id, &raw);
                GC.KeepAlive(this);
                SessionStats? last = Volatile.Read(ref lastStats);
                if (status == (int)PalabraStatus.BadHandle && last != null)
                    return last;
                PalabraException.Check(status, null, owner: Owner);
                return new SessionStats(&raw);
            }
        }

        internal override bool IsReady()
        {
            return WaitReady(0);
        }

        /// <summary>Waits on this thread, so many ms.</summary>
        internal bool WaitReady(int milliseconds)
        {
            int status = Native.palabra_session_wait_ready(handle.Id, milliseconds);
            GC.KeepAlive(this);
            if (status >= 0)
                return true;
            // The time can have been up just before the session closed: its state says whether it is the reason.
            if (status == (int)PalabraStatus.Timeout && State != PalabraSessionState.Closed)
                return false;
            throw Reason();
        }

        private protected override void Keep()
        {
            try
            {
                Volatile.Write(ref lastStats, Stats);
            }
            catch (ObjectDisposedException)
            {
                // Closed before by whoever unloads.
            }
        }
    }
}
