// Shapes of the classes of Godot 4 that the sample uses, after the engine's class reference.
#nullable enable
using System;
using System.Collections.Generic;

namespace Godot
{
    [AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
    public sealed class ExportAttribute : Attribute
    {
    }

    public class Node
    {
        public List<Node> Children { get; } = new List<Node>();

        // Children are ready before their parent; one that is added later is ready at once.
        public void AddChild(Node node)
        {
            Children.Add(node);
            node._Ready();
        }

        public virtual void _Ready()
        {
        }

        public virtual void _Process(double delta)
        {
        }

        public virtual void _ExitTree()
        {
        }
    }

    public struct Vector2
    {
        public float X;
        public float Y;

        public Vector2(float x, float y)
        {
            X = x;
            Y = y;
        }
    }

    public class AudioStream
    {
    }

    public class AudioStreamMicrophone : AudioStream
    {
    }

    public class AudioStreamGenerator : AudioStream
    {
        public float MixRate { get; set; } = 44100;

        public float BufferLength { get; set; } = 0.5f;
    }

    public class AudioStreamPlayback
    {
    }

    /// <summary>A ring of frames: what does not fit as a whole is refused.</summary>
    public class AudioStreamGeneratorPlayback : AudioStreamPlayback
    {
        private readonly int capacity;
        private int queued;

        internal AudioStreamGeneratorPlayback(int capacity)
        {
            this.capacity = capacity;
        }

        /// <summary>Frames that are not silent.</summary>
        internal int Loud { get; private set; }

        public int GetFramesAvailable()
        {
            return capacity - queued;
        }

        public bool PushBuffer(Vector2[] frames)
        {
            if (frames.Length > GetFramesAvailable())
                return false;
            queued += frames.Length;
            foreach (Vector2 frame in frames)
                Loud += frame.X != 0 && frame.X == frame.Y ? 1 : 0;
            return true;
        }

        internal void Mix(int frames)
        {
            queued = Math.Max(0, queued - frames);
        }
    }

    public class AudioStreamPlayer : Node
    {
        private AudioStreamGeneratorPlayback? playback;

        public AudioStream? Stream { get; set; }

        public string Bus { get; set; } = "Master";

        public void Play(float fromPosition = 0)
        {
            if (Stream is AudioStreamGenerator generator)
                AudioServer.Playing = playback = new AudioStreamGeneratorPlayback((int)(generator.MixRate * generator.BufferLength));
        }

        public AudioStreamPlayback GetStreamPlayback()
        {
            return playback!;
        }
    }

    public class AudioEffect
    {
    }

    public class AudioEffectCapture : AudioEffect
    {
        private readonly Queue<float> heard = new Queue<float>();

        public int GetFramesAvailable()
        {
            return heard.Count;
        }

        public Vector2[] GetBuffer(int frames)
        {
            var got = new Vector2[frames];
            for (int n = 0; n < frames; n++)
                got[n] = new Vector2(heard.Peek(), heard.Dequeue());
            return got;
        }

        internal void Hear(float sample)
        {
            heard.Enqueue(sample);
        }
    }

    public static class AudioServer
    {
        internal static AudioEffectCapture? Capture { get; set; } = new AudioEffectCapture();

        internal static AudioStreamGeneratorPlayback? Playing { get; set; }

        public static float GetMixRate()
        {
            return 44100;
        }

        public static int GetBusIndex(string busName)
        {
            return busName == "Microphone" ? 1 : -1;
        }

        public static AudioEffect? GetBusEffect(int busIdx, int effectIdx)
        {
            return busIdx == 1 && effectIdx == 0 ? Capture : null;
        }
    }

    public static class Time
    {
        internal static ulong Now { get; set; }

        public static ulong GetTicksMsec()
        {
            return Now;
        }
    }

    public static class ProjectSettings
    {
        public static string GlobalizePath(string path)
        {
            return path == "res://" ? Environment.GetEnvironmentVariable("GODOT_PROJECT") ?? "" : path;
        }
    }

    public static class OS
    {
        public static string GetExecutablePath()
        {
            return Environment.ProcessPath ?? "";
        }
    }

    public static class GD
    {
        internal static List<string> Errors { get; } = new List<string>();

        public static void Print(string what)
        {
            Console.WriteLine(what);
        }

        public static void PushError(string message)
        {
            Errors.Add(message);
        }
    }
}
