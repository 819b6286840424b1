// SPDX-License-Identifier: MIT OR Apache-2.0
using System;
using System.Threading;

namespace PalabraAI
{
    /// <summary>
    /// Ends a call that waits in the library when a token is cancelled, within 50 ms. The error names the call.
    /// </summary>
    internal sealed unsafe class CallEnd : IDisposable
    {
        private readonly NativeError* call;
        private readonly CancellationToken token;
        private readonly CancellationTokenRegistration registration;
        private volatile bool returned;

        internal CallEnd(CancellationToken token, NativeError* call)
        {
            token.ThrowIfCancellationRequested();
            this.token = token;
            this.call = call;
            registration = token.Register(End);
        }

        /// <summary>The call has returned: with this status, which may be the token's doing.</summary>
        internal void ThrowIfEnded(int status)
        {
            if (status == (int)Status.Closed)
                token.ThrowIfCancellationRequested();
        }

        public void Dispose()
        {
            returned = true;
            // Waits for an End that runs.
            registration.Dispose();
        }

        private void End()
        {
            // The call may not have begun.
            while (!returned && Native.palabra_cancel(call) == 0)
                Thread.Sleep(1);
        }
    }
}
