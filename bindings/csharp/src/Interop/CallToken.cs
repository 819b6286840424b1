// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using System.Threading;

namespace PalabraAI.Interop
{
    /// <summary>
    /// Ends one call that waits in the library when a token is cancelled, within 50 ms. The address of the call's error struct
    /// names the call.
    /// </summary>
    internal sealed unsafe class CallToken
    {
        private readonly object gate = new object();
        private readonly CancellationToken cancellation;
        private NativeError* call;
        private Thread? ending;
        private bool isStopped;

        internal CallToken(CancellationToken cancellation)
        {
            this.cancellation = cancellation;
        }

        internal CancellationToken Cancellation => cancellation;

        /// <summary>Between this and the end of the scope the call may be ended. `told` is its error struct.</summary>
        internal Scope Cover(NativeError* told)
        {
            cancellation.ThrowIfCancellationRequested();
            lock (gate)
            {
                if (isStopped)
                    throw PalabraException.Create(PalabraStatus.Closed);
                call = told;
            }
            return new Scope(this, cancellation.CanBeCanceled ? cancellation.Register(End, false) : default);
        }

        /// <summary>The call returned with this status, which may be the doing of the token.</summary>
        internal void ThrowIfEnded(int status)
        {
            if (status == (int)PalabraStatus.Closed)
                cancellation.ThrowIfCancellationRequested();
        }

        /// <summary>Ends the call without a token: it returns Closed.</summary>
        internal void EndNow()
        {
            lock (gate)
                isStopped = true;
            End();
        }

        // Whoever cancels does not wait: the call may not have begun, so a thread repeats until it has ended.
        private void End()
        {
            if (TryEnd())
                return;
            lock (gate)
            {
                if (call == null || ending != null)
                    return;
                ending = new Thread(Repeat, 128 * 1024) { IsBackground = true, Name = "Palabra cancel" };
                Threads.Start(ending);
            }
        }

        private void Repeat()
        {
            while (!TryEnd())
                Thread.Sleep(1);
        }

        /// <summary>true: the call ends, or has returned.</summary>
        private bool TryEnd()
        {
            // The struct is on the stack of the caller, who cannot return while this holds the lock.
            lock (gate)
                return call == null || Native.palabra_cancel(call) != 0;
        }

        private void Leave()
        {
            lock (gate)
                call = null;
        }

        internal readonly ref struct Scope
        {
            private readonly CallToken owner;
            private readonly CancellationTokenRegistration registration;

            internal Scope(CallToken owner, CancellationTokenRegistration registration)
            {
                this.owner = owner;
                this.registration = registration;
            }

            public void Dispose()
            {
                owner.Leave();
                registration.Dispose();
            }
        }
    }
}
