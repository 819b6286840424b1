// Many telephone calls at once for a service that speaks the media-stream protocol: mu-law frames of 20 ms over a WebSocket.
// usage: TelephoneCallers ADDRESS CALLS SECONDS [vanish]
//   ADDRESS   of the service, such as http://127.0.0.1:5100; it also answers GET /ping and GET /stats
//   vanish    each caller's connection breaks after SECONDS, without a stop
// Prints one line of JSON. Exits with 1 if a call failed.
using System.Diagnostics;
using System.Text.Json;
using TelephoneCallers;

if (args.Length < 3 || !Uri.TryCreate(args[0], UriKind.Absolute, out Uri? service))
{
    Console.Error.WriteLine("usage: TelephoneCallers ADDRESS CALLS SECONDS [vanish]");
    return 2;
}
int calls = int.Parse(args[1]);
var length = TimeSpan.FromSeconds(double.Parse(args[2]));
bool vanish = args.Contains("vanish");

var results = new Results();
await using (var probe = await Probe.StartAsync(service, results))
{
    await Task.WhenAll(Enumerable.Range(0, calls).Select(Call));
}
Console.WriteLine(JsonSerializer.Serialize(results.Summary(calls)));
return results.Failed == 0 ? 0 : 1;

async Task Call(int number)
{
    // Callers do not arrive at the same instant.
    await Task.Delay(number * 20);
    try
    {
        await new Caller(service, number, results).RunAsync(length, vanish);
    }
    catch (Exception error)
    {
        results.CallFailed();
        Console.Error.WriteLine($"call {number}: {error.GetType().Name}: {error.Message}");
    }
}
