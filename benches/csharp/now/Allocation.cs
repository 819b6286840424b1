using PalabraAI;

namespace PalabraBench;

/// <summary>What a service or a game does many times a second: none of it may allocate.</summary>
internal static class Allocation
{
    private static readonly float[] Played = new float[960];
    private static readonly short[] Sent = new short[480];
    private static readonly char[] Text = new char[4096];
    private static readonly short[] Samples = new short[480000];

    public static void Run(int times)
    {
        // A first session, that is read until nothing is left: for what is made at its first use.
        Measure(500);
        Machine.Tell(Measure(times));
    }

    private static object Measure(int times)
    {
        using var client = new PalabraClient(new PalabraClientOptions { Credentials = { ClientId = "dev~blast=" + times, ClientSecret = "x" } });
        using TranslationSession speaking = client.OpenTranslation(new TranslationOptions
        {
            SourceLanguage = "en", TargetLanguages = { "es" }, Input = { Gap = { Policy = GapPolicy.Silence } },
            Output = { Mode = OutputMode.Both, Format = { Encoding = AudioEncoding.F32, SampleRate = 48000, Channels = 2 } },
            Limits = { EventCount = 2 * times, EventBytes = 1L << 30 },
        });
        speaking.WaitReady(Timeout.InfiniteTimeSpan);
        using PalabraEventReader reader = speaking.OpenReader();
        return new
        {
            times,
            playoutBytes = Bytes(times, () => Play(speaking)),
            readerBytes = Bytes(times, () => ReadOne(reader)),
            frameBytes = Bytes(times, () => Frame(speaking, reader)),
        };
    }

    private static long Bytes(int times, Action once)
    {
        once();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int n = 0; n < times; n++)
            once();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static void Play(TranslationSession session)
    {
        session.SendAudio(Sent);
        session.ReadAudio(Played);
    }

    private static void ReadOne(PalabraEventReader reader)
    {
        if (!reader.TryRead())
            return;
        reader.TryGetText(Text, out _);
        reader.TryGetLanguage(Text, out _);
        if (reader.Kind == EventKind.Audio)
            reader.CopySamples(Samples);
    }

    private static void Frame(TranslationSession session, PalabraEventReader reader)
    {
        Play(session);
        ReadOne(reader);
        _ = session.State;
    }
}
