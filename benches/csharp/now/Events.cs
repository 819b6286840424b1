using PalabraAI;

namespace PalabraBench;

/// <summary>
/// Many sessions, each sent so many blocks of speech of 200 ms as fast as the socket takes them; their audio is copied. Rounds with
/// a tenth of them come before, until the runtime has compiled for good what runs: the loop itself after some 10,000 events.
/// way: reader and objects, from one queue; await, a loop for each session.
/// </summary>
internal static class Events
{
    private const int FirstRounds = 4;
    // Nothing came for so long: some sessions could not be opened, as the machine is too busy to measure on.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static long events, audio, dropped, wanted;

    public static async Task Run(string way, int sessions, int blocks)
    {
        for (int n = 0; n < FirstRounds; n++)
        {
            await Round(way, sessions / 10, blocks);
            // The runtime compiles in the background what ran often. Who reads from a queue stays on this thread.
            Thread.Sleep(500);
        }
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
        Usage before = Usage.Begin();
        if (way == "reader")
            ByReader(queue);
        else if (way == "objects")
            ByObjects(queue);
        else
            await Task.WhenAll(open.Select(session => ByLoop(session, blocks)));
        Usage used = before.End();
        // Who waits without a thread continues on others.
        bool isOneThread = way != "await";
        object figures = new
        {
            way, events, audio, dropped, seconds = used.Seconds, eventUs = 1e6 * used.EventThreadsCpu / events, processUs = 1e6 * used.Cpu / events,
            bytesPerEvent = (double)used.Allocated / events, sleeps = isOneThread ? used.Sleeps : (long?)null,
            methods = isOneThread ? used.Methods : (long?)null, peakMb = Machine.PeakMegabytes, threads = Machine.Threads,
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
        while (audio + dropped < wanted && reader.Read(Patience))
        {
            events++;
            if (reader.Kind == EventKind.Overflow)
                dropped += reader.Dropped;
            if (reader.Kind != EventKind.Audio)
                continue;
            audio++;
            reader.CopySamples(copy);
        }
    }

    // The object has the copy.
    private static void ByObjects(EventQueue queue)
    {
        while (audio + dropped < wanted && queue.Read(Patience) is { } told)
        {
            events++;
            if (told is OverflowEvent overflow)
                dropped += overflow.Dropped;
            if (told is AudioEvent)
                audio++;
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
