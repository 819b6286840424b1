// Conversations with a devserver, as a user of the binding sees them.
using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Net.Sockets;
using System.Threading;
using Xunit;

namespace PalabraAI.Tests
{
    public sealed class ConversationTests
    {
        [Fact]
        public void AConversationIsALoop()
        {
            using (Client client = Talk.Client())
            using (Session session = Talk.Ready(client, Tagged(Talk.To("es,fr"), ulong.MaxValue)))
            {
                Check.Equal(session.State, SessionState.Ready, "state");
                short[] phrase = Talk.Phrase();
                Check.Equal(session.SendAudio(phrase, 0, 1000), 1000, "frames taken");
                Check.Equal(session.SendAudio(phrase, 1000, phrase.Length - 1000), phrase.Length - 1000, "frames taken");
                session.End();
                Check.Refused(Status.Ended, () => session.End());
                ulong seq = 0;
                int finals = 0, translations = 0, lastChunks = 0;
                var spoken = new Dictionary<string, int>();
                PalabraEvent last = null;
                foreach (PalabraEvent what in session.Events(Talk.PatienceMs))
                {
                    Check.Equal(what.Seq, ++seq, "seq");
                    Check.Equal(what.SessionTag, ulong.MaxValue, "session tag");
                    Check.That(last == null || ReferenceEquals(last, what), "an event object per event");
                    last = what;
                    if (what.Kind == EventKind.Transcript && what.IsFinal)
                    {
                        Check.That(what.Text.Length > 0 && what.Phrase > 0 && what.Id.Length > 0, what.ToString());
                        Check.Equal(what.LanguageIs("en"), !what.IsTranslation, "language");
                        finals += what.IsTranslation ? 0 : 1;
                        translations += what.IsTranslation ? 1 : 0;
                    }
                    if (what.Kind == EventKind.Audio)
                    {
                        Check.That(what.SampleRate == Talk.Rate && what.Channels == 1, "its format");
                        Check.Equal(what.Pcm().Length, what.PcmFrames, "its length");
                        int before;
                        spoken.TryGetValue(what.Language, out before);
                        spoken[what.Language] = before + what.Pcm().Count(sample => sample != 0);
                        lastChunks += (what.Flags & EventFlags.LastChunk) != 0 ? 1 : 0;
                    }
                    if (what.Kind == EventKind.Closed)
                        Check.Equal(what.Code.Name(), "PALABRA_OK", what.ToString());
                }
                Check.That(finals == 1 && translations == 2 && lastChunks == 2, finals + " " + translations + " " + lastChunks);
                Check.That(spoken.Count == 2 && spoken["es"] > 20000 && spoken["fr"] > 20000, "speech");
                Check.Equal(session.State, SessionState.Closed, "state");
                Check.Equal(session.LastError.Code, Status.Ok, "last error");
                Check.Equal(session.LastError.Text, "", "last error");
                Check.Refused(Status.Closed, () => session.Poll(new PalabraEvent(), -1));
                Check.Equal(session.SendAudio(phrase, 0, 10), Status.Closed, "audio after the end");
                SessionStats stats = session.Stats;
                Check.Equal(stats.InputFramesTaken, (long)phrase.Length, "frames in the figures");
                Check.That(stats.ChunksSent > 0 && stats.ReadyMs > 0 && stats.AudioFramesReceived > 40000, "figures");
            }
        }

        [Fact]
        public void EventsOutliveTheirSession()
        {
            var kept = new List<PalabraEvent>();
            using (Client client = Talk.Client())
            {
                Session session = Talk.Ready(client, Talk.To("es"));
                session.SendAudio(Talk.Phrase(), 0, 60000);
                session.End();
                do
                {
                    kept.Add(new PalabraEvent());
                    Check.That(session.Poll(kept.Last(), Talk.PatienceMs), "no event in time");
                }
                while (kept.Last().Kind != EventKind.Closed);
                session.Close(2000);
            }
            Check.That(kept.Any(what => what.Kind == EventKind.Transcript && what.Text.Contains("phrase")), "a text");
            var samples = new short[1000];
            PalabraEvent audio = kept.First(what => what.Kind == EventKind.Audio && what.PcmFrames >= 500);
            Check.Equal(audio.CopyPcm(samples, 900), 100, "as many samples as there is room for");
            Check.That(samples[899] == 0 && samples.Skip(900).Any(sample => sample != 0), "in their place");
            Check.Throws<ArgumentOutOfRangeException>(() => audio.CopyPcm(samples, 1001), "an offset past the end");
            audio.Release();
            Check.That(audio.Kind == EventKind.None && audio.PcmPointer == IntPtr.Zero && audio.CopyPcm(samples, 0) == 0, "released");
            kept.ForEach(what => what.Dispose());
        }

        [Fact]
        public void CommandsAreAnswered()
        {
            using (Client client = Talk.Client())
            using (Session session = Talk.Ready(client, Talk.To("es")))
            {
                session.Speak("hola, señor", "es", SpeakFlags.None, 7);
                session.GetTask(8);
                session.Interrupt("es", InterruptFlags.None, 9);
                session.Pause(10);
                session.Resume(11);
                session.SetTask(Talk.To("es").BuildTask(), 12);
                session.End();
                bool told = false;
                foreach (PalabraEvent what in session.Events(Talk.PatienceMs))
                {
                    Check.That(what.Kind != EventKind.Error, what.ToString());
                    told |= what.Kind == EventKind.TaskInfo && what.UserTag == 8 && what.Text.StartsWith("{");
                    if (what.Kind == EventKind.Closed)
                        Check.Equal(what.Code, Status.Ok, what.ToString());
                }
                Check.That(told, "no answer to GetTask");
            }
        }

        [Fact]
        public void AFileIsSent()
        {
            string path = System.IO.Path.GetTempFileName();
            try
            {
                System.IO.File.WriteAllBytes(path, Waves.Mono16(8000, new short[4000]));
                using (Client client = Talk.Client())
                using (Session session = Talk.Ready(client, Talk.To("es")))
                {
                    Check.Equal(session.SendFile(path, 1000, Talk.PatienceMs), 4000, "frames of the file");
                    Check.Equal(session.SendPaced(new short[2400], 0, 2400, 1000, Talk.PatienceMs), 2400, "frames by the clock");
                    Check.Throws<ArgumentException>(() => session.SendPaced(new short[10], 0, 11, 0, 0), "too many frames");
                    Check.Refused(Status.Io, () => session.SendFile(path + ".not-there", 0, 0));
                    Check.Equal(session.SendAudio(new short[10], 0, 10), 10, "the format is what it was");
                }
            }
            finally
            {
                System.IO.File.Delete(path);
            }
        }

        [Fact]
        public void SessionsShareAQueue()
        {
            using (Client client = Talk.Client())
            using (var queue = new EventQueue())
            {
                var sessions = new List<Session>();
                for (ulong tag = 1; tag <= 3; tag++)
                {
                    TranslationConfig config = Tagged(Talk.To("es"), tag);
                    config.Queue = queue;
                    sessions.Add(client.OpenTranslation(config));
                    sessions.Last().End();
                }
                var closed = new HashSet<ulong>();
                foreach (PalabraEvent what in queue.Events(Talk.PatienceMs))
                {
                    if (what.Kind == EventKind.Closed && closed.Add(what.SessionTag) && closed.Count == 3)
                        break;
                }
                Check.That(closed.SetEquals(new ulong[] { 1, 2, 3 }), string.Join(" ", closed));
                using (var none = new PalabraEvent())
                    Check.That(!queue.Poll(none, 0) && none.Kind == EventKind.None, "more events");
                Check.Refused(Status.Unsupported, () => sessions[0].Poll(new PalabraEvent(), 0));
                Check.That(queue.GetEventFd() >= 0 && ReferenceEquals(sessions[2].Queue, queue) && sessions[2].Tag == 3, "its queue");
                sessions.ForEach(session => session.Dispose());
            }
        }

        [Fact]
        public void FailuresExplainThemselves()
        {
            int refusing;
            using (Talk.Refusing(out refusing))
            {
                Fails("dev~rest_status=401", null, Status.Auth, false, 401);
                Fails("dev~rest_status=429", null, Status.Rate, true, 429);
                Fails("demo", Talk.At(refusing), Status.Connect, true, 0);
            }
        }

        private static void Fails(string clientId, TranslationConfig config, Status code, bool retriable, int httpStatus)
        {
            using (Client client = Talk.Client(clientId))
            using (Session session = client.OpenTranslation(config ?? Talk.To("es")))
            {
                PalabraException thrown = Check.Refused(code, () => session.WaitReady(Talk.PatienceMs));
                Check.Equal(thrown.Retriable, retriable, clientId);
                Check.Equal(thrown.Error.HttpStatus, httpStatus, clientId);
                Check.That(thrown.Error.Text.Length > 10 && !thrown.ToString().Contains("s3cret"), thrown.Message);
                foreach (PalabraEvent what in session.Events(Talk.PatienceMs))
                {
                    Check.That(what.Kind == EventKind.Closed && what.Code == code && what.Retriable == retriable, what.ToString());
                    Check.Equal(what.Text, thrown.Error.Text, "the same words");
                    Check.That(what.HttpStatus == httpStatus && what.CloseCode == 0 && what.RetryAfterMs == thrown.Error.RetryAfterMs, "the same numbers");
                }
                Check.Equal(session.LastError.Code, code, clientId);
            }
        }

        [Fact]
        public void ARejectedTaskSaysWhy()
        {
            using (Client client = Talk.Client("dev~reject_task"))
            using (Session session = client.OpenTranslation(Talk.To("es")))
            {
                PalabraException thrown = Check.Refused(Status.Task, () => session.WaitReady(Talk.PatienceMs));
                Check.That(thrown.Error.ServiceCode.Length > 0 && !thrown.Retriable, thrown.Message);
            }
        }

        [Fact]
        public void CloseEndsAWaitingPoll()
        {
            WithUnanswered((session, what) =>
            {
                Status told = Status.Ok;
                var poller = new Thread(() =>
                {
                    try
                    {
                        session.Poll(what, -1);
                    }
                    catch (PalabraException closed)
                    {
                        told = closed.Status;
                    }
                });
                EndsWith(poller, session.Dispose);
                // BadHandle if the call begins after the close.
                Check.That(told == Status.Closed || told == Status.BadHandle, told.Name());
            });
        }

        [Fact]
        public void CloseEndsALoop()
        {
            WithUnanswered((session, what) =>
            {
                var loop = new Thread(() =>
                {
                    foreach (PalabraEvent unused in session.Events())
                    {
                    }
                });
                EndsWith(loop, session.Dispose);
            });
        }

        [Fact]
        public void WakeupEndsAWait()
        {
            WithUnanswered((session, what) =>
            {
                bool polled = true;
                var poller = new Thread(() => polled = session.Poll(what, -1));
                EndsWith(poller, session.Wakeup);
                Check.That(!polled, "there was no event");
            });
        }

        [Fact]
        public void ASecondPollerIsTold()
        {
            WithUnanswered((session, what) =>
            {
                var poller = new Thread(() =>
                {
                    // Busy: the main thread may be inside the call at this moment.
                    while (IsRefused(session, what, -1))
                    {
                    }
                });
                poller.Start();
                var second = new PalabraEvent();
                bool told = Talk.Within(Talk.PatienceMs, () => IsRefused(session, second, 0));
                session.Wakeup();
                Check.That(poller.Join(Talk.PatienceMs) && told, "nobody was told");
            });
        }

        private static bool IsRefused(Session session, PalabraEvent what, int timeoutMs)
        {
            try
            {
                session.Poll(what, timeoutMs);
                return false;
            }
            catch (PalabraException busy)
            {
                return busy.Status == Status.Busy;
            }
        }

        [Fact]
        public void AGoneQueueEndsItsLoop()
        {
            var queue = new EventQueue();
            var loop = new Thread(() =>
            {
                foreach (PalabraEvent unused in queue.Events())
                {
                }
            });
            EndsWith(loop, queue.Dispose);
        }

        [Fact]
        public void LogLinesNameTheirSession()
        {
            using (Client client = Talk.Client())
            using (var log = new EventQueue())
            using (var what = new PalabraEvent())
            {
                Check.Refused(Status.Unsupported, () => log.OpenLog((PalabraLogLevel)99));
                log.OpenLog(PalabraLogLevel.Info);
                TranslationConfig config = Tagged(Talk.To("es"), 77);
                config.SessionName = "call ñ 7";
                using (Session session = Talk.Ready(client, config))
                {
                    Check.That(session.Poll(what, Talk.PatienceMs) && what.Kind == EventKind.Ready && what.SessionName == "call ñ 7", "READY");
                    bool told = false;
                    foreach (PalabraEvent line in log.Events(Talk.PatienceMs))
                    {
                        Check.That(line.Kind == EventKind.Log && line.Text.Length > 0 && !line.Text.Contains("s3cret"), line.ToString());
                        Check.That(line.LogLevel >= PalabraLogLevel.Error && line.LogLevel <= PalabraLogLevel.Info, line.LogLevel.ToString());
                        // Sessions of other tests may be closing.
                        told = line.SessionTag == 77 && line.SessionName == "call ñ 7";
                        if (told)
                            break;
                    }
                    Check.That(told, "no line about the session");
                }
                log.OpenLog(0);
            }
        }

        [Fact]
        public void CredentialsAreAskedFor()
        {
            var config = new ClientConfig { Flags = ClientFlags.AskCredentials, Credentials = { ClientId = "dev~rest_status=401", ClientSecret = "s3cret" } };
            using (var client = new Client(config))
            using (Session session = client.OpenTranslation(Talk.To("es")))
            {
                int asked = 0;
                bool ready = false;
                foreach (PalabraEvent what in session.Events(Talk.PatienceMs))
                {
                    Check.That(what.Kind != EventKind.Closed || ready, what.ToString());
                    if (what.Kind == EventKind.CredentialsNeeded && asked++ == 0)
                        client.SetCredentials(new Credentials { ClientId = "demo", ClientSecret = "s3cret-of-the-tests" });
                    ready |= what.Kind == EventKind.Ready;
                    if (ready)
                        break;
                }
                Check.That(ready && asked == 1, "asked " + asked + " times");
                Check.Throws<ArgumentNullException>(() => client.SetCredentials(null), "no credentials");
                Check.Refused(Status.InvalidArgument, () => client.SetCredentials(new Credentials { ApiKey = "of the other kind" }));
            }
        }

        [Fact]
        public void AnErrorOfTheSystemHasItsNumber()
        {
            int refusing;
            using (Talk.Refusing(out refusing))
            using (Client client = Talk.Client())
            using (Session session = client.OpenTranslation(Talk.At(refusing)))
            {
                PalabraException thrown = Check.Refused(Status.Connect, () => session.WaitReady(Talk.PatienceMs));
                Check.That(thrown.Error.OsError != 0 && thrown.RetryAfter == null, "error " + thrown.Error.OsError + " of the system");
            }
        }

        [Fact]
        public void TextsAreUnicode()
        {
            using (Client client = Talk.Client())
            using (Session session = Talk.Ready(client, Talk.To("es")))
            {
                session.Speak("¿Qué tal? 日本語 🎧", "es");
                session.End();
                bool said = false;
                foreach (PalabraEvent what in session.Events(Talk.PatienceMs))
                    said |= what.Kind == EventKind.Transcript && what.Text.Contains("¿Qué tal? 日本語 🎧");
                Check.That(said, "the text did not come back");
            }
        }

        /// <summary>Ends the wait once the thread waits; repeats it, as it may not be inside the call yet.</summary>
        private static void EndsWith(Thread waiting, Action end)
        {
            waiting.IsBackground = true;
            waiting.Start();
            Check.That(Talk.Within(Talk.PatienceMs, () => (waiting.ThreadState & System.Threading.ThreadState.Unstarted) == 0), "not started");
            Check.That(!waiting.Join(50), "it did not wait");
            Stopwatch time = Stopwatch.StartNew();
            end();
            Check.That(waiting.Join(Talk.PatienceMs), "it waits for ever");
            Check.That(time.ElapsedMilliseconds < Talk.Bound(5000), "it took " + time.ElapsedMilliseconds + " ms");
        }

        private static TranslationConfig Tagged(TranslationConfig config, ulong tag)
        {
            config.SessionTag = tag;
            return config;
        }

        private static void WithUnanswered(Action<Session, PalabraEvent> use)
        {
            int port;
            TcpListener listener = Talk.Silent(out port);
            try
            {
                using (Client client = Talk.Client())
                using (Session session = client.OpenTranslation(Talk.At(port)))
                using (var what = new PalabraEvent())
                    use(session, what);
            }
            finally
            {
                listener.Stop();
            }
        }
    }
}
