// Objects that are never closed, objects that several threads close, and a garbage collector that runs all the time.
using System;
using System.Collections.Generic;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Threading;
using Xunit;

namespace PalabraAI.Tests
{
    [Collection("alone")]
    public sealed class LifetimeTests
    {
        private const int Threads = 4;
        private const int SessionsEach = 2500;

        // The peer sees the connections close.
        [Fact]
        public void WhatIsForgottenIsClosed()
        {
            const int Sessions = 4;
            int port;
            TcpListener listener = Talk.Silent(out port);
            var forgetting = new Thread(() => Forget(port, Sessions));
            forgetting.Start();
            var peers = new List<Socket>();
            for (int n = 0; n < Sessions; n++)
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
            Check.That(closed, peers.Count + " of " + Sessions + " sessions are still open");
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        private static void Forget(int port, int sessions)
        {
            var client = Talk.Client();
            TranslationConfig config = Talk.At(port);
            // Longer than the test's own timeout, so that the library does not time out first.
            config.Timeouts.ConnectMs = 60000;
            for (int n = 0; n < sessions; n++)
                client.OpenTranslation(config);
        }

        private static bool IsGone(Socket peer)
        {
            var room = new byte[4096];
            try
            {
                return peer.Receive(room) == 0;
            }
            catch (SocketException error)
            {
                return error.SocketErrorCode != SocketError.WouldBlock;
            }
        }

        // After the call has started, the object is not referenced any more, but the session is in use.
        [Fact]
        public void AUsedSessionIsNotForgotten()
        {
            int port;
            TcpListener listener = Talk.Silent(out port);
            bool quiet = false;
            Exception broken = null;
            var waiting = new Thread(() =>
            {
                try
                {
                    quiet = !Talk.Client().OpenTranslation(Talk.At(port)).Poll(new PalabraEvent(), 300);
                }
                catch (Exception error)
                {
                    broken = error;
                }
            });
            waiting.Start();
            while (!waiting.Join(1))
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
            }
            listener.Stop();
            Check.That(quiet && broken == null, "the session was closed while it was polled: " + broken);
        }

        [Fact]
        public void FinalizersAndDisposeDoNotMeet()
        {
            int port;
            using (Talk.Refusing(out port))
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
                var errors = new List<Exception>();
                var workers = new List<Thread>();
                for (int n = 0; n < Threads; n++)
                {
                    workers.Add(new Thread(() => OpenAndClose(port, errors)));
                    workers[n].Start();
                }
                workers.ForEach(worker => worker.Join());
                Volatile.Write(ref over, true);
                collector.Join();
                Check.That(errors.Count == 0, errors.Count > 0 ? errors[0].ToString() : "");
            }
        }

        private static void OpenAndClose(int port, List<Exception> errors)
        {
            try
            {
                using (Client client = Talk.Client())
                {
                    for (int n = 0; n < SessionsEach; n++)
                        OneOfMany(client, port, n);
                }
            }
            catch (Exception error)
            {
                lock (errors)
                    errors.Add(error);
            }
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        private static void OneOfMany(Client client, int port, int n)
        {
            Session session = Patiently(client, port, n);
            var what = new PalabraEvent();
            switch (n % 5)
            {
                case 0:
                    session.Dispose();
                    break;
                case 1:
                    // Dropped without Dispose, with any event that it holds.
                    session.Poll(what, 0);
                    break;
                case 2:
                    ThreadPool.QueueUserWorkItem(unused => session.Dispose());
                    session.Dispose();
                    break;
                case 3:
                    ThreadPool.QueueUserWorkItem(unused => session.Close());
                    foreach (PalabraEvent unused in session.Events(1000))
                        session.SendAudio(new short[10], 0, 10);
                    break;
                default:
                    session.Close();
                    Check.Equal(session.SendAudio(new short[10], 0, 10), Status.BadHandle, "a closed session");
                    break;
            }
        }

        // Dropped objects count until their finalizers have run.
        private static Session Patiently(Client client, int port, int n)
        {
            for (int attempt = 0; ; attempt++)
            {
                try
                {
                    string url = "ws://127.0.0.1:" + port + "/";
                    if (n % 3 == 1)
                        return client.OpenTts(new TtsConfig { Language = "en", Stream = { Url = url, Token = "token-of-the-tests" } });
                    if (n % 3 == 2)
                        return client.OpenStt(new SttConfig { Input = { BufferMs = 20 }, Stream = { Url = url, Token = "token-of-the-tests" } });
                    TranslationConfig small = Talk.At(port);
                    small.Input.BufferMs = 20;
                    return client.OpenTranslation(small);
                }
                catch (PalabraException full)
                {
                    if (full.Status != Status.Limit || attempt > 1000)
                        throw;
                    GC.WaitForPendingFinalizers();
                }
            }
        }

        [Fact]
        public void ItStopsAtTheEnd()
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            Check.That(Palabra.Shutdown(10000), "sessions had to be cut off");
            Check.That(Palabra.Shutdown(0), "again");
            Check.Throws<ArgumentOutOfRangeException>(() => Palabra.Shutdown(-1), "negative time");
        }
    }
}
