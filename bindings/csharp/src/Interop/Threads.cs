// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System.Threading;

namespace PalabraAI.Interop
{
    internal static class Threads
    {
        /// <summary>Starts a thread that does not keep the AsyncLocals of whoever happens to start it.</summary>
        internal static void Start(Thread thread)
        {
            if (ExecutionContext.IsFlowSuppressed())
            {
                thread.Start();
                return;
            }
            using (ExecutionContext.SuppressFlow())
                thread.Start();
        }
    }
}
