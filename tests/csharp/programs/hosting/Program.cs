// A hosted program: figures and spans as listeners read them, a health check whose answer holds for its time, lines in the log, and
// SIGTERM, after which nothing new begins and what is open may end.
using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Linq;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PalabraAI;
using PalabraAI.Extensions;

internal static class Program
{
    private const int Sigterm = 15;
    private static readonly Clock Time = new();
    private static readonly Lines Log = new();
    private static readonly ConcurrentQueue<Activity> Spans = new();
    private static readonly TaskCompletionSource Stopping = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static async Task<int> Main()
    {
        using ActivityListener listener = Listener();
        HostApplicationBuilder builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders().AddProvider(Log);
        builder.Services.AddSingleton<TimeProvider>(Time);
        builder.Services.AddPalabra();
        builder.Services.AddHealthChecks().AddPalabra();
        using IHost host = builder.Build();
        // What was registered first is told last: after the library's part.
        host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.Register(Stopping.SetResult);
        await host.StartAsync();
        var client = host.Services.GetRequiredService<PalabraClient>();
        TtsSession session = await client.OpenTtsAsync(new TtsOptions { Language = "en", Name = "greeting" });
        PalabraAudio speech = await session.SynthesizeAsync("Good evening");
        Require(speech.Frames > 0, "speech");
        SpansAreRead();
        FiguresAreRead();
        await HealthHolds(host, client);
        await Ends(host, client, session);
        Require(Log.Said.Any(line => line.Category == "PalabraAI" && line.Text.Contains("session")), "a line of the library in the log");
        Require(Log.Said.Any(line => line.Text.StartsWith("greeting: ", StringComparison.Ordinal)), "it names its session");
        Console.WriteLine($"{Spans.Count} spans, {Log.Said.Count(line => line.Category == "PalabraAI")} lines, well drained");
        return 0;
    }

    private static ActivityListener Listener()
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "PalabraAI",
            Sample = (ref ActivityCreationOptions<ActivityContext> options) => ActivitySamplingResult.AllData,
            ActivityStopped = Spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }

    private static void SpansAreRead()
    {
        Activity open = Spans.Single(span => span.OperationName == "palabra.open"), said = Spans.Single(span => span.OperationName == "palabra.synthesize");
        Require(open.GetTagItem("palabra.product") as string == "tts" && open.Status == ActivityStatusCode.Unset && open.Duration > TimeSpan.Zero, "the span of opening");
        Require(open.GetTagItem("palabra.session") is string, "the name of the session in the span");
        Require(said.Duration > TimeSpan.Zero && Activity.Current == null, "the span of speech");
    }

    private static void FiguresAreRead()
    {
        var read = new Dictionary<string, double>();
        using var listener = new MeterListener { InstrumentPublished = (instrument, me) => { if (instrument.Meter.Name == "PalabraAI") me.EnableMeasurementEvents(instrument); } };
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, state) =>
        {
            if (tags.Length == 0 || tags.ToArray().Any(tag => Equals(tag.Value, "tts")))
                read[instrument.Name] = value;
        });
        listener.Start();
        listener.RecordObservableInstruments();
        Require(read["palabra_sessions_opened"] == 1 && read["palabra_sessions_open"] == 1, "the sessions");
        Require(read["palabra_speech_seconds"] > 0 && read["palabra_received_bytes"] > 0 && read["palabra_ready_seconds_count"] == 1, "the figures");
        Require(read["palabra_draining"] == 0, "it is not drained yet");
    }

    private static async Task HealthHolds(IHost host, PalabraClient client)
    {
        var health = host.Services.GetRequiredService<HealthCheckService>();
        Require((await health.CheckHealthAsync()).Status == HealthStatus.Healthy, "healthy");
        int asked = Spans.Count(span => span.OperationName == "palabra.check");
        client.SetCredentials(new PalabraCredentials { ClientId = "dev~rest_status=401", ClientSecret = "wrong" });
        Time.Moved = TimeSpan.FromSeconds(29);
        Require((await health.CheckHealthAsync()).Status == HealthStatus.Healthy, "the answer holds");
        Require(Spans.Count(span => span.OperationName == "palabra.check") == asked, "the service was asked once");
        Time.Moved = TimeSpan.FromSeconds(30);
        HealthReport report = await health.CheckHealthAsync();
        Require(report.Status == HealthStatus.Unhealthy, "a wrong key makes it unhealthy");
        Console.WriteLine($"unhealthy: {report.Entries["palabra"].Description}");
        Activity refused = Spans.Last(span => span.OperationName == "palabra.check");
        Require(refused.Status == ActivityStatusCode.Error && refused.GetTagItem("error.type") is "Auth", $"the span of the refused check: {refused.GetTagItem("error.type")}");
    }

    private static async Task Ends(IHost host, PalabraClient client, TtsSession session)
    {
        Task ended = host.WaitForShutdownAsync();
        Require(kill(Environment.ProcessId, Sigterm) == 0, "SIGTERM");
        await Stopping.Task;
        try
        {
            client.OpenTts(new TtsOptions { Language = "en" });
            Require(false, "nothing new begins");
        }
        catch (PalabraException error)
        {
            Require(error.Status == PalabraStatus.Draining, $"nothing new begins: {error.Status}");
        }
        Require(!ended.IsCompleted && (await session.SynthesizeAsync("The end")).Frames > 0, "what is open goes on");
        await session.DisposeAsync();
        await ended;
        Require(Log.Said.Any(line => line.Text == "All sessions and calls are over"), "drained");
    }

    private static void Require(bool holds, string what)
    {
        if (!holds)
            throw new InvalidOperationException("not so: " + what);
    }

    [DllImport("libc")]
    private static extern int kill(int process, int signal);

    private sealed class Clock : TimeProvider
    {
        internal TimeSpan Moved;

        public override long GetTimestamp()
        {
            return (long)(Moved.TotalSeconds * TimestampFrequency);
        }
    }

    private sealed class Lines : ILoggerProvider
    {
        internal readonly ConcurrentQueue<(string Category, string Text)> Said = new();

        public ILogger CreateLogger(string categoryName)
        {
            return new Line(this, categoryName);
        }

        public void Dispose()
        {
        }

        private sealed class Line(Lines lines, string category) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state) where TState : notnull
            {
                return null;
            }

            public bool IsEnabled(LogLevel logLevel)
            {
                return true;
            }

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            {
                lines.Said.Enqueue((category, formatter(state, exception)));
            }
        }
    }
}
