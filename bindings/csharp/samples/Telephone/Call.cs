using System.Net.WebSockets;
using PalabraAI;

namespace Telephone;

/// <summary>One call, from its first message until the caller has heard the last translated phrase.</summary>
internal sealed partial class Call(WebSocket socket, PalabraClient client, CallOptions options, ILogger log)
{
    private static readonly TimeSpan FrameTime = TimeSpan.FromMilliseconds(20);

    private readonly MediaStream stream = new(socket);
    private TranslationSession? session;
    private volatile bool draining;

    /// <summary>Whether everything that was said was translated and played.</summary>
    public bool IsComplete { get; private set; }

    public async Task RunAsync(CancellationToken aborted)
    {
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        try
        {
            await using TranslationSession opened = client.OpenTranslation(SessionOptions());
            session = opened;
            if (draining)
                opened.End();
            Task listen = ListenAsync(opened, gone);
            Task play = PlayAsync(opened, gone.Token);
            await foreach (PalabraEvent told in opened.ReadEventsAsync(gone.Token))
                Tell(told);
            await play;
            await stream.CloseAsync(gone.Token);
            await listen;
        }
        catch (OperationCanceledException) when (gone.IsCancellationRequested)
        {
            CallerGone(log, stream.Id);
        }
        catch (PalabraException error)
        {
            Failed(log, stream.Id, error.Message, error.IsTransient);
        }
        finally
        {
            await gone.CancelAsync();
        }
    }

    /// <summary>No more is heard. What was said by now is still translated and played, then the call ends.</summary>
    public void Drain()
    {
        draining = true;
        try
        {
            session?.End();
        }
        catch (ObjectDisposedException)
        {
            // The call has just ended by itself.
        }
        catch (PalabraException)
        {
            // So has its session, and the event loop reports why.
        }
    }

    private TranslationOptions SessionOptions() => new()
    {
        SourceLanguage = options.Source,
        TargetLanguages = { options.Target },
        DropOldestInput = true,
        Input = { Format = { Encoding = AudioEncoding.Mulaw, SampleRate = 8000 }, Gap = { Policy = GapPolicy.Silence } },
        Output = { Mode = OutputMode.Playout, Format = { Encoding = AudioEncoding.Mulaw, SampleRate = 8000 } },
        Tag = this,
    };

    // A caller who hangs up without a stop message cancels everything.
    private async Task ListenAsync(TranslationSession session, CancellationTokenSource gone)
    {
        try
        {
            while (await stream.ReadAsync(gone.Token) is { } audio)
                if (!draining)
                    session.SendAudio(audio.Span);
            Drain();
        }
        catch (WebSocketException)
        {
            await gone.CancelAsync();
        }
        catch (OperationCanceledException)
        {
        }
    }

    // A frame every 20 ms. Those that a busy machine missed are sent at once.
    private async Task PlayAsync(TranslationSession session, CancellationToken gone)
    {
        var frame = new byte[MediaStream.FrameBytes];
        using var pacer = new PalabraPacer(FrameTime);
        while (true)
        {
            await pacer.WaitForNextFrameAsync(gone);
            if ((session.ReadAudio(frame) & SoundFlags.Ended) != 0)
                return;
            await stream.WriteAsync(frame, gone);
        }
    }

    private void Tell(PalabraEvent told)
    {
        switch (told)
        {
            case TranscriptEvent { IsFinal: true } said: Said(log, stream.Id, said.Language, said.Text); break;
            case WarningEvent warning: Warned(log, stream.Id, warning.Text); break;
            case ClosedEvent { Error: { } error }: Failed(log, stream.Id, error.Message, error.IsTransient); break;
            case ClosedEvent: IsComplete = true; break;
        }
    }

    [LoggerMessage(LogLevel.Debug, "{Stream} [{Language}] {Text}")]
    private static partial void Said(ILogger log, string stream, string language, string text);

    [LoggerMessage(LogLevel.Warning, "{Stream}: {Text}")]
    private static partial void Warned(ILogger log, string stream, string text);

    [LoggerMessage(LogLevel.Error, "{Stream}: {Error} (transient: {IsTransient})")]
    private static partial void Failed(ILogger log, string stream, string error, bool isTransient);

    [LoggerMessage(LogLevel.Information, "{Stream}: the caller is gone")]
    private static partial void CallerGone(ILogger log, string stream);
}
