// Pull playout, with a devserver.
using System;
using System.IO;
using System.Linq;
using Xunit;

namespace PalabraAI.Tests
{
    public sealed class PlayoutTests
    {
        private const int Tick = 240;

        [Fact]
        public void SpeechCanBePulled()
        {
            using (Client client = Talk.Client())
            using (Session session = Talk.Ready(client, Pulled()))
            {
                session.SendAudio(Talk.Phrase(), 0, 60000);
                session.End();
                foreach (PalabraEvent what in session.Events(Talk.PatienceMs))
                    Check.That(what.Kind != EventKind.Audio, "speech came as an event");
                var tick = new float[2 + Tick];
                session.SetOutputFormat(null, new AudioFormat(AudioEncoding.F32, Talk.Rate, 1));
                int loud = 0, ticks = 0, talkspurts = 0;
                SoundFlags sound = SoundFlags.None;
                while ((sound & SoundFlags.Ended) == 0)
                {
                    int read = session.ReadAudio(ticks++ % 2 == 0 ? null : "es", tick, 2, Tick);
                    Check.That(read >= 0, ((Status)read).Name());
                    sound = (SoundFlags)read;
                    bool any = tick.Skip(2).Any(sample => sample != 0);
                    Check.That((sound & SoundFlags.Speech) != 0 || !any, sound.ToString());
                    talkspurts += (sound & SoundFlags.Talkspurt) != 0 ? 1 : 0;
                    loud += tick.Count(sample => sample != 0);
                }
                Check.That(tick[0] == 0 && tick[1] == 0, "what is before the offset was touched");
                Check.That(loud > 20000 && tick.All(sample => Math.Abs(sample) <= 1), "speech: " + loud);
                PlayoutStats stats = session.GetPlayoutStats("es");
                Check.That(stats.PhrasesFinished == 1 && stats.PhrasesStarted == 1 && stats.BufferedMs == 0 && talkspurts > 0, "figures, " + talkspurts + " talkspurts");
                Check.Refused(Status.InvalidArgument, () => session.GetPlayoutStats("de"));
            }
        }

        [Fact]
        public void ASessionIsRecorded()
        {
            string path = Path.GetTempFileName();
            try
            {
                using (Client client = Talk.Client())
                using (Session session = Talk.Ready(client, Pulled()))
                {
                    Check.Refused(Status.InvalidArgument, () => session.StopRecording(1000));
                    Check.Refused(Status.InvalidArgument, session.PauseRecording);
                    Check.Refused(Status.Io, () => session.StartRecording("/nowhere/at/all.wav"));
                    session.StartRecording(path, new RecordingOptions { Language = "es", SampleRate = 8000 });
                    Check.Refused(Status.Busy, () => session.StartRecording(path));
                    session.PauseRecording();
                    session.ResumeRecording();
                    session.SendAudio(Talk.Phrase(), 0, 60000);
                    var tick = new short[Tick];
                    for (int n = 0; n < 50; n++)
                        Check.Equal(session.ReadAudio("es", tick, 0, Tick), 0, "nothing yet");
                    session.StopRecording(Talk.PatienceMs);
                }
                byte[] file = File.ReadAllBytes(path);
                Check.That(file.Length > 44 + 4 * 50 * Tick / 6 && file[0] == 'R' && file[22] == 2, "a stereo file of " + file.Length);
            }
            finally
            {
                File.Delete(path);
            }
        }

        private static TranslationConfig Pulled()
        {
            TranslationConfig config = Talk.To("es");
            config.Output.Mode = OutputMode.Playout;
            return config;
        }
    }
}
