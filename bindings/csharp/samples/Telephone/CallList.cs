using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.WebSockets;
using Microsoft.Extensions.Options;
using PalabraAI;

namespace Telephone;

/// <summary>The calls of this process. When it is to stop, no caller loses the end of what was said.</summary>
internal sealed partial class CallList(PalabraClient client, IOptions<CallOptions> options, IHostApplicationLifetime life, ILogger<CallList> log) : IHostedService
{
    private readonly ConcurrentDictionary<Call, Task> calls = new();
    private readonly List<Call> drained = [];
    private int begun, complete;

    public async Task RunAsync(WebSocket socket, CancellationToken aborted)
    {
        var call = new Call(socket, client, options.Value, log);
        Interlocked.Increment(ref begun);
        Task run = call.RunAsync(aborted);
        calls[call] = run;
        if (life.ApplicationStopping.IsCancellationRequested)
            call.Drain();
        try
        {
            await run;
        }
        finally
        {
            calls.TryRemove(call, out _);
            if (call.IsComplete)
                Interlocked.Increment(ref complete);
        }
    }

    // The web server waits for its requests before hosted services are stopped: calls must end before that.
    public Task StartAsync(CancellationToken cancellation)
    {
        life.ApplicationStopping.Register(DrainAll);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellation)
    {
        await Task.WhenAll(calls.Values).WaitAsync(cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Stopped(log, drained.Count, drained.Count(call => call.IsComplete), calls.Count);
    }

    public object Figures()
    {
        using Process me = Process.GetCurrentProcess();
        return new
        {
            calls = calls.Count, begun, complete, threads = me.Threads.Count, cpuMs = me.TotalProcessorTime.TotalMilliseconds,
            peakMb = me.PeakWorkingSet64 / 1048576.0, workingMb = me.WorkingSet64 / 1048576.0, heapMb = GC.GetTotalMemory(false) / 1048576.0,
            collections = GC.CollectionCount(0),
        };
    }

    private void DrainAll()
    {
        foreach (Call call in calls.Keys)
        {
            drained.Add(call);
            call.Drain();
        }
    }

    [LoggerMessage(LogLevel.Information, "{Drained} calls were drained, {Complete} of them complete, {Left} left")]
    private static partial void Stopped(ILogger log, int drained, int complete, int left);
}
