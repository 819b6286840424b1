using System;

namespace PalabraAI.Tests
{
    internal static class Allocation
    {
        /// <summary>Bytes that this thread allocates in so many calls, after the first ones.</summary>
        internal static long Of(int calls, Action call)
        {
            for (int n = 0; n < 3; n++)
                call();
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int n = 0; n < calls; n++)
                call();
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }
}
