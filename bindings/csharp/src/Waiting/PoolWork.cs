// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System.Threading;

namespace PalabraAI
{
    /// <summary>
    /// Work for the thread pool, which nothing flows into: whoever signals may be the thread that waits for all, or the
    /// user's own, and neither is to run what continues, nor a Post of its context.
    /// </summary>
#if NET
    internal abstract class PoolWork : IThreadPoolWorkItem
    {
        internal void Queue()
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, false);
        }

        void IThreadPoolWorkItem.Execute()
        {
            Run();
        }

        private protected abstract void Run();
    }
#else
    internal abstract class PoolWork
    {
        private static readonly WaitCallback runs = work => ((PoolWork)work!).Run();

        internal void Queue()
        {
            ThreadPool.UnsafeQueueUserWorkItem(runs, this);
        }

        private protected abstract void Run();
    }
#endif
}
