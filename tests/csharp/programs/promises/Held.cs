#nullable enable
using System;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;

namespace PalabraAI.Programs
{
    /// <summary>What somebody waits for is neither collected nor swallowed.</summary>
    internal static class Held
    {
        /// <summary>Sessions that are ended and then forgotten, as their tail comes by the queue.</summary>
        internal static (bool, string) QueueSessions()
        {
            const int Sessions = 20;
            using var client = new PalabraClient();
            using var queue = new EventQueue();
            for (int n = 0; n < Sessions; n++)
                Forget(client, queue);
            int closed = 0, finals = 0;
            void Count(PalabraEvent told)
            {
                closed += told is ClosedEvent { Error: null } ? 1 : 0;
                finals += told is TranscriptEvent { IsFinal: true, IsTranslation: false } ? 1 : 0;
            }
            // Nothing is left of what came by now: the queue has no other reason to know the sessions.
            while (queue.TryRead(out PalabraEvent? told))
                Count(told!);
            for (int n = 0; n < 3000; n++)
                GC.KeepAlive(new byte[80000]);
            GC.Collect();
            GC.WaitForPendingFinalizers();
            while (closed < Sessions && queue.Read(TimeSpan.FromSeconds(60)) is { } told)
                Count(told);
            return (closed == Sessions && finals == Sessions, $"{closed} of {Sessions} sessions closed well, {finals} final texts");
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        private static void Forget(PalabraClient client, EventQueue queue) => Views.Speaking(client, queue);

        /// <summary>Wakeup ends one read of a reader; an asynchronous loop goes on, and takes no wake-up from a reader.</summary>
        internal static async Task<(bool, string)> Wakeup()
        {
            using var client = new PalabraClient();
            using TranslationSession session = client.OpenTranslation(
                new TranslationOptions { SourceLanguage = "en", TargetLanguages = { "es" }, Input = { Gap = { Policy = GapPolicy.Silence } } });
            await session.WaitReadyAsync();
            bool read = await ReaderIsWoken(session);
            using var end = new CancellationTokenSource();
            bool seen = false;
            Task loop = Task.Run(async () =>
            {
                await foreach (PalabraEvent _ in session.ReadEventsAsync(end.Token))
                    seen = true;
            });
            for (int n = 0; n < 20; n++)
            {
                session.Wakeup();
                await Task.Delay(10);
            }
            bool goesOn = !loop.IsCompleted;
            end.Cancel();
            bool cancelled = await Task.WhenAny(loop, Task.Delay(60000)) == loop && loop.IsCanceled;
            bool again = await ReaderIsWoken(session);
            return (read && goesOn && cancelled && again, $"reader {read}, loop goes on {goesOn}, ends by its token {cancelled}, reader again {again} {seen}");
        }

        private static async Task<bool> ReaderIsWoken(TranslationSession session)
        {
            Task<bool> woken = Task.Run(() =>
            {
                using PalabraEventReader reader = session.OpenReader();
                while (reader.Read(Timeout.InfiniteTimeSpan))
                    ;
                return true;
            });
            session.Wakeup();
            return await Task.WhenAny(woken, Task.Delay(60000)) == woken && await woken;
        }
    }
}
