#nullable enable
using System;
using System.IO;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;

namespace PalabraAI.Programs
{
    /// <summary>What the context does before it is unloaded.</summary>
    public static class Game
    {
        public static void Play(string way)
        {
            if (way == "none")
                return;
            var client = new PalabraClient();
            TranslationSession session = client.OpenTranslation(Options());
            session.WaitReady(Timeout.InfiniteTimeSpan);
            switch (way)
            {
                case "clean": session.Dispose(); client.Dispose(); break;
                case "thread": Waits(() => { foreach (PalabraEvent _ in session.ReadEvents()) { } }); break;
                case "reader": Waits(() => { using PalabraEventReader reader = session.OpenReader(); while (true) reader.Read(Timeout.InfiniteTimeSpan); }); break;
                case "await": Loop(session).GetAwaiter().GetResult(); break;
                case "queue":
                    var queue = new EventQueue();
                    TranslationOptions options = Options();
                    options.Queue = queue;
                    client.OpenTranslation(options).WaitReady(Timeout.InfiniteTimeSpan);
                    Waits(() => { while (true) queue.Read(Timeout.InfiniteTimeSpan); });
                    break;
                case "file": Waits(() => client.TranslateFile(Options(), Path.Combine(AppContext.BaseDirectory, "none.wav"), "none.{lang}.wav")); break;
                case "forgotten": break;
                default: throw new ArgumentException(way);
            }
        }

        private static TranslationOptions Options() => new TranslationOptions
        {
            SourceLanguage = "en", TargetLanguages = { "es" }, Input = { Gap = { Policy = GapPolicy.Silence } },
        };

        // Returns when the loop has had its first event, which is Ready, and waits for the next one.
        [MethodImpl(MethodImplOptions.NoInlining)]
        private static async Task Loop(TranslationSession session)
        {
            var first = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            _ = Forever(session, first);
            await first.Task;
        }

        private static async Task Forever(TranslationSession session, TaskCompletionSource<bool> first)
        {
            try
            {
                await foreach (PalabraEvent _ in session.ReadEventsAsync())
                    first.TrySetResult(true);
            }
            catch (Exception error)
            {
                first.TrySetException(error);
            }
        }

        private static void Waits(Action call)
        {
            using var begun = new ManualResetEventSlim();
            var thread = new Thread(() =>
            {
                begun.Set();
                try
                {
                    call();
                }
                catch (Exception)
                {
                    // The context is being unloaded.
                }
            }) { IsBackground = true };
            thread.Start();
            begun.Wait();
            Thread.Sleep(200);
        }
    }
}
