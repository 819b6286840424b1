// The end of the program, of play mode, and of the scripts before they are loaded again.
using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Net.Sockets;
using System.Reflection;
using System.Threading;
using System.Threading.Tasks;
using EngineModel;
using PalabraAI.Unity;
using UnityEditor;
using UnityEngine;
using Xunit;

namespace PalabraAI.Tests
{
    [Collection("engine")]
    public sealed class UnloadTests
    {
        private static readonly Assembly EditorScripts = Assembly.Load("PalabraAI.Unity.Editor");

        [Fact]
        public void EverythingEndsBeforeScriptsAreReloaded()
        {
            Editor.Load(EditorScripts);
            bool isNextCalled = false;
            AssemblyReloadEvents.beforeAssemblyReload += () => isNextCalled = true;
            Ends(Editor.BeforeReload);
            Check.That(isNextCalled, "the hook of another package was not called");
        }

        [Fact]
        public void EverythingEndsWithPlayMode()
        {
            Editor.Load(EditorScripts);
            Editor.EnterPlayMode();
            Ends(Editor.ExitPlayMode);
        }

        [Fact]
        public void EverythingEndsWithTheProgram()
        {
            Ends(Engine.Quit);
        }

        /// <summary>What the editor does: the domain of the scripts is unloaded, and the library stays in the process.</summary>
        [Fact]
        public void ScriptsAreUnloaded()
        {
            AppDomain scripts = AppDomain.CreateDomain("scripts");
            // Not part of .NET Standard.
            Type callback = typeof(object).Assembly.GetType("System.CrossAppDomainDelegate");
            Action body = InScripts;
            typeof(AppDomain).GetMethod("DoCallBack").Invoke(scripts, new object[] { Delegate.CreateDelegate(callback, body.Method) });
            Stopwatch watch = Stopwatch.StartNew();
            AppDomain.Unload(scripts);
            Check.That(watch.ElapsedMilliseconds < Talk.Bound(1000), "it took " + watch.ElapsedMilliseconds + " ms");
        }

        // In the other domain, everything is open when it returns.
        private static void InScripts()
        {
            Engine.Restart();
            Editor.Load(EditorScripts);
            var open = new OpenThings();
            open.Begin();
            Editor.BeforeReload();
            SynchronizationContext.SetSynchronizationContext(null);
        }

        private static void Ends(Action end)
        {
            using (var open = new OpenThings())
            {
                open.Begin();
                Stopwatch watch = Stopwatch.StartNew();
                end();
                open.Ended();
                Check.That(watch.ElapsedMilliseconds < Talk.Bound(1000), "it took " + watch.ElapsedMilliseconds + " ms");
            }
        }

        /// <summary>A component, sessions of a script with threads that wait for one and for the queue of another, and one with a task that does.</summary>
        private sealed class OpenThings : IDisposable
        {
            private readonly Stage<PalabraTranslator> stage = Stage<PalabraTranslator>.Unanswered();
            private readonly TcpListener listener;
            private readonly List<PalabraSession> sessions = new List<PalabraSession>();
            private readonly EventQueue queue = new EventQueue();
            private readonly List<Exception> ends = new List<Exception>();
            private readonly List<Thread> readers = new List<Thread>();
            private Task loop;

            internal OpenThings()
            {
                listener = Talk.Silent(out int port);
                PalabraClientOptions options = Stage<PalabraTranslator>.Client("demo");
                options.ApiUrl = "http://127.0.0.1:" + port;
                using (var client = new PalabraClient(options))
                {
                    sessions.Add(client.OpenStt(new SttOptions { Language = "en" }));
                    sessions.Add(client.OpenTts(new TtsOptions { Language = "en" }));
                    sessions.Add(client.OpenTts(new TtsOptions { Language = "en", Queue = queue }));
                }
            }

            internal void Begin()
            {
                Check.Equal(stage.Palabra.Session.State, PalabraSessionState.Connecting, "state before");
                sessions.Add(stage.Palabra.Session);
                PalabraEventReader events = sessions[0].OpenReader();
                Wait(() => events.Read(Timeout.InfiniteTimeSpan));
                Wait(() => queue.Read(Timeout.InfiniteTimeSpan));
                loop = Loop(sessions[1]);
            }

            internal void Ended()
            {
                Check.That(stage.Palabra.Session == null && Engine.RecordingMicrophones.Count == 0, "the component is closed");
                Check.That(sessions.All(session => session.State == PalabraSessionState.Closed), "sessions are closed");
                Check.That(readers.All(reader => reader.Join(Talk.PatienceMs)), "threads wait on");
                Check.That(ends.All(end => end is ObjectDisposedException), "the threads: " + string.Join("; ", ends));
                // It continues on the main thread.
                bool isOver = Talk.Within(Talk.PatienceMs, () =>
                {
                    Engine.Frame();
                    return loop.IsCompleted;
                });
                Check.That(isOver && loop.Exception.InnerException is ObjectDisposedException, "the loop: " + loop.Exception);
                Check.Equal(stage.Closed.Count, 0, "handlers are called");
            }

            public void Dispose()
            {
                stage.Dispose();
                listener.Stop();
            }

            // A thread of a script that reads as long as it can.
            private void Wait(Action read)
            {
                var begun = new ManualResetEventSlim();
                var reader = new Thread(() =>
                {
                    try
                    {
                        begun.Set();
                        while (true)
                            read();
                    }
                    catch (Exception end)
                    {
                        lock (ends)
                            ends.Add(end);
                    }
                }) { IsBackground = true };
                readers.Add(reader);
                reader.Start();
                begun.Wait();
                // On a busy machine it may not wait yet, and finds all closed.
                Thread.Sleep(20);
            }

            private static async Task Loop(PalabraSession session)
            {
                await foreach (PalabraEvent one in session.ReadEventsAsync())
                    GC.KeepAlive(one);
            }
        }
    }
}
