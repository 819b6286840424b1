#nullable enable
using System;
using System.Diagnostics;
using System.Threading;

namespace PalabraAI.Programs
{
    /// <summary>A thread that makes one random call after the other.</summary>
    internal sealed class Worker
    {
        private static long calls, events;

        private readonly Slot[] slots;
        private readonly Random random;
        private readonly Oddities odd;
        private readonly Thread thread;
        private volatile bool stopped;
        private volatile string doing = "";
        private long since;

        internal Worker(Slot[] slots, Random random, Oddities odd)
        {
            this.slots = slots;
            this.random = random;
            this.odd = odd;
            thread = new Thread(Run) { IsBackground = true };
            thread.Start();
        }

        internal static long Calls => calls;

        internal static long Events => events;

        internal bool IsStopped => stopped;

        internal string Doing => doing;

        internal TimeSpan InCall
        {
            get
            {
                long begin = Interlocked.Read(ref since);
                return begin == 0 ? TimeSpan.Zero : Stopwatch.GetElapsedTime(begin);
            }
        }

        internal void Stop() => stopped = true;

        internal bool HasEnded(TimeSpan within)
        {
            bool ended = thread.Join(within);
            if (!ended)
                Console.WriteLine("does not end: " + doing);
            return ended;
        }

        private void Run()
        {
            var actions = new Actions(random, Look);
            while (!stopped)
            {
                Slot slot = slots[random.Next(slots.Length)];
                (string name, Action<Slot> act) = actions.Next(slot);
                doing = name;
                Interlocked.Exchange(ref since, Stopwatch.GetTimestamp());
                Interlocked.Increment(ref calls);
                try
                {
                    act(slot);
                }
                catch (Exception error)
                {
                    Exception first = error is AggregateException { InnerException: { } inner } ? inner : error;
                    if (!Oddities.IsExpected(first))
                        odd.Add($"{name}: {first.GetType().Name}: {first.Message}\n{first.StackTrace}");
                }
                Interlocked.Exchange(ref since, 0);
            }
        }

        // An event that is whole has values that agree with each other.
        private void Look(PalabraEvent told)
        {
            Interlocked.Increment(ref events);
            GC.KeepAlive(told.ToString() + told.Json + told.SessionName);
            if (!Enum.IsDefined(told.Kind))
                odd.Add("an event of kind " + told.Kind);
            if (told is AudioEvent audio && audio.Samples.Length != audio.Frames * audio.Channels)
                odd.Add($"an audio event of {audio.Samples.Length} samples and {audio.Channels} channels");
            if (told is ClosedEvent { Error: { } error } && error.Status == PalabraStatus.Internal)
                odd.Add("closed: " + error.Message);
        }
    }
}
