// Audio on its way to the service: elements, whole frames, room.
using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace PalabraAI.Tests
{
    public sealed class InputTests
    {
        [Fact]
        public void ElementsInWholeFramesAreTaken()
        {
            Sessions.Unanswered(
                session =>
                {
                    Check.Equal(session.SendAudio(new short[10]), 10, "five frames of two channels");
                    Check.Equal(session.SendAudio(new byte[8]), 8, "two frames as bytes");
                    Check.Equal(session.SendAudio(default(ReadOnlySpan<short>)), 0, "nothing");
                    Check.Mistake("audio", "frame", () => session.SendAudio(new short[11]));
                    Check.Mistake("audio", "frame", () => session.SendAudio(new byte[7]));
                    Check.Throws<InvalidOperationException>(() => session.SendAudio(new float[10]), "floats");
                    Check.Equal(session.InputSpace, 24000 - 7, "frames that fit");
                    Check.Equal(session.SendAudio(new short[60000]), 48000 - 14, "as many as fit");
                    Check.Equal(session.SendAudio(new short[2]), 0, "the buffer is full");
                    session.SetInputFormat(new AudioFormat(AudioEncoding.F32, 48000, 1));
                    Check.Equal(session.SendAudio(new float[480]), 480, "floats");
                    Check.Throws<InvalidOperationException>(() => session.SendAudio(new short[480]), "samples");
                    Check.Equal(session.Skip(100), 100, "frames that were lost");
                    Check.Throws<ArgumentOutOfRangeException>(() => session.Skip(-1), "less than none");
                    session.Dispose();
                    Check.Equal(session.SendAudio(new float[480]), 0, "after the end");
                    Check.Equal(session.InputSpace, 0, "after the end");
                    session.FlushInput();
                },
                options =>
                {
                    options.Input.Format.Channels = 2;
                    options.Input.BufferDuration = TimeSpan.FromSeconds(1);
                });
        }

        // Without a rate the audio has that of the wire.
        [Fact]
        public async Task ThePaceIsThatOfTheWire()
        {
            using (PalabraClient client = Talk.Client())
            {
                TranslationOptions options = Talk.To("es");
                options.Input.Format.SampleRate = null;
                options.WireSampleRate = 16000;
                using (TranslationSession session = client.OpenTranslation(options))
                {
                    await session.WaitReadyAsync();
                    Stopwatch taken = Stopwatch.StartNew();
                    await session.SendPacedAsync(new short[4800]);
                    Check.That(taken.ElapsedMilliseconds >= 250, "300 ms were sent in " + taken.ElapsedMilliseconds + " ms");
                }
                options.WireSampleRate = null;
                options.TaskJson = "{\"input_stream\":{\"source\":{\"sample_rate\":16000}}}";
                using (TranslationSession session = client.OpenTranslation(options))
                    await Check.ThrowsAsync<InvalidOperationException>(() => session.SendPacedAsync(new short[4800]).AsTask(), "only the library knows the rate");
                options.TaskJson = "{\"output_stream\":{\"target\":{\"sample_rate\":48000}},\"input_stream\":{\"source\":{\"channels\":1}}}";
                using (TranslationSession session = client.OpenTranslation(options))
                    await session.SendPacedAsync(new short[480]);
            }
        }

        // The members of a task decide, whatever its texts hold.
        [Theory]
        [InlineData("{'input_stream':{'note':'}','source':{'sample_rate':16000}}}", false)]
        [InlineData("{'note':'\\'}','input_stream':{'source':{'sample_rate':'16000'}}}", false)]
        [InlineData("{ 'input_stream' : { 'source' : { 'sample_rate' : 16000 } } }", false)]
        [InlineData("{'output_stream':{'target':{},'input_stream':{'source':{'sample_rate':48000}}},'input_stream':{'source':{'channels':1}}}", true)]
        [InlineData("{'input_stream':{'source':{'sample_rate':null}},'note':'sample_rate'}", true)]
        [InlineData("{'input_stream':{'target':{'sample_rate':16000},'source':{'notes':['sample_rate']}}}", true)]
        public async Task TheRateOfATaskIsThatOfItsInput(string task, bool isUsual)
        {
            using (PalabraClient client = Talk.Client())
            {
                TranslationOptions options = Talk.To("es");
                options.Input.Format.SampleRate = null;
                options.TaskJson = task.Replace('\'', '"');
                using (TranslationSession session = client.OpenTranslation(options))
                {
                    if (isUsual)
                        await session.SendPacedAsync(new short[480]);
                    else
                        await Check.ThrowsAsync<InvalidOperationException>(() => session.SendPacedAsync(new short[480]).AsTask(), "only the library knows the rate");
                }
            }
        }

        [Fact]
        public Task SendingWaitsForRoom()
        {
            return Sessions.UnansweredAsync(
                async session =>
                {
                    await session.SendAudioAsync(new short[24000]);
                    using (var ends = new CancellationTokenSource())
                    {
                        Task full = session.SendAudioAsync(new short[10], ends.Token).AsTask();
                        Check.That(!full.Wait(50), "there is no room");
                        ends.Cancel();
                        await Check.ThrowsAsync<OperationCanceledException>(() => Sessions.InTime(full, "cancelled"), "cancelled");
                    }
                    Task rest = session.SendAudioAsync(new byte[100]).AsTask();
                    session.Dispose();
                    await Check.ThrowsAsync<ObjectDisposedException>(() => Sessions.InTime(rest, "disposed of"), "disposed of");
                },
                options => options.Input.BufferDuration = TimeSpan.FromSeconds(1));
        }

        // As a microphone is read: the lead of 200 ms is given once, not with every piece of 100 ms.
        [Fact]
        public async Task PiecesAreSentAtThePaceOfTheWhole()
        {
            using (PalabraClient client = Talk.Client())
            using (TranslationSession session = client.OpenTranslation(Talk.To("es")))
            {
                await session.WaitReadyAsync();
                Stopwatch time = Stopwatch.StartNew();
                for (int piece = 0; piece < 10; piece++)
                    await session.SendPacedAsync(new short[2400], TimeSpan.FromMilliseconds(200));
                Check.That(time.ElapsedMilliseconds >= 700, "a second of audio took " + time.ElapsedMilliseconds + " ms");
            }
        }

        [Fact]
        public async Task EveryEncodingIsHeard()
        {
            short[] spoken = Talk.Phrase();
            float[] floats = spoken.Select(sample => sample / 32768f).ToArray();
            byte[] bytes = spoken.SelectMany(BitConverter.GetBytes).ToArray();
            await IsHeard(new AudioFormat(), (session, token) => session.SendPacedAsync(spoken, TimeSpan.FromSeconds(5), token));
            await IsHeard(new AudioFormat(AudioEncoding.F32, 24000), (session, token) => session.SendAudioAsync(floats, token));
            await IsHeard(new AudioFormat(AudioEncoding.S16, 24000), (session, token) => session.SendAudioAsync(bytes, token));
        }

        private static async Task IsHeard(AudioFormat format, Func<TranslationSession, CancellationToken, ValueTask> send)
        {
            TranslationOptions options = Talk.To("es");
            options.Input.Format.Encoding = format.Encoding;
            options.Input.Format.SampleRate = format.SampleRate;
            using (PalabraClient client = Talk.Client())
            using (TranslationSession session = client.OpenTranslation(options))
            {
                await send(session, default);
                session.End();
                List<PalabraEvent> events = await Sessions.All(session);
                Check.Equal(events.OfType<TranscriptEvent>().Count(text => text.IsFinal), 2, format.Encoding + ": texts");
            }
        }

        [Fact]
        public async Task AFileIsSent()
        {
            string path = Path.GetTempFileName();
            try
            {
                File.WriteAllBytes(path, Waves.Mono16(8000, new short[4000]));
                using (PalabraClient client = Talk.Client())
                using (TranslationSession session = Talk.Ready(client, Talk.To("es")))
                {
                    Check.Equal(await session.SendFileAsync(path, TimeSpan.FromSeconds(1)), 4000, "frames of the file");
                    Check.Equal(session.SendFile(path, TimeSpan.FromSeconds(1), Talk.Patience), 4000, "frames of the file");
                    await Check.RefusedAsync(PalabraStatus.Io, () => session.SendFileAsync(path + ".not-there"));
                    Check.Throws<ArgumentException>(() => session.SendFileAsync(""), "no path");
                    Check.Mistake("lead", "", () => session.SendFileAsync(path, TimeSpan.FromSeconds(61)));
                    Check.Equal(session.SendAudio(new short[10]), 10, "the format is what it was");
                }
            }
            finally
            {
                File.Delete(path);
            }
        }
    }
}
