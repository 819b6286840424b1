using System.Diagnostics;
using PalabraAI;

namespace PalabraBench;

internal static class Opening
{
    /// <summary>The first session of a process.</summary>
    public static void Run()
    {
        long begin = Stopwatch.GetTimestamp();
        using var client = new Client();
        double made = Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
        begin = Stopwatch.GetTimestamp();
        using Session session = client.OpenTranslation(new TranslationConfig { SourceLanguage = "en", TargetLanguages = "es" });
        double opened = Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
        session.WaitReady(-1);
        Machine.Tell(new { clientMs = made, openMs = opened, readyMs = Stopwatch.GetElapsedTime(begin).TotalMilliseconds });
    }
}
