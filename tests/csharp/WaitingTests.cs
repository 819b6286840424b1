// Waiting without threads: one for the process, nothing of the user's on it, the awaiter's context honoured.
using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace PalabraAI.Tests
{
    public sealed class WaitingTests
    {
        [Fact]
        public async Task ManySessionsWaitOnOneThread()
        {
            const int Many = 40;
            using (PalabraClient client = Talk.Client())
            {
                var sessions = new List<TranslationSession>();
                for (int n = 0; n < Many; n++)
                    sessions.Add(client.OpenTranslation(Talk.To("es")));
                List<Task<List<PalabraEvent>>> loops = sessions.Select(session => Sessions.All(session)).ToList();
                foreach (TranslationSession session in sessions)
                    await Sessions.InTime(session.WaitReadyAsync(), "ready");
                Stopwatch since = Stopwatch.StartNew();
                // A thread that the waiting one starts has its name for a moment.
                while (WaitingThreads() != 1 && since.ElapsedMilliseconds < Talk.PatienceMs)
                    await Task.Delay(10);
                Check.Equal(WaitingThreads(), 1, "threads that wait");
                sessions.ForEach(session => session.End());
                foreach (Task<List<PalabraEvent>> loop in loops)
                    Check.That((await Sessions.InTime(loop, "closed")).Last() is ClosedEvent, "its end");
                sessions.ForEach(session => session.Dispose());
            }
        }

        // Between the events of nine others the one whose reader stands still costs nothing.
        [Fact]
        public async Task AReaderThatStandsStillStopsNobody()
        {
            using (PalabraClient client = Talk.Client())
            using (TranslationSession stopped = Talk.Ready(client, Talk.To("es")))
            using (TranslationSession other = Talk.Ready(client, Talk.To("es")))
            {
                var goOn = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
                int read = 0;
                Task loop = Task.Run(async () =>
                {
                    await foreach (PalabraEvent what in stopped.ReadEventsAsync())
                    {
                        if (read++ == 0)
                            await goOn.Task;
                    }
                });
                Check.That(Talk.Within(Talk.PatienceMs, () => Volatile.Read(ref read) == 1), "it does not stand still");
                Sessions.SayAndEnd(stopped);
                Sessions.SayAndEnd(other);
                Check.That((await Sessions.InTime(Sessions.All(other), "the other")).Count > 5, "the other");
                Check.That((await Sessions.InTime(stopped.Closed, "closed")).Code == PalabraStatus.Ok && !loop.IsCompleted, "it is told nevertheless");
                goOn.SetResult(true);
                await Sessions.InTime(loop, "the rest");
                Check.That(read > 5, "the tail was kept");
            }
        }

        [Fact]
        public void TheContextOfTheAwaiterIsHonoured()
        {
            using (var context = new OneThread())
            {
                Task awaited = context.Run(async () =>
                {
                    using (PalabraClient client = Talk.Client())
                    using (TranslationSession session = client.OpenTranslation(Talk.To("es")))
                    {
                        session.End();
                        await foreach (PalabraEvent what in session.ReadEventsAsync())
                            Check.That(SynchronizationContext.Current == context && context.IsHere, what + " came elsewhere");
                        await session.Closed;
                        Check.That(context.IsHere, "behind the loop");
                    }
                });
                Check.That(awaited.Wait(Talk.PatienceMs), "not in time");
                Check.That(context.Posters.All(name => name != "palabra events"), "posted by the thread that waits");
            }
        }

        [Fact]
        public async Task TheSchedulerOfTheAwaiterIsHonoured()
        {
            var schedulers = new ConcurrentExclusiveSchedulerPair();
            TaskScheduler wanted = schedulers.ExclusiveScheduler;
            await Task.Factory.StartNew(
                async () =>
                {
                    using (PalabraClient client = Talk.Client())
                    using (TranslationSession session = client.OpenTranslation(Talk.To("es")))
                    {
                        session.End();
                        await foreach (PalabraEvent what in session.ReadEventsAsync())
                            Check.That(TaskScheduler.Current == wanted, what + " came elsewhere");
                    }
                },
                CancellationToken.None, TaskCreationOptions.None, wanted).Unwrap();
        }

        [Fact]
        public async Task OpeningCompletesWhenItIsReady()
        {
            using (PalabraClient client = Talk.Client())
            using (TranslationSession session = await Sessions.InTime(client.OpenTranslationAsync(Talk.To("es")), "open"))
            {
                Check.Equal(session.State, PalabraSessionState.Ready, "state");
                session.End();
                Check.That((await Sessions.All(session))[0] is ReadyEvent, "the event is still there");
            }
            using (PalabraClient client = Talk.Client("dev~rest_status=401"))
            {
                PalabraException refused = await Check.RefusedAsync(PalabraStatus.Auth, () => client.OpenTranslationAsync(Talk.To("es")));
                Check.Equal(refused.HttpStatus, 401, refused.Message);
            }
        }

        [Fact]
        public Task AWaitEndsByItsToken()
        {
            return Sessions.UnansweredAsync(async session =>
            {
                using (var ends = new CancellationTokenSource())
                {
                    Task ready = session.WaitReadyAsync(ends.Token);
                    Task complete = session.CompleteAsync(ends.Token);
                    ends.Cancel();
                    var thrown = await Check.ThrowsAsync<OperationCanceledException>(() => Sessions.InTime(ready, "ready"), "cancelled");
                    Check.Equal(thrown.CancellationToken, ends.Token, "whose token");
                    await Check.ThrowsAsync<OperationCanceledException>(() => Sessions.InTime(complete, "complete"), "cancelled");
                }
            });
        }

        // The reason, always: never a time-out because the session closed a moment after the wait.
        [Fact]
        public void AWaitSaysWhyAndNotThatTimeIsUp()
        {
            using (Talk.Refusing(out int port))
            using (PalabraClient client = Talk.Client())
            {
                for (int n = 0; n < 100; n++)
                {
                    using (TranslationSession session = client.OpenTranslation(Talk.At(port)))
                    {
                        Check.Refused(PalabraStatus.Connect, () =>
                        {
                            while (!session.WaitReady(TimeSpan.Zero))
                            {
                            }
                        });
                    }
                }
            }
        }

        [Fact]
        public async Task CompletingGivesTheTailToWhoeverReads()
        {
            using (PalabraClient client = Talk.Client())
            using (TranslationSession read = Talk.Ready(client, Talk.To("es")))
            using (TranslationSession unread = Talk.Ready(client, Talk.To("es")))
            {
                Task<List<PalabraEvent>> loop = Sessions.All(read);
                foreach (TranslationSession session in new[] { read, unread })
                {
                    Check.That(session.SendAudio(Talk.Phrase()) > 0, "samples");
                    ClosedEvent closed = await Sessions.InTime(session.CompleteAsync(), "complete");
                    Check.That(closed.Error == null && closed.Code == PalabraStatus.Ok, closed.ToString());
                    Check.That(await session.CompleteAsync() == await session.Closed, "again");
                }
                List<PalabraEvent> later = await Sessions.All(unread);
                Check.That((await loop).OfType<TranscriptEvent>().Count(text => text.IsFinal) == 2, "the tail while it was read");
                Check.That(later.OfType<TranscriptEvent>().Count(text => text.IsFinal) == 2 && later.Last() is ClosedEvent, "the tail read later");
            }
        }

        [Fact]
        public async Task CredentialsAreAskedForWhereTheSessionIsRead()
        {
            string address = Environment.GetEnvironmentVariable("PALABRA_API_URL");
            var options = new PalabraClientOptions { AskCredentials = true, UseEnvironment = false, ApiUrl = address };
            using (var client = new PalabraClient(options))
            using (TranslationSession session = client.OpenTranslation(Talk.To("es")))
            {
                bool asked = false;
                await foreach (PalabraEvent what in session.ReadEventsAsync())
                {
                    asked = what is CredentialsNeededEvent;
                    client.SetCredentials(new PalabraCredentials { ApiKey = "key-of-the-tests" });
                    break;
                }
                Check.That(asked, session.LastError.ToString());
            }
        }

        // What a session asks can come while the call that opens it returns.
        [Fact]
        public void NoQuestionIsLostWhileSessionsOpen()
        {
            int unasked = 0;
            var options = new PalabraClientOptions { AskCredentials = true, UseEnvironment = false };
            using (var client = new PalabraClient(options))
            {
                Parallel.For(0, 10000, new ParallelOptions { MaxDegreeOfParallelism = 4 }, _ =>
                {
                    using (TranslationSession session = client.OpenTranslation(Talk.To("es")))
                    using (PalabraEventReader reader = session.OpenReader())
                    {
                        bool isAsked = reader.Read(Talk.Patience) && reader.Kind == EventKind.CredentialsNeeded;
                        if (!isAsked)
                            Interlocked.Increment(ref unasked);
                    }
                });
            }
            Check.That(unasked == 0, unasked + " of 10,000");
        }

#if NET
        // 999 idle loops and one whose reader stands still while its session has ever more to say.
        [Fact, Trait("tier", "prove")]
        public async Task AThousandSessionsCostNothing()
        {
            using (PalabraClient client = Talk.Client())
            using (var ends = new CancellationTokenSource())
            {
                TranslationSession stopped = Talk.Ready(client, Talk.To("es"));
                var goOn = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
                Task stands = Task.Run(async () =>
                {
                    await foreach (PalabraEvent what in stopped.ReadEventsAsync())
                        await goOn.Task;
                });
                var sessions = new List<TranslationSession>();
                var loops = new List<Task>();
                TranslationOptions options = Talk.To("es");
                options.Input.BufferDuration = TimeSpan.FromMilliseconds(20);
                for (int n = 0; n < 999; n++)
                {
                    sessions.Add(client.OpenTranslation(options));
                    loops.Add(Sessions.All(sessions[n], ends.Token));
                }
                foreach (TranslationSession session in sessions)
                    await Sessions.InTime(session.WaitReadyAsync(), "ready");
                stopped.SendAudio(Talk.Phrase());
                await Task.Delay(3000);
                TimeSpan before = TimeOfWaitingThread();
                Stopwatch time = Stopwatch.StartNew();
                await Task.Delay(10000);
                double share = (TimeOfWaitingThread() - before).TotalSeconds / time.Elapsed.TotalSeconds;
                Check.That(share <= 0.01, share + " of a core");
                ends.Cancel();
                goOn.SetResult(true);
                sessions.ForEach(session => session.Dispose());
                stopped.Dispose();
                await Task.WhenAny(Task.WhenAll(loops), Task.Delay(Talk.PatienceMs));
                await Task.WhenAny(stands, Task.Delay(Talk.PatienceMs));
            }
        }

        private static TimeSpan TimeOfWaitingThread()
        {
            string task = System.IO.Directory.GetDirectories("/proc/self/task").Single(IsWaiting);
            string[] told = System.IO.File.ReadAllText(task + "/stat").Split(')')[1].Split(' ');
            // In hundredths of a second: of the program and of the system for it.
            return TimeSpan.FromMilliseconds(10 * (long.Parse(told[12]) + long.Parse(told[13])));
        }
#endif

#if NET
        // Linux shows 15 characters of a name. A thread may end while the others are listed.
        private static bool IsWaiting(string task)
        {
            try
            {
                return System.IO.File.ReadAllText(task + "/comm").Trim() == "palabra events";
            }
            catch (System.IO.IOException)
            {
                return false;
            }
        }
#endif

        private static int WaitingThreads()
        {
#if NET
            return System.IO.Directory.Exists("/proc/self/task")
                ? System.IO.Directory.GetDirectories("/proc/self/task").Count(IsWaiting)
                : 1;
#else
            return 1;
#endif
        }

        /// <summary>A context whose continuations run on one thread, as those of a window do.</summary>
        private sealed class OneThread : SynchronizationContext, IDisposable
        {
            private readonly BlockingCollection<Action> posted = new BlockingCollection<Action>();
            private readonly Thread thread;

            internal OneThread()
            {
                thread = new Thread(Work);
                thread.Start();
            }

            internal ConcurrentBag<string> Posters { get; } = new ConcurrentBag<string>();

            internal bool IsHere => Thread.CurrentThread == thread;

            public override void Post(SendOrPostCallback call, object state)
            {
                Posters.Add(Thread.CurrentThread.Name);
                posted.Add(() => call(state));
            }

            internal Task Run(Func<Task> work)
            {
                var done = new TaskCompletionSource<bool>();
                posted.Add(async () =>
                {
                    try
                    {
                        await work();
                        done.SetResult(true);
                    }
                    catch (Exception failure)
                    {
                        done.SetException(failure);
                    }
                });
                return done.Task;
            }

            public void Dispose()
            {
                posted.CompleteAdding();
            }

            private void Work()
            {
                SetSynchronizationContext(this);
                foreach (Action call in posted.GetConsumingEnumerable())
                    call();
            }
        }
    }
}
