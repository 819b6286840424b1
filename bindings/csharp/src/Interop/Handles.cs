// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
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

    internal sealed class SessionHandle : OwnedHandle
    {
        protected override int Free(IntPtr id, int timeoutMs)
        {
            return Native.palabra_session_close(id, timeoutMs);
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
