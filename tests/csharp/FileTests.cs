// WAV files, and recordings translated in one call.
using System;
using System.IO;
using System.Linq;
using System.Threading;
using Xunit;

namespace PalabraAI.Tests
{
    public sealed class FileTests
    {
        [Fact]
        public void WhatIsWrittenIsRead()
        {
            InFolder(folder =>
            {
                string path = Path.Combine(folder, "añadido.wav");
                short[] samples = Enumerable.Range(0, 3000).Select(n => (short)(n * 7919)).ToArray();
                new PalabraAudio(samples, 44100, 3).WriteWav(path);
                PalabraAudio read = PalabraAudio.ReadWav(path);
                Check.That(read.SampleRate == 44100 && read.Channels == 3 && read.Frames == 1000, read.Frames + " frames");
                Check.That(read.Samples.ToArray().SequenceEqual(samples) && read.Duration == TimeSpan.FromTicks(1000L * TimeSpan.TicksPerSecond / 44100), "samples");
                // A file written by other code.
                File.WriteAllBytes(path, Waves.Mono16(8000, samples));
                read = PalabraAudio.ReadWav(path);
                Check.That(read.SampleRate == 8000 && read.Channels == 1 && read.Samples.ToArray().SequenceEqual(samples), "samples of mono");
                new PalabraAudio(new short[0], 24000).WriteWav(path);
                Check.Equal(PalabraAudio.ReadWav(path).Frames, 0, "frames of nothing");
            });
        }

        [Fact]
        public void WhatIsNoWavIsAnError()
        {
            InFolder(folder =>
            {
                string path = Path.Combine(folder, "text.wav");
                File.WriteAllText(path, "no wave");
                PalabraException refused = Check.Refused(PalabraStatus.Io, () => PalabraAudio.ReadWav(path));
                Check.That(refused.Message.Contains("text.wav"), refused.Message);
                Check.Refused(PalabraStatus.Io, () => PalabraAudio.ReadWav(Path.Combine(folder, "missing.wav")));
                Check.Refused(PalabraStatus.Io, () => new PalabraAudio(new short[1], 8000).WriteWav("/nowhere/at/all.wav"));
                Check.Throws<ArgumentNullException>(() => PalabraAudio.ReadWav(null), "no path");
                Check.Mistake("path", "empty", () => PalabraAudio.ReadWav(""));
                Check.Throws<ArgumentException>(() => new PalabraAudio(new short[9], 8000, 9).WriteWav(path), "nine channels");
                Check.Throws<ArgumentOutOfRangeException>(() => new PalabraAudio(new short[1], 0), "no rate");
                Check.Throws<ArgumentException>(() => new PalabraAudio(new short[3], 8000, 2), "half a frame");
                Check.Throws<ArgumentOutOfRangeException>(() => new PalabraAudio(new short[3], 8000, 0), "no channels");
            });
        }

        [Fact]
        public void ARecordingIsTranslated()
        {
            InFolder(folder =>
            {
                string input = Recording(folder);
                int told = 0, finals = 0, here = Thread.CurrentThread.ManagedThreadId;
                TimeSpan last = TimeSpan.Zero;
                var options = new FileTranslationOptions { PacePercent = 500 };
                var progress = new Told(progress =>
                {
                    Check.Equal(Thread.CurrentThread.ManagedThreadId, here, "thread");
                    Check.That(progress.Total == TimeSpan.FromMilliseconds(2500) && progress.Position >= last && progress.Position <= progress.Total, "position");
                    Check.That(progress.Transcripts == 0 || progress.Text.Length > 0 && progress.Language.Length == 2, "text");
                    last = progress.Position;
                    told++;
                    finals += (progress.Flags & EventFlags.Final) != 0 ? 1 : 0;
                    GC.Collect();
                });
                using (PalabraClient client = Talk.Client())
                {
                    FileTranslationResult result = client.TranslateFile(
                        Talk.To("es", "fr"), input, Path.Combine(folder, "out-{lang}.wav"), options, progress);
                    Check.That(result.InputFrames == 60000 && result.InputSampleRate == Talk.Rate, result.InputFrames + " frames");
                    Check.That(result.OutputSampleRate == 24000 && result.EventsDropped == 0 && result.TimeToFirstAudio > TimeSpan.Zero, "figures");
                    Check.That(told > 2 && finals > 0 && last == TimeSpan.FromMilliseconds(2500), told + " calls, " + finals + " finals, " + last);
                    Check.Equal(string.Join(" ", result.Outputs.Select(output => output.Language).OrderBy(name => name)), "es fr", "targets");
                    foreach (TranslatedFile output in result.Outputs)
                        Check.Equal(PalabraAudio.ReadWav(Path.Combine(folder, "out-" + output.Language + ".wav")).Frames, (int)output.Frames, "frames");
                    Check.Equal(result.OutputFrames, result.Outputs.Sum(output => output.Frames), "frames in all");
                }
            });
        }

        [Fact]
        public void WhatProgressThrowsComesOut()
        {
            InFolder(folder =>
            {
                using (PalabraClient client = Talk.Client())
                {
                    int called = 0;
                    var progress = new Told(told =>
                    {
                        called++;
                        throw new CheckFailed("of the test's own");
                    });
                    CheckFailed thrown = Check.Throws<CheckFailed>(
                        () => client.TranslateFile(Talk.To("es"), Recording(folder), null, null, progress), "from the callback");
                    Check.That(thrown.Message == "of the test's own" && called == 1, called + " calls");
                    // A forbidden call is an error, not a deadlock.
                    progress = new Told(told => client.OpenTranslation(Talk.To("es")));
                    Check.Refused(PalabraStatus.Reentrant, () => client.TranslateFile(Talk.To("es"), Recording(folder), null, null, progress));
                }
            });
        }

        [Fact]
        public void ATranslationIsCancelled()
        {
            InFolder(folder =>
            {
                using (PalabraClient client = Talk.Client())
                using (var cancellation = new CancellationTokenSource())
                {
                    cancellation.CancelAfter(300);
                    Check.Throws<OperationCanceledException>(() => client.TranslateFile(
                        Talk.To("es"), Recording(folder), null, cancellationToken: cancellation.Token), "cancelled on the way");
                    Check.Throws<OperationCanceledException>(() => client.TranslateFile(
                        Talk.To("es"), Recording(folder), null, cancellationToken: cancellation.Token), "cancelled before");
                }
            });
        }

        [Fact]
        public void AFailureHasFigures()
        {
            InFolder(folder =>
            {
                using (PalabraClient client = Talk.Client())
                {
                    PalabraException late = Check.Refused(PalabraStatus.Timeout,
                        () => client.TranslateFile(Talk.To("es"), Recording(folder), null, new FileTranslationOptions { Timeout = TimeSpan.FromMilliseconds(1200) }));
                    var figures = (FileTranslationResult)late.Partial;
                    Check.That(figures.InputFrames < 60000 && figures.InputSampleRate == Talk.Rate, figures.InputFrames + " frames");
                    Check.Refused(PalabraStatus.Io, () => client.TranslateFile(Talk.To("es"), Path.Combine(folder, "missing.wav"), null));
                    Check.Throws<ArgumentNullException>(() => client.TranslateFile(null, "in.wav", null), "no options");
                    using (var queue = new EventQueue())
                    {
                        TranslationOptions config = Talk.To("es");
                        config.Queue = queue;
                        Check.Mistake("options", "Queue", () => client.TranslateFile(config, Recording(folder), null));
                    }
                }
            });
        }

        private sealed class Told : IProgress<FileProgress>
        {
            private readonly Action<FileProgress> then;

            internal Told(Action<FileProgress> then)
            {
                this.then = then;
            }

            public void Report(FileProgress value)
            {
                then(value);
            }
        }

        private static string Recording(string folder)
        {
            string path = Path.Combine(folder, "in.wav");
            new PalabraAudio(Talk.Phrase(), Talk.Rate).WriteWav(path);
            return path;
        }

        private static void InFolder(Action<string> use)
        {
            string folder = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
            Directory.CreateDirectory(folder);
            try
            {
                use(folder);
            }
            finally
            {
                Directory.Delete(folder, true);
            }
        }
    }
}
