// A conversation with the devserver: a phrase is said, its transcript and translation come, and it closes well.
using System;
using System.Threading.Tasks;
using PalabraAI;

internal static class Program
{
    private static async Task<int> Main()
    {
        await using var client = new PalabraClient();
        var options = new TranslationOptions { SourceLanguage = "en", TargetLanguages = { "es" }, EndSilence = TimeSpan.FromSeconds(1) };
        await using TranslationSession session = await client.OpenTranslationAsync(options);
        var phrase = new short[60000];
        for (int n = 0; n < 24000; n++)
            phrase[n] = (short)(n / 60 % 2 == 0 ? -4000 : 4000);
        await session.SendAudioAsync(phrase);
        session.End();
        int finals = 0, frames = 0;
        PalabraStatus? end = null;
        await foreach (PalabraEvent what in session.ReadEventsAsync())
        {
            finals += what is TranscriptEvent { IsFinal: true } ? 1 : 0;
            frames += what is AudioEvent speech ? speech.Frames : 0;
            end = what is ClosedEvent closed ? closed.Code : end;
        }
        Console.WriteLine($"{finals} final texts, {frames} frames, closed: {end}");
        return finals >= 2 && frames > 20000 && end == PalabraStatus.Ok ? 0 : 1;
    }
}
