// Objects that nobody holds, objects that several threads close, a collector that runs all the time, and the end of it all.
using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace PalabraAI.Tests
{
    [Collection("alone")]
    public sealed class LifetimeTests
    {
        private const int Threads = 4;
        private const int SessionsEach = 500;

        // A wrong argument, and a wait that is given up, leave no task behind whose failure nobody sees.
        [Fact]
        public async Task NoFailureGoesUnobserved()
        {
            var left = new ConcurrentQueue<Exception>();
            EventHandler<UnobservedTaskExceptionEventArgs> note = (unused, told) => left.Enqueue(told.Exception);
            CollectAll();
            TaskScheduler.UnobservedTaskException += note;
            try
            {
                // Another session keeps the thread that waits: it does not end with this one, and tells its failures.
                await Sessions.UnansweredAsync(other => Sessions.UnansweredAsync(GiveUp));
                for (int n = 0; n < 10 && left.IsEmpty; n++)
                {
                    // The failure comes from another thread, within some 20 ms.
                    await Task.Delay(20);
                    CollectAll();
                }
            }
            finally
            {
                TaskScheduler.UnobservedTaskException -= note;
            }
            Check.That(left.IsEmpty, string.Join("\n", left));
        }

        // The thread that waits ends with the last session, and must have told whoever waits for it before.
        [Fact]
        public async Task AWaitEndsWithTheLastSession()
        {
            for (int n = 0; n < 10; n++)
            {
                await Sessions.UnansweredAsync(async session =>
                {
                    Task ready = session.WaitReadyAsync();
                    session.Dispose();
                    await Check.ThrowsAsync<ObjectDisposedException>(() => Sessions.InTime(ready, "disposed of"), "the wait");
                });
            }
        }

        private static async Task GiveUp(TranslationSession session)
        {
            // Often, since a thread that has no other call can hold the last one.
            for (int n = 0; n < 20; n++)
            {
                await Check.ThrowsAsync<ArgumentException>(() => session.SendPacedAsync(new short[480], TimeSpan.FromSeconds(-1)).AsTask(), "the lead");
                await Check.ThrowsAsync<OperationCanceledException>(() => session.StopRecordingAsync(new CancellationToken(true)), "the recording");
            }
        }

        private static void CollectAll()
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        // The peer sees the connections close.
        [Fact]
        public void WhatNobodyHoldsIsClosed()
        {
            const int Many = 4;
            TcpListener listener = Talk.Silent(out int port);
            var forgetting = new Thread(() => Forget(port, Many));
            forgetting.Start();
            var peers = new List<Socket>();
            for (int n = 0; n < Many; n++)
            {
                Socket peer = listener.AcceptSocket();
                peer.Blocking = false;
                peers.Add(peer);
            }
            forgetting.Join();
            bool closed = Talk.Within(Talk.PatienceMs, () =>
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                peers.RemoveAll(IsGone);
                return peers.Count == 0;
            });
            listener.Stop();
            Check.That(closed, peers.Count + " of " + Many + " sessions are still open");
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        private static void Forget(int port, int many)
        {
            TranslationOptions options = Talk.At(port);
            // Longer than the test's own limit, so that the library does not time out first.
            options.Timeouts.Connect = TimeSpan.FromMinutes(10);
            var client = Talk.Client();
            for (int n = 0; n < many; n++)
                client.OpenTranslation(options);
        }

        private static bool IsGone(Socket peer)
        {
            try
            {
                return peer.Receive(new byte[4096]) == 0;
            }
            catch (SocketException error)
            {
                return error.SocketErrorCode != SocketError.WouldBlock;
            }
        }

        // Nobody holds the session, nor the task of the loop, but the wait itself.
        [Fact]
        public async Task WhatSomebodyWaitsForIsHeld()
        {
            using (PalabraClient client = Talk.Client())
            {
                var loop = new TaskCompletionSource<PalabraStatus>(TaskCreationOptions.RunContinuationsAsynchronously);
                var closed = new TaskCompletionSource<PalabraStatus>(TaskCreationOptions.RunContinuationsAsynchronously);
                Forget(client, loop, closed);
                bool ended = Talk.Within(Talk.PatienceMs, () =>
                {
                    GC.Collect();
                    GC.WaitForPendingFinalizers();
                    return loop.Task.IsCompleted && closed.Task.IsCompleted;
                });
                Check.That(ended, "the loop " + loop.Task.IsCompleted + ", the wait " + closed.Task.IsCompleted);
                Check.Equal(await loop.Task, PalabraStatus.Ok, "the loop");
                Check.Equal(await closed.Task, PalabraStatus.Ok, "the task");
            }
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        private static void Forget(
            PalabraClient client, TaskCompletionSource<PalabraStatus> loop, TaskCompletionSource<PalabraStatus> closed)
        {
            _ = LoopAsync(client.OpenTranslation(Talk.To("es")), loop);
            _ = CompleteAsync(client.OpenTranslation(Talk.To("es")), closed);
        }

        private static async Task LoopAsync(TranslationSession session, TaskCompletionSource<PalabraStatus> done)
        {
            Sessions.SayAndEnd(session);
            done.SetResult((await Sessions.All(session)).Last().Code);
        }

        private static async Task CompleteAsync(TranslationSession session, TaskCompletionSource<PalabraStatus> done)
        {
            done.SetResult((await session.CompleteAsync()).Code);
        }

        // No thread goes on with a request's AsyncLocal though the first wait of the process began in it: each thread says
        // what it has when that changes. On .NET the value is collected too; Mono's collector takes what it finds on old
        // stacks for references.
        [Fact]
        public void NothingFlowsIntoTheThreadThatWaits()
        {
            PalabraLifetime.CloseAll();
            Sessions.Unanswered(kept =>
            {
                var held = new ConcurrentDictionary<int, bool>();
                WeakReference request = null;
                var handling = new Thread(() => request = Handle(kept, held));
                handling.Start();
                handling.Join();
                Check.That(!held.IsEmpty, "threads say what they have");
                Check.That(Talk.Within(Talk.PatienceMs, () => !held.Values.Contains(true)), "a thread keeps the request's value");
#if NET
                bool isCollected = Talk.Within(Talk.PatienceMs, () =>
                {
                    GC.Collect();
                    GC.WaitForPendingFinalizers();
                    return !request.IsAlive;
                });
                Check.That(isCollected, "the request lives as long as the thread");
#endif
            });
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        private static WeakReference Handle(TranslationSession session, ConcurrentDictionary<int, bool> held)
        {
            var local = new AsyncLocal<object>(change => held[Environment.CurrentManagedThreadId] = change.CurrentValue != null)
            {
                Value = new byte[100000],
            };
            using (var ends = new CancellationTokenSource())
            {
                Task loop = Sessions.All(session, ends.Token);
                ends.Cancel();
                Check.Throws<AggregateException>(() => loop.Wait(Talk.PatienceMs), "cancelled");
            }
            var request = new WeakReference(local.Value);
            local.Value = null;
            return request;
        }

        [Fact]
        public void FinalizersAndDisposeDoNotMeet()
        {
            using (Talk.Refusing(out int port))
            {
                bool over = false;
                var collector = new Thread(() =>
                {
                    for (int n = 0; !Volatile.Read(ref over); n++)
                    {
                        GC.Collect(n % 10 == 0 ? 2 : 0);
                        Thread.Sleep(1);
                    }
                });
                collector.Start();
                Task[] workers = Enumerable.Range(0, Threads).Select(n => Task.Run(() => OpenAndClose(port))).ToArray();
                bool ended = Task.WhenAll(workers).ContinueWith(all => { }).Wait(Talk.PatienceMs);
                Volatile.Write(ref over, true);
                collector.Join();
                Check.That(ended, "a worker is stuck");
                Task.WaitAll(workers);
            }
        }

        private static void OpenAndClose(int port)
        {
            using (PalabraClient client = Talk.Client())
            {
                for (int n = 0; n < SessionsEach; n++)
                    OneOfMany(client, port, n);
            }
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        private static void OneOfMany(PalabraClient client, int port, int n)
        {
            TranslationSession session = Patiently(client, port);
            switch (n % 5)
            {
                case 0:
                    session.Dispose();
                    break;
                case 1:
                    // Dropped without Dispose, with any event that it holds.
                    session.TryReadEvent(out _);
                    break;
                case 2:
                    ThreadPool.QueueUserWorkItem(unused => session.Dispose());
                    session.Dispose();
                    break;
                case 3:
                    ThreadPool.QueueUserWorkItem(unused => session.Close(TimeSpan.Zero));
                    EndsSomehow(() => Sessions.All(session).GetAwaiter().GetResult());
                    break;
                default:
                    ThreadPool.QueueUserWorkItem(unused => session.Dispose());
                    EndsSomehow(() => session.ReadEvents().Count());
                    break;
            }
        }

        private static void EndsSomehow(Action loop)
        {
            try
            {
                loop();
            }
            catch (ObjectDisposedException)
            {
                // The disposal was first.
            }
        }

        // Dropped objects count until their finalizers have run.
        private static TranslationSession Patiently(PalabraClient client, int port)
        {
            TranslationOptions options = Talk.At(port);
            options.Input.BufferDuration = TimeSpan.FromMilliseconds(20);
            for (int attempt = 0; ; attempt++)
            {
                try
                {
                    return client.OpenTranslation(options);
                }
                catch (PalabraException full) when (full.Status == PalabraStatus.Limit && attempt < 1000)
                {
                    GC.WaitForPendingFinalizers();
                }
            }
        }

        [Fact]
        public async Task EverythingEndsAtOnce()
        {
            await Sessions.UnansweredAsync(async session =>
            {
                using (var queue = new EventQueue())
                {
                    Task loop = Sessions.All(session);
                    Task ready = session.WaitReadyAsync();
                    Task reading = Task.Run(() => queue.Read(Timeout.InfiniteTimeSpan));
                    await Task.Delay(50);
                    Stopwatch time = Stopwatch.StartNew();
                    PalabraLifetime.CloseAll();
                    foreach (Task one in new[] { loop, ready, reading })
                        await Check.ThrowsAsync<ObjectDisposedException>(() => Sessions.InTime(one, "over"), "over");
                    Check.That(time.ElapsedMilliseconds < Talk.Bound(1000), time.ElapsedMilliseconds + " ms");
                }
            });
            // Sessions that are opened afterwards live as usual.
            using (PalabraClient client = Talk.Client())
            using (TranslationSession session = client.OpenTranslation(Talk.To("es")))
                Check.Equal((await Sessions.InTime(session.CompleteAsync(), "closed")).Code, PalabraStatus.Ok, "afterwards");
        }

        [Fact]
        public void ShutdownIsAReason()
        {
            Sessions.Unanswered(session =>
            {
                Task<List<PalabraEvent>> loop = Sessions.All(session);
                Check.That(PalabraLibrary.Shutdown(TimeSpan.FromSeconds(10)), "sessions had to be cut off");
                Check.That(loop.Wait(Talk.PatienceMs), "the loop");
                var closed = (ClosedEvent)loop.Result.Last();
                Check.Equal(closed.Code, PalabraStatus.Shutdown, "the reason");
                Check.Equal(closed.Error.Message, "Shutdown: PalabraLibrary.Shutdown stopped the session", "in words of C#");
                Check.Equal(session.LastError.Text, closed.Error.Error.Text, "the same");
                Check.Refused(PalabraStatus.Shutdown, () => session.Pause());
                Check.Equal(session.SendAudio(new short[10]), 0, "audio");
                Check.That(PalabraLibrary.Shutdown(TimeSpan.Zero), "again");
            });
        }
    }
}
