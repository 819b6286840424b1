// SPDX-License-Identifier: MIT OR Apache-2.0
using System.Diagnostics;
using PalabraAI;

/// <summary>
/// A loop of 60 frames a second: it sends what the microphone has, here a recording, and shows each text when it comes. What
/// it costs is measured, so a frame draws nothing.
/// </summary>
internal sealed class Game
{
    internal const int FramesPerSecond = 60;
    private readonly Loudspeaker loudspeaker;
    private readonly PalabraAudio recording;
    private readonly TimeSpan length;
    private TranslationSession? session;
    private PalabraEventReader? reader;
    private int sent;
    private bool hasText;
    private long translatedAt;

    internal Game(Loudspeaker loudspeaker, PalabraAudio recording, TimeSpan length)
    {
        this.loudspeaker = loudspeaker;
        this.recording = recording;
        this.length = length;
        Figures = new Figures((int)(length.TotalSeconds * FramesPerSecond) + 1);
    }

    internal Figures Figures { get; }

    /// <summary>Whether the session ended by itself, which it should not.</summary>
    internal PalabraStatus? Closed { get; private set; }

    /// <summary>Plays for the length; null: without translation, for comparison.</summary>
    internal unsafe void Play(TranslationSession? translation)
    {
        session = loudspeaker.Session = translation;
        reader = translation?.OpenReader();
        long begin = Stopwatch.GetTimestamp(), frame = 0;
        for (TimeSpan due = TimeSpan.Zero; due < length && Closed == null; frame++)
        {
            Sdl.Event polled;
            while (Sdl.SDL_PollEvent(&polled) != 0)
            {
                if (polled.Type == Sdl.Quit)
                    return;
            }
            long start = Stopwatch.GetTimestamp(), allocated = GC.GetAllocatedBytesForCurrentThread();
            hasText = false;
            Frame(Stopwatch.GetElapsedTime(begin));
            Figures.Frame(start, GC.GetAllocatedBytesForCurrentThread() - allocated, hasText);
            due = TimeSpan.FromSeconds((double)(frame + 1) / FramesPerSecond);
            TimeSpan left = due - Stopwatch.GetElapsedTime(begin);
            if (left > TimeSpan.Zero)
                Thread.Sleep(left);
        }
        loudspeaker.Session = null;
        reader?.Dispose();
    }

    private void Frame(TimeSpan now)
    {
        if (session == null || reader == null)
            return;
        Send(now);
        while (Closed == null && reader.TryRead())
            Tell();
        long sound = loudspeaker.SoundSince;
        if (translatedAt == 0 || sound == 0)
            return;
        // While an earlier phrase is heard, nobody hears where the next one begins.
        if (sound > translatedAt)
            Figures.Latency(Stopwatch.GetElapsedTime(translatedAt, sound) + loudspeaker.Buffer);
        translatedAt = 0;
    }

    // As much as a microphone has by now; the recording begins again at its end.
    private void Send(TimeSpan now)
    {
        ReadOnlySpan<short> all = recording.Samples.Span;
        for (int due = (int)(now.TotalSeconds * recording.SampleRate) * recording.Channels; sent < due;)
        {
            int at = sent % all.Length, count = Math.Min(due - sent, all.Length - at);
            session!.SendAudio(all.Slice(at, count));
            sent += count;
        }
    }

    private void Tell()
    {
        if (reader!.Kind == EventKind.Transcript && reader.IsFinal)
        {
            hasText = true;
            Console.WriteLine($"[{reader.Language}] {reader.Text}");
            // On Linux the library's clock is the Stopwatch's.
            if (reader.IsTranslation)
                translatedAt = (long)(reader.Timestamp.TotalSeconds * Stopwatch.Frequency);
        }
        else if (reader.Kind == EventKind.Closed)
        {
            Console.WriteLine($"closed: {reader.Code} {reader.Text}");
            Closed = reader.Code;
        }
    }
}
