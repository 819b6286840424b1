// Many sessions that close at the same time: their goodbyes share threads, and nothing else waits behind them.
using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace PalabraAI.Tests
{
    // Alone: other tests start the same threads.
    [Collection("alone")]
    public sealed class ClosingTests
    {
        private const int SessionCount = 60;

        // More goodbyes hang than threads take: whichever thread comes next takes the call.
        [Fact]
        public async Task ACallDoesNotWaitBehindGoodbyes()
        {
            const int goodbyeCount = 100;
            const int freeingMs = 100;
            Type calls = typeof(PalabraClient).Assembly.GetType("PalabraAI.Interop.CancelledCall", true);
            MethodInfo patiently = calls.GetMethod("RunPatiently", BindingFlags.NonPublic | BindingFlags.Static);
            MethodInfo run = calls.GetMethods(BindingFlags.NonPublic | BindingFlags.Static).Single(one => one.Name == "Run" && !one.IsGenericMethod);
            using (var freed = new SemaphoreSlim(0))
            using (var hasBegun = new ManualResetEventSlim())
            {
                int begun = 0;
                int before = 0;
                Action goodbye = () =>
                {
                    Interlocked.Increment(ref begun);
                    freed.Wait();
                };
                Action<object> call = unused =>
                {
                    before = Volatile.Read(ref begun);
                    hasBegun.Set();
                };
                List<Task> all = Enumerable.Range(0, goodbyeCount).Select(n => (Task)patiently.Invoke(null, new object[] { goodbye })).ToList();
                Delegate ofToken = Delegate.CreateDelegate(run.GetParameters()[0].ParameterType, call.Target, call.Method);
                all.Add((Task)run.Invoke(null, new object[] { ofToken, CancellationToken.None }));
                // All threads may have goodbyes by now.
                while (!hasBegun.Wait(freeingMs))
                    freed.Release();
                freed.Release(goodbyeCount);
                await Sessions.InTime(Task.WhenAll(all), "the end");
                Check.That(before < goodbyeCount, "the call waited for all of them");
            }
        }

#if NET
        private const int GrowMs = 20;

        [FactOfThreads]
        public async Task ManySessionsCloseOnFewThreads()
        {
            using (PalabraClient client = Talk.Client())
            {
                TranslationSession[] sessions = Enumerable.Range(0, SessionCount).Select(n => client.OpenTranslation(Talk.To("es"))).ToArray();
                foreach (TranslationSession session in sessions)
                    await Sessions.InTime(session.WaitReadyAsync(), "ready");
                // Those of tests before end by themselves.
                Check.That(Talk.Within(Talk.PatienceMs, () => CallThreads() == 0), "threads are left");
                Stopwatch time = Stopwatch.StartNew();
                Task closing = Task.WhenAll(sessions.Select(session => session.CloseAsync(TimeSpan.FromSeconds(10))));
                int most = 0;
                do
                {
                    most = Math.Max(most, CallThreads());
                    Thread.Sleep(1);
                }
                while (!closing.IsCompleted);
                // The first begins at once, and one more for each 20 ms in which some wait.
                long allowed = 2 + time.ElapsedMilliseconds / GrowMs;
                await closing;
                Check.That(most >= 1 && most <= allowed, most + " threads in " + time.ElapsedMilliseconds + " ms");
            }
        }

        private static int CallThreads()
        {
            return Directory.GetDirectories(FactOfThreadsAttribute.Listed).Count(IsCall);
        }

        // A thread may end while the others are listed.
        private static bool IsCall(string task)
        {
            try
            {
                return File.ReadAllText(task + "/comm").Trim() == "Palabra call";
            }
            catch (IOException)
            {
                return false;
            }
        }
#endif
    }

#if NET
    /// <summary>A test that counts the threads of the process, where the system lists them.</summary>
    internal sealed class FactOfThreadsAttribute : FactAttribute
    {
        internal const string Listed = "/proc/self/task";

        public FactOfThreadsAttribute()
        {
            if (!Directory.Exists(Listed))
                Skip = "the system does not list threads in " + Listed;
        }
    }
#endif
}
