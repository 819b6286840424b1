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
                Check.That(read.Samples.SequenceEqual(samples), "samples");
                // A file written by other code.
                File.WriteAllBytes(path, Waves.Mono16(8000, samples));
                read = PalabraAudio.ReadWav(path);
                Check.That(read.SampleRate == 8000 && read.Channels == 1 && read.Samples.SequenceEqual(samples), "samples of mono");
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
                PalabraException refused = Check.Refused(Status.Io, () => PalabraAudio.ReadWav(path));
                Check.That(refused.Message.Contains("text.wav"), refused.Message);
                Check.Refused(Status.Io, () => PalabraAudio.ReadWav(Path.Combine(folder, "missing.wav")));
                Check.Refused(Status.Io, () => new PalabraAudio(new short[1], 8000).WriteWav("/nowhere/at/all.wav"));
                Check.Refused(Status.InvalidArgument, () => PalabraAudio.ReadWav(null));
                Check.Refused(Status.InvalidArgument, () => new PalabraAudio(new short[9], 8000, 9).WriteWav(path));
                Check.Refused(Status.InvalidArgument, () => new PalabraAudio(new short[1], 0).WriteWav(path));
                Check.Throws<ArgumentNullException>(() => new PalabraAudio(null, 8000), "no samples");
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
                long last = 0;
                var options = new FileTranslationOptions { PacePercent = 500 };
                options.Progress = progress =>
                {
                    Check.Equal(Thread.CurrentThread.ManagedThreadId, here, "thread");
                    Check.That(progress.TotalMs == 2500 && progress.PositionMs >= last && progress.PositionMs <= 2500, "position");
                    Check.That(progress.Transcripts == 0 || progress.Text.Length > 0 && progress.Language.Length == 2, "text");
                    last = progress.PositionMs;
                    told++;
                    finals += (progress.Flags & EventFlags.Final) != 0 ? 1 : 0;
                    GC.Collect();
                };
                using (Client client = Talk.Client())
                {
                    FileTranslationResult result = client.TranslateFile(
                        Talk.To("es,fr"), input, Path.Combine(folder, "out-{lang}.wav"), options, Talk.PatienceMs);
                    Check.That(result.InputFrames == 60000 && result.InputSampleRate == Talk.Rate, result.InputFrames + " frames");
                    Check.That(result.OutputSampleRate == 24000 && result.EventsDropped == 0 && result.FirstAudioMs > 0, "figures");
                    Check.That(told > 2 && finals > 0 && last == 2500, told + " calls, " + finals + " finals, " + last + " ms");
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
                using (Client client = Talk.Client())
                {
                    var options = new FileTranslationOptions();
                    int called = 0;
                    options.Progress = progress =>
                    {
                        called++;
                        throw new CheckFailed("of the test's own");
                    };
                    CheckFailed thrown = Check.Throws<CheckFailed>(
                        () => client.TranslateFile(Talk.To("es"), Recording(folder), null, options, Talk.PatienceMs), "from the callback");
                    Check.That(thrown.Message == "of the test's own" && called == 1, called + " calls");
                    // A forbidden call is an error, not a deadlock.
                    options.Progress = progress => client.OpenTranslation(Talk.To("es"));
                    Check.Refused(Status.Reentrant, () => client.TranslateFile(Talk.To("es"), Recording(folder), null, options, Talk.PatienceMs));
                }
            });
        }

        [Fact]
        public void ATranslationIsCancelled()
        {
            InFolder(folder =>
            {
                using (Client client = Talk.Client())
                using (var cancellation = new CancellationTokenSource())
                {
                    cancellation.CancelAfter(300);
                    Check.Throws<OperationCanceledException>(() => client.TranslateFile(
                        Talk.To("es"), Recording(folder), null, null, Talk.PatienceMs, cancellation.Token), "cancelled on the way");
                    Check.Throws<OperationCanceledException>(() => client.TranslateFile(
                        Talk.To("es"), Recording(folder), null, null, Talk.PatienceMs, cancellation.Token), "cancelled before");
                }
            });
        }

        [Fact]
        public void AFailureHasFigures()
        {
            InFolder(folder =>
            {
                using (Client client = Talk.Client())
                {
                    PalabraException late = Check.Refused(Status.Timeout,
                        () => client.TranslateFile(Talk.To("es"), Recording(folder), null, null, 1200));
                    var figures = (FileTranslationResult)late.Partial;
                    Check.That(figures.InputFrames < 60000 && figures.InputSampleRate == Talk.Rate, figures.InputFrames + " frames");
                    Check.Refused(Status.Io, () => client.TranslateFile(Talk.To("es"), Path.Combine(folder, "missing.wav"), null));
                    Check.Throws<ArgumentNullException>(() => client.TranslateFile(null, "in.wav", null), "no config");
                    using (var queue = new EventQueue())
                    {
                        TranslationConfig config = Talk.To("es");
                        config.Queue = queue;
                        Check.Refused(Status.InvalidArgument, () => client.TranslateFile(config, Recording(folder), null));
                    }
                }
            });
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
