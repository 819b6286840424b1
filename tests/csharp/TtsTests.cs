// Text-to-speech: tokens cut anywhere, texts in one call, speech as it comes.
using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace PalabraAI.Tests
{
    public sealed class TtsTests
    {
        // Length of the devserver's speech for a character.
        private const int FramesPerCharacter = 1440;

        [Fact]
        public async Task PiecesOfAGenerationAreOneSpeech()
        {
            using (PalabraClient client = Talk.Client())
            using (TtsSession session = client.OpenTts(new TtsOptions { Language = "en" }))
            {
                session.SendText("One, two, ", generation: "count", userTag: 7);
                session.SendText("three.".AsSpan(), isLast: true, generation: "count", userTag: 8);
                session.SendText("Again", isLast: true, voice: new TtsVoice { SpeedPercent = 120 }, resetContext: true);
                session.End();
                Check.Refused(PalabraStatus.Ended, () => session.SendText("too late", isLast: true));
                List<AudioEvent> speech = (await Sessions.All(session)).OfType<AudioEvent>().ToList();
                List<AudioEvent> count = speech.Where(audio => audio.Phrase == 1).ToList();
                Check.That(count.All(audio => audio.Id == "count" && audio.UserTag == 7 && audio.Language == "en"), "whose it is");
                Check.Equal(count.Sum(audio => audio.Frames), 16 * FramesPerCharacter, "frames");
                Check.Equal(speech.Count(audio => audio.IsLast), 2, "ends");
            }
        }

        // The devserver's speech is as long as a text of six characters or more: a pair that was cut is one of them.
        [Fact]
        public async Task AHalfWaitsForTheNextPiece()
        {
            using (PalabraClient client = Talk.Client())
            using (TtsSession session = client.OpenTts(new TtsOptions { Language = "en" }))
            {
                foreach (string piece in new[] { "aaaaaa\ud83d", "\ude00bbbbbb", "\ud83d", "\ude00cccccc" })
                    session.SendText(piece, generation: "cut");
                session.SendText("beside", isLast: true, generation: "other");
                session.SendText("dddddd", isLast: true, generation: "cut");
                // What stays half is replaced.
                session.SendText("xxxxxx\ud83d", generation: "half");
                session.SendText("zzzzzz\ud83d", generation: "half");
                session.SendText("\ude00\ude00\ud83dyyyyyy\ud83d", isLast: true, generation: "half");
                session.End();
                List<AudioEvent> speech = (await Sessions.All(session)).OfType<AudioEvent>().ToList();
                Check.Equal(Characters(speech, "cut"), 26, "two pairs among others");
                Check.Equal(Characters(speech, "other"), 6, "another generation");
                Check.Equal(Characters(speech, "half"), 23, "a pair and four halves among others");
            }
        }

        private delegate ArraySegment<char> Join(char before, ReadOnlySpan<char> piece, bool isLast, out char behind);

        // What is sent of each piece, which the devserver does not tell. Attributes cannot hold halves: < and > stand for them, and
        // ? for U+FFFD.
        [Theory]
        [InlineData('\0', "a<", false, "a", '\ud83d')]
        [InlineData('\ud83d', ">b", false, "<>b", '\0')]
        [InlineData('\ud83d', "", false, "", '\ud83d')]
        [InlineData('\ud83d', "b<", false, "?b", '\ud83d')]
        [InlineData('\0', "><", true, "??", '\0')]
        [InlineData('\ud83d', "<>", true, "?<>", '\0')]
        [InlineData('\ud83d', "", true, "?", '\0')]
        public void PiecesAreCutBetweenCharacters(char before, string piece, bool isLast, string sent, char behind)
        {
            MethodInfo found = typeof(TtsSession).Assembly.GetType("PalabraAI.TextPieces").GetMethod("Join", BindingFlags.NonPublic | BindingFlags.Static);
            var join = (Join)Delegate.CreateDelegate(typeof(Join), found);
            ArraySegment<char> joined = join(before, Halves(piece).AsSpan(), isLast, out char left);
            Check.Equal(new string(joined.Array, joined.Offset, joined.Count), Halves(sent), "what is sent");
            Check.Equal(left, behind, "what waits");
        }

        private static string Halves(string text)
        {
            return text.Replace('<', '\ud83d').Replace('>', '\ude00').Replace('?', '\ufffd');
        }

        private static int Characters(List<AudioEvent> speech, string id)
        {
            return speech.Where(audio => audio.Id == id).Sum(audio => audio.Frames) / FramesPerCharacter;
        }

        [Fact]
        public async Task ATextIsSaidInOneCall()
        {
            using (PalabraClient client = Talk.Client())
            using (TtsSession session = client.OpenTts(new TtsOptions { Language = "en" }))
            {
                Task<PalabraAudio>[] calls = Enumerable.Range(8, 4).Select(n => session.SynthesizeAsync(new string('a', n))).ToArray();
                for (int n = 0; n < calls.Length; n++)
                    Check.Equal((await Sessions.InTime(calls[n], "speech")).Frames, (n + 8) * FramesPerCharacter, "frames");
                Check.Equal(session.Synthesize("Good evening", Talk.Patience).Frames, 12 * FramesPerCharacter, "on this thread");
                Check.Mistake("text", "empty", () => session.SynthesizeAsync(""));
                Check.Throws<ArgumentNullException>(() => session.SynthesizeAsync(null), "no text");
                Check.Mistake("text", "NUL", () => session.SendText("a\0b", isLast: true));
                Check.Refused(PalabraStatus.Timeout, () => session.Synthesize("no time for it", TimeSpan.Zero));
                session.Dispose();
                await Check.ThrowsAsync<ObjectDisposedException>(() => session.SynthesizeAsync("gone"), "disposed of");
            }
        }

        [Fact]
        public async Task ACancelledTextGivesItsThreadBack()
        {
            var listener = Talk.Silent(out int port);
            var options = new TtsOptions { Language = "en", Stream = { Url = "ws://127.0.0.1:" + port + "/", Token = "token-of-the-tests" } };
            options.Timeouts.Connect = TimeSpan.FromMinutes(10);
            options.Limits.CommandCount = 200;
            using (PalabraClient client = Talk.Client())
            using (TtsSession session = client.OpenTts(options))
            using (var ends = new CancellationTokenSource())
            {
                List<Task<PalabraAudio>> calls = Enumerable.Range(0, 64).Select(n => session.SynthesizeAsync("one", cancellationToken: ends.Token)).ToList();
                ends.Cancel();
                foreach (Task<PalabraAudio> call in calls)
                    await Check.ThrowsAsync<OperationCanceledException>(() => Sessions.InTime(call, "cancelled"), "cancelled");
                using (TtsSession other = client.OpenTts(new TtsOptions { Language = "en" }))
                    Check.Equal((await Sessions.InTime(other.SynthesizeAsync("the next"), "the 65th")).Frames, 8 * FramesPerCharacter, "the 65th");
            }
            listener.Stop();
        }

        [Fact]
        public async Task TokensAreSpokenAsTheyCome()
        {
            using (PalabraClient client = Talk.Client())
            using (TtsSession session = client.OpenTts(new TtsOptions { Language = "en" }))
            {
                session.SendText("beside", isLast: true, generation: "beside");
                int frames = 0;
                AudioEvent last = null;
                await foreach (AudioEvent audio in session.SpeakAsync(Tokens("Hello ", "", "wonder\ud83d", "\ude00ful you", " there.")))
                {
                    frames += audio.Frames;
                    last = audio;
                }
                Check.That(frames == 27 * FramesPerCharacter && last.IsLast, frames + " frames");
                await foreach (AudioEvent audio in session.SpeakAsync("Good evening"))
                    frames += audio.Frames;
                Check.Equal(frames, 39 * FramesPerCharacter, "frames of both");
                await foreach (AudioEvent audio in session.SpeakAsync(Tokens()))
                    Check.That(false, "speech of nothing");
                var failed = await Check.ThrowsAsync<NotSupportedException>(() => Drain(session.SpeakAsync(Broken())), "the model's failure");
                Check.Equal(failed.Message, "the model", "whose failure");
                session.End();
                List<PalabraEvent> others = await Sessions.All(session);
                Check.That(others[0] is ReadyEvent && others.OfType<AudioEvent>().Where(audio => audio.Id == "beside").Sum(audio => audio.Frames) > 0, "what was not of it is kept");
                Check.That(others.Zip(others.Skip(1), (one, next) => one.Sequence < next.Sequence).All(isBefore => isBefore), "in its order");
            }
        }

        // Of more than 4 events the oldest speech is dropped, as where nobody reads.
        [Fact]
        public async Task WhatIsPassedByKeepsTheLimits()
        {
            using (PalabraClient client = Talk.Client())
            using (TtsSession session = client.OpenTts(new TtsOptions { Language = "en", Limits = { EventCount = 4 } }))
            {
                session.SendText(new string('a', 250), isLast: true, generation: "beside");
                var spoken = new List<long>();
                await foreach (AudioEvent audio in session.SpeakAsync("Good evening"))
                    spoken.Add(audio.Sequence);
                session.End();
                List<PalabraEvent> others = await Sessions.InTime(Sessions.All(session), "the end");
                int kept = others.OfType<AudioEvent>().Count();
                Check.That(kept <= 4, kept + " pieces of speech were kept");
                OverflowEvent overflow = others.OfType<OverflowEvent>().First();
                Check.That(overflow.Dropped > 0 && overflow.Text.StartsWith(overflow.Dropped + " events with "), "nothing tells of it: " + overflow.Text);
                List<long> numbers = spoken.Concat(others.Select(what => what.Sequence)).ToList();
                Check.That(numbers.SequenceEqual(Enumerable.Range(1, numbers.Count).Select(n => (long)n)), "no gap, and no 0");
                Check.That(others.Last() is ClosedEvent, "the end");
            }
        }

        [Fact]
        public async Task LeavingTheLoopTakesTheSpeechBack()
        {
            using (PalabraClient client = Talk.Client())
            using (TtsSession session = client.OpenTts(new TtsOptions { Language = "en" }))
            {
                await foreach (AudioEvent audio in session.SpeakAsync(new string('a', 200)))
                    break;
                using (var ends = new CancellationTokenSource())
                {
                    Task cancelled = Drain(session.SpeakAsync(Endless(), cancellationToken: ends.Token));
                    ends.Cancel();
                    await Check.ThrowsAsync<OperationCanceledException>(() => Sessions.InTime(cancelled, "cancelled"), "the token");
                }
                session.End();
                List<PalabraEvent> others = await Sessions.InTime(Sessions.All(session), "the end");
                Check.That(others.OfType<CommandEvent>().Any(answer => answer.Command == "cancel"), "it was not taken back");
            }
        }

        // A model that gives up, and one that says nothing and does not look at its token, hold no loop.
        [Fact]
        public async Task ALoopEndsWhateverItsTokensDo()
        {
            using (PalabraClient client = Talk.Client())
            using (TtsSession session = client.OpenTts(new TtsOptions { Language = "en" }))
            {
                var gaveUp = await Check.ThrowsAsync<OperationCanceledException>(
                    () => Sessions.InTime(Drain(session.SpeakAsync(GivingUp())), "the model gave up"), "the model gave up");
                Check.Equal(gaveUp.Message, "the model", "who gave up");
                var stalled = new TaskCompletionSource<bool>();
                using (var ends = new CancellationTokenSource())
                {
                    Task cancelled = Drain(session.SpeakAsync(Stalled(stalled.Task), cancellationToken: ends.Token));
                    ends.Cancel();
                    var thrown = await Check.ThrowsAsync<OperationCanceledException>(() => Sessions.InTime(cancelled, "cancelled"), "the token");
                    Check.Equal(thrown.CancellationToken, ends.Token, "whose token");
                }
                Task disposed = Drain(session.SpeakAsync(Stalled(stalled.Task)));
                session.Dispose();
                await Check.ThrowsAsync<ObjectDisposedException>(() => Sessions.InTime(disposed, "disposed of"), "the disposal");
                stalled.SetResult(true);
            }
        }

        // A loop that meets the end leaves it to the next reader, behind what it passed by.
        [Fact]
        public async Task TheEndStaysForTheNextReader()
        {
            using (PalabraClient client = Talk.Client("dev~close_after_ms=500"))
            using (TtsSession session = client.OpenTts(new TtsOptions { Language = "en" }))
            {
                var numbers = new List<long>();
                var stalled = new TaskCompletionSource<bool>();
                async Task Listen()
                {
                    await foreach (AudioEvent audio in session.SpeakAsync(Stalled(stalled.Task)))
                        numbers.Add(audio.Sequence);
                }
                await Check.ThrowsAsync<PalabraException>(() => Sessions.InTime(Listen(), "the end"), "the service closed");
                stalled.SetResult(true);
                List<PalabraEvent> others = await Sessions.InTime(Sessions.All(session), "what was passed by");
                Check.That(others.Last() is ClosedEvent, string.Join(", ", others));
                numbers.AddRange(others.Select(what => what.Sequence));
                Check.That(numbers.SequenceEqual(Enumerable.Range(1, numbers.Count).Select(n => (long)n)), string.Join(", ", numbers));
            }
        }

        [Fact]
        public async Task Mp3ComesAsBytes()
        {
            using (PalabraClient client = Talk.Client())
            using (TtsSession session = client.OpenTts(new TtsOptions { Language = "en", Format = TtsFormat.Mp3 }))
            {
                session.SendText("Good evening", isLast: true);
                session.End();
                List<AudioEvent> speech = (await Sessions.All(session)).OfType<AudioEvent>().ToList();
                byte[] bytes = speech.SelectMany(audio => audio.Data.ToArray()).ToArray();
                Check.That(bytes.Length > 100 && bytes[0] == 0xff && bytes[1] == 0xf3 && speech.All(audio => audio.Frames == 0), "no MP3");
                Check.Equal(speech[0].Encoding, SpeechEncoding.Encoded, "encoding");
            }
        }

        [Fact]
        public async Task SpeechOfTextsIsPulled()
        {
            var options = new TtsOptions { Language = "en", Output = { Mode = OutputMode.Playout, Format = { Encoding = AudioEncoding.F32, SampleRate = 48000 } } };
            using (PalabraClient client = Talk.Client())
            using (TtsSession session = client.OpenTts(options))
            {
                session.SendText("hello", isLast: true);
                session.End();
                var tick = new float[480];
                await Check.ThrowsAsync<InvalidOperationException>(() => Drain(session.SpeakAsync("no events")), "speech as events");
                await Sessions.InTime(session.CompleteAsync(), "complete");
                int loud = 0;
                while ((session.ReadAudio(tick) & SoundFlags.Ended) == 0)
                    loud += tick.Count(sample => sample != 0);
                Check.That(loud > 5 * FramesPerCharacter * 2 * 8 / 10, "speech in " + loud + " samples");
            }
        }

        private static async Task Drain(IAsyncEnumerable<AudioEvent> speech)
        {
            await foreach (AudioEvent audio in speech)
            {
            }
        }

        private static async IAsyncEnumerable<string> Tokens(params string[] tokens)
        {
            foreach (string token in tokens)
            {
                await Task.Yield();
                yield return token;
            }
        }

        private static async IAsyncEnumerable<string> GivingUp()
        {
            yield return "Hello ";
            yield return "there ";
            await Task.Yield();
            throw new OperationCanceledException("the model");
        }

        private static async IAsyncEnumerable<string> Stalled(Task goesOn)
        {
            yield return "Hello ";
            await goesOn;
            yield return "there";
        }

        private static async IAsyncEnumerable<string> Broken()
        {
            yield return "Hello ";
            await Task.Yield();
            throw new NotSupportedException("the model");
        }

        private static async IAsyncEnumerable<string> Endless()
        {
            while (true)
            {
                yield return "on and ";
                await Task.Delay(5);
            }
        }
    }
}
