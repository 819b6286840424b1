// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using Godot;
using PalabraAI;

/// <summary>A node that says the translation of what is sent to it, through an AudioStreamGenerator of its own.</summary>
public partial class TranslatedVoice : Node
{
    // PushBuffer takes whole arrays: small ones fit into what is free, and one of them serves for all frames.
    private const int BlockFrames = 256;
    private const ulong PatienceMs = 500;

    private readonly float[] samples = new float[BlockFrames];
    private readonly Vector2[] block = new Vector2[BlockFrames];
    private AudioStreamGeneratorPlayback? playback;
    private TranslationSession? session;
    private PalabraEventReader? reader;
    private ulong lastFrame;

    /// <summary>Language that is spoken, such as "en" or "auto".</summary>
    [Export] public string SourceLanguage { get; set; } = "en";

    /// <summary>Language that is heard.</summary>
    [Export] public string TargetLanguage { get; set; } = "es";

    /// <summary>Speech that the generator holds: more than the longest usual frame of the game, in seconds.</summary>
    [Export] public float BufferSeconds { get; set; } = 0.1f;

    /// <summary>Credentials, set by a script before the node enters the tree; null: those of the environment.</summary>
    public PalabraClientOptions? Client { get; set; }

    /// <summary>Language, text, and whether it is a translation and final.</summary>
    public event Action<string, string, bool, bool>? Told;

    /// <summary>It is over: the status, and a sentence for people.</summary>
    public event Action<PalabraStatus, string>? Closed;

    /// <summary>Sends what a microphone hears: mono, at the rate of the AudioServer.</summary>
    public void Send(ReadOnlySpan<float> audio)
    {
        session?.SendAudio(audio);
    }

    /// <inheritdoc/>
    public override void _Ready()
    {
        int rate = (int)AudioServer.GetMixRate();
        var player = new AudioStreamPlayer { Stream = new AudioStreamGenerator { MixRate = rate, BufferLength = BufferSeconds } };
        AddChild(player);
        player.Play();
        playback = (AudioStreamGeneratorPlayback)player.GetStreamPlayback();
        lastFrame = Time.GetTicksMsec();
        try
        {
            // The session lives on without the client.
            using var client = new PalabraClient(Client);
            session = client.OpenTranslation(Options(rate));
            reader = session.OpenReader();
        }
        catch (Exception refused) when (refused is PalabraException || refused is ArgumentException || refused is DllNotFoundException)
        {
            GD.PushError("Palabra: " + refused.Message);
            Closed?.Invoke(StatusOf(refused), refused.Message);
        }
    }

    private static PalabraStatus StatusOf(Exception refused)
    {
        if (refused is PalabraException known)
            return known.Status;
        return refused is ArgumentException ? PalabraStatus.InvalidArgument : PalabraStatus.Unsupported;
    }

    /// <inheritdoc/>
    public override void _Process(double delta)
    {
        TellEvents();
        // The tree was paused, or another window was in front: what was said meanwhile is over.
        ulong now = Time.GetTicksMsec();
        if (now - lastFrame > PatienceMs)
            session?.Silence(null, all: true);
        lastFrame = now;
        while (session != null && playback!.GetFramesAvailable() >= BlockFrames)
            Push();
    }

    /// <inheritdoc/>
    public override void _ExitTree()
    {
        reader?.Dispose();
        session?.Dispose();
        reader = null;
        session = null;
    }

    private TranslationOptions Options(int rate)
    {
        var options = new TranslationOptions { SourceLanguage = SourceLanguage, TargetLanguages = { TargetLanguage }, DropOldestInput = true };
        options.Input.Format.Encoding = options.Output.Format.Encoding = AudioEncoding.F32;
        options.Input.Format.SampleRate = options.Output.Format.SampleRate = rate;
        // The service ends a session that gets no audio after some 10 s: a paused game sends none.
        options.Input.Gap.Policy = GapPolicy.Pause;
        options.Output.Mode = OutputMode.Playout;
        return options;
    }

    private void Push()
    {
        session!.ReadAudio(samples);
        for (int n = 0; n < BlockFrames; n++)
            block[n] = new Vector2(samples[n], samples[n]);
        playback!.PushBuffer(block);
    }

    private void TellEvents()
    {
        // A handler may free this node.
        while (reader != null && reader.TryRead())
        {
            if (reader.Kind == EventKind.Transcript)
            {
                Told?.Invoke(reader.Language, reader.Text, reader.IsTranslation, reader.IsFinal);
            }
            else if (reader.Kind == EventKind.Closed)
            {
                PalabraEventReader over = reader;
                reader = null;
                Closed?.Invoke(over.Code, over.Text);
                over.Dispose();
            }
        }
    }
}
