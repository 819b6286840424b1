// One queue for many sessions.
using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace PalabraAI.Tests
{
    public sealed class QueueTests
    {
        [Fact]
        public async Task SessionsShareIt()
        {
            const int Many = 5;
            using (PalabraClient client = Talk.Client())
            using (var queue = new EventQueue())
            {
                var sequences = new Dictionary<object, long>();
                var sessions = new List<TranslationSession>();
                Task<int> loop = ReadAsync(queue, sequences, Many);
                for (int n = 0; n < Many; n++)
                {
                    TranslationOptions options = In(queue);
                    options.Tag = "call " + n;
                    sessions.Add(client.OpenTranslation(options));
                    Sessions.SayAndEnd(sessions[n]);
                }
                Check.That(await Sessions.InTime(loop, "all closed") == Many && sequences.Count == Many, "their ends");
                Check.Throws<InvalidOperationException>(() => sessions[0].TryReadEvent(out _), "by the session");
                Check.Throws<InvalidOperationException>(() => sessions[0].OpenReader(), "by a reader of the session");
                await Check.ThrowsAsync<InvalidOperationException>(() => Sessions.All(sessions[0]), "by a loop of the session");
                Check.That(!queue.TryRead(out _) && queue.Read(TimeSpan.FromMilliseconds(1)) == null, "more events");
                sessions.ForEach(session => session.Dispose());
            }
        }

        private static bool IsRead(EventQueue queue)
        {
            try
            {
                queue.TryRead(out _);
                return false;
            }
            catch (InvalidOperationException)
            {
                return true;
            }
        }

        /// <summary>Again where <see cref="IsRead"/> was the first reader.</summary>
        private static PalabraEvent ReadAlone(EventQueue queue)
        {
            while (true)
            {
                try
                {
                    return queue.Read(Timeout.InfiniteTimeSpan);
                }
                catch (InvalidOperationException)
                {
                    Thread.Yield();
                }
            }
        }

        private static async Task<int> ReadAsync(EventQueue queue, Dictionary<object, long> sequences, int many)
        {
            int closed = 0;
            await foreach (PalabraEvent what in queue.ReadEventsAsync())
            {
                sequences.TryGetValue(what.Tag, out long before);
                Check.Equal(what.Sequence, before + 1, "the order within " + what.Tag);
                sequences[what.Tag] = what.Sequence;
                if (what is ClosedEvent && ++closed == many)
                    break;
            }
            return closed;
        }

        // No thread of the binding is needed: who reads takes the names of all, and hands on what is for others.
        [Fact]
        public void ThreadsThatReadWaitForEachOther()
        {
            const int Many = 4;
            using (PalabraClient client = Talk.Client())
            {
                var threads = new List<Task<int>>();
                for (int n = 0; n < Many; n++)
                {
                    threads.Add(Task.Factory.StartNew(
                        () =>
                        {
                            using (var queue = new EventQueue())
                            using (TranslationSession session = client.OpenTranslation(In(queue)))
                            using (TranslationSession own = client.OpenTranslation(Talk.To("es")))
                            {
                                Sessions.SayAndEnd(session);
                                Sessions.SayAndEnd(own);
                                int events = own.ReadEvents().Count();
                                PalabraEvent what;
                                do
                                {
                                    what = queue.Read(Talk.Patience);
                                    events++;
                                }
                                while (!(what is ClosedEvent));
                                return events;
                            }
                        },
                        TaskCreationOptions.LongRunning));
                }
                foreach (Task<int> thread in threads)
                    Check.That(thread.Wait(Talk.PatienceMs) && thread.Result > 10, "a thread is stuck");
            }
        }

        [Fact]
        public void ASessionThatNobodyHoldsIsHeldByItsQueue()
        {
            const int Many = 10;
            using (PalabraClient client = Talk.Client())
            using (var queue = new EventQueue())
            {
                for (int n = 0; n < Many; n++)
                    Forget(client, queue);
                int closed = 0, finals = 0;
                while (closed < Many)
                {
                    GC.Collect();
                    GC.WaitForPendingFinalizers();
                    PalabraEvent what = queue.Read(TimeSpan.FromSeconds(60));
                    Check.That(what != null, closed + " of " + Many + " closed");
                    closed += what is ClosedEvent ? 1 : 0;
                    finals += what is TranscriptEvent text && text.IsFinal && !text.IsTranslation ? 1 : 0;
                }
                Check.Equal(finals, Many, "texts");
            }
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        private static void Forget(PalabraClient client, EventQueue queue)
        {
            Sessions.SayAndEnd(client.OpenTranslation(In(queue)));
        }

        [Fact]
        public async Task ItEndsByWakeupTokenAndDisposal()
        {
            var queue = new EventQueue();
            Task<PalabraEvent> reading = Task.Run(() => ReadAlone(queue));
            // The thread begins when the machine has time for it.
            Check.That(SpinWait.SpinUntil(() => IsRead(queue), TimeSpan.FromSeconds(60)), "a second reader");
            Check.That(!reading.IsCompleted, "it does not wait");
            queue.Wakeup();
            Check.That(await Sessions.InTime(reading, "woken") == null, "an event");
            using (var ends = new CancellationTokenSource())
            {
                Task<int> loop = ReadAsync(queue, ends.Token);
                ends.Cancel();
                await Check.ThrowsAsync<OperationCanceledException>(() => Sessions.InTime(loop, "cancelled"), "the token");
            }
            Task<int> last = ReadAsync(queue, default);
            queue.Dispose();
            await Check.ThrowsAsync<ObjectDisposedException>(() => Sessions.InTime(last, "disposed of"), "the disposal");
            Check.Throws<ObjectDisposedException>(() => queue.Read(TimeSpan.Zero), "disposed of");
            Check.Throws<ObjectDisposedException>(() => queue.OpenLog(PalabraLogLevel.Info), "disposed of");
            using (PalabraClient client = Talk.Client())
                Check.Throws<ObjectDisposedException>(() => client.OpenStt(new SttOptions { Queue = queue }), "nobody could read its events");
        }

        private static async Task<int> ReadAsync(EventQueue queue, CancellationToken cancellationToken)
        {
            int read = 0;
            await foreach (PalabraEvent what in queue.ReadEventsAsync(cancellationToken))
                read++;
            return read;
        }

        [Fact]
        public async Task LogLinesNameTheirSession()
        {
            using (PalabraClient client = Talk.Client())
            using (var log = new EventQueue())
            {
                Check.Throws<ArgumentOutOfRangeException>(() => log.OpenLog((PalabraLogLevel)99), "no level");
                log.OpenLog(PalabraLogLevel.Info);
                TranslationOptions options = Talk.To("es");
                options.Name = "call ñ 7";
                options.Tag = log;
                using (TranslationSession session = Talk.Ready(client, options))
                {
                    await foreach (PalabraEvent what in log.ReadEventsAsync())
                    {
                        var line = (LogEvent)what;
                        Check.That(line.Text.Length > 0 && !line.Text.Contains("s3cret") && line.Level <= PalabraLogLevel.Info, line.ToString());
                        // Sessions of other tests may be closing.
                        if (line.SessionName == "call ñ 7" && line.Tag == log)
                            break;
                    }
                }
            }
        }

        private static TranslationOptions In(EventQueue queue)
        {
            TranslationOptions options = Talk.To("es");
            options.Queue = queue;
            return options;
        }
    }
}
