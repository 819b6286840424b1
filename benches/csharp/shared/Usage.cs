using System.Diagnostics;
using System.Globalization;
using System.Runtime;

namespace PalabraBench;

/// <summary>What this process has used.</summary>
/// <param name="Seconds">The time.</param>
/// <param name="Cpu">Processor seconds of the process.</param>
/// <param name="Allocated">Bytes.</param>
/// <param name="Sleeps">How often this thread slept.</param>
/// <param name="Methods">How many methods were compiled on this thread.</param>
/// <param name="EventThreadsCpu">Processor seconds of the threads that handle events.</param>
internal sealed record Usage(double Seconds, double Cpu, long Allocated, long Sleeps, long Methods, double EventThreadsCpu)
{
    /// <summary>Up to now. The time of the threads is asked last: asking for the rest does not count.</summary>
    public static Usage Begin() => new(Now, Machine.Cpu, GC.GetTotalAllocatedBytes(true), SleepsSoFar, MethodsSoFar, Machine.EventThreadsCpu());

    /// <summary>Since then. The time of the threads is asked first.</summary>
    public Usage End()
    {
        double threads = Machine.EventThreadsCpu() - EventThreadsCpu;
        return new(Now - Seconds, Machine.Cpu - Cpu, GC.GetTotalAllocatedBytes(true) - Allocated, SleepsSoFar - Sleeps, MethodsSoFar - Methods, threads);
    }

    private static double Now => Stopwatch.GetTimestamp() / (double)Stopwatch.Frequency;

    private static long MethodsSoFar => JitInfo.GetCompiledMethodCount(currentThread: true);

    private static long SleepsSoFar =>
        long.Parse(File.ReadLines("/proc/thread-self/status").First(line => line.StartsWith("voluntary", StringComparison.Ordinal)).Split()[^1],
            CultureInfo.InvariantCulture);
}
