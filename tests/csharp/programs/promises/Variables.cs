#nullable enable
using System;
using System.Diagnostics;

namespace PalabraAI.Programs
{
    /// <summary>
    /// Variables are those that Environment shows. A loader of .env files, a test or Main itself sets and removes them, which
    /// the environment of the process does not show on Unix.
    /// </summary>
    internal static class Variables
    {
        private const string Aside = "ASIDE_";
        private static readonly string[] Names = { "PALABRA_API_URL", "PALABRA_CLIENT_ID", "PALABRA_CLIENT_SECRET" };

        internal static (bool, string) Run(string what)
        {
            switch (what)
            {
                // This process was given the variables, its child has none of them and sets them.
                case "set": return Child();
                case "child":
                    foreach (string name in Names)
                        Environment.SetEnvironmentVariable(name, Environment.GetEnvironmentVariable(Aside + name));
                    return Opens();
                case "removed":
                    Environment.SetEnvironmentVariable("PALABRA_CLIENT_ID", null);
                    Environment.SetEnvironmentVariable("PALABRA_CLIENT_SECRET", null);
                    (bool opens, string found) = Opens();
                    return (!opens, found);
                default: return (false, "usage: variables set|removed");
            }
        }

        private static (bool, string) Opens()
        {
            try
            {
                using var client = new PalabraClient();
                using TranslationSession session = client.OpenTranslation(new TranslationOptions { SourceLanguage = "en", TargetLanguages = { "es" } });
                return (session.WaitReady(TimeSpan.FromMinutes(1)), "ready");
            }
            catch (PalabraException error)
            {
                return (false, error.Message);
            }
        }

        private static (bool, string) Child()
        {
            var start = new ProcessStartInfo(Environment.ProcessPath!) { ArgumentList = { typeof(Variables).Assembly.Location, "variables", "child" } };
            foreach (string name in Names)
            {
                start.Environment[Aside + name] = Environment.GetEnvironmentVariable(name);
                start.Environment.Remove(name);
            }
            using Process child = Process.Start(start)!;
            child.WaitForExit();
            return (child.ExitCode == 0, $"the child ended with {child.ExitCode}");
        }
    }
}
