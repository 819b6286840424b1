using System.Diagnostics;
using System.Text.Json;

namespace TelephoneCallers;

/// <summary>Asks the service for a small answer every 50 ms, and for its figures every second, while the calls run.</summary>
internal sealed class Probe : IAsyncDisposable
{
    private readonly CancellationTokenSource over = new();
    private readonly HttpClient http;
    private readonly Results results;
    private Task pings = Task.CompletedTask, figures = Task.CompletedTask;

    private Probe(Uri service, Results results)
    {
        http = new HttpClient { BaseAddress = service, Timeout = TimeSpan.FromMinutes(5) };
        this.results = results;
    }

    public static async Task<Probe> StartAsync(Uri service, Results results)
    {
        var probe = new Probe(service, results);
        await probe.http.GetStringAsync("/ping");
        results.Figures(await probe.FiguresAsync());
        probe.pings = probe.PingAsync();
        probe.figures = probe.WatchAsync();
        return probe;
    }

    public async ValueTask DisposeAsync()
    {
        await over.CancelAsync();
        await Task.WhenAll(pings, figures);
        http.Dispose();
        over.Dispose();
    }

    private Task PingAsync() => RepeatAsync(TimeSpan.FromMilliseconds(50), async () =>
    {
        long begin = Stopwatch.GetTimestamp();
        await http.GetStringAsync("/ping");
        results.Ping(Stopwatch.GetElapsedTime(begin));
    });

    private Task WatchAsync() => RepeatAsync(TimeSpan.FromSeconds(1), async () => results.Figures(await FiguresAsync()));

    // Once more at the end; a service that is about to stop answers no more.
    private async Task RepeatAsync(TimeSpan pause, Func<Task> ask)
    {
        try
        {
            while (!over.IsCancellationRequested)
            {
                await ask();
                await Task.Delay(pause);
            }
            await ask();
        }
        catch (HttpRequestException)
        {
        }
    }

    private async Task<Dictionary<string, double>> FiguresAsync()
    {
        using JsonDocument json = JsonDocument.Parse(await http.GetStringAsync("/stats"));
        return json.RootElement.EnumerateObject().Where(one => one.Value.ValueKind == JsonValueKind.Number)
            .ToDictionary(one => one.Name, one => one.Value.GetDouble());
    }
}
