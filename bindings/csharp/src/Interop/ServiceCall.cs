// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using System.Threading;
using System.Threading.Tasks;

namespace PalabraAI.Interop
{
    /// <summary>
    /// A call that asks the service and waits for its answer. Its parameters are checked and copied when it is made, so that
    /// mistakes are thrown at once, and the asynchronous form does not depend on what the caller changes later.
    /// </summary>
    internal sealed class ServiceCall<T>
    {
        private readonly NativeTexts texts;
        private readonly Func<CallToken, T> call;

        internal ServiceCall(NativeTexts texts, Func<NativeTexts, Func<CallToken, T>> prepare)
        {
            this.texts = texts;
            try
            {
                call = prepare(texts);
            }
            catch
            {
                texts.Dispose();
                throw;
            }
        }

        /// <summary>Waits on the thread of the caller.</summary>
        internal T Now(CancellationToken cancellation = default)
        {
            using (texts)
                return CancelledCall.RunHere(call, cancellation);
        }

        /// <summary>Waits on a thread of the binding.</summary>
        internal async Task<T> Start(CancellationToken cancellation)
        {
            using (texts)
                return await CancelledCall.Run(call, cancellation).ConfigureAwait(false);
        }
    }
}
