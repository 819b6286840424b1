// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using System.ComponentModel;
using System.Threading;
using PalabraAI.Interop;
#if NET
using System.Runtime.Loader;
#endif

namespace PalabraAI
{
    /// <summary>
    /// Everything ends with the load context, the domain or the editor's assemblies that it lives in. On .NET and on Mono that
    /// happens by itself.
    /// </summary>
    public static class PalabraLifetime
    {
        private const int ThreadMs = 500;
        private static int isWatched;

        /// <summary>
        /// Closes all sessions at once, without a goodbye to wait for, and ends the thread that waits for their events. Who reads
        /// them gets <see cref="ObjectDisposedException"/>. For hosts that unload assemblies in ways of their own, as Unity's
        /// editor does. Sessions that are opened afterwards live as usual.
        /// </summary>
        [EditorBrowsable(EditorBrowsableState.Advanced)]
        public static void CloseAll()
        {
            foreach (SessionEvents events in QueueOfNames.All())
                events.CloseNow();
            QueuePlace.EndAll();
            CancelledCall.EndAll();
            WaitingThread.Stop(ThreadMs);
            QueueOfNames.End();
        }

        /// <summary>From the first session on.</summary>
        internal static void Watch()
        {
            if (Interlocked.Exchange(ref isWatched, 1) != 0)
                return;
#if NET
            // Others are unloaded by nothing but the end of the process, which needs no goodbye.
            if (typeof(PalabraLifetime).IsCollectible)
                EndWithContext();
#else
            AppDomain.CurrentDomain.DomainUnload += (sender, arguments) => CloseAll();
#endif
        }

#if NET
        private static void EndWithContext()
        {
            AssemblyLoadContext? context = AssemblyLoadContext.GetLoadContext(typeof(PalabraLifetime).Assembly);
            if (context != null)
                context.Unloading += unloaded => CloseAll();
        }
#endif
    }
}
