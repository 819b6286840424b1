// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using System.Collections.Generic;
using System.Threading;
using PalabraAI.Interop;

namespace PalabraAI
{
    /// <summary>
    /// The one native queue in which all sessions of the process stand: it says which of them has something. Names are
    /// handed on to whoever waits for that session; events stay in the library until their reader takes them.
    /// </summary>
    internal static unsafe partial class QueueOfNames
    {
        private const uint Names = 1;
        private static readonly object gate = new object();
        private static readonly Dictionary<long, Member> members = new Dictionary<long, Member>();
        // What is waited for is held.
        private static readonly HashSet<Signal> parked = new HashSet<Signal>();
        private static readonly List<EventBox> early = new List<EventBox>();
        private static IntPtr queue;
        private static long keys;

        /// <summary>A number that names one session: the library's session tag, and never the user's.</summary>
        internal static long NewKey()
        {
            return Interlocked.Increment(ref keys);
        }

        /// <summary>The queue, for the configs of sessions.</summary>
        internal static IntPtr Get()
        {
            IntPtr now = Volatile.Read(ref queue);
            return now != IntPtr.Zero ? now : GetOrMake();
        }

        private static IntPtr GetOrMake()
        {
            lock (gate)
            {
                if (queue != IntPtr.Zero)
                    return queue;
                PalabraLifetime.Watch();
                NativeLibraryLoad.Require();
                NativeError told = PalabraException.NewError();
                IntPtr made;
                PalabraException.Check(Native.palabra_queue_new(Names, &made, &told), &told);
                Volatile.Write(ref queue, made);
                return made;
            }
        }

        internal static void Join(long key, SessionEvents events)
        {
            EventBox? first;
            lock (gate)
            {
                members[key] = new Member(key, events);
                first = TakeEarly(key);
                if (parked.Count > 0)
                    WaitingThread.Ensure();
            }
            if (first != null)
                events.AddFirst(first);
        }

        /// <summary>
        /// Whose event it is. The call that opens the session may not have returned: then it is kept, in one step, until the
        /// session joins.
        /// </summary>
        private static SessionEvents? FindOrKeep(EventBox box)
        {
            lock (gate)
            {
                if (members.TryGetValue(KeyOf(box), out Member? member))
                    return member.Events;
                if (early.Count >= 1024)
                    early.RemoveAt(0);
                early.Add(box);
                return null;
            }
        }

        /// <summary>What came before the session was known here; null: nothing.</summary>
        private static EventBox? TakeEarly(long key)
        {
            for (int n = 0; n < early.Count; n++)
            {
                EventBox box = early[n];
                if (KeyOf(box) != key)
                    continue;
                early.RemoveAt(n);
                return box;
            }
            return null;
        }

        private static long KeyOf(EventBox box)
        {
            return (long)box.Raw.SessionTag;
        }

        /// <summary>Nothing will come for it any more. Again is nothing.</summary>
        internal static void Leave(long key)
        {
            bool isLast;
            lock (gate)
                isLast = members.Remove(key) && members.Count == 0;
            if (isLast)
                WaitingThread.Look();
        }

        /// <summary>Somebody waits without a thread: from now on one thread waits for all.</summary>
        internal static void Parked(Signal signal)
        {
            lock (gate)
            {
                parked.Add(signal);
                EnsureThread();
            }
        }

        /// <summary>Starts the thread that waits for all, if there is anything to wait for.</summary>
        internal static void EnsureThread()
        {
            lock (gate)
            {
                if (members.Count > 0 || LogTicks.IsNeeded)
                    WaitingThread.Ensure();
            }
        }

        internal static void Unparked(Signal signal)
        {
            lock (gate)
                parked.Remove(signal);
        }

        /// <summary>Something can come for those who are parked already.</summary>
        internal static void EnsureThreadIfParked()
        {
            lock (gate)
            {
                if (parked.Count > 0)
                    WaitingThread.Ensure();
            }
        }

        /// <summary>What the options named a session of which the library speaks by its tag; null: it is gone.</summary>
        internal static SessionIdentity? IdentityOf(long key)
        {
            return Find(key)?.Identity;
        }

        /// <summary>The waiting thread ends unless there is anybody for whom something can come.</summary>
        internal static bool EndsThread(bool isOver)
        {
            lock (gate)
            {
                if (!isOver && (members.Count > 0 || LogTicks.IsNeeded))
                    return false;
                WaitingThread.Ended();
                return true;
            }
        }

        /// <summary>Queues that have a log look for lines when they are parked.</summary>
        internal static void RaiseLogs()
        {
            List<Signal>? due = null;
            lock (gate)
            {
                foreach (Signal signal in parked)
                {
                    if (signal.HasLog)
                        (due ??= new List<Signal>()).Add(signal);
                }
            }
            if (due == null)
                return;
            foreach (Signal signal in due)
                signal.Raise();
        }

        internal static SessionEvents[] All()
        {
            var all = new List<SessionEvents>();
            lock (gate)
            {
                foreach (Member member in members.Values)
                {
                    SessionEvents? events = member.Events;
                    if (events != null)
                        all.Add(events);
                }
            }
            return all.ToArray();
        }

        /// <summary>Ends the wait of the thread that takes names.</summary>
        internal static void Wake()
        {
            IntPtr now = Volatile.Read(ref queue);
            if (now != IntPtr.Zero)
                _ = Native.palabra_queue_wakeup(now);
        }

        /// <summary>Frees the queue: the thread that waits in it returns. The next session makes another.</summary>
        internal static void End()
        {
            IntPtr old;
            lock (gate)
            {
                old = queue;
                queue = IntPtr.Zero;
                early.Clear();
            }
            if (old != IntPtr.Zero)
                _ = Native.palabra_queue_free(old);
        }

        private static SessionEvents? Find(long key)
        {
            lock (gate)
                return members.TryGetValue(key, out Member? member) ? member.Events : null;
        }
    }
}
