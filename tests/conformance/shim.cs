// The shim of the C# binding; README.md describes its input and output.
using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Text;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;
using PalabraAI;

internal static partial class Shim
{
    private const int Rate = 24000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    // Where results and events are printed: exact bytes, independent of the machine's locale.
    private static TextWriter Output = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false)) { NewLine = "\n" };
    private static readonly Dictionary<string, long> PhraseFrames = new Dictionary<string, long>();
    private static PalabraSession session;
    // With `ask`.
    private static PalabraClient asking;
    // Of the opening, which may be answered before it is printed.
    private static TaskCompletionSource<bool> isTold;
    private static long phraseBytes;
    private static bool hasOverflowed;
    // The binding delivers the end again to whoever begins to read after it, and says by 0 that it takes no more audio.
    private static bool hasClosed;
    private static bool isDisposed;

    // What does not belong to a kind of session is not there in C#.
    private static TranslationSession Translation => session as TranslationSession ?? throw Unsupported();

    private static TtsSession Speaker => session as TtsSession ?? throw Unsupported();

    private static SttSession Listener => session as SttSession ?? throw Unsupported();

    private static void Main()
    {
        var input = new StreamReader(Console.OpenStandardInput(), new UTF8Encoding(false));
        for (string line; (line = input.ReadLine()) != null; Output.Flush())
            Obey(line);
        session?.Dispose();
        call?.Dispose();
        asking?.Dispose();
        PalabraLibrary.Shutdown(TimeSpan.FromSeconds(2));
    }

    private static void Obey(string line)
    {
        string[] parts = line.Split(new[] { ' ' }, 2);
        string command = parts[0], rest = parts.Length > 1 ? parts[1] : "";
        if (command.StartsWith("call_", StringComparison.Ordinal))
            ObeyCall(command, rest);
        switch (command)
        {
            case "open":
            case "open_tts":
            case "open_stt":
                isTold = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
                TryBuilt(command, () => session = Open(command, rest));
                isTold.SetResult(true);
                break;
            case "text":
                Try(command, () => Speaker.SendText(After(rest), true, First(rest), null, 9));
                break;
            case "cancel":
                Try(command, () => Speaker.CancelGeneration(rest, 9));
                break;
            case "cancel_tagged":
                Try(command, () => Speaker.CancelTagged(Number(rest)));
                break;
            case "synthesize":
                Synthesize(rest);
                break;
            case "end_call":
                EndCall(rest);
                break;
            case "rest":
                RestSessions(rest);
                break;
            case "file":
                TranslateFile(First(rest), After(rest));
                break;
            case "finalize":
                Try(command, () => Listener.FinalizeNow(9));
                break;
            case "ready":
                Tell(command, Ready());
                break;
            case "over":
                Over();
                break;
            case "say":
                Say(rest);
                break;
            case "skip":
                Skip(Number(rest));
                break;
            case "flush_input":
                Try(command, FlushInput);
                break;
            case "bytes":
                Bytes(rest);
                break;
            case "speak":
                Try(command, () => Translation.Speak(After(rest), First(rest), false, 7));
                break;
            case "pause":
                Try(command, () => Translation.Pause(8));
                break;
            case "resume":
                Try(command, () => Translation.Resume(8));
                break;
            case "interrupt":
                Try(command, () => Translation.Interrupt(null, false, 8));
                break;
            case "rate":
                Try(command, () => Translation.SetOutputFormat(new AudioFormat { SampleRate = Number(rest) }));
                break;
            case "original":
                Try(command, () => Translation.SetOriginal(new OriginalOptions { GainPercent = Number(rest) }));
                break;
            case "silence":
                Try(command, () => Translation.Silence(null, true));
                break;
            case "get_task":
                Try(command, () => Translation.GetTask(8));
                break;
            case "end":
                Try(command, () => session.End());
                break;
            case "until":
                Until(rest);
                break;
            case "miss":
                string[] missed = rest.Split(' ');
                Miss(missed[0], Number(missed[1]));
                break;
            case "play":
                Play(rest);
                break;
            case "record":
                Try(command, () => Translation.StartRecording(Recording(), new RecordingOptions { SampleRate = Number(rest) }));
                break;
            case "pause_recording":
                Try(command, () => OfRecording(Translation.PauseRecording));
                break;
            case "resume_recording":
                Try(command, () => OfRecording(Translation.ResumeRecording));
                break;
            case "stop_recording":
                Try(command, () => Translation.StopRecording(Patience));
                File.Delete(Recording());
                break;
            case "close":
                Try(command, Close);
                break;
        }
    }

    private static PalabraSession Open(string command, string arguments)
    {
        var account = new PalabraClientOptions();
        var config = new TranslationOptions { Input = { BufferDuration = Patience } };
        var speaker = new TtsOptions();
        var listener = new SttOptions { Input = { BufferDuration = Patience, Format = { SampleRate = Rate } } };
        foreach (string word in arguments.Split(' '))
        {
            string key = word.Split('=')[0], value = word.Substring(key.Length).TrimStart('=');
            if (key == "id")
                account = AccountOf(value);
            else if (key == "ask")
                account.TokenSource = _ => Answer(value);
            else if (key == "source")
                config.SourceLanguage = value;
            else if (key == "targets")
                Fill(config.TargetLanguages, value);
            else if (key == "language")
                speaker.Language = listener.Language = value;
            else if (key == "format" && value == "mp3")
            {
                speaker.Format = TtsFormat.Mp3;
                listener = new SttOptions { Language = listener.Language, Format = SttFormat.Mp3 };
            }
            else if (key == "translate")
                Fill(listener.TargetLanguages, value);
            else if (key == "output")
                config.Output.Mode = value == "playout" ? OutputMode.Playout : OutputMode.Events;
            else if (key == "reader_lag")
                config.Output.ReaderLag = TimeSpan.FromMilliseconds(Number(value));
            else if (key == "event_limit")
                config.Limits.EventCount = Number(value);
            else if (key == "message_bytes")
                config.Limits.MessageBytes = Number(value);
            else if (key == "liveness")
                config.Timeouts.Liveness = TimeSpan.FromMilliseconds(Number(value));
            else if (key == "drop_oldest")
                config.DropOldestInput = true;
            else if (key == "echo")
                config.Echo = EchoOf(value);
            else if (key == "noise")
                config.SuppressNoise = true;
            else if (key == "gain")
                config.ControlGain = true;
        }
        hasClosed = isDisposed = false;
        var client = new PalabraClient(account);
        try
        {
            if (command == "open_tts")
                return client.OpenTts(speaker);
            return command == "open_stt" ? client.OpenStt(listener) : (PalabraSession)client.OpenTranslation(config);
        }
        finally
        {
            if (account.TokenSource != null)
                asking = client;
            else
                client.Dispose();
        }
    }

    // The main thread waits meanwhile, and prints nothing.
    private static async Task<PalabraCredentials> Answer(string id)
    {
        await isTold.Task.ConfigureAwait(false);
        Output.WriteLine("CREDENTIALS_NEEDED");
        return AccountOf(id).Credentials;
    }

    private static void Fill(ICollection<string> list, string words)
    {
        foreach (string word in words.Split(','))
            list.Add(word);
    }

    private static PalabraStatus Ready()
    {
        return Said(() =>
        {
            if (!session.WaitReady(Patience))
                throw new PalabraTimeoutException();
        });
    }

    // Waits until nothing more will happen; the events remain queued.
    private static void Over()
    {
        while (session.State != PalabraSessionState.Closed)
            Thread.Sleep(5);
        Tell("over", PalabraStatus.Ok);
    }

    private static void Close()
    {
        session.Close(TimeSpan.FromSeconds(1));
        isDisposed = true;
    }

    /// <summary>Frames of a tone, and of silence.</summary>
    private static short[] SquareWave(string lengths)
    {
        return Wave(lengths, _ => 60);
    }

    /// <summary>The same of what is taken for speech.</summary>
    private static short[] SungWave(string lengths)
    {
        return Wave(lengths, n => 80 + n / 1200 % 5 * 8);
    }

    private static short[] Wave(string lengths, Func<int, int> half)
    {
        int sound = Number(First(lengths)) * (Rate / 1000), silence = Number(After(lengths)) * (Rate / 1000);
        var samples = new short[sound + silence];
        for (int n = 0; n < sound; n++)
            samples[n] = (short)(n / half(n) % 2 != 0 ? 4000 : -4000);
        return samples;
    }

    private static void Synthesize(string text)
    {
        PalabraAudio speech = null;
        PalabraStatus status = Said(() => speech = Speaker.Synthesize(text, Patience, null, 5));
        if (status == PalabraStatus.Ok)
            Output.WriteLine("synthesize " + To100Ms(speech.Frames));
        else
            Tell("synthesize", status);
    }

    private static void EndCall(string text)
    {
        using (var source = new CancellationTokenSource())
        {
            Task call = Speaker.SynthesizeAsync(text, null, 6, source.Token);
            Thread.Sleep(10);
            source.Cancel();
            Tell("end_call", Said(() => call.GetAwaiter().GetResult()));
        }
    }

    private static PalabraClientOptions AccountOf(string id)
    {
        return new PalabraClientOptions { Credentials = { ClientId = id, ClientSecret = "secret" } };
    }

    private static void RestSessions(string id)
    {
        using (var client = new PalabraClient(AccountOf(id)))
        {
            RestSessions sessions = client.RestSessions;
            RestSession made = null;
            Func<Action, string> said = call => " " + NameOf(Said(call));
            Output.WriteLine("rest" + said(() => made = sessions.Create(Patience)) + said(() => sessions.List(Patience)) +
                             said(() => sessions.Get(made.Id, Patience)) + said(() => sessions.SetLifetime(made.Id, TimeSpan.FromMinutes(1), Patience)) +
                             said(() => sessions.Get("never made", Patience)) + said(() => sessions.Delete(made.Id, Patience)));
        }
    }

    private static void TranslateFile(string id, string lengths)
    {
        string path = Path.GetTempFileName();
        try
        {
            new PalabraAudio(SquareWave(lengths), Rate).WriteWav(path);
            var config = new TranslationOptions { SourceLanguage = "en", TargetLanguages = { "es" }, EndSilence = TimeSpan.FromSeconds(1) };
            var options = new FileTranslationOptions { KeepAudio = true, RefuseSymbolicLinks = true, PacePercent = 1000, Timeout = Patience };
            string line = "file OK";
            PalabraStatus status = Said(() =>
            {
                using (var client = new PalabraClient(AccountOf(id)))
                {
                    foreach (TranslatedFile speech in client.TranslateFile(config, path, null, options).Outputs)
                        line += speech.Audio == null ? "" : " " + speech.Language + " " + To100Ms(speech.Audio.Frames);
                }
            });
            if (status == PalabraStatus.Ok)
                Output.WriteLine(line);
            else
                Tell("file", status);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static void Say(string lengths)
    {
        short[] samples = SquareWave(lengths);
        Took("say", samples.Length, () => session is SttSession heard ? heard.SendAudio(samples) : Translation.SendAudio(samples));
    }

    private static void Skip(int ms)
    {
        int frames = ms * (Rate / 1000);
        Took("skip", frames, () => session is SttSession heard ? heard.Skip(frames) : Translation.Skip(frames));
    }

    private static void FlushInput()
    {
        if (session is SttSession heard)
            heard.FlushInput();
        else
            Translation.FlushInput();
        if (WhyNothing() is PalabraStatus why)
            throw new PalabraException(new PalabraError(why));
    }

    private static void Bytes(string numbers)
    {
        int count = Number(First(numbers)), ms = Number(After(numbers));
        Took("bytes", count, () => ms > 0 ? Evenly(count, ms) : Listener.SendEncoded(new byte[count]));
    }

    private static int Evenly(int count, int ms)
    {
        const int Pieces = 5;
        for (int n = 0; n < Pieces; n++)
        {
            Listener.SendEncodedAsync(new byte[count / Pieces]).AsTask().GetAwaiter().GetResult();
            Thread.Sleep(ms / Pieces);
        }
        return count;
    }

    private static void Took(string command, int offered, Func<int> send)
    {
        int taken = 0;
        PalabraStatus status = Said(() => taken = send());
        if (status == PalabraStatus.Ok && taken == 0 && offered > 0)
            status = WhyNothing() ?? PalabraStatus.Ok;
        if (status != PalabraStatus.Ok)
            Tell(command, status);
        else
            Output.WriteLine(command + " " + taken);
    }

    /// <summary>Why a session takes no audio; null: it does.</summary>
    private static PalabraStatus? WhyNothing()
    {
        if (isDisposed)
            return PalabraStatus.BadHandle;
        switch (session.State)
        {
            case PalabraSessionState.Ending: return PalabraStatus.Ended;
            case PalabraSessionState.Closed: return PalabraStatus.Closed;
            default: return null;
        }
    }

    private static void Until(string kind)
    {
        PalabraStatus status = Said(() =>
        {
            using (PalabraEventReader reader = session.OpenReader())
            {
                while (reader.Read(Patience))
                {
                    if (hasClosed)
                        throw new PalabraException(new PalabraError(PalabraStatus.Closed));
                    hasClosed = reader.Kind == EventKind.Closed;
                    Print(reader.ToEvent());
                    if (NameOf(reader.Kind) == kind)
                        return;
                }
            }
            throw new PalabraTimeoutException();
        });
        if (status != PalabraStatus.Ok)
            Tell("until", status);
    }

    private static void Print(PalabraEvent what)
    {
        string name = NameOf(what.Kind), tag = what.UserTag != 0 ? " " + what.UserTag : "";
        switch (what)
        {
            case ReadyEvent _:
            case LinkUpEvent _:
            case StreamEndEvent _:
            case SpeechEvent _:
            case OverflowEvent _:
                hasOverflowed |= what is OverflowEvent;
                Output.WriteLine(name);
                break;
            case TranscriptEvent text when text.IsFinal:
                Output.WriteLine(name + " " + text.Language + " " + text.Text + (text.IsTranslation ? " translation" : "") + tag);
                break;
            case AudioEvent speech:
                Print(name, speech);
                break;
            case CommandEvent info when what.Kind == EventKind.TaskInfo:
                if (what.UserTag != 0)
                    Output.WriteLine(name + tag + (info.IsPaused ? " paused" : ""));
                break;
            case CommandEvent answer:
                Output.WriteLine(name + " " + answer.Text + " " + what.UserTag);
                break;
            case PlayoutEvent played when !played.IsStart:
                Output.WriteLine(name + " " + played.Language);
                break;
            case ErrorEvent _:
            case LinkDownEvent _:
            case ClosedEvent _:
                Tell(name, what.Code);
                break;
        }
    }

    private static void Print(string name, AudioEvent speech)
    {
        PhraseFrames.TryGetValue(speech.Language, out long frames);
        PhraseFrames[speech.Language] = frames += speech.Frames;
        phraseBytes += speech.Data.Length;
        if (!speech.IsLast)
            return;
        string length = phraseBytes > 0 ? " " + phraseBytes + " bytes" : hasOverflowed ? "" : " " + To100Ms(frames);
        Output.WriteLine(name + " " + speech.Language + length);
        PhraseFrames.Remove(speech.Language);
        phraseBytes = 0;
    }

    /// The cut of what was ready is told at a read, and a read before everything is missed would hear some of it.
    private static void Miss(string language, int ms)
    {
        var tick = new short[Rate / 100];
        Tell("miss", Said(() =>
        {
            PlayoutStats stats;
            for (int looks = 1; (stats = Translation.GetPlayoutStats(language)).PhrasesDropped == 0; looks++)
            {
                if (looks > 200 && stats.Skipped.TotalMilliseconds >= ms && stats.Buffered == TimeSpan.Zero)
                {
                    Translation.ReadAudio(tick, language);
                    looks = 0;
                }
                Thread.Sleep(5);
            }
        }));
    }

    private static void Play(string language)
    {
        var tick = new short[Rate / 100];
        long loud = 0;
        PalabraStatus status = Said(() =>
        {
            SoundFlags sound = SoundFlags.None;
            while ((sound & SoundFlags.Ended) == 0)
            {
                sound = Translation.ReadAudio(tick, language);
                foreach (short sample in tick)
                    loud += sample != 0 ? 1 : 0;
            }
        });
        if (status != PalabraStatus.Ok)
            Tell("play", status);
        else
            Output.WriteLine("play " + To100Ms(loud));
    }

    private static string Recording()
    {
        return Path.Combine(Path.GetTempPath(), "palabra-conformance-" + Process.GetCurrentProcess().Id + ".wav");
    }

    /// <summary>As Try, with the option of the build that the error asks for.</summary>
    private static void TryBuilt(string command, Action call)
    {
        string option = "";
        PalabraStatus status = Said(() =>
        {
            try
            {
                call();
            }
            catch (Exception refused) when (OptionIn(refused.Message) != "")
            {
                // In .NET what was not built is a wrong argument, or the wrong moment.
                option = " " + OptionIn(refused.Message);
                throw Unsupported();
            }
        });
        Output.WriteLine(command + " " + NameOf(status) + option);
    }

    private static string OptionIn(string text)
    {
        return Regex.Match(text, "PALABRA_WITH_[A-Z_]+").Value;
    }

    private static EchoPolicy EchoOf(string word)
    {
        return word == "cancel" ? EchoPolicy.Cancel : word == "measure" ? EchoPolicy.Measure : EchoPolicy.Off;
    }

    private static void Try(string command, Action call)
    {
        Tell(command, Said(call));
    }

    /// <summary>The library's status for what a call throws.</summary>
    private static PalabraStatus Said(Action call)
    {
        try
        {
            call();
            return PalabraStatus.Ok;
        }
        catch (PalabraException refused)
        {
            return refused.Status;
        }
        catch (ArgumentException)
        {
            return PalabraStatus.InvalidArgument;
        }
        catch (ObjectDisposedException)
        {
            return PalabraStatus.BadHandle;
        }
        catch (OperationCanceledException)
        {
            return PalabraStatus.Closed;
        }
        catch (InvalidOperationException)
        {
            return PalabraStatus.Unsupported;
        }
    }

    // Without a recording C names an argument, and .NET the moment.
    private static void OfRecording(Action call)
    {
        try
        {
            call();
        }
        catch (InvalidOperationException)
        {
            throw new PalabraException(new PalabraError(PalabraStatus.InvalidArgument));
        }
    }

    private static Exception Unsupported()
    {
        return new PalabraException(new PalabraError(PalabraStatus.Unsupported));
    }

    private static void Tell(string what, PalabraStatus status)
    {
        Output.WriteLine(what + " " + NameOf(status));
    }

    private static string NameOf(PalabraStatus status)
    {
        return status.NativeName().Substring("PALABRA_".Length);
    }

    /// <summary>SpeakStatus is SPEAK_STATUS in C.</summary>
    private static string NameOf(EventKind kind)
    {
        return Regex.Replace(kind.ToString(), "(?<=.)([A-Z])", "_$1").ToUpperInvariant();
    }

    private static long To100Ms(long frames)
    {
        return (frames * 1000 / Rate + 50) / 100 * 100;
    }

    private static string First(string words)
    {
        return words.Split(new[] { ' ' }, 2)[0];
    }

    private static string After(string words)
    {
        return words.Substring(Math.Min(words.Length, First(words).Length + 1));
    }

    private static int Number(string digits)
    {
        return int.Parse(digits, CultureInfo.InvariantCulture);
    }
}
