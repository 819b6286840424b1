#nullable enable
using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Threading;

namespace PalabraAI.Programs
{
    /// <summary>What was read from an event stays what it is when the event is forgotten.</summary>
    internal static class Views
    {
        /// <summary>Samples outlive their event, while other code allocates and later events are read.</summary>
        internal static (bool, string) Forgotten(int wanted)
        {
            var busy = new Thread(Allocate) { IsBackground = true };
            busy.Start();
            int changed = 0;
            var kept = new List<(ReadOnlyMemory<short> Speech, long Sum)>();
            using var client = new PalabraClient();
            while (kept.Count < wanted)
            {
                using TranslationSession session = Speaking(client);
                while (Next(session) is { IsEmpty: false } speech)
                {
                    kept.Add((speech, Sum(speech.Span)));
                    for (int n = 0; n < 50; n++)
                    {
                        Thread.Yield();
                        changed += kept.TrueForAll(one => Sum(one.Speech.Span) == one.Sum) ? 0 : 1;
                    }
                }
            }
            return (changed == 0, $"{kept.Count} blocks of speech were read again and again, {changed} times one had changed");
        }

        /// <summary>A text of 4 MB lies in memory that is unmapped when it is freed.</summary>
        internal static (bool, string) Huge()
        {
            using var client = new PalabraClient(new PalabraClientOptions { Credentials = { ClientId = "dev~huge_message=4000000", ClientSecret = "x" } });
            int seen = 0, changed = 0;
            for (int n = 0; n < 3; n++)
            {
                using TranslationSession session = client.OpenTranslation(
                    new TranslationOptions { SourceLanguage = "en", TargetLanguages = { "es" }, Limits = { EventBytes = 1L << 30 } });
                string text = HugeText(session);
                seen += text.Length > 100000 ? 1 : 0;
                long first = Sum(text.AsSpan());
                for (int k = 0; k < 10; k++)
                {
                    GC.Collect();
                    GC.WaitForPendingFinalizers();
                    changed += Sum(text.AsSpan()) == first ? 0 : 1;
                }
            }
            return (seen == 3 && changed == 0, $"{seen} of 3 huge texts, {changed} changed");
        }

        internal static TranslationSession Speaking(PalabraClient client, EventQueue? queue = null)
        {
            TranslationSession session = client.OpenTranslation(new TranslationOptions
            {
                SourceLanguage = "en", TargetLanguages = { "es" }, Queue = queue, Input = { BufferDuration = TimeSpan.FromSeconds(10) },
            });
            var phrase = new short[60000];
            for (int n = 0; n < 24000; n++)
                phrase[n] = (short)(n / 60 % 2 == 0 ? 4000 : -4000);
            session.SendAudio(phrase);
            session.End();
            return session;
        }

        private static void Allocate()
        {
            while (true)
            {
                for (int n = 0; n < 200; n++)
                    GC.KeepAlive(new byte[50000]);
                Thread.Sleep(1);
            }
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        private static ReadOnlyMemory<short> Next(TranslationSession session)
        {
            foreach (PalabraEvent told in session.ReadEvents())
                if (told is AudioEvent { Samples: { IsEmpty: false } } audio)
                    return audio.Samples;
            return default;
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        private static string HugeText(TranslationSession session)
        {
            foreach (PalabraEvent told in session.ReadEvents())
                if (told is TranscriptEvent { Text: { Length: > 100000 } } transcript)
                    return transcript.Text;
            return "";
        }

        private static long Sum(ReadOnlySpan<short> samples)
        {
            long sum = 0;
            foreach (short sample in samples)
                sum = sum * 31 + sample;
            return sum;
        }

        private static long Sum(ReadOnlySpan<char> text)
        {
            long sum = 0;
            foreach (char letter in text)
                sum = sum * 31 + letter;
            return sum;
        }
    }
}
