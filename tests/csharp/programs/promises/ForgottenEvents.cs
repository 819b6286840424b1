#nullable enable
using System;
using System.IO;
using System.Linq;

namespace PalabraAI.Programs
{
    /// <summary>Events that are read and forgotten, most with 200 ms of speech.</summary>
    internal static class ForgottenEvents
    {
        private const double LimitMegabytes = 150;

        internal static (bool, string) Run(int count)
        {
            using var client = new PalabraClient(new PalabraClientOptions { Credentials = { ClientId = "dev~blast=" + count, ClientSecret = "x" } });
            using TranslationSession session = client.OpenTranslation(new TranslationOptions { SourceLanguage = "en", TargetLanguages = { "es" } });
            long events = 0, bytes = 0;
            foreach (PalabraEvent told in session.ReadEvents())
            {
                events++;
                if (told is AudioEvent audio)
                    bytes += 2L * audio.Samples.Length;
                // Those that were shed count: reading is slower than the server.
                if (told is OverflowEvent overflow)
                    count -= (int)overflow.Dropped;
                if (events >= count)
                    break;
            }
            double peak = PeakMegabytes();
            return (peak < LimitMegabytes, $"{events} events, {bytes >> 20} MB of speech, peak {peak:F0} MB, {GC.CollectionCount(0)} collections");
        }

        private static double PeakMegabytes()
        {
            string line = File.ReadLines("/proc/self/status").First(text => text.StartsWith("VmHWM", StringComparison.Ordinal));
            return double.Parse(line.Split(' ').Reverse().Skip(1).First()) / 1024;
        }
    }
}
