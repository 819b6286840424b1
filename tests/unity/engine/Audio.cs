// The audio system: one output, sources with the filters beside them, clips.
using System;
using EngineModel;

namespace UnityEngine
{
    public enum AudioSpeakerMode
    {
        [Obsolete("Raw speaker mode is not supported.", true)]
        Raw,
        Mono, Stereo, Quad, Surround, Mode5point1, Mode7point1, Prologic,
    }

    public sealed class AudioSettings
    {
        public delegate void AudioConfigurationChangeHandler(bool deviceWasChanged);

        public static event AudioConfigurationChangeHandler OnAudioConfigurationChanged;

        /// <summary>0 where audio is switched off.</summary>
        public static int outputSampleRate => Engine.OutputRate;

        public static AudioSpeakerMode speakerMode => Engine.OutputMode;

        internal static void Changed()
        {
            OnAudioConfigurationChanged?.Invoke(true);
        }
    }

    public class AudioBehaviour : Behaviour
    {
    }

    public sealed class AudioListener : Behaviour
    {
        /// <summary>No source is heard, except those that ignore it; they go on where they were.</summary>
        public static bool pause { get; set; }
    }

    public sealed class AudioSource : AudioBehaviour
    {
        private int position;

        public bool isPlaying { get; private set; }

        public AudioClip clip { get; set; }

        public bool loop { get; set; }

        /// <summary>Holds for the clip, as do mute and pan; filters come behind them.</summary>
        public float volume { get; set; } = 1;

        public bool mute { get; set; }

        /// <summary>-1: left, 1: right.</summary>
        public float panStereo { get; set; }

        public bool spatialize { get; set; }

        /// <summary>Whether a spatializer comes behind the filters.</summary>
        public bool spatializePostEffects { get; set; }

        /// <summary>Nothing happens while the object is switched off.</summary>
        public void Play()
        {
            isPlaying |= isActiveAndEnabled;
        }

        public void Stop()
        {
            isPlaying = false;
            position = 0;
        }

        /// <summary>What filters get: the clip, or silence without one.</summary>
        internal void Render(float[] block, int channels)
        {
            Array.Clear(block, 0, block.Length);
            for (int n = 0; clip != null && isPlaying && n < block.Length; n++)
            {
                block[n] = clip.Data[position] * (mute ? 0 : volume) * Gain(n % channels);
                if (n % channels == channels - 1)
                    Advance();
            }
        }

        private void Advance()
        {
            position = (position + 1) % clip.samples;
            isPlaying = loop || position > 0;
        }

        private float Gain(int channel)
        {
            return channel == 0 ? Math.Min(1, 1 - panStereo) : channel == 1 ? Math.Min(1, 1 + panStereo) : 1;
        }
    }

    /// <summary>Those that scripts make are by Create.</summary>
    public sealed class AudioClip : Object
    {
        internal float[] Data;

        private AudioClip()
        {
        }

        public int samples => Data.Length / channels;

        public int channels { get; private set; }

        public int frequency { get; private set; }

        /// <summary>Fills the array, continuing at the beginning where the clip ends.</summary>
        public bool GetData(float[] data, int offsetSamples)
        {
            for (int n = 0; n < data.Length; n++)
                data[n] = Data[(offsetSamples * channels + n) % Data.Length];
            return true;
        }

        public bool SetData(float[] data, int offsetSamples)
        {
            for (int n = 0; n < data.Length; n++)
                Data[(offsetSamples * channels + n) % Data.Length] = data[n];
            return true;
        }

        public static AudioClip Create(string name, int lengthSamples, int channels, int frequency, bool stream)
        {
            if (lengthSamples <= 0 || channels <= 0 || frequency <= 0)
                throw new ArgumentException("A clip cannot have " + lengthSamples + " samples, " + channels + " channels, " + frequency + " Hz");
            AudioClip made = Make(lengthSamples, channels, frequency);
            Engine.MadeClips.Add(made);
            return made;
        }

        internal static AudioClip Make(int samples, int channels, int frequency)
        {
            return new AudioClip { Data = new float[samples * channels], channels = channels, frequency = frequency };
        }
    }
}
