// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System.Collections.Generic;
using System.Threading;

namespace PalabraAI
{
    /// <summary>
    /// Who takes the names for everybody: the waiting thread as long as there is one, else one of the threads that read
    /// synchronously. The others sleep, and one of them follows when the leader has what it waited for.
    /// </summary>
    internal static class NameTaker
    {
        private static readonly object gate = new object();
        private static readonly List<Signal> followers = new List<Signal>();
        private static bool isLed;
        // Threads that wait for all: one, or for a moment its successor too.
        private static int threads;

        internal static bool TryLead()
        {
            lock (gate)
            {
                if (isLed || threads > 0)
                    return false;
                isLed = true;
                return true;
            }
        }

        internal static void EndLead()
        {
            Signal? next;
            lock (gate)
            {
                isLed = false;
                // Only where somebody waits: a lock that was ever waited on is slower.
                if (threads > 0)
                    Monitor.PulseAll(gate);
                next = Next();
            }
            next?.Nudge();
        }

        /// <summary>For the waiting thread, which leads until it ends: a leader that sleeps makes way.</summary>
        internal static void LeadForLong()
        {
            lock (gate)
            {
                threads++;
                while (isLed)
                {
                    QueueOfNames.Wake();
                    Monitor.Wait(gate);
                }
                isLed = true;
            }
        }

        internal static void EndLeadForLong()
        {
            lock (gate)
                threads--;
            EndLead();
        }

        /// <summary>False: nobody leads.</summary>
        internal static bool TryFollow(Signal signal)
        {
            lock (gate)
            {
                if (!isLed && threads == 0)
                    return false;
                followers.Add(signal);
                return true;
            }
        }

        internal static void EndFollow(Signal signal)
        {
            Signal? next;
            lock (gate)
            {
                followers.Remove(signal);
                // It may have been chosen and have had enough already.
                next = Next();
            }
            next?.Nudge();
        }

        private static Signal? Next()
        {
            return isLed || threads > 0 || followers.Count == 0 ? null : followers[0];
        }
    }
}
