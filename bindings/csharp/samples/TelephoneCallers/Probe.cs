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
        results.Figures(await FiguresAsync());
        await over.CancelAsync();
        await Task.WhenAll(pings, figures);
        http.Dispose();
        over.Dispose();
    }

    private async Task PingAsync()
    {
        while (!over.IsCancellationRequested)
        {
            long begin = Stopwatch.GetTimestamp();
            await http.GetStringAsync("/ping");
            results.Ping(Stopwatch.GetElapsedTime(begin));
            await Task.Delay(50);
        }
    }

    private async Task WatchAsync()
    {
        while (!over.IsCancellationRequested)
        {
            results.Figures(await FiguresAsync());
            await Task.Delay(1000);
        }
    }

    private async Task<Dictionary<string, double>> FiguresAsync()
    {
        using JsonDocument json = JsonDocument.Parse(await http.GetStringAsync("/stats"));
        return json.RootElement.EnumerateObject().Where(one => one.Value.ValueKind == JsonValueKind.Number)
            .ToDictionary(one => one.Name, one => one.Value.GetDouble());
    }
}
