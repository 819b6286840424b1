// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using System.Threading;
using System.Threading.Tasks;
using PalabraAI.Interop;

namespace PalabraAI
{
    /// <summary>How a session is, and how it was when it was disposed of.</summary>
    internal sealed unsafe class SessionStatus
    {
        private readonly SessionHandle handle;
        private readonly Type owner;
        private PalabraError? lastError;
        private SessionStats? lastStats;
        private int disposed;

        internal SessionStatus(SessionHandle handle, Type owner)
        {
            this.handle = handle;
            this.owner = owner;
        }

        /// <summary>Completes when the handle was closed, with the goodbye said or the time for it up.</summary>
        internal TaskCompletionSource<bool> Goodbye { get; } = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);

        internal bool IsDisposed => Volatile.Read(ref disposed) != 0;

        internal PalabraSessionState State
        {
            get
            {
                // The handle may still be open: whoever is told of the disposal must not find the state of before.
                if (IsDisposed)
                    return PalabraSessionState.Closed;
                int state = Native.palabra_session_get_state(handle.Id);
                GC.KeepAlive(this);
                // Closed here, or by whoever unloads.
                return state < 0 ? PalabraSessionState.Closed : (PalabraSessionState)state;
            }
        }

        internal PalabraError LastError
        {
            get
            {
                NativeError told = PalabraException.NewError();
                int status = Native.palabra_session_get_error(handle.Id, &told);
                GC.KeepAlive(this);
                if (status >= 0)
                    return PalabraError.Of((PalabraStatus)told.Code, &told);
                return Volatile.Read(ref lastError) ?? new PalabraError(PalabraStatus.Ok);
            }
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
                PalabraException.Check(status, null, owner: owner.Name);
                return new SessionStats(&raw);
            }
        }

        /// <summary>Whether it is ready. Throws why it closed.</summary>
        internal bool IsReady()
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

        /// <summary>Why nothing goes on with a session that is closed.</summary>
        internal Exception Reason()
        {
            if (IsDisposed)
                return new ObjectDisposedException(owner.Name);
            PalabraError why = LastError;
            return PalabraException.Create(why.Status != PalabraStatus.Ok ? why : new PalabraError(PalabraStatus.Closed));
        }

        /// <summary>Passes a status on. Of what is over the reason is thrown.</summary>
        internal int Check(int code, NativeError* told = null, string? parameter = null)
        {
            GC.KeepAlive(this);
            if (code >= 0)
                return code;
            switch ((PalabraStatus)code)
            {
                case PalabraStatus.BadHandle:
                case PalabraStatus.Closed:
                case PalabraStatus.Shutdown:
                    throw Reason();
                default:
                    throw PalabraException.Of((PalabraStatus)code, told, null, parameter, owner.Name);
            }
        }

        /// <summary>Throws when nothing more is taken.</summary>
        internal void ThrowIfOver()
        {
            PalabraSessionState state = State;
            if (state == PalabraSessionState.Closed)
                throw Reason();
            if (state == PalabraSessionState.Ending)
                throw PalabraException.Create(PalabraStatus.Ended);
        }

        /// <summary>Keeps what stays readable. False: somebody disposed of it before.</summary>
        internal bool Dispose()
        {
            PalabraError error = LastError;
            SessionStats? stats = null;
            try
            {
                stats = Stats;
            }
            catch (ObjectDisposedException)
            {
                // Closed before by whoever unloads.
            }
            if (Interlocked.Exchange(ref disposed, 1) != 0)
                return false;
            Volatile.Write(ref lastError, error);
            Volatile.Write(ref lastStats, stats);
            return true;
        }
    }
}
