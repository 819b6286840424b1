// SPDX-License-Identifier: MIT OR Apache-2.0
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using PalabraAI;

/// <summary>SDL's loudspeaker, whose callback reads the speech of a session. It neither waits nor allocates.</summary>
internal sealed unsafe class Loudspeaker : IDisposable
{
    // The callback gets no object. Written before SDL's thread runs.
    private static Loudspeaker? current;
    private readonly long[] durations = new long[1 << 16];
    private uint device;
    private int calls;
    private long soundSince;

    internal Loudspeaker(int rate, int samples)
    {
        current = this;
        var wanted = new Sdl.AudioSpec
        {
            Frequency = rate, Format = Sdl.FloatSamples, Channels = 1, Samples = (ushort)samples, Callback = &Callback,
        };
        Sdl.AudioSpec got;
        // 0: SDL converts, so that the callback has what was wanted.
        device = Sdl.SDL_OpenAudioDevice(null, 0, &wanted, &got, 0);
        if (device == 0)
            throw new InvalidOperationException("SDL has no loudspeaker: " + Sdl.Error);
        Buffer = TimeSpan.FromSeconds((double)got.Samples / got.Frequency);
    }

    /// <summary>What the device holds: it is heard that much later than it was read.</summary>
    internal TimeSpan Buffer { get; }

    /// <summary>Whose speech is heard; null: silence.</summary>
    internal TranslationSession? Session { get; set; }

    /// <summary>When speech began after a silence, in ticks of the Stopwatch; 0: it is silent.</summary>
    internal long SoundSince => Volatile.Read(ref soundSince);

    internal void Start()
    {
        Sdl.SDL_PauseAudioDevice(device, 0);
    }

    /// <summary>How long the callbacks took so far.</summary>
    internal ReadOnlySpan<long> Durations => durations.AsSpan(0, Math.Min(Volatile.Read(ref calls), durations.Length));

    public void Dispose()
    {
        // No callback follows.
        Sdl.SDL_CloseAudioDevice(device);
        device = 0;
    }

    [UnmanagedCallersOnly(CallConvs = new[] { typeof(CallConvCdecl) })]
    private static void Callback(void* data, byte* stream, int bytes)
    {
        current!.Fill(new Span<float>(stream, bytes / sizeof(float)));
    }

    private void Fill(Span<float> block)
    {
        long begin = Stopwatch.GetTimestamp();
        bool isSpeech = false;
        try
        {
            SoundFlags sound = Session?.ReadAudio(block) ?? SoundFlags.None;
            isSpeech = (sound & SoundFlags.Speech) != 0;
            if (Session == null)
                block.Clear();
        }
        catch (Exception over) when (over is PalabraException || over is ObjectDisposedException)
        {
            // An exception must not leave the callback.
            block.Clear();
        }
        if (!isSpeech)
            Volatile.Write(ref soundSince, 0);
        else if (soundSince == 0)
            Volatile.Write(ref soundSince, begin);
        if (calls < durations.Length)
            durations[calls] = Stopwatch.GetTimestamp() - begin;
        Volatile.Write(ref calls, calls + 1);
    }
}
