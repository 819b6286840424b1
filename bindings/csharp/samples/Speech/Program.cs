// Speech as an HTTP stream: GET /speech?text=Good%20evening&language=en returns MP3, chunk by chunk as it arrives. A request that is
// cancelled cancels its speech.
using System.Diagnostics;
using PalabraAI;
using PalabraAI.Extensions;

WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
builder.Services.AddPalabra();
builder.Services.AddHealthChecks().AddPalabra();
WebApplication app = builder.Build();
app.MapHealthChecks("/health");
app.MapGet("/metrics", (PalabraClient client) => Results.Text(client.GetMetricsText(), "text/plain; version=0.0.4"));
app.MapGet("/speech", async (string text, string? language, PalabraClient client, HttpContext http, ILogger<Program> log) =>
{
    long begun = Stopwatch.GetTimestamp();
    CancellationToken cancelled = http.RequestAborted;
    var options = new TtsOptions { Language = language ?? "en", Format = TtsFormat.Mp3, SplitLongTexts = true };
    try
    {
        await using TtsSession session = await client.OpenTtsAsync(options, cancelled);
        await foreach (AudioEvent chunk in session.SpeakAsync(text, cancellationToken: cancelled))
        {
            if (!http.Response.HasStarted)
            {
                http.Response.ContentType = "audio/mpeg";
                http.Response.Headers["Server-Timing"] = FormattableString.Invariant($"speech;dur={Stopwatch.GetElapsedTime(begun).TotalMilliseconds:0}");
            }
            await http.Response.Body.WriteAsync(chunk.Data, cancelled);
            await http.Response.Body.FlushAsync(cancelled);
        }
    }
    catch (PalabraException error) when (!http.Response.HasStarted)
    {
        http.Response.StatusCode = error.IsTransient ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status502BadGateway;
        await http.Response.WriteAsync(error.Message, cancelled);
    }
    catch (OperationCanceledException) when (cancelled.IsCancellationRequested)
    {
        log.LogInformation("A request was cancelled, and its speech with it");
    }
});
app.Run();
