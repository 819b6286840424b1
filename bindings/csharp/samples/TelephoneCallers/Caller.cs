using System.Buffers.Text;
using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace TelephoneCallers;

/// <summary>One call: sends phrases of 1.5 s with pauses of 0.9 s, and measures what comes back.</summary>
internal sealed class Caller(Uri service, int number, Results results)
{
    private const int FrameBytes = 160;
    private const int FrameMilliseconds = 20;
    private const int PhraseFrames = 75, TurnFrames = 120;
    private static readonly byte[] Voice = Media(number => (byte)((number / 20 % 2 == 0 ? 0x00 : 0x80) | 0x20));
    private static readonly byte[] Quiet = Media(_ => 0xff);

    private readonly ClientWebSocket socket = new();
    private long begin;

    public async Task RunAsync(TimeSpan length, bool vanish)
    {
        using (socket)
        {
            await socket.ConnectAsync(new UriBuilder(service) { Scheme = "ws", Path = "/media" }.Uri, default);
            await SendAsync($$$"""{"event":"start","streamSid":"MZ{{{number:D4}}}","start":{"callSid":"CA{{{number:D4}}}"}}""");
            begin = Stopwatch.GetTimestamp();
            Task heard = ListenAsync();
            try
            {
                await SpeakAsync(length);
            }
            catch (WebSocketException) when (socket.State is not WebSocketState.Open && !vanish)
            {
                // The service hung up between two frames.
            }
            if (vanish)
            {
                socket.Abort();
                await heard.ContinueWith(_ => { }, TaskScheduler.Default);
                return;
            }
            long stopped = Stopwatch.GetTimestamp();
            // A service that is about to stop hangs up first.
            if (socket.State == WebSocketState.Open)
                await SendAsync("""{"event":"stop"}""");
            await heard;
            results.Tail(Stopwatch.GetElapsedTime(stopped));
        }
    }

    // Frames that are late are sent at once, as a network that stalled does.
    private async Task SpeakAsync(TimeSpan length)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(FrameMilliseconds));
        long total = (long)length.TotalMilliseconds / FrameMilliseconds;
        for (long sent = 0; sent < total && socket.State == WebSocketState.Open;)
        {
            await timer.WaitForNextTickAsync();
            long due = Math.Min(total, (long)Stopwatch.GetElapsedTime(begin).TotalMilliseconds / FrameMilliseconds);
            for (; sent < due; sent++)
            {
                bool speaks = sent % TurnFrames < PhraseFrames;
                await socket.SendAsync(speaks ? Voice : Quiet, WebSocketMessageType.Text, true, default);
                if (speaks)
                    results.Spoke(FrameMilliseconds);
            }
        }
    }

    private async Task ListenAsync()
    {
        var message = new byte[4096];
        var audio = new byte[FrameBytes];
        long last = 0;
        bool heardSpeech = false;
        while (true)
        {
            ValueWebSocketReceiveResult got = await socket.ReceiveAsync(message.AsMemory(), default);
            if (got.MessageType == WebSocketMessageType.Close)
            {
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, default);
                return;
            }
            int bytes = Payload(message.AsSpan(0, got.Count), audio);
            if (bytes == 0)
                continue;
            long now = Stopwatch.GetTimestamp();
            if (last != 0)
                results.Gap(Stopwatch.GetElapsedTime(last, now));
            last = now;
            if (!IsSpeech(audio.AsSpan(0, bytes)))
                continue;
            results.Heard(FrameMilliseconds);
            if (!heardSpeech)
                results.FirstSpeech(Stopwatch.GetElapsedTime(begin, now));
            heardSpeech = true;
        }
    }

    private static int Payload(ReadOnlySpan<byte> json, Span<byte> audio)
    {
        ReadOnlySpan<byte> key = "\"payload\":\""u8;
        int at = json.IndexOf(key);
        if (at < 0)
            return 0;
        ReadOnlySpan<byte> text = json[(at + key.Length)..];
        Base64.DecodeFromUtf8(text[..text.IndexOf((byte)'"')], audio, out _, out int bytes);
        return bytes;
    }

    private static bool IsSpeech(ReadOnlySpan<byte> mulaw)
    {
        int loud = 0;
        foreach (byte sample in mulaw)
            loud += sample is 0xff or 0x7f ? 0 : 1;
        return loud > mulaw.Length / 8;
    }

    private ValueTask SendAsync(string text) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(text).AsMemory(), WebSocketMessageType.Text, true, default);

    private static byte[] Media(Func<int, byte> sample)
    {
        string payload = Convert.ToBase64String(Enumerable.Range(0, FrameBytes).Select(sample).ToArray());
        return JsonSerializer.SerializeToUtf8Bytes(new { @event = "media", media = new { track = "inbound", payload } });
    }
}
