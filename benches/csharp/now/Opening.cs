using System.Diagnostics;
using System.Runtime;
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
        TimeSpan compiled = JitInfo.GetCompilationTime(currentThread: true);
        long methods = JitInfo.GetCompiledMethodCount(currentThread: true);
        double cpu = Machine.ThreadCpu;
        begin = Stopwatch.GetTimestamp();
        using TranslationSession session = client.OpenTranslation(new TranslationOptions { SourceLanguage = "en", TargetLanguages = { "es" } });
        double opened = Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
        double used = Machine.ThreadCpu - cpu;
        compiled = JitInfo.GetCompilationTime(currentThread: true) - compiled;
        methods = JitInfo.GetCompiledMethodCount(currentThread: true) - methods;
        session.WaitReady(Timeout.InfiniteTimeSpan);
        Machine.Tell(new
        {
            clientMs = made, openMs = opened, openCpuMs = 1000 * used, openJitMs = compiled.TotalMilliseconds, methods,
            readyMs = Stopwatch.GetElapsedTime(begin).TotalMilliseconds,
        });
    }
}
