// How loops end: with Closed, with the token, with the disposal. Never silently.
using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace PalabraAI.Tests
{
    public sealed class LoopTests
    {
        [Fact]
        public Task ItEndsByItsToken()
        {
            return Sessions.UnansweredAsync(async session =>
            {
                using (var ends = new CancellationTokenSource())
                {
                    Task loop = Sessions.All(session, ends.Token);
                    ends.Cancel();
                    var thrown = await Check.ThrowsAsync<OperationCanceledException>(() => Sessions.InTime(loop, "cancelled"), "the token");
                    Check.Equal(thrown.CancellationToken, ends.Token, "whose token");
                }
                // The token of WithCancellation counts as well, and one that is cancelled before is asked before anything is read.
                using (var ends = new CancellationTokenSource())
                {
                    IAsyncEnumerator<PalabraEvent> loop = session.ReadEventsAsync().GetAsyncEnumerator(ends.Token);
                    Task<bool> next = loop.MoveNextAsync().AsTask();
                    ends.Cancel();
                    await Check.ThrowsAsync<OperationCanceledException>(() => Sessions.InTime(next, "cancelled"), "the other token");
                }
                await Check.ThrowsAsync<OperationCanceledException>(() => Sessions.All(session, new CancellationToken(true)), "before");
                Check.Equal(session.State, PalabraSessionState.Connecting, "the session goes on");
            });
        }

        // A loop that is cancelled and disposed of at once was cancelled, and not complete.
        [Fact]
        public Task ACancelledLoopThatAlsoDisposesWasCancelled()
        {
            return Sessions.UnansweredAsync(async session =>
            {
                using (var ends = new CancellationTokenSource())
                {
                    Task loop = Sessions.All(session, ends.Token);
                    ends.Cancel();
                    session.Dispose();
                    await Check.ThrowsAsync<OperationCanceledException>(() => Sessions.InTime(loop, "cancelled"), "both");
                }
                await Check.ThrowsAsync<ObjectDisposedException>(() => Sessions.All(session), "a loop after it");
            });
        }

        [Fact]
        public Task ItEndsByTheDisposal()
        {
            return Sessions.UnansweredAsync(async session =>
            {
                Task loop = Sessions.All(session);
                Task blocked = Task.Run(() => Check.Throws<InvalidOperationException>(() => session.ReadEvents().Any(), "a second loop"));
                await Sessions.InTime(blocked, "a second loop");
                await Check.ThrowsAsync<InvalidOperationException>(() => Sessions.All(session), "a second loop");
                session.Dispose();
                await Check.ThrowsAsync<ObjectDisposedException>(() => Sessions.InTime(loop, "disposed of"), "the disposal");
                Check.Throws<ObjectDisposedException>(() => session.ReadEvents().Any(), "a loop on a thread");
                Check.Throws<ObjectDisposedException>(() => session.TryReadEvent(out _), "one event");
                await Check.ThrowsAsync<ObjectDisposedException>(() => session.WaitReadyAsync(), "a wait");
                Check.Throws<ObjectDisposedException>(() => session.WaitReady(TimeSpan.Zero), "a wait");
                Check.Throws<ObjectDisposedException>(() => session.End(), "a command");
                Check.Equal((await session.Closed).Code, PalabraStatus.Closed, "the task");
                Check.That(session.State == PalabraSessionState.Closed && session.GetStats() != null && session.LastError != null, "what stays readable");
                session.Dispose();
                await session.CloseAsync();
            });
        }

        [Fact]
        public void ABlockingLoopEndsByTheDisposal()
        {
            Sessions.Unanswered(session =>
            {
                Task loop = Task.Run(() => session.ReadEvents().Any());
                Check.That(!loop.Wait(50), "it does not wait");
                session.Wakeup();
                Check.That(!loop.Wait(50), "a wake-up is for readers");
                session.Dispose();
                var thrown = Check.Throws<AggregateException>(() => loop.Wait(Talk.PatienceMs), "disposed of");
                Check.That(thrown.InnerException is ObjectDisposedException, thrown.ToString());
            });
        }

        // Somebody else holds the session open, and the reader of a loop that was left early makes room for the next.
        [Fact]
        public async Task ALoopThatIsLeftMakesRoom()
        {
            using (PalabraClient client = Talk.Client())
            using (TranslationSession session = client.OpenTranslation(Talk.To("es")))
            {
                Sessions.SayAndEnd(session);
                long last = 0;
                while (true)
                {
                    PalabraEvent first = null;
                    await foreach (PalabraEvent what in session.ReadEventsAsync())
                    {
                        first = what;
                        break;
                    }
                    Check.Equal(first.Sequence, last + 1, "nothing is lost between loops");
                    last = first.Sequence;
                    if (first is ClosedEvent)
                        return;
                }
            }
        }

        [Fact]
        public async Task CancellationIsNoticedAtOnce()
        {
            await Sessions.UnansweredAsync(async session =>
            {
                var noticed = new List<double>();
                for (int n = 0; n < 51; n++)
                {
                    using (var ends = new CancellationTokenSource())
                    {
                        Task loop = Sessions.All(session, ends.Token);
                        await Task.Delay(2);
                        Stopwatch time = Stopwatch.StartNew();
                        ends.Cancel();
                        await Check.ThrowsAsync<OperationCanceledException>(() => loop, "cancelled");
                        noticed.Add(time.Elapsed.TotalMilliseconds);
                    }
                }
                noticed.Sort();
                Check.That(noticed[25] <= Talk.Bound(5), "median " + noticed[25] + " ms");
            });
        }

        [Fact]
        public void DisposeWaitsForNothing()
        {
            var times = new List<double>();
            for (int n = 0; n < 21; n++)
            {
                Sessions.Unanswered(session =>
                {
                    PalabraEventReader reader = session.OpenReader();
                    var reading = Task.Run(() => reader.Read(Timeout.InfiniteTimeSpan));
                    Task ready = session.WaitReadyAsync();
                    Thread.Sleep(5);
                    session.Wakeup();
                    Stopwatch time = Stopwatch.StartNew();
                    session.Dispose();
                    times.Add(time.Elapsed.TotalMilliseconds);
                    Task.WhenAll(reading, ready).ContinueWith(over => over.Exception).Wait(Talk.PatienceMs);
                });
            }
            times.Sort();
            Check.That(times[10] <= Talk.Bound(1), "median " + times[10] + " ms");
        }

        [Fact]
        public Task DisposeAsyncIsBounded()
        {
            return Sessions.UnansweredAsync(
                async session =>
                {
                    Task loop = Sessions.All(session);
                    Stopwatch time = Stopwatch.StartNew();
                    await session.DisposeAsync();
                    Check.That(time.ElapsedMilliseconds <= Talk.Bound(600), time.ElapsedMilliseconds + " ms");
                    await Check.ThrowsAsync<ObjectDisposedException>(() => Sessions.InTime(loop, "disposed of"), "the disposal");
                },
                options => options.Timeouts.Close = TimeSpan.FromMilliseconds(200));
        }
    }
}
