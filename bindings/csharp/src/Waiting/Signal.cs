// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System.Threading;

namespace PalabraAI
{
    /// <summary>
    /// What one reader waits on: the events of a session, or the ready sessions of a queue. It is raised when something
    /// may be there and lowered before the reader looks, so that nothing that comes meanwhile is missed.
    /// </summary>
    internal sealed class Signal
    {
        private readonly object gate = new object();
        private int raised = 1;
        private AsyncWait? parked;
        private bool isWoken;
        private bool leads;
        private int sleepers;

        /// <summary>The log of a queue is no session: it is looked at now and then.</summary>
        internal bool HasLog { get; set; }

        /// <summary>How long to sleep at most, of so many ms (-1: no limit).</summary>
        internal int SleepLimit(int milliseconds)
        {
            bool isLess = HasLog && (milliseconds < 0 || milliseconds > LogTicks.Milliseconds);
            return isLess ? LogTicks.Milliseconds : milliseconds;
        }

        /// <summary>Something may be there.</summary>
        internal void Raise()
        {
            AsyncWait? waits;
            bool isLeading;
            lock (gate)
            {
                Volatile.Write(ref raised, 1);
                waits = parked;
                parked = null;
                isLeading = Rouse();
            }
            Go(waits);
            if (isLeading)
                QueueOfNames.Wake();
        }

        internal void Lower()
        {
            // A full fence: what is looked at next is what came before. Where nothing is lowered, nothing can be lost.
            if (Volatile.Read(ref raised) != 0)
                Interlocked.Exchange(ref raised, 0);
        }

        /// <summary>Ends one wait of a reader's thread, or the next one.</summary>
        internal void WakeReader()
        {
            bool isLeading;
            lock (gate)
            {
                isWoken = true;
                isLeading = Rouse();
            }
            if (isLeading)
                QueueOfNames.Wake();
        }

        /// <summary>Whether a wake-up is there, which is used up.</summary>
        internal bool TakeWakeup()
        {
            lock (gate)
            {
                bool was = isWoken;
                isWoken = false;
                return was;
            }
        }

        /// <summary>Waits without a thread; false: something may be there already.</summary>
        internal bool Park(AsyncWait wait)
        {
            // Before it can be raised, which takes it out again.
            QueueOfNames.Parked(this);
            lock (gate)
            {
                if (Volatile.Read(ref raised) == 0)
                {
                    parked = wait;
                    return true;
                }
            }
            QueueOfNames.Unparked(this);
            return false;
        }

        /// <summary>Ends that wait; false: somebody else did.</summary>
        internal bool Unpark(AsyncWait wait)
        {
            lock (gate)
            {
                if (parked != wait)
                    return false;
                parked = null;
            }
            QueueOfNames.Unparked(this);
            return true;
        }

        /// <summary>Waits on this thread, which takes names for everybody when no other thread does.</summary>
        /// <returns>False when nothing came in time. A wake-up ends it as well.</returns>
        internal bool Sleep(int milliseconds)
        {
            if (milliseconds == 0)
            {
                QueueOfNames.Take();
                return IsUp;
            }
            if (NameTaker.TryLead())
            {
                try
                {
                    if (BeginsToLead())
                        QueueOfNames.Take(milliseconds, this);
                }
                finally
                {
                    StopLeading();
                    NameTaker.EndLead();
                }
                return IsUp;
            }
            return Follow(milliseconds);
        }

        /// <summary>Lets a thread that sleeps look for itself who takes names.</summary>
        internal void Nudge()
        {
            lock (gate)
            {
                if (sleepers > 0)
                    Monitor.PulseAll(gate);
            }
        }

        /// <summary>The leader has names to hand on: what is for itself needs no wake-up.</summary>
        internal void StopLeading()
        {
            lock (gate)
                leads = false;
        }

        private bool IsUp
        {
            get
            {
                lock (gate)
                    return isWoken || Volatile.Read(ref raised) != 0;
            }
        }

        private bool BeginsToLead()
        {
            lock (gate)
            {
                leads = !isWoken && Volatile.Read(ref raised) == 0;
                return leads;
            }
        }

        private bool Follow(int milliseconds)
        {
            lock (gate)
            {
                if (isWoken || Volatile.Read(ref raised) != 0)
                    return true;
                // Nobody leads any more: try again.
                if (!NameTaker.TryFollow(this))
                    return true;
                sleepers++;
                try
                {
                    Monitor.Wait(gate, milliseconds);
                }
                finally
                {
                    sleepers--;
                }
            }
            NameTaker.EndFollow(this);
            return IsUp;
        }

        private bool Rouse()
        {
            if (sleepers > 0)
                Monitor.PulseAll(gate);
            return leads;
        }

        private void Go(AsyncWait? waits)
        {
            if (waits == null)
                return;
            QueueOfNames.Unparked(this);
            waits.Queue();
        }
    }
}
