// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using System.Threading;
using PalabraAI.Interop;

namespace PalabraAI
{
    // Taking names, and handing them on.
    internal static unsafe partial class QueueOfNames
    {
        /// <summary>Hands on the names that are there, unless another thread does.</summary>
        internal static void Take()
        {
            if (!NameTaker.TryLead())
                return;
            try
            {
                Take(0, null);
            }
            finally
            {
                NameTaker.EndLead();
            }
        }

        /// <summary>Waits for a name, and hands on all that are there.</summary>
        internal static void Take(int milliseconds, Signal? leader)
        {
            var name = new NativeReady { StructSize = (uint)sizeof(NativeReady) };
            IntPtr from = Get();
            int taken = Native.palabra_queue_poll_ready(from, &name, Within(milliseconds));
            leader?.StopLeading();
            // What comes meanwhile waits for the next turn.
            for (int most = 4096; taken > 0 && most > 0; most--)
            {
                HandOn(from, name);
                taken = Native.palabra_queue_poll_ready(from, &name, 0);
            }
            bool isGone = taken == (int)PalabraStatus.Closed || taken == (int)PalabraStatus.BadHandle;
            if (taken < 0 && !isGone)
                throw PalabraException.Create((PalabraStatus)taken);
        }

        /// <summary>
        /// Mono ends the threads of a program that returns from Main, and waits for those in native code: they must come back.
        /// Who waits longer looks again.
        /// </summary>
        private static int Within(int milliseconds)
        {
#if NET
            return milliseconds;
#else
            const int Longest = 500;
            return milliseconds < 0 || milliseconds > Longest ? Longest : milliseconds;
#endif
        }

        private static void HandOn(IntPtr from, in NativeReady name)
        {
            if (name.Kind == (int)ReadyKind.Session || name.Kind == (int)ReadyKind.Call)
                Find((long)name.Tag)?.OnName();
            else if (name.Kind == (int)ReadyKind.Queue)
                HandOnEvents(from);
        }

        /// <summary>Events of sessions that the library gives to the queue: that credentials are needed.</summary>
        private static void HandOnEvents(IntPtr from)
        {
            while (true)
            {
                var box = new EventBox();
                if (box.PollQueue(from) <= 0)
                    return;
                FindOrKeep(box)?.AddFirst(box);
            }
        }
    }
}
