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

    public sealed class AudioSource : AudioBehaviour
    {
        public bool isPlaying { get; private set; }

        public AudioClip clip { get; set; }

        /// <summary>Holds for the clip; filters come behind it.</summary>
        public float volume { get; set; } = 1;

        /// <summary>Nothing happens while the object is switched off.</summary>
        public void Play()
        {
            isPlaying |= isActiveAndEnabled;
        }

        public void Stop()
        {
            isPlaying = false;
        }
    }

    /// <summary>Only the engine makes clips.</summary>
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

        internal static AudioClip Make(int samples, int channels, int frequency)
        {
            return new AudioClip { Data = new float[samples * channels], channels = channels, frequency = frequency };
        }
    }
}
