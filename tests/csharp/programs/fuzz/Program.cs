// Random calls from many threads on sessions, queues and clients that are disposed meanwhile, beside a thread that collects.
// usage: fuzz SECONDS SEED THREADS
// Fails on an exception that is not documented, on a call that does not return, and on values that cannot be.
#nullable enable
using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Threading;

namespace PalabraAI.Programs
{
    internal static class Program
    {
        // No call is asked to wait for more than half a second. A machine that is a hundred times slower still returns in time.
        private static readonly TimeSpan Stuck = TimeSpan.FromSeconds(60);

        private static int Main(string[] args)
        {
            int seconds = int.Parse(args[0]), seed = int.Parse(args[1]), threads = int.Parse(args[2]);
            var slots = new Slot[6];
            for (int n = 0; n < slots.Length; n++)
                slots[n] = new Slot(n % 3);
            var odd = new Oddities();
            var workers = new List<Worker>();
            for (int n = 0; n < threads; n++)
                workers.Add(new Worker(slots, new Random(seed * 100 + n), odd));
            var collector = new Thread(() => Collect(new Random(seed), workers)) { IsBackground = true };
            collector.Start();
            bool stuck = Watch(workers, TimeSpan.FromSeconds(seconds));
            foreach (Worker worker in workers)
                worker.Stop();
            foreach (Worker worker in workers)
                stuck |= !worker.HasEnded(Stuck);
            // Only now: a reader that another thread uses cannot be disposed of.
            foreach (Slot slot in slots)
                slot.DisposeAll();
            GC.Collect();
            GC.WaitForPendingFinalizers();
            Console.WriteLine($"{Worker.Calls} calls, {Slot.Opened} sessions, {Worker.Events} events, stopped {PalabraLibrary.Shutdown(TimeSpan.FromSeconds(30))}");
            return odd.Print() || stuck || Worker.Calls < 100 ? 1 : 0;
        }

        private static void Collect(Random random, List<Worker> workers)
        {
            while (!workers[0].IsStopped)
            {
                GC.Collect(random.Next(3));
                if (random.Next(2) == 0)
                    GC.WaitForPendingFinalizers();
                Thread.Sleep(random.Next(10));
            }
        }

        // A thread that does not get on is told with its call, and again as long as it does not.
        private static bool Watch(List<Worker> workers, TimeSpan time)
        {
            bool stuck = false;
            var told = new HashSet<string>();
            for (Stopwatch run = Stopwatch.StartNew(); run.Elapsed < time; Thread.Sleep(200))
            {
                foreach (Worker worker in workers)
                {
                    if (worker.InCall <= Stuck || !told.Add(worker.Doing))
                        continue;
                    Console.WriteLine($"stuck: {worker.Doing}");
                    stuck = true;
                }
            }
            return stuck;
        }
    }
}
