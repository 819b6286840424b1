#nullable enable
using System;
using System.Threading;
using System.Threading.Tasks;

namespace PalabraAI.Programs
{
    /// <summary>Loops that are cancelled while events come as fast as they can.</summary>
    internal static class Amid
    {
        private const int Blocks = 5000;
        // So that each loop is cancelled somewhere else: between events, inside the wait, before the first one.
        private static readonly Random Random = new Random(1);
        private static long events, lost;

        internal static async Task<bool> Run(int times)
        {
            using var client = new PalabraClient(new PalabraClientOptions { Credentials = { ClientId = "dev~blast=" + Blocks, ClientSecret = "x" } });
            int cancelled = 0, silent = 0;
            while (cancelled < times)
            {
                using TranslationSession session = client.OpenTranslation(new TranslationOptions
                {
                    SourceLanguage = "en", TargetLanguages = { "es" }, Input = { Gap = { Policy = GapPolicy.Silence } },
                    Limits = { EventCount = 2 * Blocks, EventBytes = 1L << 29 },
                });
                var seen = new Seen();
                while (cancelled < times && seen.Count < Blocks)
                {
                    if (await IsCancelled(session, seen))
                        cancelled++;
                    else
                        silent++;
                }
            }
            Console.WriteLine($"{cancelled} cancellations amid {events} events, {lost} lost, {silent} loops that ended without a word");
            return lost == 0 && silent == 0 && events > times;
        }

        private static async Task<bool> IsCancelled(TranslationSession session, Seen seen)
        {
            using var end = new CancellationTokenSource();
            int after = Random.Next(40);
            bool fromElsewhere = Random.Next(2) == 0;
            if (fromElsewhere)
                _ = Task.Run(() => { Thread.SpinWait(Random.Shared.Next(20000)); end.Cancel(); });
            else
                end.CancelAfter(20);
            try
            {
                await foreach (PalabraEvent told in session.ReadEventsAsync(end.Token))
                {
                    events++;
                    seen.Count++;
                    if (seen.Last != 0 && told.Sequence != seen.Last + 1)
                        lost += told.Sequence - seen.Last - 1;
                    seen.Last = told.Sequence;
                    if (!fromElsewhere && after-- == 0)
                        end.Cancel();
                }
                return false;
            }
            catch (OperationCanceledException error)
            {
                return error.CancellationToken == end.Token;
            }
        }

        private sealed class Seen
        {
            internal long Last;
            internal long Count;
        }
    }
}
