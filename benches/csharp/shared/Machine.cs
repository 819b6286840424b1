using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace PalabraBench;

/// <summary>What this process costs, read from /proc.</summary>
internal static class Machine
{
    /// <summary>Processor seconds of the whole process.</summary>
    public static double Cpu
    {
        get
        {
            using Process me = Process.GetCurrentProcess();
            return me.TotalProcessorTime.TotalSeconds;
        }
    }

    /// <summary>Processor seconds of this thread.</summary>
    public static double ThreadCpu => SecondsIn(File.ReadAllText("/proc/thread-self/schedstat"));

    /// <summary>Processor seconds of managed threads that handle events: those of the pool, of the binding and the main one.</summary>
    /// <remarks>Not the library's own thread, the collector and the compiler.</remarks>
    public static double EventThreadsCpu() => ThreadTimes().Where(one => Handles(one.Name)).Sum(one => one.Seconds);

    public static int Threads => Directory.GetDirectories("/proc/self/task").Length;

    public static double PeakMegabytes =>
        double.Parse(File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmHWM", StringComparison.Ordinal)).Split()[^2],
            CultureInfo.InvariantCulture) / 1024;

    public static void Tell(object figures) => Console.WriteLine(JsonSerializer.Serialize(figures));

    public static double Median(List<double> of)
    {
        of.Sort();
        return of[of.Count / 2];
    }

    private static IEnumerable<(string Name, double Seconds)> ThreadTimes()
    {
        foreach (string task in Directory.GetDirectories("/proc/self/task"))
        {
            string name, times;
            try
            {
                name = File.ReadAllText(task + "/comm").Trim();
                times = File.ReadAllText(task + "/schedstat");
            }
            catch (IOException)
            {
                continue; // ended meanwhile
            }
            yield return (name, SecondsIn(times));
        }
    }

    private static double SecondsIn(string schedstat) => double.Parse(schedstat.Split(' ')[0], CultureInfo.InvariantCulture) * 1e-9;

    private static readonly string[] Runtimes = [".NET Tiered", ".NET Finalizer", ".NET SynchManag", ".NET EventPipe", ".NET SigHandler", ".NET Server GC", ".NET BGC"];

    private static bool Handles(string thread) =>
        thread is not ("palabra" or "palabra-io") && !Runtimes.Any(name => thread.StartsWith(name, StringComparison.Ordinal));
}
