// Speech-to-text: audio in, texts out.
using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace PalabraAI.Tests
{
    public sealed class SttTests
    {
        [Fact]
        public async Task AFinalIsAwaited()
        {
            using (PalabraClient client = Talk.Client())
            using (SttSession session = client.OpenStt(new SttOptions { Language = "en", Input = { Format = { SampleRate = Talk.Rate }, BufferDuration = TimeSpan.FromSeconds(10) } }))
            {
                short[] spoken = Talk.Phrase().Take(Talk.Rate).ToArray();
                Check.Equal(session.SendAudio(spoken), spoken.Length, "samples");
                // Nobody reads.
                TranscriptEvent text = await Sessions.InTime(session.FinalizeAsync(), "the final");
                Check.That(text.IsFinal && text.Text.Length > 0, text.ToString());
                Check.Equal(text.Sequence, 0, "no reader has it so far");
                // Somebody reads, and gets it too.
                Task<List<PalabraEvent>> loop = Sessions.All(session);
                Check.Equal(session.SendAudio(spoken), spoken.Length, "samples");
                TranscriptEvent second = await Sessions.InTime(session.FinalizeAsync(), "the second");
                session.End();
                List<PalabraEvent> events = await Sessions.InTime(loop, "the end");
                List<TranscriptEvent> finals = events.OfType<TranscriptEvent>().Where(one => one.IsFinal).ToList();
                Check.That(finals.Any(one => one.Text == text.Text) && finals.Any(one => one.Text == second.Text), "kept for the reader");
                Check.That(events.Select(what => what.Sequence).SequenceEqual(Enumerable.Range(1, events.Count).Select(n => (long)n)), "in their order");
                await Check.RefusedAsync(PalabraStatus.Closed, () => session.FinalizeAsync());
            }
        }

        // Nobody reads, and of more than 3 events the partial texts are dropped.
        [Fact]
        public async Task WhatIsPassedByKeepsTheLimits()
        {
            var options = new SttOptions
            {
                Language = "en", Limits = { EventCount = 3 },
                Input = { Format = { SampleRate = Talk.Rate }, BufferDuration = TimeSpan.FromSeconds(20) },
            };
            using (PalabraClient client = Talk.Client())
            using (SttSession session = client.OpenStt(options))
            {
                short[] spoken = Enumerable.Repeat(Talk.Phrase().Take(Talk.Rate), 10).SelectMany(second => second).ToArray();
                Check.Equal(session.SendAudio(spoken), spoken.Length, "samples");
                await Sessions.InTime(session.FinalizeAsync(), "the final");
                session.End();
                List<PalabraEvent> events = await Sessions.InTime(Sessions.All(session), "the end");
                List<TranscriptEvent> texts = events.OfType<TranscriptEvent>().ToList();
                Check.That(texts.Count(one => !one.IsFinal) <= 3, texts.Count + " texts were kept");
                Check.That(events.OfType<OverflowEvent>().Sum(overflow => overflow.Dropped) > 0, "nothing tells of it");
                Check.That(events.OfType<OverflowEvent>().All(overflow => overflow.Text.StartsWith(overflow.Dropped + " events with ")), "which ones");
                Check.That(events.Select(what => what.Sequence).SequenceEqual(Enumerable.Range(1, events.Count).Select(n => (long)n)), "no gap, and no 0");
            }
        }

        [Fact]
        public async Task AnAwaitedFinalEndsWithTheSession()
        {
            var listener = Talk.Silent(out int port);
            var options = new SttOptions { Language = "en", Stream = { Url = "ws://127.0.0.1:" + port + "/", Token = "token-of-the-tests" } };
            options.Timeouts.Connect = TimeSpan.FromMinutes(10);
            using (PalabraClient client = Talk.Client())
            using (SttSession session = client.OpenStt(options))
            {
                using (var ends = new CancellationTokenSource())
                {
                    Task cancelled = session.FinalizeAsync(ends.Token);
                    ends.Cancel();
                    await Check.ThrowsAsync<OperationCanceledException>(() => Sessions.InTime(cancelled, "cancelled"), "the token");
                }
                Task waits = session.FinalizeAsync();
                session.Dispose();
                await Check.ThrowsAsync<ObjectDisposedException>(() => Sessions.InTime(waits, "disposed of"), "the disposal");
            }
            listener.Stop();
        }

        [Fact]
        public async Task EncodedBytesAreHeard()
        {
            using (PalabraClient client = Talk.Client())
            using (SttSession session = client.OpenStt(new SttOptions { Language = "en", Format = SttFormat.Webm }))
            {
                // The devserver counts 4 bytes as one ms of speech.
                Check.Equal(session.SendEncoded(new byte[3000]), 3000, "bytes");
                await session.SendEncodedAsync(new byte[1000]);
                Check.Throws<InvalidOperationException>(() => session.SendAudio(new short[10]), "samples");
                session.End();
                TranscriptEvent last = (await Sessions.All(session)).OfType<TranscriptEvent>().Last(text => text.IsFinal);
                Check.Equal(last.Text, "phrase 1, 1.0 s", "the final");
            }
            using (PalabraClient client = Talk.Client())
            using (SttSession session = client.OpenStt(new SttOptions { Language = "en" }))
                Check.Throws<InvalidOperationException>(() => session.SendEncoded(new byte[10]), "bytes");
        }

        [Theory]
        [InlineData(AudioEncoding.Mulaw)]
        [InlineData(AudioEncoding.Alaw)]
        public async Task TelephonesAreHeard(AudioEncoding encoding)
        {
            var options = new SttOptions { Language = "en", Input = { Format = { Encoding = encoding }, BufferDuration = TimeSpan.FromSeconds(10) } };
            byte loud = encoding == AudioEncoding.Mulaw ? (byte)0x20 : (byte)0x30;
            byte[] buzz = Enumerable.Range(0, 8000).Select(n => (byte)(n / 20 % 2 == 0 ? loud : loud | 0x80)).ToArray();
            using (PalabraClient client = Talk.Client())
            using (SttSession session = client.OpenStt(options))
            {
                await session.SendPacedAsync(buzz, TimeSpan.FromSeconds(5));
                session.End();
                Check.That((await Sessions.All(session)).OfType<TranscriptEvent>().Any(text => text.IsFinal && text.Text.Length > 0), "nothing was heard");
            }
        }
    }
}
