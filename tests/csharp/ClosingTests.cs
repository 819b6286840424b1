// Many sessions that close at the same time: their goodbyes share threads, and nothing else waits behind them.
using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Net.Sockets;
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

        // Goodbyes that hang have one thread, and one more every 20 ms: a call begins long before all of them have one.
        [Fact]
        public async Task ACallDoesNotWaitBehindGoodbyes()
        {
            Type calls = typeof(PalabraClient).Assembly.GetType("PalabraAI.Interop.CancelledCall", true);
            MethodInfo patiently = calls.GetMethod("RunPatiently", BindingFlags.NonPublic | BindingFlags.Static);
            FieldInfo threads = calls.GetField("threads", BindingFlags.NonPublic | BindingFlags.Static);
            TcpListener silent = Talk.Silent(out int port);
            int begun = 0;
            using (var client = new PalabraClient(new PalabraClientOptions { ApiUrl = "http://127.0.0.1:" + port, Credentials = { ApiKey = "key" } }))
            using (var held = new ManualResetEvent(false))
            using (var ends = new CancellationTokenSource())
            {
                Action goodbye = () =>
                {
                    Interlocked.Increment(ref begun);
                    held.WaitOne();
                };
                // Those of tests before end by themselves.
                Check.That(Talk.Within(Talk.PatienceMs, () => (int)threads.GetValue(null) == 0), "threads are left");
                Task[] goodbyes = Enumerable.Range(0, SessionCount).Select(n => (Task)patiently.Invoke(null, new object[] { goodbye })).ToArray();
                Task call = client.Voices.GetAsync("voice", ends.Token);
                TcpClient arrived = await Sessions.InTime(silent.AcceptTcpClientAsync(), "the call");
                int before = Volatile.Read(ref begun);
                arrived.Close();
                held.Set();
                ends.Cancel();
                await Sessions.InTime(Task.WhenAll(goodbyes), "the goodbyes");
                await Sessions.InTime(Task.WhenAny(call), "the call's end");
                Check.That(before < SessionCount, "the call waited for all of them");
            }
            silent.Stop();
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
