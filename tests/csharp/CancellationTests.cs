// Calls that wait for the service end when their token says so, and hold no thread of the pool.
using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace PalabraAI.Tests
{
    public sealed class CancellationTests : IDisposable
    {
        private readonly TcpListener silent = Talk.Silent(out int _);
        private readonly PalabraClient client;

        public CancellationTests()
        {
            int port = ((IPEndPoint)silent.LocalEndpoint).Port;
            client = new PalabraClient(new PalabraClientOptions { ApiUrl = "http://127.0.0.1:" + port, Credentials = { ApiKey = "key" } });
        }

        public void Dispose()
        {
            client.Dispose();
            silent.Stop();
        }

        [Fact]
        public async Task ACallEndsWithItsToken()
        {
            foreach (int ms in new[] { 0, 1, 50, 300 })
            {
                using (var cancellation = new CancellationTokenSource())
                {
                    Task<IReadOnlyList<Voice>> call = client.Voices.ListAsync(cancellationToken: cancellation.Token);
                    await Task.Delay(ms);
                    Check.That(!call.IsCompleted, "it ended by itself");
                    Stopwatch noticed = Stopwatch.StartNew();
                    cancellation.Cancel();
                    Check.That(noticed.ElapsedMilliseconds <= Talk.Bound(50), "whoever cancels waited");
                    var thrown = await Check.ThrowsAsync<OperationCanceledException>(() => call, "cancelled");
                    Check.That(noticed.ElapsedMilliseconds <= Talk.Bound(50), noticed.ElapsedMilliseconds + " ms");
                    Check.Equal(thrown.CancellationToken, cancellation.Token, "token");
                }
            }
        }

        // A token that is cancelled already makes a cancelled task, and nothing is opened; a mistake is thrown at once.
        [Fact]
        public async Task ATokenThatIsCancelledBeforeOpensNothing()
        {
            var before = new CancellationToken(true);
            Task[] calls =
            {
                client.OpenTranslationAsync(Talk.To("es"), before), client.OpenTtsAsync(new TtsOptions { Language = "en" }, before),
                client.OpenSttAsync(new SttOptions(), before), client.CheckAsync(before), client.Voices.GetAsync("voice", before),
            };
            foreach (Task call in calls)
            {
                Check.That(call.IsCanceled, "not a cancelled task");
                Check.Equal((await Check.ThrowsAsync<OperationCanceledException>(() => call, "cancelled")).CancellationToken, before, "token");
            }
            Check.Throws<ArgumentNullException>(() => { Task unused = client.OpenSttAsync(null, before); }, "no options");
        }

        // A cancelled call gives its thread back: 64 that hang do not keep the 65th waiting.
        [Fact]
        public async Task ManyCallsThatHangAreEnded()
        {
            using (var cancellation = new CancellationTokenSource())
            {
                Task[] calls = Enumerable.Range(0, 64).Select(n => (Task)client.Voices.GetAsync("voice", cancellation.Token)).ToArray();
                Task more = client.Voices.GetAsync("one that waits for a thread", cancellation.Token);
                await Task.Delay(100);
                cancellation.Cancel();
                foreach (Task call in calls.Append(more))
                    await Check.ThrowsAsync<OperationCanceledException>(() => call, "cancelled");
            }
            using (PalabraClient answered = Talk.Client())
            {
                Task<RestSession> call = answered.RestSessions.CreateAsync();
                Check.That(await Task.WhenAny(call, Task.Delay(Talk.PatienceMs)) == call, "the 65th did not go out");
                await answered.RestSessions.DeleteAsync((await call).Id);
            }
        }

        [Fact]
        public async Task ASessionClosesInTimeThoughCallsHang()
        {
            using (var cancellation = new CancellationTokenSource())
            using (PalabraClient answered = Talk.Client())
            using (TranslationSession session = answered.OpenTranslation(Talk.To("es")))
            {
                Task[] calls = Enumerable.Range(0, 64).Select(n => (Task)client.Voices.GetAsync("voice", cancellation.Token)).ToArray();
                Task closes = session.CloseAsync(TimeSpan.FromMilliseconds(100));
                Check.That(await Task.WhenAny(closes, Task.Delay(Talk.PatienceMs)) == closes, "it waits for the calls");
                Check.That(!calls.Any(call => call.IsCompleted), "a call ended");
                cancellation.Cancel();
                foreach (Task call in calls)
                    await Check.ThrowsAsync<OperationCanceledException>(() => call, "cancelled");
            }
        }

        [Fact]
        public void WhoClosesSecondWaitsAsLong()
        {
            using (PalabraClient answered = Talk.Client())
            {
                for (int n = 0; n < 20; n++)
                {
                    TranslationSession session = answered.OpenTranslation(Talk.To("es"));
                    var both = new Task[2];
                    using (var begin = new Barrier(2))
                    {
                        Parallel.For(
                            0, 2, new ParallelOptions { MaxDegreeOfParallelism = 2 },
                            index =>
                            {
                                begin.SignalAndWait();
                                both[index] = session.CloseAsync();
                            });
                    }
                    Check.That(both[0] == both[1], "one of them does not wait");
                }
                TranslationSession last = answered.OpenTranslation(Talk.To("es"));
                last.Close(TimeSpan.Zero);
                Check.That(last.CloseAsync().IsCompleted, "it is closed");
            }
        }

        [Fact]
        public async Task NoThreadOfThePoolIsHeld()
        {
            using (var cancellation = new CancellationTokenSource())
            {
                Task[] calls = Enumerable.Range(0, 40).Select(n => (Task)client.Glossaries.ListAsync(cancellation.Token)).ToArray();
                await Task.Delay(50);
                // The pool would add a thread for each, slowly.
                Stopwatch pool = Stopwatch.StartNew();
                await Task.Run(() => { });
                Check.That(pool.ElapsedMilliseconds <= Talk.Bound(100), "the pool took " + pool.ElapsedMilliseconds + " ms");
                cancellation.Cancel();
                foreach (Task call in calls)
                    await Check.ThrowsAsync<OperationCanceledException>(() => call, "cancelled");
            }
        }

        [Fact]
        public async Task ALimitIsATimeout()
        {
            Check.Refused(PalabraStatus.Timeout, () => client.Voices.List(timeout: TimeSpan.FromMilliseconds(100)));
            using (var cancellation = new CancellationTokenSource(100))
                await Check.ThrowsAsync<OperationCanceledException>(() => client.Voices.ListAsync(cancellationToken: cancellation.Token), "time is up");
        }

        [Fact]
        public async Task AFileEndsWithItsToken()
        {
            string path = System.IO.Path.GetTempFileName();
            try
            {
                new PalabraAudio(Talk.Phrase(), Talk.Rate).WriteWav(path);
                using (PalabraClient answered = Talk.Client())
                using (var cancellation = new CancellationTokenSource())
                {
                    var begun = new TaskCompletionSource<bool>();
                    var progress = new Told(() => begun.TrySetResult(true));
                    Task call = answered.TranslateFileAsync(Talk.To("es"), path, null, null, progress, cancellation.Token);
                    await begun.Task;
                    cancellation.Cancel();
                    Stopwatch noticed = Stopwatch.StartNew();
                    await Check.ThrowsAsync<OperationCanceledException>(() => call, "cancelled on the way");
                    Check.That(noticed.ElapsedMilliseconds <= Talk.Bound(50), noticed.ElapsedMilliseconds + " ms");
                }
            }
            finally
            {
                System.IO.File.Delete(path);
            }
        }

        // The library allows this call in its callback: the token of another call would be cancelled in vain.
        [Fact]
        public async Task ACallIsCancelledWhileProgressIsTold()
        {
            string path = System.IO.Path.GetTempFileName();
            try
            {
                new PalabraAudio(Talk.Phrase(), Talk.Rate).WriteWav(path);
                using (PalabraClient answered = Talk.Client())
                using (var cancellation = new CancellationTokenSource())
                using (var cancellationOfFile = new CancellationTokenSource())
                {
                    Task hanging = client.Voices.ListAsync(cancellationToken: cancellation.Token);
                    await Task.Delay(50);
                    var progress = new Told(cancellation.Cancel);
                    Task file = answered.TranslateFileAsync(Talk.To("es"), path, null, null, progress, cancellationOfFile.Token);
                    await Check.ThrowsAsync<OperationCanceledException>(() => Sessions.InTime(hanging, "cancelled in the callback"), "cancelled");
                    cancellationOfFile.Cancel();
                    await Check.ThrowsAsync<OperationCanceledException>(() => Sessions.InTime(file, "cancelled on the way"), "cancelled");
                }
            }
            finally
            {
                System.IO.File.Delete(path);
            }
        }

        private sealed class Told : IProgress<FileProgress>
        {
            private readonly Action then;

            internal Told(Action then)
            {
                this.then = then;
            }

            public void Report(FileProgress value)
            {
                then();
            }
        }
    }
}
