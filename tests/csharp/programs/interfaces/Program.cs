// Speech-to-text and text-to-speech behind the interfaces of Microsoft.Extensions.AI.
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.AI;
using PalabraAI;
using PalabraAI.Extensions.AI;

internal static class Program
{
    private static async Task<int> Main()
    {
        await using var client = new PalabraClient();
        using ITextToSpeechClient says = new PalabraTextToSpeechClient(client, "en");
        using ISpeechToTextClient hears = new PalabraSpeechToTextClient(client, "en");
        byte[] wav = await WholeSpeech(says), samples = await StreamedSpeech(says);
        await Mp3(says);
        await Texts(hears, wav, samples);
        await Mistakes(says, hears);
        await Cancelled(says, client);
        Require(hears.GetService<PalabraClient>() == client && says.GetService<TextToSpeechClientMetadata>()?.ProviderName == "palabra", "services");
        Console.WriteLine("all is well");
        return 0;
    }

    private static async Task<byte[]> WholeSpeech(ITextToSpeechClient says)
    {
        TextToSpeechResponse response = await says.GetAudioAsync("Good evening", new TextToSpeechOptions { Language = "en" });
        var data = (DataContent)response.Contents.Single();
        var speech = (PalabraAudio)response.RawRepresentation!;
        byte[] wav = data.Data.ToArray();
        string path = Path.GetTempFileName();
        await File.WriteAllBytesAsync(path, wav);
        PalabraAudio read = PalabraAudio.ReadWav(path);
        File.Delete(path);
        Require(data.MediaType == "audio/wav" && read.Frames > 0 && read.Samples.Span.SequenceEqual(speech.Samples.Span) && read.SampleRate == speech.SampleRate, "the WAV file");
        return wav;
    }

    private static async Task<byte[]> StreamedSpeech(ITextToSpeechClient says)
    {
        List<TextToSpeechResponseUpdate> updates = await says.GetStreamingAudioAsync("Good evening", new TextToSpeechOptions { Speed = 1.5f }).ToListAsync();
        Require(updates[0].Kind == TextToSpeechResponseUpdateKind.SessionOpen && updates[^1].Kind == TextToSpeechResponseUpdateKind.SessionClose, "begin and end");
        Require(updates.Count(update => update.Kind == TextToSpeechResponseUpdateKind.AudioUpdated) == 1, "one last chunk");
        byte[] samples = updates.SelectMany(update => update.Contents).OfType<DataContent>().SelectMany(data => data.Data.ToArray()).ToArray();
        Require(samples.Length > 4800, $"{samples.Length} bytes of speech");
        return samples;
    }

    private static async Task Mp3(ITextToSpeechClient says)
    {
        TextToSpeechResponse response = await says.GetAudioAsync("Good evening", new TextToSpeechOptions { AudioFormat = "audio/mp3" });
        var data = (DataContent)response.Contents.Single();
        Require(data.MediaType == "audio/mpeg" && data.Data.Length > 0, "MP3");
    }

    private static async Task Texts(ISpeechToTextClient hears, byte[] wav, byte[] samples)
    {
        SpeechToTextResponse whole = await hears.GetTextAsync(new MemoryStream(wav), new SpeechToTextOptions { SpeechLanguage = "en" });
        TimeSpan said = TimeSpan.FromSeconds((wav.Length - 44) / 2.0 / BitConverter.ToInt32(wav, 24));
        Require(whole.Text.Length > 0 && whole.EndTime > TimeSpan.Zero && whole.EndTime < said + TimeSpan.FromSeconds(1), $"the text of a WAV file: {whole.EndTime} of {said}");
        // Some seconds, so that there are partial texts.
        byte[] much = Enumerable.Repeat(samples, 8).SelectMany(bytes => bytes).ToArray();
        List<SpeechToTextResponseUpdate> updates = await hears.GetStreamingTextAsync(new Trickle(much), new SpeechToTextOptions { SpeechLanguage = "en", SpeechSampleRate = 24000 }).ToListAsync();
        Require(updates[0].Kind == SpeechToTextResponseUpdateKind.SessionOpen && updates[^1].Kind == SpeechToTextResponseUpdateKind.SessionClose, "begin and end");
        Require(updates.Any(update => update.Kind == SpeechToTextResponseUpdateKind.TextUpdated && update.Text.Length > 0 && update.EndTime > TimeSpan.Zero), "final texts of samples");
        SpeechToTextResponse other = await hears.GetTextAsync(new MemoryStream(wav), new SpeechToTextOptions { SpeechLanguage = "en", TextLanguage = "es" });
        Require(other.Text.Length > 0 && other.Text != whole.Text && ((IEnumerable<object>)other.RawRepresentation!).Cast<TranscriptEvent>().All(text => text.Language == "es"), "the translation");
    }

    private static async Task Mistakes(ITextToSpeechClient says, ISpeechToTextClient hears)
    {
        await Throws<ArgumentException>(() => hears.GetTextAsync(new MemoryStream(new byte[100])), "no kind of audio");
        await Throws<ArgumentException>(() => says.GetAudioAsync("x", new TextToSpeechOptions { AudioFormat = "opus" }), "opus");
        await Throws<InvalidDataException>(() => hears.GetTextAsync(new Trickle(new byte[20000], true), new SpeechToTextOptions { SpeechSampleRate = 24000 }), "a stream that breaks");
    }

    private static async Task Cancelled(ITextToSpeechClient says, PalabraClient client)
    {
        using var ends = new CancellationTokenSource();
        int chunks = 0;
        await Throws<OperationCanceledException>(async () =>
        {
            await foreach (TextToSpeechResponseUpdate update in says.GetStreamingAudioAsync(string.Join(" ", Enumerable.Repeat("A long text.", 60)), cancellationToken: ends.Token))
            {
                if (update.Contents.Count > 0 && ++chunks == 2)
                    await ends.CancelAsync();
            }
        }, "cancelled");
        Require(client.Drain(TimeSpan.Zero), "no session is left");
    }

    private static async Task Throws<T>(Func<Task> act, string what) where T : Exception
    {
        try
        {
            await act();
        }
        catch (T)
        {
            return;
        }
        Require(false, what);
    }

    private static void Require(bool holds, string what)
    {
        if (!holds)
            throw new InvalidOperationException("not so: " + what);
    }

    /// <summary>A stream that gives odd pieces, and may break at its end.</summary>
    private sealed class Trickle(byte[] bytes, bool breaks = false) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (breaks && Position == Length)
                throw new InvalidDataException("broken");
            return base.ReadAsync(buffer[..Math.Min(buffer.Length, 777)], cancellationToken);
        }
    }
}
