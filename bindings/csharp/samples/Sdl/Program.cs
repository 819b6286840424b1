// SPDX-License-Identifier: MIT OR Apache-2.0
using PalabraAI;

/// <summary>
/// A console game over SDL's audio callback, which hears the translation of its microphone; and what that costs it. It plays
/// without translation first, then as long with it.
/// </summary>
internal static class Program
{
    private const int Rate = 48000;

    private static int Main(string[] args)
    {
        if (args.Length < 1 || args.Length > 4)
        {
            Console.Error.WriteLine("usage: Sdl RECORDING.wav [SECONDS [SOURCE TARGET]]");
            return 2;
        }
        TimeSpan length = TimeSpan.FromSeconds(args.Length > 1 ? double.Parse(args[1], System.Globalization.CultureInfo.InvariantCulture) : 30);
        PalabraAudio recording = PalabraAudio.ReadWav(args[0]);
        if (Sdl.SDL_Init(Sdl.InitAudio) != 0)
        {
            Console.Error.WriteLine("SDL has no audio: " + Sdl.Error);
            return 1;
        }
        try
        {
            return Play(recording, length, args.Length > 3 ? args[2] : "en", args.Length > 3 ? args[3] : "es");
        }
        finally
        {
            Sdl.SDL_Quit();
        }
    }

    private static int Play(PalabraAudio recording, TimeSpan length, string source, string target)
    {
        using var loudspeaker = new Loudspeaker(Rate, 512);
        Console.WriteLine($"a buffer of {loudspeaker.Buffer.TotalMilliseconds:0.0} ms");
        loudspeaker.Start();
        var without = new Game(loudspeaker, recording, length);
        without.Play(null);
        int callbacks = loudspeaker.Durations.Length;

        var options = new TranslationOptions { SourceLanguage = source, TargetLanguages = { target }, DropOldestInput = true };
        options.Input.Format.SampleRate = recording.SampleRate;
        options.Input.Format.Channels = recording.Channels;
        options.Output.Mode = OutputMode.Playout;
        options.Output.Format.Encoding = AudioEncoding.F32;
        options.Output.Format.SampleRate = Rate;
        using var client = new PalabraClient(); // credentials from the environment
        using TranslationSession session = client.OpenTranslation(options);
        var with = new Game(loudspeaker, recording, length);
        with.Play(session);

        without.Figures.Print("without");
        with.Figures.Print("with");
        Figures.Print("without: callback", loudspeaker.Durations.Slice(0, callbacks));
        Figures.Print("with: callback", loudspeaker.Durations.Slice(callbacks));
        return with.Closed == null ? 0 : 1;
    }
}
