using System.Diagnostics;
using PalabraAI;

namespace PalabraBench;

internal static class Opening
{
    /// <summary>The first session of a process.</summary>
    public static void Run()
    {
        long begin = Stopwatch.GetTimestamp();
        using var client = new PalabraClient();
        double made = Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
        begin = Stopwatch.GetTimestamp();
        using TranslationSession session = client.OpenTranslation(new TranslationOptions { SourceLanguage = "en", TargetLanguages = { "es" } });
        double opened = Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
        session.WaitReady(Timeout.InfiniteTimeSpan);
        Machine.Tell(new { clientMs = made, openMs = opened, readyMs = Stopwatch.GetElapsedTime(begin).TotalMilliseconds });
    }
}
