// A collectible load context (.NET) or an application domain (Mono) that uses the binding is unloaded while sessions are open and
// somebody waits for events. usage: contexts WAY...
#nullable enable
using System;
using System.Diagnostics;

namespace PalabraAI.Programs
{
    internal static class Program
    {
        // Godot waits as long. An empty context takes some ms of it.
        private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);
        private static readonly TimeSpan Stuck = TimeSpan.FromSeconds(30);

        /// <summary>The first argument of this program when it runs in a domain of its own.</summary>
        internal const string Inside = "inside";

        private static int Main(string[] args)
        {
            if (args[0] == Inside)
            {
                Game.Play(args[1]);
                return 0;
            }
            int failed = 0;
            foreach (string way in args)
            {
                TimeSpan took = Unload(way);
                // A machine with much to do gets further chances: what waits for something takes as long again.
                for (int again = 0; took >= Limit && took < Stuck && again < 4; again++)
                    took = Unload(way);
                bool isGone = took < Limit;
                Console.WriteLine($"{way}: {(isGone ? "unloaded" : "NOT unloaded")} after {took.TotalMilliseconds:F0} ms");
                failed += isGone ? 0 : 1;
            }
            return failed == 0 ? 0 : 1;
        }

        private static TimeSpan Unload(string way)
        {
            Func<bool> isGone = Host.Run(way);
            Stopwatch time = Stopwatch.StartNew();
            while (!isGone() && time.Elapsed < Stuck)
            {
            }
            return time.Elapsed;
        }
    }
}
