// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using System.Threading;

namespace PalabraAI.Interop
{
    /// <summary>
    /// Owns a handle of the library and frees it exactly once: when it is closed, or when nothing refers to it any more.
    /// Calls pass the number and not this object: a reference that is counted for the length of a call would keep Close from
    /// ending a call that waits. The library checks the number, so one that was closed meanwhile is an error code.
    /// </summary>
    internal abstract class OwnedHandle : SafeHandle
    {
        private int closed;

        protected OwnedHandle() : base(IntPtr.Zero, true)
        {
        }

        public override bool IsInvalid => handle == IntPtr.Zero;

        /// <summary>The number for calls; zero once it is closed.</summary>
        internal IntPtr Id => Volatile.Read(ref closed) != 0 ? IntPtr.Zero : handle;

        /// <summary>Whether the caller closed it.</summary>
        internal bool IsGone => Volatile.Read(ref closed) != 0;

        internal void Adopt(IntPtr id)
        {
            SetHandle(id);
        }

        /// <summary>Frees the handle. Returns Ok as well when that was done before.</summary>
        internal PalabraStatus CloseNow(int timeoutMs)
        {
            if (Interlocked.Exchange(ref closed, 1) != 0)
                return PalabraStatus.Ok;
            int status = Free(handle, timeoutMs);
            SetHandleAsInvalid();
            return (PalabraStatus)status;
        }

        protected override bool ReleaseHandle()
        {
            return Interlocked.Exchange(ref closed, 1) != 0 || Free(handle, 0) >= 0;
        }

        protected abstract int Free(IntPtr id, int timeoutMs);
    }

    internal sealed class ClientHandle : OwnedHandle
    {
        protected override int Free(IntPtr id, int timeoutMs)
        {
            return Native.palabra_client_free(id);
        }
    }

    /// <summary>A session or a call: what has a life of its own, of which its events tell.</summary>
    internal abstract unsafe class ConversationHandle : OwnedHandle
    {
        internal abstract int State { get; }

        internal abstract int GetError(NativeError* told);

        internal abstract int Poll(NativeEvent* taken);

        internal abstract int End();
    }

    internal sealed unsafe class SessionHandle : ConversationHandle
    {
        internal override int State => Native.palabra_session_get_state(Id);

        internal override int GetError(NativeError* told)
        {
            return Native.palabra_session_get_error(Id, told);
        }

        internal override int Poll(NativeEvent* taken)
        {
            return Native.palabra_session_poll_event(Id, taken, 0);
        }

        internal override int End()
        {
            return Native.palabra_session_end(Id);
        }

        protected override int Free(IntPtr id, int timeoutMs)
        {
            return Native.palabra_session_close(id, timeoutMs);
        }
    }

    internal sealed unsafe class CallHandle : ConversationHandle
    {
        // A leg that nobody refers to stays on the line as long as its call: who hangs up says so.
        private readonly List<LegHandle> legs = new List<LegHandle>();

        internal override int State => Native.palabra_call_get_state(Id);

        internal override int GetError(NativeError* told)
        {
            return Native.palabra_call_get_error(Id, told);
        }

        internal override int Poll(NativeEvent* taken)
        {
            return Native.palabra_call_poll_event(Id, taken, 0);
        }

        internal override int End()
        {
            return Native.palabra_call_end(Id);
        }

        internal void Keep(LegHandle leg)
        {
            lock (legs)
            {
                legs.RemoveAll(one => one.IsGone);
                legs.Add(leg);
            }
        }

        protected override int Free(IntPtr id, int timeoutMs)
        {
            return Native.palabra_call_close(id, timeoutMs);
        }
    }

    internal sealed class LegHandle : OwnedHandle
    {
        protected override int Free(IntPtr id, int timeoutMs)
        {
            return Native.palabra_leg_close(id);
        }
    }

    internal sealed class QueueHandle : OwnedHandle
    {
        protected override int Free(IntPtr id, int timeoutMs)
        {
            return Native.palabra_queue_free(id);
        }
    }
}
