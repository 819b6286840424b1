#nullable enable
using System;
using System.Collections.Generic;
using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace PalabraAI.Programs
{
    /// <summary>A thread in each call that blocks, and a task in each that is awaited.</summary>
    internal static class Busy
    {
        private static readonly string Recording = Path.Combine(Path.GetTempPath(), "palabra-exit-" + System.Diagnostics.Process.GetCurrentProcess().Id + ".wav");
        private static readonly PalabraClient Client = new PalabraClient();
        private static readonly EventQueue Queue = new EventQueue();
        private static readonly EventQueue Other = new EventQueue();
        private static readonly List<TranslationSession> Talking = new List<TranslationSession>();
        private static int waiting;

        internal static TranslationSession Kept { get; private set; } = null!;

        internal static TtsSession Speaking { get; private set; } = null!;

        internal static PalabraClient Account => Client;

        internal static void Start(int sessions)
        {
            Kept = Open();
            Speaking = Client.OpenTts(new TtsOptions { Language = "en" });
            Kept.WaitReady(Timeout.InfiniteTimeSpan);
            Speaking.WaitReady(Timeout.InfiniteTimeSpan);
            for (int n = 0; n < sessions; n++)
                Talking.Add(Open(Queue));
            foreach (TranslationSession session in Talking)
                session.WaitReady(Timeout.InfiniteTimeSpan);
            File.WriteAllBytes(Recording, Silence(60));
            int begun = Threads() + Tasks();
            while (Volatile.Read(ref waiting) < begun)
                Thread.Sleep(1);
            // All have begun: now they come to wait.
            Thread.Sleep(300);
        }

        private static int Threads()
        {
            Action[] calls =
            {
                () => { using PalabraEventReader reader = Kept.OpenReader(); while (true) reader.Read(Timeout.InfiniteTimeSpan); },
                () => { while (true) Queue.Read(Timeout.InfiniteTimeSpan); },
                () => { var block = new short[480]; while (true) { Kept.ReadAudio(block); Thread.Sleep(1); } },
                () => { while (true) Speaking.Synthesize("one two three four five six seven eight nine ten", Timeout.InfiniteTimeSpan); },
                () => Nobody().WaitReady(Timeout.InfiniteTimeSpan),
                () => { while (true) { TranslationSession session = Open(); session.WaitReady(Timeout.InfiniteTimeSpan); session.Close(TimeSpan.FromSeconds(30)); } },
                () => { foreach (PalabraEvent _ in Open().ReadEvents()) { } },
                Talk,
                () => Client.TranslateFile(Options(), Recording, Recording + ".{lang}.wav"),
            };
            foreach (Action call in calls)
                new Thread(() => { Interlocked.Increment(ref waiting); Try(call); }) { IsBackground = true }.Start();
            return calls.Length;
        }

        private static int Tasks()
        {
            Func<Task>[] calls =
            {
                async () => { await foreach (PalabraEvent _ in Open().ReadEventsAsync()) { } },
                async () => { await foreach (PalabraEvent _ in Other.ReadEventsAsync()) { } },
                () => Nobody().WaitReadyAsync(),
                () => Open().CompleteAsync(),
                () => Open().SendPacedAsync(new short[24000 * 100]).AsTask(),
                () => Client.OpenTtsAsync(new TtsOptions { Language = "en" }),
                () => Client.Voices.ListAsync(),
            };
            foreach (Func<Task> call in calls)
                Task.Run(async () =>
                {
                    Interlocked.Increment(ref waiting);
                    try
                    {
                        await call();
                    }
                    catch (Exception error)
                    {
                        Told(error);
                    }
                });
            return calls.Length;
        }

        private static void Talk()
        {
            var noise = new short[2400];
            for (int n = 0; n < noise.Length; n++)
                noise[n] = (short)(n / 60 % 2 == 0 ? 4000 : -4000);
            while (true)
            {
                foreach (TranslationSession session in Talking)
                    session.SendAudio(noise);
                Thread.Sleep(100);
            }
        }

        private static void Try(Action call)
        {
            try
            {
                call();
            }
            catch (Exception error)
            {
                Told(error);
            }
        }

        // Ends of calls while the process ends are documented exceptions. Mono aborts the threads that still run, and starts none.
        private static void Told(Exception error)
        {
            bool isKnown = error is PalabraException || error is ObjectDisposedException || error is OperationCanceledException
                || error is IOException || error.ToString().Contains(nameof(ThreadAbortException))
                || error.ToString().Contains("Runtime is shutting down");
            if (!isKnown)
                Console.WriteLine("unexpected: " + error);
        }

        private static TranslationSession Open(EventQueue? queue = null) => Client.OpenTranslation(Options(queue));

        private static TranslationOptions Options(EventQueue? queue = null) => new TranslationOptions
        {
            SourceLanguage = "en", TargetLanguages = { "es" }, Queue = queue,
            Input = { Gap = { Policy = GapPolicy.Silence } }, Output = { Mode = OutputMode.Both },
        };

        private static TranslationSession Nobody() => Client.OpenTranslation(new TranslationOptions
        {
            SourceLanguage = "en", TargetLanguages = { "es" }, Stream = { Url = "ws://127.0.0.1:1/", Token = "dev" },
        });

        // WAV, 24 kHz, mono.
        private static byte[] Silence(int seconds)
        {
            int bytes = seconds * 48000;
            using var memory = new MemoryStream();
            using var file = new BinaryWriter(memory);
            file.Write(System.Text.Encoding.ASCII.GetBytes("RIFF"));
            file.Write(36 + bytes);
            file.Write(System.Text.Encoding.ASCII.GetBytes("WAVEfmt "));
            file.Write(16);
            file.Write((short)1);
            file.Write((short)1);
            file.Write(24000);
            file.Write(48000);
            file.Write((short)2);
            file.Write((short)16);
            file.Write(System.Text.Encoding.ASCII.GetBytes("data"));
            file.Write(bytes);
            file.Write(new byte[bytes]);
            return memory.ToArray();
        }
    }
}
