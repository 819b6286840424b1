// Speech that is pulled: elements, formats, and never more than the array holds.
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace PalabraAI.Tests
{
    public sealed class OutputTests
    {
        private const int Tick = 240;

        [Fact]
        public async Task SpeechIsPulled()
        {
            using (PalabraClient client = Talk.Client())
            using (TranslationSession session = Talk.Ready(client, Pulled()))
            {
                session.SetOutputFormat(new AudioFormat(AudioEncoding.F32, 24000, 2));
                Sessions.SayAndEnd(session);
                List<PalabraEvent> events = await Sessions.All(session);
                Check.That(!events.OfType<AudioEvent>().Any(), "speech as events");
                var tick = new float[2 * Tick];
                int loud = 0, talkspurts = 0, ticks = 0;
                SoundFlags sound = SoundFlags.None;
                while ((sound & SoundFlags.Ended) == 0)
                {
                    sound = session.ReadAudio(tick, ticks++ % 2 == 0 ? null : "es");
                    loud += (sound & SoundFlags.Speech) != 0 ? tick.Count(sample => sample != 0) : 0;
                    talkspurts += (sound & SoundFlags.Talkspurt) != 0 ? 1 : 0;
                }
                Check.That(loud > 40000 && talkspurts > 0, loud + " " + talkspurts);
                Check.Equal(session.GetPlayoutStats().PhrasesFinished, 1L, "phrases");
                session.Dispose();
                tick[0] = 1;
                Check.That(session.ReadAudio(tick) == SoundFlags.Ended && tick.All(sample => sample == 0), "after the end");
            }
        }

        [Fact]
        public void ArraysAreChecked()
        {
            Sessions.Unanswered(
                session =>
                {
                    Check.Equal(session.ReadAudio(new short[2 * Tick]), SoundFlags.None, "samples");
                    Check.Equal(session.ReadAudio(new byte[4 * Tick], "es"), SoundFlags.None, "bytes");
                    Check.Mistake("audio", "frame", () => session.ReadAudio(new short[3]));
                    Check.Throws<InvalidOperationException>(() => session.ReadAudio(new float[2 * Tick]), "floats");
                    Check.Throws<ArgumentException>(() => session.ReadAudio(new short[2 * Tick], "xx"), "no such language");
                    Check.Mistake("language", "surrogate", () => session.ReadAudio(new short[2 * Tick], "\ud800"));
                    Check.Mistake("language", "surrogate", () => session.GetPlayoutStats("\ud800"));
                    Check.Throws<ArgumentException>(() => session.ReadAudio(new short[2 * 24000]), "a second at once");
                    session.SetOutputFormat(new AudioFormat(AudioEncoding.Mulaw, 8000), "fr");
                    Check.Equal(session.ReadAudio(new byte[160], "FR"), SoundFlags.None, "a language of its own");
                    Check.Throws<InvalidOperationException>(() => session.ReadAudio(new byte[160]), "which language");
                    Check.Mistake("format", "SampleRate", () => session.SetOutputFormat(new AudioFormat(AudioEncoding.S16, 1)));
                    session.SetOutputFormat(new AudioFormat(AudioEncoding.Mulaw, 8000));
                    Check.Equal(session.ReadAudio(new byte[160]), SoundFlags.None, "all of them");
                    session.Dispose();
                    var silence = new byte[160];
                    Check.That(session.ReadAudio(silence) == SoundFlags.Ended && silence.All(sample => sample == 0xFF), "silence of mu-law");
                },
                options =>
                {
                    options.TargetLanguages.Add("fr");
                    options.Output.Mode = OutputMode.Playout;
                    options.Output.Format.Channels = 2;
                });
            Sessions.Unanswered(session => Check.Throws<InvalidOperationException>(() => session.ReadAudio(new short[Tick]), "events only"));
        }

        // A target that joins has the format of all, and what is read never goes past the array.
        [Fact]
        public unsafe void ATargetThatJoinsHasTheFormatOfAll()
        {
            TranslationOptions options = Pulled();
            options.Output.Format.Encoding = AudioEncoding.F32;
            options.Output.Format.Channels = 2;
            options.Input.Gap.Policy = GapPolicy.Silence;
            using (PalabraClient client = Talk.Client())
            using (TranslationSession session = Talk.Ready(client, options))
            {
                session.SetOutputFormat(new AudioFormat(AudioEncoding.S16, 24000));
                options.TargetLanguages.Add("de");
                session.SetTask(options.BuildTask(), 7);
                var block = new short[4 * Tick];
                bool joined = Talk.Within(Talk.PatienceMs, () =>
                {
                    block.AsSpan().Fill(0x5A5A);
                    try
                    {
                        session.ReadAudio(block.AsSpan(0, Tick), "de");
                        return true;
                    }
                    catch (ArgumentException)
                    {
                        // It has not joined yet.
                        return false;
                    }
                });
                Check.That(joined && block.Skip(Tick).All(sample => sample == 0x5A5A), "written behind the array");
            }
        }

        // Somebody changes formats while somebody reads: nothing is written behind the array.
        [Fact]
        public void FormatsChangeWhileSomebodyReads()
        {
            Sessions.Unanswered(
                session =>
                {
                    bool over = false;
                    var changing = Task.Run(() =>
                    {
                        for (int n = 0; !Volatile.Read(ref over); n++)
                        {
                            var format = new AudioFormat(n % 2 == 0 ? AudioEncoding.S16 : AudioEncoding.F32, 24000, 1 + n % 8);
                            try
                            {
                                session.SetOutputFormat(format, n % 3 == 0 ? null : "es");
                            }
                            catch (PalabraException busy) when (busy.Status == PalabraStatus.Busy)
                            {
                                Thread.Yield();
                            }
                        }
                    });
                    // Room for what the longest frames would take, so that a fault is seen and kills nobody.
                    var block = new byte[(32 + 16 * 32) * Tick];
                    byte[] untouched = Enumerable.Repeat((byte)0x5A, block.Length - 32 * Tick).ToArray();
                    int read = 0;
                    for (int n = 0; n < 5000; n++)
                    {
                        untouched.CopyTo(block, 32 * Tick);
                        try
                        {
                            session.ReadAudio(block.AsSpan(0, 32 * Tick), n % 2 == 0 ? null : "es");
                            read++;
                        }
                        catch (InvalidOperationException)
                        {
                            // No language was named.
                        }
                        catch (ArgumentException)
                        {
                            // A frame that is not complete, or more than 500 ms.
                        }
                        Check.That(block.AsSpan(32 * Tick).SequenceEqual(untouched), "written behind the array");
                    }
                    Volatile.Write(ref over, true);
                    Check.That(changing.Wait(Talk.PatienceMs) && read > 0, "changes");
                },
                options => options.Output.Mode = OutputMode.Playout);
        }

        // In mu-law 0 is no silence, also for whoever reads while the format changes.
        [Fact]
        public void WhoReadsWhileTheFormatChangesHearsSilence()
        {
            Sessions.Unanswered(
                session =>
                {
                    session.SetOutputFormat(new AudioFormat(AudioEncoding.Mulaw, 8000));
                    bool over = false;
                    var changing = Task.Run(() =>
                    {
                        for (int n = 0; !Volatile.Read(ref over); n++)
                        {
                            try
                            {
                                session.SetOutputFormat(new AudioFormat(AudioEncoding.Mulaw, n % 2 == 0 ? 8000 : 16000));
                            }
                            catch (PalabraException busy) when (busy.Status == PalabraStatus.Busy)
                            {
                                Thread.Yield();
                            }
                        }
                    });
                    var block = new byte[160];
                    bool isSilent = true;
                    for (int n = 0; n < 5000; n++)
                    {
                        Array.Clear(block, 0, block.Length);
                        session.ReadAudio(block);
                        isSilent &= block.All(sample => sample == 0xFF);
                    }
                    Volatile.Write(ref over, true);
                    Check.That(changing.Wait(Talk.PatienceMs) && isSilent, "it was no silence");
                },
                options => options.Output.Mode = OutputMode.Playout);
        }

        [Fact]
        public async Task ASessionIsRecorded()
        {
            string path = Path.Combine(Path.GetTempPath(), "recorded-" + Guid.NewGuid() + ".wav");
            try
            {
                using (PalabraClient client = Talk.Client())
                using (TranslationSession session = Talk.Ready(client, Pulled()))
                {
                    var none = Check.Throws<InvalidOperationException>(() => session.PauseRecording(), "nothing is recorded");
                    Check.That(none.Message.Contains("StartRecording"), none.Message);
                    Check.Throws<InvalidOperationException>(() => session.ResumeRecording(), "nothing is recorded");
                    Check.Throws<InvalidOperationException>(() => session.StopRecording(TimeSpan.Zero), "nothing is recorded");
                    await Check.ThrowsAsync<InvalidOperationException>(() => session.StopRecordingAsync(), "nothing is recorded");
                    session.StartRecording(path, new RecordingOptions { SampleRate = 8000 });
                    session.PauseRecording();
                    session.ResumeRecording();
                    Check.Refused(PalabraStatus.Busy, () => session.StartRecording(path));
                    for (int n = 0; n < 20; n++)
                    {
                        session.SendAudio(new short[480]);
                        session.ReadAudio(new short[480]);
                        await Task.Delay(5);
                    }
                    await session.StopRecordingAsync();
                }
                PalabraAudio recorded = PalabraAudio.ReadWav(path);
                Check.That(recorded.SampleRate == 8000 && recorded.Channels == 2, "its format");
            }
            finally
            {
                File.Delete(path);
            }
        }

        private static TranslationOptions Pulled()
        {
            TranslationOptions options = Talk.To("es");
            options.Output.Mode = OutputMode.Playout;
            return options;
        }
    }
}
