using System.Diagnostics;
using PalabraAI;

namespace PalabraBench;

internal static class Waiting
{
    /// <summary>Loops without events: what waiting costs.</summary>
    public static async Task Idle(int sessions, int seconds)
    {
        using var client = new PalabraClient();
        using var end = new CancellationTokenSource();
        var open = new List<TranslationSession>();
        var loops = new List<Task>();
        int ready = 0;
        for (int n = 0; n < sessions; n++)
        {
            TranslationSession session = Open(client);
            open.Add(session);
            loops.Add(Loop(session, end.Token, () => Interlocked.Increment(ref ready)));
        }
        while (Volatile.Read(ref ready) < sessions)
            await Task.Delay(100);
        await Task.Delay(2000);
        double cpu = Machine.Cpu, managed = Machine.EventThreadsCpu();
        long begin = Stopwatch.GetTimestamp();
        await Task.Delay(seconds * 1000);
        double taken = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        Machine.Tell(new
        {
            sessions, corePercent = 100 * (Machine.Cpu - cpu) / taken, managedPercent = 100 * (Machine.EventThreadsCpu() - managed) / taken,
            threads = Machine.Threads,
        });
        await end.CancelAsync();
        await Task.WhenAll(loops);
        open.ForEach(session => session.Dispose());
    }

    /// <summary>How soon a loop that waits notices its token.</summary>
    public static async Task Cancel(int times)
    {
        using var client = new PalabraClient();
        using TranslationSession session = Open(client);
        await session.WaitReadyAsync();
        var taken = new List<double>();
        for (int n = 0; n < times; n++)
        {
            using var end = new CancellationTokenSource();
            long noticed = 0;
            Task loop = Loop(session, end.Token, () => { }).ContinueWith(_ => noticed = Stopwatch.GetTimestamp(), TaskContinuationOptions.ExecuteSynchronously);
            await Task.Delay(30 + n % 50);
            long begin = Stopwatch.GetTimestamp();
            end.Cancel();
            await loop;
            taken.Add(Stopwatch.GetElapsedTime(begin, noticed).TotalMilliseconds);
        }
        Machine.Tell(new { times, medianMs = Machine.Median(taken), maxMs = taken[^1] });
    }

    private static TranslationSession Open(PalabraClient client) => client.OpenTranslation(
        new TranslationOptions { SourceLanguage = "en", TargetLanguages = { "es" }, Input = { Gap = { Policy = GapPolicy.None } } });

    private static async Task Loop(TranslationSession session, CancellationToken end, Action ready)
    {
        try
        {
            await foreach (PalabraEvent told in session.ReadEventsAsync(end))
                if (told is ReadyEvent)
                    ready();
        }
        catch (OperationCanceledException)
        {
        }
    }
}
