using System.Diagnostics;
using PalabraAI;

namespace PalabraBench;

internal static class Events
{
    /// <summary>
    /// Many sessions, each sent so many blocks of speech of 200 ms as fast as the socket takes them; their audio is copied.
    /// way: loan (one event object for all), objects (a new one for each)
    /// </summary>
    public static void Run(string way, int sessions, int blocks)
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
        double cpu = Machine.EventThreadsCpu(), all = Machine.Cpu;
        long allocated = GC.GetTotalAllocatedBytes(true), begin = Stopwatch.GetTimestamp();
        // Some sessions could not be opened: a machine that is too busy to measure on.
        for (long last = begin; audio + dropped < wanted && queue.Poll(told, 60000) && Stopwatch.GetElapsedTime(last).TotalSeconds < 30;)
        {
            events++;
            if (told.Kind == EventKind.Overflow)
                dropped += told.Dropped;
            if (told.Kind == EventKind.Audio)
            {
                audio++;
                last = Stopwatch.GetTimestamp();
                told.CopyPcm(copy, 0);
            }
            if (way == "objects")
            {
                told.Dispose();
                told = new PalabraEvent();
            }
        }
        double seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        Machine.Tell(new
        {
            way, events, audio, dropped, seconds, eventUs = 1e6 * (Machine.EventThreadsCpu() - cpu) / events,
            processUs = 1e6 * (Machine.Cpu - all) / events, bytesPerEvent = (double)(GC.GetTotalAllocatedBytes(true) - allocated) / events,
            peakMb = Machine.PeakMegabytes, threads = Machine.Threads,
        });
        foreach (Session session in open)
            session.Dispose();
    }
}
