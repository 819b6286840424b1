// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using Godot;

/// <summary>
/// A node that sends a microphone to a TranslatedVoice. It wants an audio bus, muted, whose first effect is an AudioEffectCapture,
/// and "Audio, Driver, Enable Input" in the settings of the project.
/// </summary>
public partial class VoiceMicrophone : Node
{
    private AudioEffectCapture? capture;
    private float[] samples = Array.Empty<float>();

    /// <summary>The bus with the AudioEffectCapture.</summary>
    [Export] public string Bus { get; set; } = "Microphone";

    /// <summary>Push-to-talk: what the microphone hears is dropped.</summary>
    [Export] public bool Muted { get; set; }

    /// <summary>Where it is sent.</summary>
    public TranslatedVoice? Voice { get; set; }

    /// <inheritdoc/>
    public override void _Ready()
    {
        capture = AudioServer.GetBusEffect(AudioServer.GetBusIndex(Bus), 0) as AudioEffectCapture;
        if (capture == null)
            GD.PushError("Palabra: the audio bus " + Bus + " has no AudioEffectCapture as its first effect");
        var player = new AudioStreamPlayer { Stream = new AudioStreamMicrophone(), Bus = Bus };
        AddChild(player);
        player.Play();
    }

    /// <inheritdoc/>
    public override void _Process(double delta)
    {
        int frames = capture?.GetFramesAvailable() ?? 0;
        if (frames == 0)
            return;
        // The engine makes a new array each time.
        Vector2[] heard = capture!.GetBuffer(frames);
        if (Muted || Voice == null)
            return;
        if (samples.Length < heard.Length)
            samples = new float[2 * heard.Length];
        for (int n = 0; n < heard.Length; n++)
            samples[n] = (heard[n].X + heard[n].Y) / 2;
        Voice.Send(samples.AsSpan(0, heard.Length));
    }
}
