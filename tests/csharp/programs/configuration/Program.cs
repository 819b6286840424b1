// Settings are bound by IConfiguration, by reflection and by its source generator; secrets show nothing to serializers.
using System;
using System.Collections.Generic;
using System.Text.Json;
using System.Threading;
using Microsoft.Extensions.Configuration;
using PalabraAI;

internal static class Program
{
    private static int Main()
    {
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string>
        {
            ["Palabra:Credentials:ApiKey"] = "very-secret", ["Palabra:ApiUrl"] = "http://localhost", ["Palabra:ConnectTimeout"] = "00:00:03",
            ["Palabra:NoProxy:0"] = "one", ["Palabra:NoProxy:1"] = "two", ["Palabra:UseEnvironment"] = "false",
            ["Call:SourceLanguage"] = "en", ["Call:TargetLanguages:0"] = "es", ["Call:TargetLanguages:1"] = "fr", ["Call:CloneVoice"] = "true",
            ["Call:Input:ChunkDuration"] = "00:00:00.1", ["Call:Input:Format:Encoding"] = "Mulaw", ["Call:Input:Format:SampleRate"] = "8000",
            ["Call:Timeouts:Liveness"] = "-00:00:00.001", ["Call:Limits:CommandCount"] = "7", ["Call:Output:Mode"] = "Both", ["Call:SessionTag"] = "5",
        }).Build();
        var client = new PalabraClientOptions();
        configuration.GetSection("Palabra").Bind(client);
        var call = new TranslationOptions();
        configuration.GetSection("Call").Bind(call);
#if GENERATED
        // It knows no types with converters, and says so when the program is built.
        Check(client.Credentials.ApiKey == null, "the generator binds secrets: say so in the README");
        client.Credentials.ApiKey = configuration["Palabra:Credentials:ApiKey"];
#endif
        Check(PalabraSecret.FromString("very-secret").Equals(client.Credentials.ApiKey), "key");
        Check(client.ApiUrl == "http://localhost" && client.ConnectTimeout == TimeSpan.FromSeconds(3) && !client.UseEnvironment, "client");
        Check(string.Join(" ", client.NoProxy) == "one two" && client.RestTimeout == TimeSpan.FromSeconds(30), "lists and defaults");
        Check(string.Join(" ", call.TargetLanguages) == "es fr" && call.CloneVoice && call.SessionTag == 5, "call");
        Check(call.Input.ChunkDuration == TimeSpan.FromMilliseconds(100) && call.Input.Format.Encoding == AudioEncoding.Mulaw, "nested");
        Check(call.Input.Format.SampleRate == 8000 && call.Limits.CommandCount == 7 && call.Output.Mode == OutputMode.Both, "nullable");
        Check(call.Timeouts.Liveness == Timeout.InfiniteTimeSpan && call.Input.BufferDuration == TimeSpan.FromSeconds(2), "times");
        string shown = JsonSerializer.Serialize(client) + client + client.Credentials + client.Credentials.ApiKey;
        Check(!shown.Contains("very-secret") && shown.Contains("\"ApiKey\":{}"), shown);
        using (new PalabraClient(client))
            Console.WriteLine("bound");
        return 0;
    }

    private static void Check(bool holds, string what)
    {
        if (!holds)
            throw new InvalidOperationException(what);
    }
}
