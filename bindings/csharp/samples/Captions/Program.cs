// A worker: captions of many recordings at once, all events through one queue. Each argument is a WAV file, which is sent as it was spoken.
using PalabraAI;
using PalabraAI.Extensions;

HostApplicationBuilder builder = Host.CreateApplicationBuilder();
builder.Services.AddPalabra();
builder.Services.AddHostedService(services => ActivatorUtilities.CreateInstance<Captions>(services, [args]));
await builder.Build().RunAsync();

internal sealed class Captions(PalabraClient client, IHostApplicationLifetime life, string[] files) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        using var queue = new EventQueue();
        var open = new Dictionary<long, SttSession>();
        Task[] sending = [.. files.Select((file, number) => SendAsync(open[number] = Open(queue, file, number), file, stopping))];
        await foreach (PalabraEvent what in queue.ReadEventsAsync(CancellationToken.None))
        {
            if (what is TranscriptEvent { IsFinal: true, Text.Length: > 0 } text)
                Console.WriteLine($"{text.SessionName} {text.Start:mm\\:ss\\.f} {text.Text}");
            if (what is not ClosedEvent closed)
                continue;
            if (closed.Error is PalabraException error)
                Console.Error.WriteLine($"{closed.SessionName}: {error.Message}");
            await open[closed.SessionTag].DisposeAsync();
            if (open.Remove(closed.SessionTag) && open.Count == 0)
                break;
        }
        await Task.WhenAll(sending);
        life.StopApplication();
    }

    private SttSession Open(EventQueue queue, string file, int number)
    {
        return client.OpenStt(new SttOptions { Language = "en", Queue = queue, SessionTag = number, Name = Path.GetFileName(file) });
    }

    // A worker that stops sends no more; what was said by then becomes captions still.
    private static async Task SendAsync(SttSession session, string file, CancellationToken stopping)
    {
        try
        {
            await session.SendFileAsync(file, cancellationToken: stopping);
        }
        catch (Exception error) when (error is OperationCanceledException or PalabraException)
        {
            // The session says why it ends.
        }
        session.End();
    }
}
