// A conversation with the devserver: a phrase is said, its transcript and translation come, and it closes well.
using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using PalabraAI;

internal static class Program
{
    private static async Task<int> Main()
    {
        using var client = new Client(new ClientConfig());
        var config = new TranslationConfig { SourceLanguage = "en", TargetLanguages = "es", EndSilenceMs = 1000, Input = { BufferMs = 10000 } };
        using Session session = client.OpenTranslation(config);
        var phrase = new short[60000];
        for (int n = 0; n < 24000; n++)
            phrase[n] = (short)(n / 60 % 2 == 0 ? -4000 : 4000);
        session.SendAudio(phrase, 0, phrase.Length);
        session.End();
        int finals = 0, frames = 0;
        Status? closed = null;
        IAsyncEnumerator<PalabraEvent> events = session.Events().GetAsyncEnumerator();
        while (await events.MoveNextAsync())
        {
            PalabraEvent what = events.Current;
            finals += what.Kind == EventKind.Transcript && what.IsFinal ? 1 : 0;
            frames += what.Kind == EventKind.Audio ? what.PcmFrames : 0;
            closed = what.Kind == EventKind.Closed ? what.Code : closed;
        }
        Console.WriteLine($"{finals} final texts, {frames} frames, closed: {closed}");
        return finals >= 2 && frames > 20000 && closed == Status.Ok ? 0 : 1;
    }
}
