// The shim of the C# binding: calls.
using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using PalabraAI;

internal static partial class Shim
{
    private static readonly Dictionary<int, Party> Parties = new Dictionary<int, Party>();
    // What is printed of events, until somebody asks for those of this leg.
    private static readonly Dictionary<int, Queue<(EventKind Kind, string Line)>> ToldEvents = new Dictionary<int, Queue<(EventKind, string)>>();
    private static PalabraCall call;
    private static PalabraEventReader callReader;

    private sealed class Party
    {
        internal PalabraLeg Leg;
        internal bool HasAnswered;
        /// <summary>Frames with speech that were heard.</summary>
        internal long Loud;
    }

    private static void ObeyCall(string command, string rest)
    {
        if (command == "call_open")
            Try(command, () => OpenCall(rest));
        else if (command == "call_end")
            Try(command, EndOfCall);
        else if (command == "call_close")
            Try(command, CloseCall);
        else if (command == "call_until")
            UntilOfCall(Number(First(rest)), After(rest));
        else if (command.EndsWith("recording", StringComparison.Ordinal) || command == "call_record")
            RecordCall(command, rest);
        else
            Obey(command, PartyAt(Number(First(rest))), After(rest));
    }

    private static void Obey(string command, Party who, string rest)
    {
        switch (command)
        {
            case "call_join":
                TryBuilt(command, () => Join(who, rest));
                break;
            case "call_answer":
                who.HasAnswered = true;
                Try(command, () => Tick(who));
                break;
            case "call_say":
                SayInCall(command, who.Leg.SendAudio(SquareWave(rest)));
                break;
            case "call_sing":
                SayInCall(command, who.Leg.SendAudio(SungWave(rest)));
                break;
            case "call_spoke":
                TellSpoke(command, who.Leg.GetStats());
                break;
            case "call_hear":
                Try(command, () => HearSome(who));
                break;
            case "call_packets":
                Try(command, () => Packets(who, rest));
                break;
            case "call_stats":
                Tell(command, who.Leg.GetStats());
                break;
            case "call_heard":
                Output.WriteLine(command + " " + To100Ms(who.Loud));
                who.Loud = 0;
                break;
            case "call_hold":
                Try(command, () => who.Leg.Hold());
                break;
            case "call_resume":
                Try(command, () => who.Leg.Resume());
                break;
            case "call_mute":
                Try(command, () => who.Leg.SetMuted(true));
                break;
            case "call_silence":
                Try(command, () => who.Leg.Silence(true));
                break;
            case "call_interrupt":
                Try(command, () => who.Leg.Interrupt(8));
                break;
            case "call_speak":
                Try(command, () => who.Leg.Speak(rest, 7));
                break;
            case "call_hang_up":
                who.HasAnswered = false;
                Try(command, () => who.Leg.Dispose());
                break;
            case "call_play":
                Try(command, () => Hear(who));
                break;
        }
    }

    private static void RecordCall(string command, string rest)
    {
        if (command == "call_record")
            Try(command, () => call.StartRecording(Recording(), new CallRecordingOptions { Translations = true, SampleRate = Number(rest) }));
        else if (command == "call_pause_recording")
            Try(command, () => OfRecording(call.PauseRecording));
        else if (command == "call_resume_recording")
            Try(command, () => OfRecording(call.ResumeRecording));
        else
        {
            Try(command, () => OfRecording(() => call.StopRecording(Patience)));
            File.Delete(Recording());
        }
    }

    /// <summary>Packets of 20 ms with these numbers, one in a tick.</summary>
    private static void Packets(Party who, string numbers)
    {
        short[] said = SquareWave("20 0");
        var heard = new short[said.Length];
        foreach (string number in numbers.Split(' '))
            who.Leg.ExchangeAt(said, Number(number) * said.Length, heard);
    }

    private static void Tell(string command, LegStats now)
    {
        Output.WriteLine(string.Join(" ", command, now.InputTaken?.TotalMilliseconds, now.InputLost?.TotalMilliseconds, now.LinksOpened, now.LinksBroken));
    }

    private static void OpenCall(string arguments)
    {
        var options = new PalabraCallOptions
        {
            Translation =
            {
                EndSilence = TimeSpan.FromSeconds(1), Input = { BufferDuration = Patience },
                CommandPace = { TaskInterval = TimeSpan.FromMilliseconds(1), PauseInterval = TimeSpan.FromMilliseconds(1) },
                Output = { PrimeDuration = TimeSpan.FromSeconds(1), Original = { GainPercent = 0 } },
            },
        };
        var account = new PalabraClientOptions();
        foreach (string word in arguments.Split(' '))
        {
            if (word.StartsWith("id=", StringComparison.Ordinal))
                account = AccountOf(word.Substring("id=".Length));
            else if (word.StartsWith("source=", StringComparison.Ordinal))
                options.Translation.SourceLanguage = word.Substring("source=".Length);
            else if (word.StartsWith("resend=", StringComparison.Ordinal))
            {
                options.Reopen = true;
                options.Resend = TimeSpan.FromMilliseconds(Number(word.Substring("resend=".Length)));
                options.Translation.Output.TargetDuration = options.Resend;
            }
        }
        using (var client = new PalabraClient(account))
            call = client.OpenCall(options);
        callReader = call.OpenReader();
    }

    // Again is nothing in C#, and an error in C.
    private static void EndOfCall()
    {
        if (call.State == PalabraSessionState.Ending)
            throw new PalabraException(new PalabraError(PalabraStatus.Ended));
        call.End();
    }

    private static void CloseCall()
    {
        callReader.Dispose();
        call.Close(TimeSpan.FromSeconds(1));
    }

    private static void TellSpoke(string command, LegStats now)
    {
        double ms = now.Spoke == null ? -1 : Math.Floor((now.Spoke.Value.TotalMilliseconds + 50) / 100) * 100;
        Output.WriteLine(command + " " + now.Spurts + " " + ms);
    }

    private static void Set(PalabraLegOptions options, string word)
    {
        if (word.StartsWith("barge_in=", StringComparison.Ordinal))
            options.BargeIn = word == "barge_in=speech" ? BargeIn.OnSpeech : BargeIn.None;
        else if (word.StartsWith("echo=", StringComparison.Ordinal))
            options.Echo = EchoOf(word.Substring("echo=".Length));
        options.DetectSpeech |= word == "detect";
        options.SuppressNoise |= word == "noise";
        options.ControlGain |= word == "gain";
    }

    private static void Join(Party who, string arguments)
    {
        string[] words = arguments.Split(' ');
        var options = new PalabraLegOptions { Language = words[0], Input = { SampleRate = Rate } };
        foreach (string word in words.Skip(1))
            Set(options, word);
        who.Leg = call.Join(options);
        who.HasAnswered = false;
    }

    private static SoundFlags Tick(Party who)
    {
        var heard = new short[Rate / 100];
        SoundFlags sound = who.Leg.Exchange(default, heard);
        if ((sound & SoundFlags.Speech) != 0)
            who.Loud += heard.Count(sample => sample != 0);
        return sound;
    }

    // The binding says by 0 that a call takes no more.
    private static void SayInCall(string command, int taken)
    {
        if (taken > 0)
            Output.WriteLine(command + " " + taken);
        else
            Tell(command, call.State == PalabraSessionState.Ending ? PalabraStatus.Ended : PalabraStatus.Closed);
    }

    private static void Hear(Party who)
    {
        while ((Tick(who) & SoundFlags.Ended) == 0)
        {
        }
    }

    /// <summary>Until some of the translation is heard.</summary>
    private static void HearSome(Party who)
    {
        while ((Tick(who) & SoundFlags.Speech) == 0)
        {
        }
    }

    private static void UntilOfCall(int leg, string wanted)
    {
        Queue<(EventKind Kind, string Line)> events = EventsOf(leg);
        PalabraStatus status = Said(() =>
        {
            while (true)
            {
                while (events.Count > 0)
                {
                    (EventKind kind, string line) = events.Dequeue();
                    Output.Write(line);
                    if (NameOf(kind) == wanted)
                        return;
                }
                NextEventOfCall();
            }
        });
        if (status != PalabraStatus.Ok)
            Tell("call_until", status);
    }

    /// <summary>Waits for an event while the parties that have answered listen.</summary>
    private static void NextEventOfCall()
    {
        for (Stopwatch waits = Stopwatch.StartNew(); waits.Elapsed < Patience;)
        {
            foreach (Party who in Parties.Values.Where(party => party.HasAnswered))
                Tick(who);
            if (!callReader.Read(TimeSpan.FromMilliseconds(2)))
                continue;
            EventsOf(callReader.Leg ?? -1).Enqueue((callReader.Kind, LineOf(callReader.ToEvent())));
            return;
        }
        throw new PalabraTimeoutException();
    }

    private static string LineOf(PalabraEvent what)
    {
        // Whether something was heard is not ordered with what is said meanwhile.
        if (what.Kind == EventKind.PlayoutFinished)
            return "";
        TextWriter before = Output;
        Output = new StringWriter { NewLine = "\n" };
        Print(what);
        string line = Output.ToString();
        Output = before;
        return line;
    }

    private static Party PartyAt(int place)
    {
        if (!Parties.TryGetValue(place, out Party who))
            Parties[place] = who = new Party();
        return who;
    }

    private static Queue<(EventKind Kind, string Line)> EventsOf(int leg)
    {
        if (!ToldEvents.TryGetValue(leg, out Queue<(EventKind, string)> events))
            ToldEvents[leg] = events = new Queue<(EventKind, string)>();
        return events;
    }
}
