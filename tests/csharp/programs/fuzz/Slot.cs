#nullable enable
using System;
using System.Threading;

namespace PalabraAI.Programs
{
    /// <summary>One session with its client and perhaps a queue and a reader, used by all threads at once.</summary>
    internal sealed class Slot
    {
        private static long opened;
        private readonly int product;
        private volatile PalabraClient? client;

        internal Slot(int product)
        {
            this.product = product;
        }

        internal static long Opened => opened;

        internal volatile PalabraSession? Session;
        internal volatile EventQueue? Queue;
        internal volatile PalabraEventReader? Reader;

        /// <summary>Puts a new session here; the earlier one is disposed, or forgotten as it is.</summary>
        internal void Open(Random random)
        {
            PalabraClient account = client ??= new PalabraClient();
            EventQueue? queue = random.Next(3) == 0 ? (Queue ??= new EventQueue()) : null;
            PalabraSession next = product == 0 ? account.OpenTranslation(Translation(queue))
                : product == 1 ? account.OpenTts(new TtsOptions { Language = "en", Queue = queue, Output = { Mode = (OutputMode)random.Next(3) } })
                : account.OpenStt(new SttOptions { Language = "en", Queue = queue });
            Interlocked.Increment(ref opened);
            PalabraSession? earlier = Session;
            Session = next;
            if (random.Next(3) == 0)
                earlier?.Dispose();
        }

        internal void DisposeClient()
        {
            client?.Dispose();
            client = null;
        }

        internal void DisposeAll()
        {
            Reader?.Dispose();
            Session?.Dispose();
            Queue?.Dispose();
            DisposeClient();
        }

        private static TranslationOptions Translation(EventQueue? queue) => new TranslationOptions
        {
            SourceLanguage = "en", TargetLanguages = { "es", "fr" }, Queue = queue, IncludeJson = true, Tag = new object(),
            Input = { Gap = { Policy = GapPolicy.Silence }, BufferDuration = TimeSpan.FromMilliseconds(200) },
            Output = { Mode = OutputMode.Both },
        };
    }
}
