// What is called for every block, event or frame of a game allocates nothing.
using System;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace PalabraAI.Tests
{
    // Alone: who reads hands on what other sessions have.
    [Collection("alone")]
    public sealed class AllocationTests
    {
        private const int Rounds = 20000;

        [Fact]
        public void TheMeasureWorks()
        {
            object[] kept = new object[1];
            Check.Throws<CheckFailed>(() => AllocatesNothing(() => kept[0] = new object(), 10), "an object a call");
        }

        [Fact]
        public void AudioBothWays()
        {
            Sessions.Unanswered(
                session =>
                {
                    var samples = new short[480];
                    var bytes = new byte[960];
                    var floats = new float[960];
                    session.SetOutputFormat(new AudioFormat(AudioEncoding.F32, 48000, 2), "fr");
                    AllocatesNothing(() => session.SendAudio(samples), Rounds);
                    AllocatesNothing(() => session.SendAudio(bytes), Rounds);
                    AllocatesNothing(() => session.ReadAudio(samples, "es"), Rounds);
                    AllocatesNothing(() => session.ReadAudio(floats, "fr"), Rounds);
                    AllocatesNothing(() => GC.KeepAlive(session.InputSpace + (int)session.State > 0 ? samples : null), Rounds);
                },
                options =>
                {
                    options.TargetLanguages.Add("fr");
                    options.Output.Mode = OutputMode.Playout;
                });
        }

        [Fact]
        public void TicksOfACall()
        {
            Calls.Unanswered(call =>
            {
                PalabraLeg telephone = call.Join(Calls.Telephone("en")), headset = call.Join(Calls.Headset("es"));
                byte[] packet = new byte[Calls.Packet], heard = new byte[Calls.Packet];
                var floats = new float[960];
                var stereo = new float[1920];
                AllocatesNothing(() => telephone.Exchange(packet, heard), Rounds / 20);
                AllocatesNothing(() => headset.Exchange(floats, stereo), Rounds / 20);
                long timestamp = 0;
                AllocatesNothing(() => telephone.ExchangeAt(packet, timestamp += Calls.Packet, heard), Rounds / 20);
                AllocatesNothing(() => headset.SendAudio(floats), Rounds / 20);
                AllocatesNothing(() => headset.ReadAudio(stereo), Rounds / 20);
            });
        }

        [Fact]
        public void ALookForNothing()
        {
            Sessions.Unanswered(session =>
            {
                using (PalabraEventReader reader = session.OpenReader())
                    AllocatesNothing(() => Check.That(!reader.TryRead(), "an event"), Rounds);
            });
        }

        // Texts, speech, answers and log lines; the calls go on when nothing is left, so that both are measured.
        [Fact]
        public void EventsOfAllKinds()
        {
            TranslationOptions options = Talk.To("es", "fr");
            options.IncludeJson = true;
            using (PalabraClient client = Talk.Client())
            using (TranslationSession session = Talk.Ready(client, options))
                Reads(session, () => Sessions.SayAndEnd(session), 10);
        }

        [Fact, Trait("tier", "prove")]
        public void TenThousandEvents()
        {
            TranslationOptions options = Talk.To("es");
            options.Limits.EventBytes = 1L << 30;
            options.Limits.EventCount = 1000000;
            using (PalabraClient client = Talk.Client("dev~blast=10000"))
            using (TranslationSession session = Talk.Ready(client, options))
                Reads(session, session.End, 10000);
        }

        private static void Reads(TranslationSession session, Action ask, int least)
        {
            var text = new char[1000];
            var samples = new short[20000];
            int events = 0, closed = 0;
            long characters = 0, frames = 0;
            using (PalabraEventReader reader = session.OpenReader())
            {
                Action read = () =>
                {
                    if (!reader.TryRead())
                        return;
                    events++;
                    closed += reader.Kind == EventKind.Closed ? 1 : 0;
                    frames += reader.CopySamples(samples);
                    characters += reader.TryGetText(text, out int length) ? length : 0;
                    characters += reader.TryGetLanguage(text, out length) ? length : 0;
                    characters += reader.SessionName.Length + (reader.LanguageIs("es") ? 1 : 0);
                    characters += reader.Timestamp.Ticks + reader.Phrase + (reader.Start?.Ticks ?? 0) > 0 ? 1 : 0;
                };
                // The first event compiles what later ones use.
                Check.That(Talk.Within(Talk.PatienceMs, () => Once(read, ref events)), "no event");
                ask();
                Check.That(Talk.Within(Talk.PatienceMs, () => session.State == PalabraSessionState.Closed), "not closed in time");
                int before = events;
                AllocatesNothing(read, Math.Max(Rounds, 2 * least));
                Check.That(closed == 1 && events - before >= least && frames > 20000 && characters > 0, events + " events, " + frames + " frames");
            }
        }

        private static bool Once(Action read, ref int events)
        {
            read();
            return events > 0;
        }

        private static void AllocatesNothing(Action call, int calls)
        {
            // Warms up: the first calls compile code and fill caches, which is not measured.
            for (int n = 0; n < 10; n++)
                call();
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int n = 0; n < calls; n++)
                call();
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Check.That(allocated == 0, allocated + " bytes in " + calls + " calls");
        }
    }
}
