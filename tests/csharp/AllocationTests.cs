// Calls that are made for every tick or frame allocate nothing.
using System;
using System.Net.Sockets;
using Xunit;

namespace PalabraAI.Tests
{
    public sealed class AllocationTests
    {
        private const int Calls = 100000;
        // Longer than the calls take on any machine, because a closed session answers differently.
        private const int LongConnectMs = 600000;

        [Fact]
        public void TheMeasureWorks()
        {
            object[] kept = new object[1];
            Check.Throws<CheckFailed>(() => AllocatesNothing(() => kept[0] = new object(), 10), "an object a call");
        }

        [Fact]
        public void SendAudio()
        {
            WithUnanswered(session =>
            {
                var samples = new short[480];
                AllocatesNothing(() => session.SendAudio(samples, 0, 480), Calls);
            }, AudioEncoding.S16);
            WithUnanswered(session =>
            {
                var samples = new float[480];
                AllocatesNothing(() => session.SendAudio(samples, 0, 480), Calls);
            }, AudioEncoding.F32);
        }

        [Fact]
        public void ReadAudio()
        {
            WithUnanswered(session =>
            {
                var samples = new short[480];
                session.SetOutputFormat("fr", new AudioFormat(AudioEncoding.F32, 48000, 2));
                AllocatesNothing(() => Check.That(session.ReadAudio("es", samples, 0, 480) == 0, "read"), Calls);
                AllocatesNothing(() => Check.That(session.ReadAudio(null, samples, 0, 10) == 0, "read"), Calls);
            }, AudioEncoding.S16);
        }

        [Fact]
        public void OtherProducts()
        {
            int port;
            TcpListener listener = Talk.Silent(out port);
            string url = "ws://127.0.0.1:" + port + "/", token = "token-of-the-tests";
            using (Client client = Talk.Client())
            using (Session tts = client.OpenTts(new TtsConfig { Language = "en", Stream = { Url = url, Token = token }, Timeouts = { ConnectMs = LongConnectMs }, Output = { Mode = OutputMode.Playout } }))
            using (Session stt = client.OpenStt(new SttConfig { Input = { Format = { Encoding = AudioEncoding.Mulaw } }, Stream = { Url = url, Token = token }, Timeouts = { ConnectMs = LongConnectMs } }))
            using (var what = new PalabraEvent())
            {
                var packet = new byte[160];
                var tick = new short[480];
                AllocatesNothing(() => Check.That(stt.SendAudio(packet, 0, 160) >= 0, "send"), Calls);
                AllocatesNothing(() => Check.That(tts.ReadAudio(null, tick, 0, 480) == 0, "read"), Calls);
                AllocatesNothing(() => Check.That(!tts.Poll(what, 0) && !stt.Poll(what, 0), "an event"), Calls);
            }
            listener.Stop();
        }

        [Fact]
        public void PollOfNothing()
        {
            WithUnanswered(session =>
            {
                using (var what = new PalabraEvent())
                    AllocatesNothing(() => Check.That(!session.Poll(what, 0), "an event"), Calls);
            }, AudioEncoding.S16);
        }

        // The calls continue when the queue is empty, so that both results are measured.
        [Fact]
        public void PollOfEvents()
        {
            using (var queue = new EventQueue())
            using (Client client = Talk.Client())
            using (var what = new PalabraEvent())
            {
                TranslationConfig config = Talk.To("es");
                config.Queue = queue;
                queue.OpenLog(PalabraLogLevel.Debug);
                using (Session session = Talk.Ready(client, config))
                {
                    session.SendAudio(Talk.Phrase(), 0, 60000);
                    session.End();
                    Check.That(Talk.Within(Talk.PatienceMs, () => session.State == SessionState.Closed), "not closed in time");
                    int events = 0, closed = 0;
                    long length = 0;
                    AllocatesNothing(() =>
                    {
                        if (!queue.Poll(what, 0))
                            return;
                        events++;
                        closed += what.Kind == EventKind.Closed ? 1 : 0;
                        length += what.Kind == EventKind.Audio && what.LanguageIs("es") ? what.PcmFrames : 0;
                    }, Calls);
                    Check.That(events > 10 && closed == 1 && length > 20000, events + " events, " + length + " frames");
                }
            }
        }

        private static void AllocatesNothing(Action call, int calls)
        {
            // Warms up: the first call compiles code and fills caches, which is not measured.
            for (int n = 0; n < 10; n++)
                call();
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int n = 0; n < calls; n++)
                call();
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Check.That(allocated == 0, allocated + " bytes in " + calls + " calls");
        }

        private static void WithUnanswered(Action<Session> use, AudioEncoding encoding)
        {
            int port;
            TcpListener listener = Talk.Silent(out port);
            try
            {
                TranslationConfig config = Talk.At(port);
                config.TargetLanguages = "es,fr";
                config.Input.Format.Encoding = encoding;
                config.Output.Mode = OutputMode.Playout;
                config.Timeouts.ConnectMs = LongConnectMs;
                using (Client client = Talk.Client())
                using (Session session = client.OpenTranslation(config))
                    use(session);
            }
            finally
            {
                listener.Stop();
            }
        }
    }
}
