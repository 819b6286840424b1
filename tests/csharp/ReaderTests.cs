// The reader: one event after the other, nothing allocated, no memory that was freed.
using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace PalabraAI.Tests
{
    public sealed class ReaderTests
    {
        [Fact]
        public void ItReadsWhatTheObjectsSay()
        {
            using (PalabraClient client = Talk.Client())
            using (TranslationSession session = Talk.Ready(client, Talk.To("es")))
            {
                Sessions.SayAndEnd(session);
                var text = new char[200];
                var utf8 = new byte[200];
                var samples = new short[100000];
                int texts = 0, frames = 0;
                using (PalabraEventReader reader = session.OpenReader())
                {
                    Check.Throws<InvalidOperationException>(() => GC.KeepAlive(reader.Kind), "nothing is current");
                    while (reader.Read(Talk.Patience))
                    {
                        PalabraEvent same = reader.ToEvent();
                        Check.That(same.Kind == reader.Kind && same.Sequence == reader.Sequence && same.Timestamp == reader.Timestamp, same.ToString());
                        if (same is TranscriptEvent told)
                        {
                            texts++;
                            Check.That(reader.TryGetText(text, out int length) && new string(text, 0, length) == told.Text, "text");
                            Check.That(reader.TryGetTextUtf8(utf8, out int bytes) && bytes >= length && reader.Text == told.Text, "text in UTF-8");
                            Check.That(!reader.TryGetText(new char[length - 1], out int none) && none == 0, "no room");
                            Check.That(reader.TryGetLanguage(text, out length) && new string(text, 0, length) == told.Language, "language");
                            Check.That(reader.LanguageIs(told.Language) && !reader.LanguageIs("xx"), "language");
                        }
                        if (same is AudioEvent audio)
                        {
                            int copied = reader.CopySamples(samples);
                            Check.That(copied == audio.Samples.Length && samples.Take(copied).SequenceEqual(audio.Samples.ToArray()), "samples");
                            Check.That(copied < 10 || reader.CopySamples(new short[10]) == 10, "as many as there is room for");
                            frames += copied;
                        }
                    }
                    Check.That(texts > 2 && frames > 20000, texts + " texts, " + frames + " frames");
                    Check.That(!reader.Read(Talk.Patience) && !reader.TryRead(), "after the end");
                }
            }
        }

        [Fact]
        public void WakeupEndsItsReadAndNothingElse()
        {
            Sessions.Unanswered(session =>
            {
                using (PalabraEventReader reader = session.OpenReader())
                {
                    session.Wakeup();
                    Check.That(!reader.Read(Timeout.InfiniteTimeSpan), "the next one");
                    var reading = Task.Run(() => reader.Read(Timeout.InfiniteTimeSpan));
                    Check.That(!reading.Wait(50), "it does not wait");
                    session.Wakeup();
                    Check.That(!InTime(reading), "an event");
                    Check.That(!reader.Read(TimeSpan.FromMilliseconds(1)), "the time-out");
                }
                // A loop neither ends by it nor takes it away from the next reader.
                session.Wakeup();
                using (var ends = new CancellationTokenSource())
                {
                    Task loop = Sessions.All(session, ends.Token);
                    session.Wakeup();
                    Check.That(!loop.Wait(50), "a loop ended");
                    ends.Cancel();
                    Check.That(Check.Throws<AggregateException>(() => loop.Wait(Talk.PatienceMs), "cancelled").InnerException is OperationCanceledException, "how it ends");
                }
                using (PalabraEventReader reader = session.OpenReader())
                    Check.That(!reader.Read(Timeout.InfiniteTimeSpan), "the wake-up is still there");
            });
        }

        [Fact]
        public void ASecondThreadIsTold()
        {
            Sessions.Unanswered(session =>
            {
                PalabraEventReader reader = session.OpenReader();
                var reading = Task.Run(() => ReadOnceAlone(reader));
                Check.That(Talk.Within(Talk.PatienceMs, () => IsInUse(() => reader.TryRead())), "a second read");
                Check.Throws<InvalidOperationException>(() => reader.Dispose(), "a disposal");
                Check.Throws<InvalidOperationException>(() => session.OpenReader(), "a second reader");
                Check.Throws<InvalidOperationException>(() => session.TryReadEvent(out _), "an event beside");
                session.Wakeup();
                Check.That(!InTime(reading), "woken");
                reader.Dispose();
                reader.Dispose();
                Check.Throws<ObjectDisposedException>(() => reader.TryRead(), "disposed of");
                Check.Throws<ObjectDisposedException>(() => GC.KeepAlive(reader.Text), "disposed of");
                using (session.OpenReader())
                {
                }
            });
        }

        // The other thread may be looking at this very moment.
        private static bool ReadOnceAlone(PalabraEventReader reader)
        {
            bool read = false;
            while (IsInUse(() => read = reader.Read(Timeout.InfiniteTimeSpan)))
            {
            }
            return read;
        }

        // Random calls of two threads on one reader: exceptions, never memory that was freed.
        [Fact]
        public void TwoThreadsReadNoFreedMemory()
        {
            using (PalabraClient client = Talk.Client("dev~blast=2000"))
            using (TranslationSession session = Talk.Ready(client, Talk.To("es")))
            using (PalabraEventReader reader = session.OpenReader())
            {
                session.End();
                bool over = false;
                long seen = 0;
                var beside = Task.Run(() =>
                {
                    var samples = new short[20000];
                    while (!Volatile.Read(ref over))
                        IsInUse(() => seen += reader.CopySamples(samples) + reader.Text.Length + reader.Language.Length);
                });
                while (true)
                {
                    try
                    {
                        if (!reader.Read(Talk.Patience))
                            break;
                    }
                    catch (InvalidOperationException)
                    {
                        continue;
                    }
                }
                Volatile.Write(ref over, true);
                Check.That(beside.Wait(Talk.PatienceMs), "the other thread");
            }
        }

        [Fact]
        public void DisposeEndsARead()
        {
            Sessions.Unanswered(session =>
            {
                using (PalabraEventReader reader = session.OpenReader())
                {
                    var reading = Task.Run(() => reader.Read(Timeout.InfiniteTimeSpan));
                    Check.That(!reading.Wait(50), "it does not wait");
                    session.Dispose();
                    var thrown = Check.Throws<AggregateException>(() => reading.Wait(Talk.PatienceMs), "disposed of");
                    Check.That(thrown.InnerException is ObjectDisposedException, thrown.ToString());
                }
            });
        }

        private static bool InTime(Task<bool> task)
        {
            Check.That(task.Wait(Talk.PatienceMs), "not in time");
            return task.Result;
        }

        private static bool IsInUse(Action action)
        {
            try
            {
                action();
                return false;
            }
            catch (InvalidOperationException)
            {
                return true;
            }
        }
    }
}
