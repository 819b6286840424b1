// SPDX-License-Identifier: MIT OR Apache-2.0
using System.Diagnostics;

/// <summary>What frames take. Its memory is there before the first one; the first second, in which code is compiled, allocates for once.</summary>
internal sealed class Figures
{
    private readonly long[] starts, work;
    private readonly List<TimeSpan> latencies = new List<TimeSpan>(256);
    private int frames, quietFrames;
    private long quietBytes;

    internal Figures(int mostFrames)
    {
        starts = new long[mostFrames];
        work = new long[mostFrames];
    }

    /// <summary>Bytes of frames in which no text came: texts are strings.</summary>
    internal long QuietBytes => quietBytes;

    internal void Frame(long start, long bytes, bool hasText)
    {
        if (frames == work.Length)
            return;
        starts[frames] = start;
        work[frames++] = Stopwatch.GetTimestamp() - start;
        if (hasText || frames <= Game.FramesPerSecond)
            return;
        quietFrames++;
        quietBytes += bytes;
    }

    internal void Latency(TimeSpan latency)
    {
        if (latencies.Count < latencies.Capacity)
            latencies.Add(latency);
    }

    internal void Print(string name)
    {
        var between = new long[Math.Max(0, frames - 1)];
        for (int n = 0; n < between.Length; n++)
            between[n] = starts[n + 1] - starts[n];
        Print(name + ": work of a frame", work.AsSpan(0, frames));
        Print(name + ": from frame to frame", between);
        Console.WriteLine($"{name}: {quietBytes} bytes in {quietFrames} frames without a text");
        latencies.Sort();
        if (latencies.Count > 0)
            Console.WriteLine($"{name}: from text to loudspeaker, with its buffer: median {latencies[latencies.Count / 2].TotalMilliseconds:0} ms, max {latencies[^1].TotalMilliseconds:0} ms, of {latencies.Count}");
    }

    internal static void Print(string what, ReadOnlySpan<long> ticks)
    {
        long[] sorted = ticks.ToArray();
        Array.Sort(sorted);
        double At(double part) => sorted[(int)((sorted.Length - 1) * part)] * 1e6 / Stopwatch.Frequency;
        if (sorted.Length > 0)
            Console.WriteLine($"{what}: median {At(0.5):0.0} us, p99 {At(0.99):0.0} us, max {At(1):0.0} us, of {sorted.Length}");
    }
}
