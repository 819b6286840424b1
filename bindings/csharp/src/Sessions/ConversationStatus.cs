// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using System.Threading;
using System.Threading.Tasks;
using PalabraAI.Interop;

namespace PalabraAI
{
    /// <summary>How a session or a call is, and how it was when it was disposed of.</summary>
    internal abstract unsafe class ConversationStatus
    {
        private readonly ConversationHandle handle;
        private PalabraError? lastError;
        private int disposed;

        private protected ConversationStatus(ConversationHandle handle, string owner)
        {
            this.handle = handle;
            Owner = owner;
        }

        /// <summary>The class that is disposed of, for exceptions.</summary>
        internal string Owner { get; }

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
                int state = handle.State;
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
                int status = handle.GetError(&told);
                GC.KeepAlive(this);
                if (status >= 0)
                    return PalabraError.Of((PalabraStatus)told.Code, &told);
                return Volatile.Read(ref lastError) ?? new PalabraError(PalabraStatus.Ok);
            }
        }

        /// <summary>Whether it is ready. Throws why it closed.</summary>
        internal abstract bool IsReady();

        /// <summary>Why nothing goes on with what is closed.</summary>
        internal Exception Reason()
        {
            if (IsDisposed)
                return new ObjectDisposedException(Owner);
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
                    throw PalabraException.Of((PalabraStatus)code, told, null, parameter, Owner);
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
            if (!IsDisposed)
            {
                Volatile.Write(ref lastError, LastError);
                Keep();
            }
            return Interlocked.Exchange(ref disposed, 1) == 0;
        }

        /// <summary>Keeps what else stays readable.</summary>
        private protected abstract void Keep();
    }
}
