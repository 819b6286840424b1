using System.Diagnostics;
using PalabraAI;

namespace PalabraBench;

/// <summary>
/// Many sessions, each sent so many blocks of speech of 200 ms as fast as the socket takes them; their audio is copied. A tenth of
/// them come before, so that what is measured is compiled and compiled again.
/// way: reader and objects, from one queue; await, a loop for each session.
/// </summary>
internal static class Events
{
    private static long events, audio, dropped, wanted, last;

    // False when some sessions could not be opened: a machine that is too busy to measure on.
    private static bool GoesOn => audio + dropped < wanted && Stopwatch.GetElapsedTime(last).TotalSeconds < 30;

    public static async Task Run(string way, int sessions, int blocks)
    {
        await Round(way, sessions / 10, blocks);
        // The runtime compiles in the background what ran often. Who reads from a queue stays on this thread.
        Thread.Sleep(1000);
        Machine.Tell(await Round(way, sessions, blocks));
    }

    private static async Task<object> Round(string way, int sessions, int blocks)
    {
        using var client = new PalabraClient(new PalabraClientOptions { Credentials = { ClientId = "dev~blast=" + blocks, ClientSecret = "x" } });
        using var queue = new EventQueue();
        var open = new TranslationSession[sessions];
        wanted = (long)sessions * blocks;
        events = audio = dropped = 0;
        for (int n = 0; n < sessions; n++)
            open[n] = client.OpenTranslation(Options(n, way == "await" ? null : queue));
        double cpu = Machine.EventThreadsCpu(), all = Machine.Cpu;
        last = Stopwatch.GetTimestamp();
        long allocated = GC.GetTotalAllocatedBytes(true), begin = last;
        if (way == "reader")
            ByReader(queue);
        else if (way == "objects")
            ByObjects(queue);
        else
            await Task.WhenAll(open.Select(session => ByLoop(session, blocks)));
        double seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        object figures = new
        {
            way, events, audio, dropped, seconds, eventUs = 1e6 * (Machine.EventThreadsCpu() - cpu) / events,
            processUs = 1e6 * (Machine.Cpu - all) / events, bytesPerEvent = (double)(GC.GetTotalAllocatedBytes(true) - allocated) / events,
            peakMb = Machine.PeakMegabytes, threads = Machine.Threads,
        };
        foreach (TranslationSession session in open)
            session.Dispose();
        return figures;
    }

    private static TranslationOptions Options(int number, EventQueue? queue) => new()
    {
        SourceLanguage = "en", TargetLanguages = { "es" }, Queue = queue, SessionTag = number,
        Input = { Gap = { Policy = GapPolicy.Silence } }, Limits = { EventCount = 100000, EventBytes = 1L << 28 },
    };

    private static void ByReader(EventQueue queue)
    {
        var copy = new short[48000];
        using PalabraEventReader reader = queue.OpenReader();
        while (GoesOn && reader.Read(TimeSpan.FromSeconds(60)))
        {
            events++;
            if (reader.Kind == EventKind.Overflow)
                dropped += reader.Dropped;
            if (reader.Kind != EventKind.Audio)
                continue;
            audio++;
            last = Stopwatch.GetTimestamp();
            reader.CopySamples(copy);
        }
    }

    // The object has the copy.
    private static void ByObjects(EventQueue queue)
    {
        while (GoesOn && queue.Read(TimeSpan.FromSeconds(60)) is { } told)
        {
            events++;
            if (told is OverflowEvent overflow)
                dropped += overflow.Dropped;
            if (told is not AudioEvent)
                continue;
            audio++;
            last = Stopwatch.GetTimestamp();
        }
    }

    private static async Task ByLoop(TranslationSession session, int blocks)
    {
        int here = 0;
        await foreach (PalabraEvent told in session.ReadEventsAsync())
        {
            Interlocked.Increment(ref events);
            if (told is AudioEvent)
            {
                Interlocked.Increment(ref audio);
                if (++here == blocks)
                    return;
            }
        }
    }
}
