// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using System.Diagnostics;
using System.Threading;

namespace PalabraAI
{
    /// <summary>
    /// The one thread on which the whole process waits. It starts with the first asynchronous wait, hands on names, runs
    /// nothing of the user's, and ends with the last session.
    /// </summary>
    internal static class WaitingThread
    {
        private static readonly object gate = new object();
        private static Thread? thread;
        private static bool isOver;

        /// <summary>Whether it runs.</summary>
        internal static bool IsRunning
        {
            get
            {
                lock (gate)
                    return thread != null;
            }
        }

        internal static void Ensure()
        {
            lock (gate)
            {
                if (thread != null)
                    return;
                isOver = false;
                thread = new Thread(Run) { IsBackground = true, Name = "palabra events" };
                Start(thread);
            }
        }

        /// <summary>Something changed that the thread did not wait for.</summary>
        internal static void Look()
        {
            if (IsRunning)
                QueueOfNames.Wake();
        }

        /// <summary>Ends it, whoever waits.</summary>
        internal static void Stop(int milliseconds)
        {
            Thread? running;
            lock (gate)
            {
                isOver = true;
                running = thread;
            }
            if (running == null || running == Thread.CurrentThread)
                return;
            QueueOfNames.Wake();
            running.Join(milliseconds);
        }

        /// <summary>The thread has nothing to wait for; the next wait starts another.</summary>
        internal static void Ended()
        {
            lock (gate)
                thread = null;
        }

        // What flows with the caller would be held as long as the thread lives.
        private static void Start(Thread started)
        {
            if (ExecutionContext.IsFlowSuppressed())
            {
                started.Start();
                return;
            }
            using (ExecutionContext.SuppressFlow())
                started.Start();
        }

        private static void Run()
        {
            NameTaker.LeadForLong();
            try
            {
                var sinceTick = Stopwatch.StartNew();
                while (!QueueOfNames.EndsThread(Volatile.Read(ref isOver)))
                {
                    int tick = Tick();
                    QueueOfNames.Take(tick, null);
                    if (tick < 0 || sinceTick.ElapsedMilliseconds < tick)
                        continue;
                    sinceTick.Restart();
                    StateWatch.CheckAll();
                    QueueOfNames.RaiseLogs();
                }
            }
            catch (PalabraException)
            {
                // The library does not work in this process any more, which every call says.
                Ended();
            }
            finally
            {
                NameTaker.EndLeadForLong();
            }
        }

        private static int Tick()
        {
            if (StateWatch.IsNeeded)
                return StateWatch.Milliseconds;
            return LogTicks.IsNeeded ? LogTicks.Milliseconds : -1;
        }
    }
}
