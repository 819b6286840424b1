// The shim of the C# binding; README.md describes its input and output.
using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Text;
using System.Threading;
using PalabraAI;

internal static class Shim
{
    private const int Rate = 24000;
    private const int PatienceMs = 20000;

    // Exact bytes, independent of the machine's locale.
    private static readonly TextWriter Output = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false)) { NewLine = "\n" };
    private static readonly Dictionary<string, long> PhraseFrames = new Dictionary<string, long>();
    private static Session session;
    private static long phraseBytes;
    private static bool hasOverflowed;

    private static void Main()
    {
        var input = new StreamReader(Console.OpenStandardInput(), new UTF8Encoding(false));
        for (string line; (line = input.ReadLine()) != null; Output.Flush())
            Obey(line);
        if (session != null)
            session.Dispose();
        Palabra.Shutdown(2000);
    }

    private static void Obey(string line)
    {
        string[] parts = line.Split(new[] { ' ' }, 2);
        string command = parts[0], rest = parts.Length > 1 ? parts[1] : "";
        switch (command)
        {
            case "open":
            case "open_tts":
            case "open_stt":
                Try(command, () => session = Open(command, rest));
                break;
            case "text":
                Try(command, () => session.SendText(After(rest), TextFlags.Eos, First(rest), null, 9));
                break;
            case "cancel":
                Try(command, () => session.Cancel(rest, 9));
                break;
            case "cancel_tagged":
                Try(command, () => session.CancelTagged((ulong)Number(rest)));
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
                Try(command, () => session.FinalizeNow(9));
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
                Tell(command, (Status)session.FlushInput());
                break;
            case "bytes":
                Bytes(rest);
                break;
            case "speak":
                Try(command, () => session.Speak(After(rest), First(rest), SpeakFlags.None, 7));
                break;
            case "pause":
                Try(command, () => session.Pause(8));
                break;
            case "resume":
                Try(command, () => session.Resume(8));
                break;
            case "interrupt":
                Try(command, () => session.Interrupt(null, InterruptFlags.None, 8));
                break;
            case "rate":
                Try(command, () => session.SetOutputFormat(null, new AudioFormat { SampleRate = int.Parse(rest) }));
                break;
            case "original":
                Try(command, () => session.SetOriginal(new OriginalOptions { GainPercent = int.Parse(rest) }));
                break;
            case "silence":
                Try(command, () => session.Silence(null, SilenceFlags.All));
                break;
            case "get_task":
                Try(command, () => session.GetTask(8));
                break;
            case "end":
                Try(command, () => session.End());
                break;
            case "until":
                Until(rest);
                break;
            case "play":
                Play(rest);
                break;
            case "record":
                Try(command, () => session.StartRecording(Recording(), new RecordingOptions { SampleRate = Number(rest) }));
                break;
            case "pause_recording":
                Try(command, () => session.PauseRecording());
                break;
            case "resume_recording":
                Try(command, () => session.ResumeRecording());
                break;
            case "stop_recording":
                Try(command, () => session.StopRecording(PatienceMs));
                File.Delete(Recording());
                break;
            case "close":
                Try(command, () => session.Close(1000));
                break;
        }
    }

    private static Session Open(string command, string arguments)
    {
        var account = new ClientConfig();
        var config = new TranslationConfig { Input = { BufferMs = 20000 } };
        var speaker = new TtsConfig();
        var listener = new SttConfig { Input = { BufferMs = 20000, Format = { SampleRate = Rate } } };
        foreach (string word in arguments.Split(' '))
        {
            string key = word.Split('=')[0], value = word.Substring(key.Length).TrimStart('=');
            if (key == "id")
                account = new ClientConfig { Credentials = { ClientId = value, ClientSecret = "secret" } };
            else if (key == "source")
                config.SourceLanguage = value;
            else if (key == "targets")
                config.TargetLanguages = value;
            else if (key == "language")
                speaker.Language = listener.Language = value;
            else if (key == "format" && value == "mp3")
            {
                speaker.Format = TtsFormat.Mp3;
                listener = new SttConfig { Language = listener.Language, Format = SttFormat.Mp3 };
            }
            else if (key == "translate")
                listener.TargetLanguages = value;
            else if (key == "output")
                config.Output.Mode = value == "playout" ? OutputMode.Playout : OutputMode.Events;
            else if (key == "event_limit")
                config.Limits.EventCount = Number(value);
            else if (key == "message_bytes")
                config.Limits.MessageBytes = Number(value);
            else if (key == "liveness")
                config.Timeouts.LivenessMs = Number(value);
            else if (key == "drop_oldest")
                config.Flags |= TranslationFlags.DropOldest;
        }
        using (var client = new Client(account))
        {
            if (command == "open_tts")
                return client.OpenTts(speaker);
            return command == "open_stt" ? client.OpenStt(listener) : client.OpenTranslation(config);
        }
    }

    private static Status Ready()
    {
        try
        {
            return session.WaitReady(PatienceMs) ? Status.Ok : Status.Timeout;
        }
        catch (PalabraException closed)
        {
            return closed.Status;
        }
    }

    // Waits until nothing more will happen; the events remain queued.
    private static void Over()
    {
        while (session.State != SessionState.Closed)
            Thread.Sleep(5);
        Tell("over", Status.Ok);
    }

    private static short[] SquareWave(string lengths)
    {
        int sound = Number(First(lengths)) * (Rate / 1000), silence = Number(After(lengths)) * (Rate / 1000);
        var samples = new short[sound + silence];
        for (int n = 0; n < sound; n++)
            samples[n] = (short)(n / 60 % 2 != 0 ? 4000 : -4000);
        return samples;
    }

    private static void Synthesize(string text)
    {
        try
        {
            PalabraAudio speech = session.Synthesize(text, PatienceMs, TextFlags.None, null, 5);
            Output.WriteLine("synthesize " + To100Ms(speech.Frames));
        }
        catch (PalabraException refused)
        {
            Tell("synthesize", refused.Status);
        }
    }

    private static void EndCall(string text)
    {
        using (var source = new CancellationTokenSource())
        {
            var status = Status.Ok;
            var caller = new Thread(() => status = Ended(text, source.Token));
            caller.Start();
            Thread.Sleep(10);
            source.Cancel();
            caller.Join();
            Tell("end_call", status);
        }
    }

    // What the token ended has the library's status here.
    private static Status Ended(string text, CancellationToken token)
    {
        try
        {
            session.Synthesize(text, PatienceMs, TextFlags.None, null, 6, token);
            return Status.Ok;
        }
        catch (OperationCanceledException)
        {
            return Status.Closed;
        }
        catch (PalabraException refused)
        {
            return refused.Status;
        }
    }

    private static Client ClientOf(string id)
    {
        return new Client(new ClientConfig { Credentials = { ClientId = id, ClientSecret = "secret" } });
    }

    private static void RestSessions(string id)
    {
        using (Client client = ClientOf(id))
        {
            RestSession made = null;
            Func<Action, string> said = call =>
            {
                try
                {
                    call();
                    return " OK";
                }
                catch (PalabraException refused)
                {
                    return " " + refused.Status.Name().Substring("PALABRA_".Length);
                }
            };
            Output.WriteLine("rest" + said(() => made = client.CreateRestSession(PatienceMs)) + said(() => client.ListRestSessions(PatienceMs)) +
                             said(() => client.GetRestSession(made.Id, PatienceMs)) + said(() => client.SetRestSessionTtl(made.Id, 60000, PatienceMs)) +
                             said(() => client.GetRestSession("never made", PatienceMs)) + said(() => client.DeleteRestSession(made.Id, PatienceMs)));
        }
    }

    private static void TranslateFile(string id, string lengths)
    {
        string path = Path.GetTempFileName();
        try
        {
            new PalabraAudio(SquareWave(lengths), Rate).WriteWav(path);
            var config = new TranslationConfig { SourceLanguage = "en", TargetLanguages = "es", EndSilenceMs = 1000 };
            var options = new FileTranslationOptions { Flags = FileFlags.Audio | FileFlags.NoFollow, PacePercent = 1000 };
            string line = "file OK";
            using (Client client = ClientOf(id))
            {
                foreach (TranslatedFile speech in client.TranslateFile(config, path, null, options, PatienceMs).Outputs)
                    line += speech.Pcm == null ? "" : " " + speech.Language + " " + To100Ms(speech.Frames);
            }
            Output.WriteLine(line);
        }
        catch (PalabraException refused)
        {
            Tell("file", refused.Status);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static void Say(string lengths)
    {
        short[] samples = SquareWave(lengths);
        int taken = session.SendAudio(samples, 0, samples.Length);
        if (taken < 0)
            Tell("say", (Status)taken);
        else
            Output.WriteLine("say " + taken);
    }

    private static void Skip(int ms)
    {
        int taken = session.Skip(ms * (Rate / 1000));
        if (taken < 0)
            Tell("skip", (Status)taken);
        else
            Output.WriteLine("skip " + taken);
    }

    private static void Bytes(string numbers)
    {
        int count = Number(First(numbers)), ms = Number(After(numbers));
        try
        {
            var data = new byte[count];
            int taken = ms > 0 ? session.SendEncodedPaced(data, 0, count, ms, 0, PatienceMs) : session.SendEncoded(data, 0, count);
            if (taken < 0)
                Tell("bytes", (Status)taken);
            else
                Output.WriteLine("bytes " + taken);
        }
        catch (PalabraException refused)
        {
            Tell("bytes", refused.Status);
        }
    }

    private static void Until(string kind)
    {
        try
        {
            using (var what = new PalabraEvent())
            {
                while (session.Poll(what, PatienceMs))
                {
                    Print(what);
                    if (what.KindName == kind)
                        return;
                }
            }
            Tell("until", Status.Timeout);
        }
        catch (PalabraException refused)
        {
            Tell("until", refused.Status);
        }
    }

    private static void Print(PalabraEvent what)
    {
        string name = what.KindName, tag = what.UserTag != 0 ? " " + what.UserTag : "";
        switch (what.Kind)
        {
            case EventKind.Ready:
            case EventKind.StreamEnd:
            case EventKind.Overflow:
                hasOverflowed |= what.Kind == EventKind.Overflow;
                Output.WriteLine(name);
                break;
            case EventKind.Transcript:
                if (what.IsFinal)
                    Output.WriteLine(name + " " + what.Language + " " + what.Text + (what.IsTranslation ? " translation" : "") + tag);
                break;
            case EventKind.Audio:
                Print(name, what);
                break;
            case EventKind.SpeakStatus:
            case EventKind.TaskStatus:
                Output.WriteLine(name + " " + what.Text + " " + what.UserTag);
                break;
            case EventKind.TaskInfo:
                if (what.UserTag != 0)
                    Output.WriteLine(name + tag + ((what.Flags & EventFlags.Paused) != 0 ? " paused" : ""));
                break;
            case EventKind.PlayoutCut:
            case EventKind.PlayoutFinished:
                Output.WriteLine(name + " " + what.Language);
                break;
            case EventKind.Error:
            case EventKind.Closed:
                Tell(name, what.Code);
                break;
        }
    }

    private static void Print(string name, PalabraEvent speech)
    {
        string language = speech.Language;
        long frames;
        PhraseFrames.TryGetValue(language, out frames);
        PhraseFrames[language] = frames += speech.PcmFrames;
        phraseBytes += speech.DataLength;
        if ((speech.Flags & EventFlags.LastChunk) == 0)
            return;
        string length = phraseBytes > 0 ? " " + phraseBytes + " bytes" : hasOverflowed ? "" : " " + To100Ms(frames);
        Output.WriteLine(name + " " + language + length);
        PhraseFrames.Remove(language);
        phraseBytes = 0;
    }

    private static void Play(string language)
    {
        var tick = new short[Rate / 100];
        long loud = 0;
        int sound = 0;
        while (sound >= 0 && ((SoundFlags)sound & SoundFlags.Ended) == 0)
        {
            sound = session.ReadAudio(language, tick, 0, tick.Length);
            foreach (short sample in tick)
                loud += sample != 0 ? 1 : 0;
        }
        if (sound < 0)
            Tell("play", (Status)sound);
        else
            Output.WriteLine("play " + To100Ms(loud));
    }

    private static string Recording()
    {
        return Path.Combine(Path.GetTempPath(), "palabra-conformance-" + Process.GetCurrentProcess().Id + ".wav");
    }

    private static void Try(string command, Action call)
    {
        try
        {
            call();
            Tell(command, Status.Ok);
        }
        catch (PalabraException refused)
        {
            Tell(command, refused.Status);
        }
    }

    private static void Tell(string what, Status status)
    {
        Output.WriteLine(what + " " + status.Name().Substring("PALABRA_".Length));
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
