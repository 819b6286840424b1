#nullable enable
using System;
using System.Collections.Generic;
using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace PalabraAI.Programs
{
    /// <summary>The calls: those of every session, and those of each product.</summary>
    internal sealed class Actions
    {
        private readonly Random random;
        private readonly Action<PalabraEvent> look;
        private readonly List<(string, Action<Slot>)> common = new List<(string, Action<Slot>)>();
        private readonly List<(string, Action<Slot>)> translation = new List<(string, Action<Slot>)>();
        private readonly List<(string, Action<Slot>)> tts = new List<(string, Action<Slot>)>();
        private readonly List<(string, Action<Slot>)> stt = new List<(string, Action<Slot>)>();
        private readonly short[] shorts = new short[960];
        private readonly float[] floats = new float[960];
        private readonly byte[] bytes = new byte[961];
        private readonly char[] letters = new char[512];

        internal Actions(Random random, Action<PalabraEvent> look)
        {
            this.random = random;
            this.look = look;
            AddLives();
            AddEvents();
            AddQueues();
            AddTranslation();
            AddSpeech();
        }

        internal (string, Action<Slot>) Next(Slot slot)
        {
            if (slot.Session == null || random.Next(150) == 0)
                return ("open", one => one.Open(random));
            List<(string, Action<Slot>)> own = slot.Session is TranslationSession ? translation : slot.Session is TtsSession ? tts : stt;
            int pick = random.Next(common.Count + own.Count);
            return pick < common.Count ? common[pick] : own[pick - common.Count];
        }

        private bool OneIn(int times) => random.Next(times) == 0;

        private TimeSpan UpTo(int milliseconds) => TimeSpan.FromMilliseconds(random.Next(milliseconds));

        // --- Lives -----------------------------------------------------------------------------------------------------

        private void AddLives()
        {
            void Add(string name, Action<PalabraSession> act) => common.Add((name, slot => act(slot.Session!)));
            Add("Dispose", session => { if (OneIn(12)) session.Dispose(); });
            Add("DisposeAsync", session => { if (OneIn(12)) Wait(session.DisposeAsync().AsTask()); });
            Add("Close", session => { if (OneIn(12)) session.Close(UpTo(50)); });
            Add("CloseAsync", session => { if (OneIn(12)) Cancelled(token => session.CloseAsync(UpTo(50), token)); });
            Add("End", session => { if (OneIn(12)) session.End(); });
            Add("CompleteAsync", session => { if (OneIn(12)) Cancelled(token => session.CompleteAsync(token)); });
            Add("WaitReady", session => session.WaitReady(UpTo(30)));
            Add("WaitReadyAsync", session => Cancelled(token => session.WaitReadyAsync(token)));
            Add("Closed", session => GC.KeepAlive(session.Closed.IsCompleted));
            Add("State", session => GC.KeepAlive(session.State));
            Add("LastError", session => GC.KeepAlive(session.LastError));
            Add("GetStats", session => GC.KeepAlive(session.GetStats()));
            common.Add(("client", slot => { if (OneIn(20)) slot.DisposeClient(); }));
            common.Add(("Shutdown", slot => { if (OneIn(200)) PalabraLibrary.Shutdown(UpTo(50)); }));
        }

        // --- Events ----------------------------------------------------------------------------------------------------

        private void AddEvents()
        {
            void Add(string name, Action<PalabraSession> act) => common.Add((name, slot => act(slot.Session!)));
            for (int n = 0; n < 4; n++)
                Add("TryReadEvent", session => { if (session.TryReadEvent(out PalabraEvent? told)) look(told!); });
            Add("ReadEventsAsync", session => Cancelled(token => Loop(session.ReadEventsAsync(token))));
            Add("Wakeup", session => session.Wakeup());
            Add("a reader of its own", session =>
            {
                using PalabraEventReader reader = session.OpenReader();
                Read(reader);
            });
            common.Add(("a reader that is shared", slot => Read(slot.Reader ??= slot.Session!.OpenReader())));
            common.Add(("dispose the reader", slot =>
            {
                if (!OneIn(4))
                    return;
                slot.Reader?.Dispose();
                slot.Reader = null;
            }));
        }

        private void AddQueues()
        {
            common.Add(("queue Read", slot => { if (slot.Queue?.Read(UpTo(10)) is { } told) look(told); }));
            common.Add(("queue TryRead", slot => { if (slot.Queue is { } queue && queue.TryRead(out PalabraEvent? told)) look(told!); }));
            common.Add(("queue Wakeup", slot => slot.Queue?.Wakeup()));
            common.Add(("a reader of the queue", slot =>
            {
                if (slot.Queue is not { } queue)
                    return;
                using PalabraEventReader reader = queue.OpenReader();
                Read(reader);
            }));
            common.Add(("queue ReadEventsAsync", slot => { if (slot.Queue is { } queue) Cancelled(token => Loop(queue.ReadEventsAsync(token))); }));
            common.Add(("dispose the queue", slot =>
            {
                if (!OneIn(20))
                    return;
                slot.Queue?.Dispose();
                slot.Queue = null;
            }));
        }

        private async Task Loop(IAsyncEnumerable<PalabraEvent> events)
        {
            await foreach (PalabraEvent told in events)
            {
                look(told);
                if (OneIn(5))
                    return;
            }
        }

        private void Read(PalabraEventReader reader)
        {
            while (reader.Read(UpTo(20)) && !OneIn(4))
            {
                GC.KeepAlive(reader.Kind + reader.Text + reader.Language);
                reader.TryGetText(letters, out _);
                if (reader.Frames * reader.Channels <= shorts.Length)
                    reader.CopySamples(shorts);
                look(reader.ToEvent());
            }
        }

        // --- The products -------------------------------------------------------------------------------------------------

        private void AddTranslation()
        {
            void Add(string name, Action<TranslationSession> act) =>
                translation.Add((name, slot => { if (slot.Session is TranslationSession session) act(session); }));
            AddAudio(Add);
            Add("SetInputFormat", session => session.SetInputFormat(new AudioFormat { SampleRate = OneIn(2) ? 24000 : 16000 }));
            Add("SetOutputFormat", session => session.SetOutputFormat(
                new AudioFormat { Encoding = OneIn(2) ? AudioEncoding.S16 : AudioEncoding.F32, SampleRate = 24000, Channels = 1 + random.Next(2) },
                OneIn(2) ? null : "es"));
            Add("GetPlayoutStats", session => GC.KeepAlive(session.GetPlayoutStats()));
            Add("Speak", session => session.Speak("one two", "es"));
            Add("Interrupt", session => session.Interrupt());
            Add("Silence", session => session.Silence());
            Add("Pause", session => session.Pause());
            Add("Resume", session => session.Resume());
            Add("GetTask", session => session.GetTask());
        }

        private void AddAudio(Action<string, Action<TranslationSession>> add)
        {
            for (int n = 0; n < 3; n++)
                add("SendAudio", session => session.SendAudio(shorts.AsSpan(random.Next(480), random.Next(480))));
            add("SendAudio bytes", session => session.SendAudio(bytes.AsSpan(random.Next(480), random.Next(480))));
            add("SendAudio floats", session => session.SendAudio(floats.AsSpan(0, random.Next(480))));
            add("SendAudioAsync", session => Cancelled(token => session.SendAudioAsync(shorts.AsMemory(0, 480), token).AsTask()));
            add("SendPacedAsync", session => Cancelled(token => session.SendPacedAsync(shorts.AsMemory(0, 480), cancellationToken: token).AsTask()));
            add("ReadAudio", session => session.ReadAudio(shorts.AsSpan(0, 480), OneIn(2) ? null : "es"));
            add("ReadAudio floats", session => session.ReadAudio(floats.AsSpan(0, 2 * random.Next(480)), "FR"));
            add("ReadAudio bytes", session => session.ReadAudio(bytes.AsSpan(0, random.Next(961)), "es"));
        }

        private void AddSpeech()
        {
            void Tts(string name, Action<TtsSession> act) => tts.Add((name, slot => { if (slot.Session is TtsSession session) act(session); }));
            void Stt(string name, Action<SttSession> act) => stt.Add((name, slot => { if (slot.Session is SttSession session) act(session); }));
            Tts("SendText", session => session.SendText("hello there "));
            Tts("CancelGeneration", session => session.CancelGeneration("g" + random.Next(3)));
            Tts("Synthesize", session => session.Synthesize("hello", UpTo(300)));
            Tts("SynthesizeAsync", session => Cancelled(token => session.SynthesizeAsync("hello", cancellationToken: token)));
            Tts("tts ReadAudio", session => session.ReadAudio(shorts.AsSpan(0, 480)));
            Stt("stt SendAudio", session => session.SendAudio(shorts.AsSpan(0, 480)));
            Stt("FinalizeNow", session => session.FinalizeNow());
            Stt("FinalizeAsync", session => Cancelled(token => session.FinalizeAsync(token)));
        }

        // Every asynchronous call gets a token that is cancelled within 30 ms, so that each returns.
        private void Cancelled(Func<CancellationToken, Task> call)
        {
            using var end = new CancellationTokenSource(UpTo(30));
            Wait(call(end.Token));
        }

        private static void Wait(Task task) => task.GetAwaiter().GetResult();
    }
}
