// Many sessions that close at the same time: their goodbyes share threads.
#if NET
using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
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
        private const int GrowMs = 20;

        [Fact]
        public async Task ManySessionsCloseOnFewThreads()
        {
            if (!Directory.Exists("/proc/self/task"))
                return;
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
            return Directory.GetDirectories("/proc/self/task").Count(IsCall);
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
    }
}
#endif
