// SPDX-License-Identifier: MIT OR Apache-2.0
using System;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace PalabraAI.Extensions;

/// <summary>The client's life in the program: its log while it runs, and that it is drained at the end.</summary>
internal sealed partial class PalabraHost(
    PalabraClient client, IOptions<PalabraHostingOptions> options, IHostApplicationLifetime life, ILoggerFactory loggers, TimeProvider time) : IHostedService, IDisposable
{
    private readonly ILogger log = loggers.CreateLogger("PalabraAI");
    private EventQueue? lines;
    private Task reading = Task.CompletedTask;
    private PalabraMeter? meter;
    private CancellationTokenRegistration stopping;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        meter = new PalabraMeter(client, time);
        if (options.Value.LogLevel is PalabraLogLevel level)
        {
            lines = new EventQueue();
            lines.OpenLog(level);
            reading = ReadAsync(lines);
        }
        // Before any service is stopped: a web server waits for its requests first, and these end sooner if nothing new begins.
        stopping = life.ApplicationStopping.Register(() => client.Drain(TimeSpan.Zero));
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        using (var limit = new CancellationTokenSource(options.Value.DrainTimeout, time))
        using (var ends = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken))
        {
            try
            {
                await client.DrainAsync(ends.Token).ConfigureAwait(false);
                Drained(log);
            }
            catch (OperationCanceledException)
            {
                StillOpen(log);
            }
        }
        await client.DisposeAsync().ConfigureAwait(false);
        lines?.Dispose();
        await reading.ConfigureAwait(false);
    }

    public void Dispose()
    {
        stopping.Dispose();
        meter?.Dispose();
        lines?.Dispose();
    }

    private async Task ReadAsync(EventQueue queue)
    {
        try
        {
            await foreach (PalabraEvent what in queue.ReadEventsAsync().ConfigureAwait(false))
            {
                if (what is LogEvent { SessionName: { Length: > 0 } session } told)
                    LineOf(log, LevelOf(told.Level), session, told.Text);
                else if (what is LogEvent line)
                    Line(log, LevelOf(line.Level), line.Text);
            }
        }
        catch (ObjectDisposedException)
        {
            // The program stops.
        }
    }

    private static LogLevel LevelOf(PalabraLogLevel level)
    {
        return level switch
        {
            PalabraLogLevel.Error => LogLevel.Error,
            PalabraLogLevel.Warning => LogLevel.Warning,
            PalabraLogLevel.Info => LogLevel.Information,
            _ => LogLevel.Debug,
        };
    }

    [LoggerMessage(EventId = 1, Message = "{Line}")]
    private static partial void Line(ILogger log, LogLevel level, string line);

    [LoggerMessage(EventId = 4, Message = "{Session}: {Line}")]
    private static partial void LineOf(ILogger log, LogLevel level, string session, string line);

    [LoggerMessage(2, LogLevel.Information, "All sessions and calls are over")]
    private static partial void Drained(ILogger log);

    [LoggerMessage(3, LogLevel.Warning, "Sessions or calls are open still: they are closed")]
    private static partial void StillOpen(ILogger log);
}
