// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System.Threading;

namespace PalabraAI
{
    /// <summary>
    /// Logs are open: their lines stay in the library, within its limits, and no name tells of them. Whoever waits for them
    /// looks so often.
    /// </summary>
    internal static class LogTicks
    {
        internal const int Milliseconds = 50;
        private static int open;

        internal static bool IsNeeded => Volatile.Read(ref open) > 0;

        internal static void Add()
        {
            Interlocked.Increment(ref open);
        }

        internal static void Remove()
        {
            Interlocked.Decrement(ref open);
            WaitingThread.Look();
        }
    }
}
