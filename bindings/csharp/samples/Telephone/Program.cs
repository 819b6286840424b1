// A telephone service: each call is translated while it lasts. Callers arrive as media streams: JSON messages over a WebSocket
// with frames of 20 ms of mu-law in base64, as the large carriers send them.
using PalabraAI;
using PalabraAI.Extensions;
using Telephone;

// The settings file lies beside the program, wherever it is started.
WebApplicationBuilder builder = WebApplication.CreateBuilder(
    new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
builder.Services.Configure<CallOptions>(builder.Configuration.GetSection("Telephone"));
builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(30));
// One client for the process. It finds the account in the environment: PALABRA_API_KEY, or PALABRA_CLIENT_ID and
// PALABRA_CLIENT_SECRET. When the process is to stop, it opens nothing more, and is closed after the calls.
builder.Services.AddPalabra();
builder.Services.Configure<PalabraHostingOptions>(options => options.DrainTimeout = TimeSpan.FromSeconds(30));
builder.Services.AddHealthChecks().AddPalabra();
builder.Services.AddSingleton<CallList>();
builder.Services.AddHostedService(services => services.GetRequiredService<CallList>());

WebApplication app = builder.Build();
app.UseWebSockets();
app.MapHealthChecks("/health");
app.MapGet("/metrics", (PalabraClient client) => Results.Text(client.GetMetricsText(), "text/plain; version=0.0.4"));
app.MapGet("/ping", () => "pong");
app.MapGet("/stats", (CallList calls) => calls.Figures());
app.Map("/media", async (HttpContext http, CallList calls) =>
{
    if (!http.WebSockets.IsWebSocketRequest)
    {
        http.Response.StatusCode = StatusCodes.Status400BadRequest;
        return;
    }
    using var socket = await http.WebSockets.AcceptWebSocketAsync();
    await calls.RunAsync(socket, http.RequestAborted);
});
app.Run();
