using PalabraAI;

namespace PalabraBench;

internal static class Events
{
    /// <summary>
    /// Many sessions, each sent so many blocks of speech of 200 ms as fast as the socket takes them; their audio is copied. Rounds
    /// with a tenth of them come before.
    /// way: loan (one event object for all), objects (a new one for each)
    /// </summary>
    public static void Run(string way, int sessions, int blocks)
    {
        for (int n = 0; n < 4; n++)
        {
            Round(way, sessions / 10, blocks);
            Thread.Sleep(500);
        }
        Machine.Tell(Round(way, sessions, blocks));
    }

    private static object Round(string way, int sessions, int blocks)
    {
        using var client = new Client(new ClientConfig { Credentials = { ClientId = "dev~blast=" + blocks, ClientSecret = "x" } });
        using var queue = new EventQueue();
        var open = new Session[sessions];
        for (int n = 0; n < sessions; n++)
            open[n] = client.OpenTranslation(new TranslationConfig
            {
                SourceLanguage = "en", TargetLanguages = "es", Queue = queue, SessionTag = (ulong)n,
                Input = { Gap = { Policy = GapPolicy.Silence } }, Limits = { EventCount = 100000, EventBytes = 1L << 28 },
            });
        var copy = new short[48000];
        var told = new PalabraEvent();
        long events = 0, audio = 0, dropped = 0, wanted = (long)sessions * blocks;
        Usage before = Usage.Begin();
        // Nothing for 30 s: some sessions could not be opened, as the machine is too busy to measure on.
        while (audio + dropped < wanted && queue.Poll(told, 30000))
        {
            events++;
            if (told.Kind == EventKind.Overflow)
                dropped += told.Dropped;
            if (told.Kind == EventKind.Audio)
            {
                audio++;
                told.CopyPcm(copy, 0);
            }
            if (way == "objects")
            {
                told.Dispose();
                told = new PalabraEvent();
            }
        }
        Usage used = before.End();
        foreach (Session session in open)
            session.Dispose();
        return new
        {
            way, events, audio, dropped, seconds = used.Seconds, eventUs = 1e6 * used.EventThreadsCpu / events, processUs = 1e6 * used.Cpu / events,
            bytesPerEvent = (double)used.Allocated / events, sleeps = used.Sleeps, methods = used.Methods, peakMb = Machine.PeakMegabytes,
            threads = Machine.Threads,
        };
    }
}
