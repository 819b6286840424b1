// Events as objects: what they say, and that they stay what they are.
using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Xunit;

namespace PalabraAI.Tests
{
    public sealed class EventTests
    {
        [Fact]
        public async Task AConversationIsAList()
        {
            TranslationOptions options = Talk.To("es", "fr");
            options.SessionTag = long.MinValue;
            options.Name = "call ñ";
            options.Tag = new object();
            using (PalabraClient client = Talk.Client())
            using (TranslationSession session = Talk.Ready(client, options))
            {
                Sessions.SayAndEnd(session);
                session.End();
                List<PalabraEvent> events = await Sessions.All(session);
                Check.That(events.Distinct().Count() == events.Count && events.Count > 8, events.Count + " events");
                Check.That(events.Select(what => what.Sequence).SequenceEqual(Enumerable.Range(1, events.Count).Select(n => (long)n)), "sequence");
                Check.That(events.All(what => what.SessionTag == long.MinValue && what.SessionName == "call ñ" && what.Tag == options.Tag), "whose they are");
                Check.That(events[0] is ReadyEvent && events[0].Kind == EventKind.Ready && events[0].Timestamp > TimeSpan.Zero, events[0].ToString());
                List<TranscriptEvent> finals = events.OfType<TranscriptEvent>().Where(text => text.IsFinal).ToList();
                Check.That(finals.Count == 3 && finals.Count(text => text.IsTranslation) == 2, "finals: " + finals.Count);
                Check.That(finals.All(text => text.Text.Length > 0 && text.Phrase == 1 && text.IsTranslation == (text.Language != "en")), "texts");
                // Of one phrase there are many events, with one string for its id.
                List<string> ids = events.OfType<TranscriptEvent>().Select(text => text.Id).Concat(events.OfType<AudioEvent>().Select(audio => audio.Id)).ToList();
                Check.That(ids.All(id => id.Length > 0 && ReferenceEquals(id, ids[0])), "ids: " + string.Join(" ", ids.Distinct()));
                foreach (string language in new[] { "es", "fr" })
                {
                    List<AudioEvent> speech = events.OfType<AudioEvent>().Where(audio => audio.Language == language).ToList();
                    Check.That(speech.All(audio => audio.SampleRate == Talk.Rate && audio.Channels == 1 && audio.Encoding == SpeechEncoding.Samples), language);
                    int loud = speech.Sum(audio => audio.Samples.ToArray().Count(sample => sample != 0));
                    Check.That(loud > 20000 && speech.Count(audio => audio.IsLast) == 1, language + ": " + loud);
                }
                var closed = (ClosedEvent)events.Last();
                Check.That(closed.Error == null && closed.Code == PalabraStatus.Ok && closed == await session.Closed, closed.ToString());
                Check.Equal(session.State, PalabraSessionState.Closed, "state");
                Check.Equal(session.LastError.Status, PalabraStatus.Ok, "last error");
                SessionStats stats = session.GetStats();
                Check.That(stats.InputFramesTaken == Talk.Phrase().Length && stats.AudioFramesReceived > 40000, "statistics");
            }
        }

        [Fact]
        public async Task ALoopAfterTheEndGetsTheSameEnd()
        {
            using (PalabraClient client = Talk.Client())
            using (TranslationSession session = Talk.Ready(client, Talk.To("es")))
            {
                session.End();
                PalabraEvent closed = (await Sessions.All(session)).Last();
                List<PalabraEvent> again = await Sessions.All(session);
                Check.That(again.Count == 1 && again[0] == closed, "a second loop");
                Check.That(session.ReadEvents().Single() == closed, "a loop on a thread");
                using (PalabraEventReader reader = session.OpenReader())
                    Check.That(reader.Read(Talk.Patience) && reader.ToEvent() == closed && !reader.Read(Talk.Patience), "a reader");
                Check.That(!session.TryReadEvent(out _), "one event more");
                session.Dispose();
                Check.That((await Sessions.All(session))[0] == closed, "after the disposal");
            }
        }

        [Fact]
        public async Task CommandsAreAnswered()
        {
            using (PalabraClient client = Talk.Client())
            using (TranslationSession session = Talk.Ready(client, Talk.To("es")))
            {
                session.Speak("hola, señor", "es", userTag: 7);
                session.GetTask(8);
                session.Interrupt(new[] { "es" }, userTag: 9);
                session.Pause(10);
                session.Resume(11);
                session.SetTask(Talk.To("es").BuildTask(), 12);
                session.End();
                List<PalabraEvent> events = await Sessions.All(session);
                Check.That(!events.OfType<ErrorEvent>().Any(), "an error");
                CommandEvent task = events.OfType<CommandEvent>().Single(answer => answer.Kind == EventKind.TaskInfo);
                Check.That(task.UserTag == 8 && task.Text.StartsWith("{", StringComparison.Ordinal), task.ToString());
                Check.Throws<ArgumentException>(() => session.Interrupt(new[] { "a,b" }), "a comma in a language");
                Check.Throws<ArgumentNullException>(() => session.Speak(null, "es"), "no text");
                Check.Refused(PalabraStatus.Closed, () => session.Pause());
            }
        }

        [Fact]
        public async Task TheServicesMessagesComeWhereTheyAreAskedFor()
        {
            TranslationOptions options = Talk.To("es");
            options.IncludeJson = true;
            using (PalabraClient client = Talk.Client())
            using (TranslationSession session = Talk.Ready(client, options))
            {
                Sessions.SayAndEnd(session);
                List<PalabraEvent> events = await Sessions.All(session);
                Check.That(events.OfType<TranscriptEvent>().All(text => text.Json.StartsWith("{", StringComparison.Ordinal)), "no message");
                Check.That(events.Last().Json == null, "a message of the library's own event");
            }
        }

        [Fact]
        public async Task AFailureIsTheSameEverywhere()
        {
            using (PalabraClient client = Talk.Client("dev~rest_status=429"))
            using (TranslationSession session = client.OpenTranslation(Talk.To("es")))
            {
                PalabraException waited = await Check.RefusedAsync(PalabraStatus.Rate, () => session.WaitReadyAsync());
                PalabraException blocked = Check.Refused(PalabraStatus.Rate, () => session.WaitReady(Talk.Patience));
                var closed = (ClosedEvent)(await Sessions.All(session)).Single();
                Check.That(closed.Code == PalabraStatus.Rate && (closed.Flags & EventFlags.Fatal) != 0, closed.ToString());
                foreach (PalabraException one in new[] { waited, blocked, closed.Error })
                    Check.That(one.IsTransient && one.HttpStatus == 429 && one.Error.Text == session.LastError.Text, one.Message);
                Check.Refused(PalabraStatus.Rate, () => session.Pause());
            }
        }

        [Fact]
        public void EventsCanBeMadeForTests()
        {
            var tag = new object();
            TranscriptEvent text = PalabraEvents.Transcript("hola", "es", isTranslation: true, tag: tag);
            Check.That(text.IsFinal && text.IsTranslation && text.Tag == tag && text.ToString() == "Transcript: hola", text.ToString());
            Check.That(PalabraEvents.Audio(new short[480], "es", channels: 2, isLast: true).Frames == 240, "audio");
            var error = new PalabraException(new PalabraError(PalabraStatus.Rate));
            ClosedEvent closed = PalabraEvents.Closed(error);
            Check.That(closed.Error == error && closed.Code == PalabraStatus.Rate && (closed.Flags & EventFlags.Retriable) != 0, closed.ToString());
            Check.Throws<ArgumentOutOfRangeException>(() => PalabraEvents.Playout(EventKind.Audio, "es"), "no kind of playout");
        }
    }
}
