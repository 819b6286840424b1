// Text-to-speech and speech-to-text with a devserver, and the errors of calls that belong to another kind of session.
using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Xunit;

namespace PalabraAI.Tests
{
    public sealed class SpeechTests
    {
        // Length of the devserver's speech for a character.
        private const int FramesPerCharacter = 1440;

        [Fact]
        public void TokensBecomeSpeech()
        {
            using (Client client = Talk.Client())
            using (Session session = client.OpenTts(new TtsConfig { Language = "en", SessionTag = 44 }))
            {
                session.SendText("One, two, ", TextFlags.None, "count", null, 7);
                session.SendText("three.", TextFlags.Eos, "count", null, 8);
                session.SendText("Again", TextFlags.Eos | TextFlags.ResetContext, null, new TtsVoice { SpeedPercent = 120 });
                session.End();
                Check.Refused(Status.Ended, () => session.SendText("too late", TextFlags.Eos));
                var heard = new Dictionary<ulong, int>();
                int lasts = 0;
                foreach (PalabraEvent what in session.Events(Talk.PatienceMs))
                {
                    Check.Equal(what.SessionTag, 44ul, "session tag");
                    if (what.Kind == EventKind.Closed)
                        Check.Equal(what.Code, Status.Ok, what.ToString());
                    if (what.Kind != EventKind.Audio)
                        continue;
                    Check.That(what.LanguageIs("en") && what.SampleRate == Talk.Rate, "its format");
                    Check.That(what.Phrase == 2 || what.Id == "count" && what.UserTag == 7, what.Id + " " + what.UserTag);
                    int before;
                    heard.TryGetValue(what.Phrase, out before);
                    heard[what.Phrase] = before + what.PcmFrames;
                    lasts += (what.Flags & EventFlags.LastChunk) != 0 ? 1 : 0;
                }
                Check.That(heard.Count == 2 && lasts == 2, heard.Count + " generations, " + lasts + " ends");
                Check.Equal(heard[1], 16 * FramesPerCharacter, "frames of the first");
                Check.That(heard[2] > 0, "the second is not heard");
            }
        }

        [Fact]
        public void ATextIsSaidInOneCall()
        {
            using (Client client = Talk.Client())
            using (Session session = client.OpenTts(new TtsConfig { Language = "en" }))
            {
                PalabraAudio speech = session.Synthesize("Good evening", Talk.PatienceMs);
                Check.Equal(speech.Frames, 12 * FramesPerCharacter, "frames");
                Check.That(speech.SampleRate == Talk.Rate && speech.Channels == 1 && speech.Samples.Any(sample => sample != 0), "speech");
                PalabraException empty = Check.Refused(Status.InvalidArgument, () => session.Synthesize("", Talk.PatienceMs));
                Check.That(empty.Error.Text.Length > 0 && empty.Partial == null, empty.Message);
                Check.Throws<ArgumentException>(() => session.Synthesize("a\0b"), "a NUL");
                Check.Refused(Status.Timeout, () => session.Synthesize("no time for it", 0));
                session.Close();
                Check.Refused(Status.BadHandle, () => session.Synthesize("gone"));
            }
        }

        [Fact]
        public void SeveralThreadsSayTexts()
        {
            using (Client client = Talk.Client())
            using (Session session = client.OpenTts(new TtsConfig { Language = "en" }))
            {
                var frames = new int[4];
                var threads = Enumerable.Range(0, frames.Length).Select(n => new Thread(() =>
                    frames[n] = session.Synthesize(new string('a', n + 8), Talk.PatienceMs).Frames)).ToList();
                threads.ForEach(thread => thread.Start());
                threads.ForEach(thread => thread.Join());
                for (int n = 0; n < frames.Length; n++)
                    Check.Equal(frames[n], (n + 8) * FramesPerCharacter, "frames of thread " + n);
            }
        }

        [Fact]
        public void AGenerationIsTakenBack()
        {
            using (Client client = Talk.Client())
            using (Session session = client.OpenTts(new TtsConfig { Language = "en" }))
            {
                session.SendText("never complete", TextFlags.None, "a");
                session.Cancel("a", 5);
                session.Cancel();
                session.End();
                bool told = false;
                foreach (PalabraEvent what in session.Events(Talk.PatienceMs))
                {
                    told |= what.Kind == EventKind.TaskStatus && what.ServiceCode == "cancel" && what.UserTag == 5 && what.Id == "a";
                    Check.That(!told || what.Kind != EventKind.Audio, "speech after it was taken back");
                }
                Check.That(told, "no answer");
            }
        }

        [Fact]
        public void SpeechOfTextsIsPulled()
        {
            var config = new TtsConfig
            {
                Language = "en",
                Output = { Mode = OutputMode.Playout, Format = { Encoding = AudioEncoding.F32, SampleRate = 48000, Channels = 2 } },
            };
            using (Client client = Talk.Client())
            using (Session session = client.OpenTts(config))
            {
                session.SendText("hello", TextFlags.Eos);
                session.End();
                var tick = new float[2 * 480];
                Check.Throws<InvalidOperationException>(() => session.ReadAudio(null, new short[960], 0, 480), "not floats");
                Check.Throws<ArgumentException>(() => session.ReadAudio(null, tick, 0, 481), "no room");
                foreach (PalabraEvent what in session.Events(Talk.PatienceMs))
                    Check.That(what.Kind != EventKind.Audio, "speech came as an event");
                int loud = 0, sound = 0;
                while (((SoundFlags)sound & SoundFlags.Ended) == 0)
                {
                    sound = session.ReadAudio(null, tick, 0, 480);
                    Check.That(sound >= 0, ((Status)sound).Name());
                    loud += tick.Count(sample => sample != 0);
                }
                Check.That(loud > 5 * FramesPerCharacter * 2 * 2 * 8 / 10, "speech in " + loud + " samples");
                Check.Equal(session.GetPlayoutStats().PhrasesFinished, 1L, "phrases heard");
            }
        }

        [Fact]
        public void ImpossibleTextsAreRefused()
        {
            using (Client client = Talk.Client())
            {
                Check.Refused(Status.InvalidArgument, () => client.OpenTts(new TtsConfig()));
                PalabraException mp3 = Check.Refused(Status.Unsupported,
                    () => client.OpenTts(new TtsConfig { Language = "en", Format = TtsFormat.Mp3, Output = { Mode = OutputMode.Playout } }));
                Check.That(mp3.Message.Contains("MP3"), mp3.Message);
                Check.Refused(Status.InvalidArgument, () => client.OpenStt(new SttConfig { Stream = { Url = "ws://127.0.0.1:1/" } }));
                Check.Refused(Status.Unsupported, () => client.OpenStt(new SttConfig { Input = { Gap = { Policy = GapPolicy.Pause } } }));
                Check.Throws<ArgumentNullException>(() => client.OpenTts(null), "no config");
                Check.Throws<ArgumentNullException>(() => client.OpenStt(null), "no config");
                using (Session session = client.OpenTts(new TtsConfig { Language = "en" }))
                {
                    string full = new string('x', 257);
                    Check.Refused(Status.InvalidArgument, () => session.SendText(full, TextFlags.Eos));
                    Check.Refused(Status.InvalidArgument, () => session.SendText(null, TextFlags.Eos));
                    Check.Refused(Status.InvalidArgument, () => session.SendText("a", TextFlags.Eos, ""));
                    Check.Refused(Status.InvalidArgument, () => session.SendText("a", TextFlags.Eos, null, new TtsVoice { SpeedPercent = 5000 }));
                    Check.Refused(Status.Unsupported, () => session.SendText("a", (TextFlags)(1u << 30)));
                    Check.Throws<ArgumentException>(() => session.SendText("\ud800"), "half a character");
                }
                using (Session session = client.OpenTts(new TtsConfig { Language = "en", Flags = TtsFlags.Split }))
                    session.SendText(new string('x', 200) + ". " + new string('y', 200), TextFlags.Eos);
            }
        }

        [Fact]
        public void EncodedBytesAreHeard()
        {
            using (Client client = Talk.Client())
            using (Session session = client.OpenStt(new SttConfig { Language = "en", Format = SttFormat.Webm }))
            {
                // The devserver counts 4 bytes as one ms of speech.
                var bytes = new byte[4000];
                Check.Equal(session.SendEncoded(bytes, 1000, 3000), 3000, "bytes at once");
                Check.Equal(session.SendEncodedPaced(bytes, 0, 1000, 50, 0, Talk.PatienceMs), 1000, "bytes by the clock");
                Check.Throws<ArgumentException>(() => session.SendEncoded(bytes, 1, 4000), "too many bytes");
                Check.Throws<ArgumentNullException>(() => session.SendEncoded(null, 0, 0), "no array");
                Check.Refused(Status.InvalidArgument, () => session.SendEncodedPaced(bytes, 0, 1000, 0, 0, 0));
                Check.Equal(session.SendAudio(new short[10], 0, 10), Status.Unsupported, "samples");
                session.End();
                string last = "";
                foreach (PalabraEvent what in session.Events(Talk.PatienceMs))
                    last = what.Kind == EventKind.Transcript && what.IsFinal ? what.Text : last;
                Check.Equal(last, "phrase 1, 1.0 s", "the final");
            }
        }

        [Fact]
        public void Mp3ComesAsBytes()
        {
            using (Client client = Talk.Client())
            using (Session session = client.OpenTts(new TtsConfig { Language = "en", Format = TtsFormat.Mp3 }))
            {
                PalabraAudio whole = session.Synthesize("Good evening", Talk.PatienceMs);
                Check.That(whole.Frames == 0 && whole.Data[0] == 0xff && whole.Data[1] == 0xf3, "no MP3");
                session.SendText("Good evening", TextFlags.Eos);
                session.End();
                var pieces = new List<byte>();
                foreach (PalabraEvent what in session.Events(Talk.PatienceMs))
                {
                    Check.That(what.PcmFrames == 0 && what.Data().Length == what.DataLength, "samples in an event");
                    pieces.AddRange(what.Data());
                }
                Check.That(pieces.SequenceEqual(whole.Data), pieces.Count + " bytes instead of " + whole.Data.Length);
            }
        }

        [Fact]
        public void EveryEncodingIsHeard()
        {
            short[] spoken = Talk.Phrase();
            // Two of three samples give 16 kHz, which sounds similar.
            short[] fewer = spoken.Where((sample, n) => n % 3 != 0).ToArray();
            IsHeard(AudioEncoding.Default, 0, (session, rate) => session.SendAudio(fewer, 0, fewer.Length), 16000);
            IsHeard(AudioEncoding.S16, Talk.Rate, (session, rate) => session.SendAudio(spoken, 0, spoken.Length), Talk.Rate);
            var floats = spoken.Select(sample => sample / 32768f).ToArray();
            IsHeard(AudioEncoding.F32, Talk.Rate, (session, rate) => session.SendAudio(floats, 0, floats.Length), Talk.Rate);
            IsHeard(AudioEncoding.Mulaw, 0, (session, rate) => session.SendAudio(Bytes(spoken, 0x20, 0xa0, 0xff), 0, rate * 5 / 2), 8000);
            IsHeard(AudioEncoding.Alaw, 0, (session, rate) => session.SendAudio(Bytes(spoken, 0x20, 0xa0, 0xd5), 0, rate * 5 / 2), 8000);
        }

        private static void IsHeard(AudioEncoding encoding, int configured, Func<Session, int, int> speak, int rate)
        {
            var config = new SttConfig { Language = "en", Input = { Format = { Encoding = encoding, SampleRate = configured }, BufferMs = 10000 } };
            using (Client client = Talk.Client())
            using (Session session = client.OpenStt(config))
            {
                Check.That(session.WaitReady(Talk.PatienceMs), "not ready in time");
                Check.Equal(speak(session, rate), rate * 5 / 2, "frames of " + encoding);
                session.End();
                var finals = new List<string>();
                foreach (PalabraEvent what in session.Events(Talk.PatienceMs))
                {
                    if (what.Kind == EventKind.Transcript && what.IsFinal)
                    {
                        finals.Add(what.Text);
                        Check.That(what.EndMs > what.StartMs && what.EndMs <= 2500, what.StartMs + " to " + what.EndMs);
                    }
                    if (what.Kind == EventKind.Closed)
                        Check.Equal(what.Code, Status.Ok, what.ToString());
                }
                Check.That(finals.Count == 1 && finals[0].StartsWith("phrase 1, "), encoding + ": " + string.Join("; ", finals));
            }
        }

        private static byte[] Bytes(short[] samples, byte low, byte high, byte silence)
        {
            return samples.Where((sample, n) => n % 3 == 0).Select(sample => sample == 0 ? silence : sample < 0 ? low : high).ToArray();
        }

        [Fact]
        public void AFinalIsAskedFor()
        {
            var config = new SttConfig
            {
                Language = "en", Input = { Format = { SampleRate = Talk.Rate } }, Finalization = SttFinalization.Manual, AutoFinalizeMs = 60000,
                Fillers = SttFillers.Kept, Flags = SttFlags.Json,
            };
            using (Client client = Talk.Client())
            using (Session session = client.OpenStt(config))
            {
                session.SendAudio(Talk.Phrase(), 0, Talk.Rate * 6 / 10);
                session.FinalizeNow(42);
                string text = null, json = null;
                foreach (PalabraEvent what in session.Events(Talk.PatienceMs))
                {
                    if (what.Kind != EventKind.Transcript || what.UserTag != 42)
                        continue;
                    Check.That(what.IsFinal, "its answer is no final");
                    text = what.Text;
                    json = what.Json;
                    break;
                }
                Check.That(text == "phrase 1, 0.6 s" && json.StartsWith("{"), text + " " + json);
            }
        }

        [Fact]
        public void TextsAreTranslated()
        {
            var config = new SttConfig { Language = "en", TargetLanguages = "es,fr", Input = { Format = { SampleRate = Talk.Rate }, BufferMs = 10000 } };
            using (Client client = Talk.Client())
            using (Session session = client.OpenStt(config))
            {
                session.SendAudio(Talk.Phrase(), 0, 60000);
                session.End();
                var languages = new List<string>();
                foreach (PalabraEvent what in session.Events(Talk.PatienceMs))
                {
                    if (what.Kind == EventKind.Transcript && what.IsTranslation)
                        languages.Add(what.Language);
                }
                Check.That(languages.OrderBy(name => name).SequenceEqual(new[] { "es", "fr" }), string.Join(" ", languages));
            }
        }

        [Fact]
        public void VerbsOfAnotherProductAreUnsupported()
        {
            using (Client client = Talk.Client())
            {
                using (Session tts = client.OpenTts(new TtsConfig { Language = "en" }))
                {
                    Check.Equal(tts.SendAudio(new short[10], 0, 10), Status.Unsupported, "SendAudio");
                    Check.Equal(tts.SendAudio(new float[10], 0, 10), Status.Unsupported, "SendAudio of floats");
                    Check.Equal(tts.SendAudio(new byte[10], 0, 10), Status.Unsupported, "SendAudio of bytes");
                    Check.Equal(tts.SendEncoded(new byte[10], 0, 10), Status.Unsupported, "SendEncoded");
                    Check.Refused(Status.Unsupported, () => tts.SendEncodedPaced(new byte[10], 0, 10, 10, 0, 0));
                    Check.Equal(tts.GetInputSpace(), Status.Unsupported, "GetInputSpace");
                    Check.Equal(tts.Skip(1), Status.Unsupported, "Skip");
                    Check.Equal(tts.FlushInput(), Status.Unsupported, "FlushInput");
                    Check.Equal(tts.ReadAudio(null, new short[10], 0, 10), Status.Unsupported, "ReadAudio of a session with events");
                    Check.Refused(Status.Unsupported, () => tts.SendPaced(new short[10], 0, 10, 0, 0));
                    Check.Refused(Status.Unsupported, () => tts.SetInputFormat(new AudioFormat(AudioEncoding.S16, 16000, 1)));
                    Check.Refused(Status.Unsupported, () => tts.FinalizeNow());
                    RefusesVerbsOfTranslation(tts);
                }
                using (Session stt = client.OpenStt(new SttConfig()))
                {
                    Check.Equal(stt.SendEncoded(new byte[10], 0, 10), Status.Unsupported, "SendEncoded of samples");
                    Check.Equal(stt.ReadAudio("es", new float[10], 0, 10), Status.Unsupported, "ReadAudio");
                    Check.Refused(Status.Unsupported, () => stt.SetOutputFormat(null, new AudioFormat(AudioEncoding.S16, 16000, 1)));
                    Check.Refused(Status.Unsupported, () => stt.GetPlayoutStats());
                    RefusesVerbsOfTexts(stt);
                    RefusesVerbsOfTranslation(stt);
                }
                using (Session translation = client.OpenTranslation(Talk.To("es")))
                {
                    Check.Refused(Status.Unsupported, () => translation.FinalizeNow());
                    RefusesVerbsOfTexts(translation);
                }
            }
        }

        private static void RefusesVerbsOfTexts(Session session)
        {
            Check.Refused(Status.Unsupported, () => session.SendText("a", TextFlags.Eos));
            Check.Refused(Status.Unsupported, () => session.Cancel());
            Check.Refused(Status.Unsupported, () => session.Synthesize("a", 1000));
        }

        private static void RefusesVerbsOfTranslation(Session session)
        {
            Check.Refused(Status.Unsupported, () => session.Speak("a", "es"));
            Check.Refused(Status.Unsupported, () => session.Interrupt());
            Check.Refused(Status.Unsupported, () => session.Pause());
            Check.Refused(Status.Unsupported, () => session.Resume());
            Check.Refused(Status.Unsupported, () => session.GetTask());
            Check.Refused(Status.Unsupported, () => session.SetTask("{}"));
        }
    }
}
