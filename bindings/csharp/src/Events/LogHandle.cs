// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using System.Runtime.InteropServices;
using System.Threading;
using PalabraAI.Interop;

namespace PalabraAI
{
    /// <summary>A queue of the library for log lines only, which keeps its limit of lines.</summary>
    internal sealed unsafe class LogHandle : SafeHandle
    {
        private int closed;

        private LogHandle(IntPtr id) : base(IntPtr.Zero, true)
        {
            SetHandle(id);
        }

        public override bool IsInvalid => handle == IntPtr.Zero;

        /// <summary>The number for calls; none once it is closed.</summary>
        internal IntPtr Id => Volatile.Read(ref closed) != 0 ? IntPtr.Zero : handle;

        internal static LogHandle Open()
        {
            NativeLibraryLoad.Require();
            NativeError told = PalabraException.NewError();
            IntPtr made;
            PalabraException.Check(Native.palabra_queue_new(0, &made, &told), &told);
            LogTicks.Add();
            return new LogHandle(made);
        }

        protected override void Dispose(bool disposing)
        {
            Volatile.Write(ref closed, 1);
            base.Dispose(disposing);
        }

        protected override bool ReleaseHandle()
        {
            LogTicks.Remove();
            return Native.palabra_queue_free(handle) >= 0;
        }
    }
}
