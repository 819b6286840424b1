// Variables count as the program sees them: .NET keeps its own copy on Unix, which the library cannot see.
using System;
using System.Diagnostics;
using PalabraAI;

internal static class Program
{
    private const string Hidden = "HIDDEN_";
    private static readonly string[] Variables = { "PALABRA_API_URL", "PALABRA_CLIENT_ID", "PALABRA_CLIENT_SECRET" };
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private static int Main(string[] arguments)
    {
        switch (arguments[0])
        {
            // As a .env loader or a test fixture does.
            case "set":
                return Again("set by the program");
            case "set by the program":
                foreach (string name in Variables)
                    Environment.SetEnvironmentVariable(name, Environment.GetEnvironmentVariable(Hidden + name));
                return IsReady(new PalabraClientOptions());
            case "removed":
                Environment.SetEnvironmentVariable("PALABRA_CLIENT_ID", null);
                Environment.SetEnvironmentVariable("PALABRA_CLIENT_SECRET", "");
                return HasNoCredentials(new PalabraClientOptions());
            case "ignored":
                return HasNoCredentials(new PalabraClientOptions { UseEnvironment = false });
            // Each client reads them anew, and what is set in the options wins.
            case "later":
                string id = Environment.GetEnvironmentVariable("PALABRA_CLIENT_ID");
                Environment.SetEnvironmentVariable("PALABRA_CLIENT_ID", "dev~rest_status=401");
                var own = new PalabraClientOptions
                {
                    Credentials = { ClientId = id, ClientSecret = Environment.GetEnvironmentVariable("PALABRA_CLIENT_SECRET") },
                };
                Environment.SetEnvironmentVariable("PALABRA_API_KEY", "not beside an id and secret");
                int first = IsReady(own);
                Environment.SetEnvironmentVariable("PALABRA_API_KEY", null);
                Environment.SetEnvironmentVariable("PALABRA_CLIENT_ID", id);
                return first + IsReady(new PalabraClientOptions());
            // A proxy of the environment is not used for servers on this machine; one of the options is.
            case "proxy":
                foreach (string name in new[] { "http_proxy", "HTTP_PROXY", "ALL_PROXY" })
                    Environment.SetEnvironmentVariable(name, "http://127.0.0.1:9");
                return IsReady(new PalabraClientOptions()) + Refuses(new PalabraClientOptions { ProxyUrl = "http://127.0.0.1:9" }, PalabraStatus.Connect);
            default:
                return Failed("no such case: " + arguments[0]);
        }
    }

    private static int Again(string argument)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath) { UseShellExecute = false };
        start.ArgumentList.Add(typeof(Program).Assembly.Location);
        start.ArgumentList.Add(argument);
        foreach (string name in Variables)
        {
            start.Environment[Hidden + name] = Environment.GetEnvironmentVariable(name);
            start.Environment.Remove(name);
        }
        using (Process child = Process.Start(start))
        {
            child.WaitForExit();
            return child.ExitCode;
        }
    }

    private static int IsReady(PalabraClientOptions options)
    {
        using (var client = new PalabraClient(options))
        using (TranslationSession session = client.OpenTranslation(Spanish()))
            return session.WaitReady(Patience) ? 0 : Failed("not ready");
    }

    private static int HasNoCredentials(PalabraClientOptions options)
    {
        return Refuses(options, PalabraStatus.Auth);
    }

    private static int Refuses(PalabraClientOptions options, PalabraStatus status)
    {
        try
        {
            IsReady(options);
            return Failed("ready");
        }
        catch (PalabraException error)
        {
            return error.Status == status ? 0 : Failed(error.ToString());
        }
    }

    private static TranslationOptions Spanish()
    {
        return new TranslationOptions { SourceLanguage = "en", TargetLanguages = { "es" } };
    }

    private static int Failed(string why)
    {
        Console.Error.WriteLine(why);
        return 1;
    }
}
