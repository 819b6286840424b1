using System.Buffers;
using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using PalabraAI;

namespace PalabraBench;

/// <summary>The telephone service as it was written for the first version: await foreach, or one queue and one thread.</summary>
internal static class Service
{
    private static readonly ConcurrentDictionary<ulong, Call> Calls = new();
    private static readonly EventQueue Queue = new();

    public static void Run(string[] args)
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
        builder.Logging.ClearProviders();
        var client = new Client();
        bool queued = args.Contains("queue");
        if (queued)
            new Thread(Pump) { IsBackground = true }.Start();
        WebApplication app = builder.Build();
        app.UseWebSockets();
        app.MapGet("/ping", () => "pong");
        app.MapGet("/stats", () => new { calls = Calls.Count, threads = Machine.Threads, cpuMs = Machine.Cpu * 1000, peakMb = Machine.PeakMegabytes, underruns = Call.Underruns });
        app.Map("/media", async (HttpContext http) =>
        {
            using WebSocket socket = await http.WebSockets.AcceptWebSocketAsync();
            var call = new Call(socket);
            Calls[call.Tag] = call;
            try
            {
                await call.RunAsync(client, queued ? Queue : null, http.RequestAborted);
            }
            finally
            {
                Calls.TryRemove(call.Tag, out _);
            }
        });
        app.Run();
    }

    private static void Pump()
    {
        foreach (PalabraEvent told in Queue.Events())
            if (Calls.TryGetValue(told.SessionTag, out Call? call))
                call.Tell(told);
    }
}

internal sealed class Call(WebSocket socket)
{
    private static long tags;
    private static long underruns;

    private readonly TaskCompletionSource closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private string stream = "";

    public static long Underruns => underruns;

    public ulong Tag { get; } = (ulong)Interlocked.Increment(ref tags);

    public void Tell(PalabraEvent told)
    {
        if (told.Kind == EventKind.Transcript && told.IsFinal)
            GC.KeepAlive(told.Text);
        if (told.Kind == EventKind.Closed)
            closed.TrySetResult();
    }

    public async Task RunAsync(Client client, EventQueue? queue, CancellationToken gone)
    {
        using Session session = client.OpenTranslation(new TranslationConfig
        {
            SourceLanguage = "en", TargetLanguages = "es", SessionTag = Tag, Queue = queue, Flags = TranslationFlags.DropOldest,
            Input = { Format = { Encoding = AudioEncoding.Mulaw, SampleRate = 8000 }, Gap = { Policy = GapPolicy.Silence } },
            Output = { Mode = OutputMode.Playout, Format = { Encoding = AudioEncoding.Mulaw, SampleRate = 8000 } },
        });
        try
        {
            Task events = queue != null ? closed.Task : ReadAsync(session, gone);
            Task output = PlayAsync(session, gone);
            await Task.WhenAny(ReceiveAsync(session, gone), output);
            session.End();
            await output;
            await events;
            Interlocked.Add(ref underruns, session.GetPlayoutStats().Underruns);
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
                await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, gone);
        }
        catch (Exception error) when (error is OperationCanceledException or WebSocketException)
        {
        }
    }

    private async Task ReadAsync(Session session, CancellationToken gone)
    {
        await foreach (PalabraEvent told in session.Events().WithCancellation(gone))
            Tell(told);
    }

    private async Task ReceiveAsync(Session session, CancellationToken gone)
    {
        byte[] message = new byte[4096], audio = new byte[1024];
        while (true)
        {
            int length = 0;
            ValueWebSocketReceiveResult got;
            do
            {
                got = await socket.ReceiveAsync(message.AsMemory(length), gone);
                length += got.Count;
            }
            while (!got.EndOfMessage);
            if (got.MessageType == WebSocketMessageType.Close || !Take(session, message.AsSpan(0, length), audio))
                return;
        }
    }

    private bool Take(Session session, ReadOnlySpan<byte> json, byte[] audio)
    {
        var reader = new Utf8JsonReader(json);
        int bytes = 0;
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName)
                continue;
            bool isEvent = reader.ValueTextEquals("event"u8), isStream = reader.ValueTextEquals("streamSid"u8), isPayload = reader.ValueTextEquals("payload"u8);
            reader.Read();
            if (isEvent && reader.ValueTextEquals("stop"u8))
                return false;
            if (isStream && stream.Length == 0)
                stream = reader.GetString()!;
            if (isPayload)
                Base64.DecodeFromUtf8(reader.ValueSpan, audio, out _, out bytes);
        }
        if (bytes > 0)
            session.SendAudio(audio, 0, bytes);
        return true;
    }

    private async Task PlayAsync(Session session, CancellationToken gone)
    {
        var frame = new byte[160];
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        long begin = Stopwatch.GetTimestamp(), sent = 0;
        while (await timer.WaitForNextTickAsync(gone))
        {
            for (long due = (long)Stopwatch.GetElapsedTime(begin).TotalMilliseconds / 20; sent < due; sent++)
            {
                if (((SoundFlags)session.ReadAudio(null, frame, 0, frame.Length) & SoundFlags.Ended) != 0)
                    return;
                string payload = Convert.ToBase64String(frame);
                byte[] json = Encoding.UTF8.GetBytes($$$"""{"event":"media","streamSid":"{{{stream}}}","media":{"payload":"{{{payload}}}"}}""");
                await socket.SendAsync(json.AsMemory(), WebSocketMessageType.Text, true, gone);
            }
        }
    }
}
