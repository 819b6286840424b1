namespace TelephoneCallers;

/// <summary>What all calls measured.</summary>
internal sealed class Results
{
    private readonly List<double> gaps = [], pings = [], firsts = [], tails = [];
    private readonly Dictionary<string, double> most = [];
    private Dictionary<string, double> first = [], last = [];
    private long heard, spoken;
    private int failed;

    public int Failed => failed;

    public void CallFailed() => Interlocked.Increment(ref failed);

    public void Spoke(int milliseconds) => Interlocked.Add(ref spoken, milliseconds);

    public void Heard(int milliseconds) => Interlocked.Add(ref heard, milliseconds);

    public void Gap(TimeSpan time) => Add(gaps, time);

    public void Ping(TimeSpan time) => Add(pings, time);

    public void FirstSpeech(TimeSpan time) => Add(firsts, time);

    public void Tail(TimeSpan time) => Add(tails, time);

    public void Figures(Dictionary<string, double> now)
    {
        lock (most)
        {
            if (first.Count == 0)
                first = now;
            last = now;
            foreach ((string name, double value) in now)
                most[name] = Math.Max(value, most.GetValueOrDefault(name));
        }
    }

    public object Summary(int calls)
    {
        double cpu = last.GetValueOrDefault("cpuMs") - first.GetValueOrDefault("cpuMs");
        return new
        {
            calls, failed, heardMs = heard, spokenMs = spoken, frames = gaps.Count,
            gapP99Ms = Share(gaps, 0.99), gapMaxMs = Share(gaps, 1), pingP50Ms = Share(pings, 0.5), pingMaxMs = Share(pings, 1),
            firstSpeechP50Ms = Share(firsts, 0.5), tailMaxMs = Share(tails, 1), cpuMs = cpu, most, last,
        };
    }

    private static void Add(List<double> to, TimeSpan time)
    {
        lock (to)
            to.Add(time.TotalMilliseconds);
    }

    /// <summary>The value that this share of all does not exceed; 0 without values.</summary>
    private static double Share(List<double> of, double share)
    {
        lock (of)
        {
            of.Sort();
            return of.Count == 0 ? 0 : Math.Round(of[Math.Min(of.Count - 1, (int)(share * of.Count))], 2);
        }
    }
}
