// Two parties on one line: what they hear, what events tell, and what ends with what.
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace PalabraAI.Tests
{
    public sealed class CallTests
    {
        // By the call's own reader, whose thread waits for nothing.
        [Fact]
        public async Task EachPartyHearsTheOther()
        {
            PalabraCallOptions options = Calls.Options();
            options.Tag = options;
            options.Name = "line 1";
            options.CallTag = 7;
            using (PalabraClient client = Talk.Client())
            using (PalabraCall call = client.OpenCall(options))
            {
                PalabraLeg english = call.Join(Calls.Telephone("en")), spanish = call.Join(Calls.Headset("es"));
                Check.That(english.Number == 0 && spanish.Number == 1 && spanish.Call == call, "numbers");
                Task<List<PalabraEvent>> reading = Sessions.All(call);
                await Sessions.InTime(call.WaitReadyAsync(), "ready");
                Check.That(Talk.Within(Talk.PatienceMs, () => IsListenedTo(english) && IsListenedTo(spanish)), "both links");
                Speak(english, spanish);
                Listen(spanish, SoundFlags.Speech);
                ClosedEvent closed = await Sessions.InTime(EndHearing(call, english, spanish), "the end");
                List<PalabraEvent> events = await Sessions.InTime(reading, "the loop");
                Check.That(closed.Error == null && events.Last() is ClosedEvent last && last.Error == null, closed.ToString());
                Check.That(events.Select((what, n) => what.Sequence == n + 1).All(holds => holds), "numbers of events");
                Check.That(events.All(what => what.Tag == options && what.SessionName == "line 1" && what.SessionTag == 7), "whose events");
                foreach (int leg in new[] { 0, 1 })
                {
                    Check.That(events.OfType<LinkUpEvent>().Count(what => what.Leg == leg) == 1, "LinkUp of " + leg);
                    LinkDownEvent down = events.OfType<LinkDownEvent>().Single(what => what.Leg == leg);
                    Check.That(down.Error == null && down.Code == PalabraStatus.Ok, down.ToString());
                }
                List<TranscriptEvent> texts = events.OfType<TranscriptEvent>().Where(text => text.IsFinal).ToList();
                Check.That(texts.Any(text => text.Language == "en" && text.Leg == 0), "what was said");
                Check.That(texts.Any(text => text.Language == "es" && text.IsTranslation && text.Leg == 0), "what was heard");
                Check.That(texts.All(text => text.Leg == 0) && closed.Leg == null, "who has said it");
                Check.That(events.OfType<PlayoutEvent>().All(what => what.Leg == 0) && events.OfType<PlayoutEvent>().Any(), "playout");
            }
        }

        private static bool IsListenedTo(PalabraLeg leg)
        {
            return leg.GetStats().LinkState == PalabraSessionState.Ready;
        }

        private static void Speak(PalabraLeg from, PalabraLeg to)
        {
            // Both are on the line from now on.
            to.ReadAudio(new float[1920]);
            byte[] heard = new byte[Calls.Packet];
            from.Exchange(default, heard);
            byte[] phrase = Calls.Phrase();
            Check.Equal(from.SendAudio(phrase), phrase.Length, "bytes taken");
        }

        private static void Listen(PalabraLeg to, SoundFlags until)
        {
            var said = new float[960];
            var heard = new float[1920];
            Check.That(Talk.Within(Talk.PatienceMs, () => (to.Exchange(said, heard) & until) != 0), until + " is not heard");
        }

        private static async Task<ClosedEvent> EndHearing(PalabraCall call, PalabraLeg one, PalabraLeg other)
        {
            Task<ClosedEvent> completing = call.CompleteAsync();
            Check.Refused(PalabraStatus.Ended, () => call.Join(Calls.Telephone("fr")));
            var heard = new byte[Calls.Packet];
            Check.That(Talk.Within(Talk.PatienceMs, () => (one.Exchange(Calls.Phrase().AsSpan(0, Calls.Packet), heard) & SoundFlags.Ended) != 0), "an end");
            Listen(other, SoundFlags.Ended);
            return await completing;
        }

        // By a queue, which the call shares with others.
        [Fact]
        public void APartyHangsUpAndAnotherTakesItsPlace()
        {
            using (var queue = new EventQueue())
            using (PalabraClient client = Talk.Client())
            {
                PalabraCallOptions options = Calls.Options();
                options.Queue = queue;
                PalabraCall call = client.OpenCall(options);
                PalabraLeg english = call.Join(Calls.Telephone("en")), spanish = call.Join(Calls.Headset("es"));
                Both<LinkUpEvent>(queue);
                spanish.Speak("buenos días", 42);
                var said = (CommandEvent)Next(queue, what => what.Kind == EventKind.SpeakStatus);
                Check.That(said.UserTag == 42 && said.Leg == 0, "the answer is of " + said.Leg);
                english.Dispose();
                english.Dispose();
                foreach (PalabraEvent down in Both<LinkDownEvent>(queue))
                    Check.That(((LinkDownEvent)down).Error == null, down.ToString());
                PalabraLeg french = call.Join(Calls.Telephone("fr"));
                Check.Equal(french.Number, 0, "the place that is free");
                Both<LinkUpEvent>(queue);
                Check.Throws<ObjectDisposedException>(english.Hold, "who has left");
                call.Dispose();
                Check.Throws<ObjectDisposedException>(french.Hold, "a leg of a call that is closed");
                Check.Throws<ObjectDisposedException>(() => call.Join(Calls.Telephone("en")), "a call that is closed");
                Check.Equal(call.State, PalabraSessionState.Closed, "its state");
            }
        }

        private static List<PalabraEvent> Both<T>(EventQueue queue) where T : PalabraEvent
        {
            var legs = new List<PalabraEvent> { Next(queue, what => what is T) };
            legs.Add(Next(queue, what => what is T && what.Leg != legs[0].Leg));
            return legs;
        }

        private static PalabraEvent Next(EventQueue queue, Func<PalabraEvent, bool> holds)
        {
            while (true)
            {
                PalabraEvent what = queue.Read(Talk.Patience);
                Check.That(what != null && !(what is ClosedEvent), "it does not come before " + what);
                if (holds(what))
                    return what;
            }
        }

        [Fact]
        public void WhatIsWrongIsRefused()
        {
            Calls.Unanswered(call =>
            {
                PalabraClient client = call.Client;
                Check.Throws<ArgumentNullException>(() => client.OpenCall(null), "no options");
                Check.Throws<ArgumentNullException>(() => call.Join(null), "no options");
                IsWrong(client, "Translation.SourceLanguage", options => options.Translation.SourceLanguage = "en");
                IsWrong(client, "Translation.Input.Format", options => options.Translation.Input.Format.SampleRate = 16000);
                IsWrong(client, "Translation.Output.Format", options => options.Translation.Output.Format.Encoding = AudioEncoding.F32);
                IsWrong(client, "Translation.Tag", options => options.Translation.Tag = client);
                IsWrong(client, "Translation.Input.ChunkDuration", options => options.Translation.Input.ChunkDuration = TimeSpan.FromHours(1));
                using (var queue = new EventQueue())
                    IsWrong(client, "Translation.Queue", options => options.Translation.Queue = queue);
                Check.Mistake("options", "Language", () => call.Join(new PalabraLegOptions()));
                Check.Mistake("options", "Output.SampleRate", () => call.Join(new PalabraLegOptions { Language = "en", Output = new AudioFormat(AudioEncoding.S16, 1) }));
                PalabraLeg leg = call.Join(Calls.Telephone("en"));
                Check.Refused(PalabraStatus.Again, () => leg.Interrupt());
                Check.Mistake("text", "text", () => leg.Speak(""));
                Check.Throws<ArgumentNullException>(() => leg.SetOutputFormat(null), "no format");
                Check.Throws<ArgumentOutOfRangeException>(() => leg.Skip(-1), "fewer than none");
                Check.Throws<InvalidOperationException>(() => leg.Exchange(new short[160], new short[160]), "samples of another kind");
                Check.Mistake("output", "many", () => leg.Exchange(new byte[160], new byte[8000]));
                var packet = new byte[2 * Calls.Packet];
                Check.Mistake("output", "overlap", () => leg.Exchange(packet.AsSpan(0, Calls.Packet), packet.AsSpan(Calls.Packet - 1, Calls.Packet)));
                leg.SetOutputFormat(new AudioFormat(AudioEncoding.S16, 8000, 2));
                Check.Mistake("audio", "complete", () => leg.ReadAudio(new short[3]));
                call.Join(Calls.Telephone("es"));
                Check.Throws<InvalidOperationException>(() => call.Join(Calls.Telephone("fr")), "a third party");
            });
        }

        private static void IsWrong(PalabraClient client, string named, Action<PalabraCallOptions> change)
        {
            PalabraCallOptions options = Calls.Options();
            change(options);
            Check.Mistake("options", named, () => client.OpenCall(options).Dispose());
        }

        [Fact]
        public void WhoHasLeftHearsSilence()
        {
            Calls.Unanswered(call =>
            {
                PalabraLeg left = call.Join(Calls.Telephone("en")), ended = call.Join(Calls.Headset("es"));
                left.SetMuted(true);
                left.SetInputFormat(new AudioFormat(AudioEncoding.Alaw, 8000));
                left.Dispose();
                var bytes = new byte[Calls.Packet];
                Check.Equal(left.Exchange(new byte[Calls.Packet], bytes), SoundFlags.Ended, "what is left");
                Check.That(bytes.All(one => one == 0xFF), "no silence of mu-law");
                Check.That(left.SendAudio(bytes) == 0 && left.Skip(10) == 0 && left.ReadAudio(bytes) == SoundFlags.Ended, "it goes on");
                call.Dispose();
                float[] heard = Enumerable.Repeat(1f, 1920).ToArray();
                Check.Equal(ended.Exchange(new float[960], heard), SoundFlags.Ended, "of a call that is closed");
                Check.That(heard.All(one => one == 0), "no silence");
            });
        }

        // A collector that runs must not take a party from the line.
        [Fact]
        public void ALegIsHeldByItsCall()
        {
            Calls.Unanswered(call =>
            {
                JoinBoth(call);
                GC.Collect();
                GC.WaitForPendingFinalizers();
                Check.Throws<InvalidOperationException>(() => call.Join(Calls.Telephone("fr")), "a leg is gone");
            });
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        private static void JoinBoth(PalabraCall call)
        {
            call.Join(Calls.Telephone("en"));
            call.Join(Calls.Telephone("es"));
        }

        [Fact]
        public void ItsFiguresStayReadable()
        {
            Calls.Unanswered(call =>
            {
                PalabraLeg leg = call.Join(Calls.Telephone("en"));
                for (int n = 0; n < 5; n++)
                    leg.Exchange(new byte[Calls.Packet], new byte[Calls.Packet]);
                leg.Skip(Calls.Packet);
                Check.Equal(leg.GetStats().InputTaken, TimeSpan.FromMilliseconds(100), "what was said");
                Check.That(leg.GetStats().LinkState == null && leg.GetStats().RoundTrip == null, "nothing is known of a link");
                PalabraLeg other = call.Join(Calls.Telephone("es"));
                Check.That(Talk.Within(Talk.PatienceMs, () => other.GetStats().LinkState == PalabraSessionState.Connecting), "its link");
                leg.Dispose();
                Check.Equal(leg.GetStats().InputLost, TimeSpan.FromMilliseconds(20), "of who has left");
                call.Dispose();
                Check.Throws<ObjectDisposedException>(() => other.GetStats(), "of a leg that the call took with it");
                Check.That(call.GetStatsJson().Contains("\"target_language\":\"es\"") && call.GetStatsJson().EndsWith("}"), call.GetStatsJson());
                Check.That(call.Client.GetMetricsText().Contains("palabra_"), call.Client.GetMetricsText());
            });
        }

        // Across the end of 32 bits.
        [Fact]
        public void PacketsComeOutOfOrder()
        {
            Calls.Unanswered(call =>
            {
                PalabraLeg leg = call.Join(Calls.Telephone("en"));
                byte[] packet = new byte[Calls.Packet], heard = new byte[Calls.Packet];
                long first = uint.MaxValue - Calls.Packet + 1;
                foreach (int place in new[] { 0, 2, 1, 3 })
                    leg.ExchangeAt(packet, first + place * Calls.Packet, heard);
                Check.Equal(leg.GetStats().InputTaken, TimeSpan.FromMilliseconds(80), "what arrived");
                Check.Equal(leg.GetStats().InputLost, TimeSpan.Zero, "what is missing");
            });
        }

        [Fact]
        public void ItIsRecorded()
        {
            string path = Path.GetTempFileName();
            try
            {
                Calls.Unanswered(call =>
                {
                    Check.Throws<InvalidOperationException>(call.PauseRecording, "nothing is recorded");
                    call.StartRecording(path, new CallRecordingOptions { SampleRate = 8000, Translations = true });
                    PalabraLeg leg = call.Join(Calls.Telephone("en"));
                    leg.Exchange(new byte[Calls.Packet], new byte[Calls.Packet]);
                    call.PauseRecording();
                    call.ResumeRecording();
                    Check.Refused(PalabraStatus.Busy, () => call.StartRecording(path));
                    Sessions.InTime(call.StopRecordingAsync(), "the file").Wait();
                    Check.Throws<InvalidOperationException>(call.ResumeRecording, "it is over");
                });
                PalabraAudio recorded = PalabraAudio.ReadWav(path);
                Check.That(recorded.SampleRate == 8000 && recorded.Channels == 4, recorded.SampleRate + " Hz, " + recorded.Channels + " channels");
            }
            finally
            {
                File.Delete(path);
            }
        }

        [Fact]
        public void AClientIsDrained()
        {
            Calls.Unanswered(call =>
            {
                PalabraClient client = call.Client;
                using (var cancels = new CancellationTokenSource())
                {
                    Task drains = client.DrainAsync(cancels.Token);
                    Check.That(!client.Drain(TimeSpan.Zero) && !drains.IsCompleted, "a call is open");
                    Check.Refused(PalabraStatus.Draining, () => client.OpenCall(Calls.Options()));
                    Check.Refused(PalabraStatus.Draining, () => client.OpenTranslation(Talk.To("es")));
                    cancels.Cancel();
                    Check.ThrowsAsync<OperationCanceledException>(() => Sessions.InTime(drains, "cancelled"), "the token").Wait();
                }
                Task ends = client.DrainAsync();
                call.Dispose();
                Sessions.InTime(ends, "nothing is open").Wait();
                Check.That(client.Drain(Talk.Patience), "nothing is open");
            });
        }

        [Fact]
        public void WaitsEndByTokenAndDisposal()
        {
            Calls.Unanswered(call =>
            {
                using (var cancels = new CancellationTokenSource())
                {
                    Task ready = call.WaitReadyAsync(cancels.Token);
                    Task loop = Sessions.All(call, cancels.Token);
                    cancels.Cancel();
                    Check.ThrowsAsync<OperationCanceledException>(() => Sessions.InTime(ready, "cancelled"), "ready").Wait();
                    Check.ThrowsAsync<OperationCanceledException>(() => Sessions.InTime(loop, "cancelled"), "the loop").Wait();
                }
                Task waits = call.WaitReadyAsync(), reads = Sessions.All(call);
                Task<ClosedEvent> closed = call.Closed;
                call.Dispose();
                Check.ThrowsAsync<ObjectDisposedException>(() => Sessions.InTime(waits, "disposed of"), "ready").Wait();
                Check.ThrowsAsync<ObjectDisposedException>(() => Sessions.InTime(reads, "disposed of"), "the loop").Wait();
                Check.Equal(Sessions.InTime(closed, "closed").Result.Code, PalabraStatus.Closed, "why");
            });
        }
    }
}
