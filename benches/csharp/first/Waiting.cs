using System.Diagnostics;
using PalabraAI;

namespace PalabraBench;

internal static class Waiting
{
    /// <summary>Loops without events: what waiting costs.</summary>
    public static async Task Idle(int sessions, int seconds)
    {
        // Each loop waits on a thread of the pool, which adds one or two a second: it would take a quarter of an hour to begin.
        ThreadPool.SetMinThreads(sessions + 10, 10);
        using var client = new Client();
        using var end = new CancellationTokenSource();
        var open = new List<Session>();
        var loops = new List<Task>();
        int ready = 0;
        for (int n = 0; n < sessions; n++)
        {
            Session session = Open(client);
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
        end.Cancel();
        await Task.WhenAll(loops);
        open.ForEach(session => session.Dispose());
    }

    /// <summary>How soon a loop that waits notices its token.</summary>
    public static async Task Cancel(int times)
    {
        using var client = new Client();
        using Session session = Open(client);
        var taken = new List<double>();
        await Drain(session);
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

    private static Session Open(Client client) => client.OpenTranslation(
        new TranslationConfig { SourceLanguage = "en", TargetLanguages = "es", Input = { Gap = { Policy = GapPolicy.None } } });

    private static async Task Drain(Session session)
    {
        session.WaitReady(-1);
        await foreach (PalabraEvent _ in session.Events(500))
            ;
    }

    private static async Task Loop(Session session, CancellationToken end, Action ready)
    {
        try
        {
            await foreach (PalabraEvent told in session.Events().WithCancellation(end))
                if (told.Kind == EventKind.Ready)
                    ready();
        }
        catch (OperationCanceledException)
        {
        }
    }
}
