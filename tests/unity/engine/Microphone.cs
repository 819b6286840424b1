// Microphones record into a clip that is a ring.
using System;
using System.Collections.Generic;

namespace UnityEngine
{
    // In a player for WebGL it is not there.
#if UNITY_WEBGL
    internal
#else
    public
#endif
    sealed class Microphone
    {
        internal static readonly List<string> Names = new List<string>();
        internal static readonly Dictionary<string, Microphone> Running = new Dictionary<string, Microphone>();

        internal AudioClip Clip;
        internal int Position;
        // It says that it records, and brings nothing.
        internal bool IsDead;

        public static string[] devices => Names.ToArray();

        /// <summary>A device that is not there, and numbers that no device has, are thrown out.</summary>
        public static AudioClip Start(string deviceName, bool loop, int lengthSec, int frequency)
        {
            string name = Known(deviceName) ?? throw new ArgumentException("There is no microphone " + deviceName);
            if (lengthSec <= 0 || lengthSec > 3600)
                throw new ArgumentException("A recording cannot be " + lengthSec + " s long");
            if (frequency <= 0)
                throw new ArgumentException("A recording cannot have " + frequency + " Hz");
            var started = new Microphone { Clip = AudioClip.Make(lengthSec * frequency, 1, frequency) };
            Running[name] = started;
            return started.Clip;
        }

        public static bool IsRecording(string deviceName)
        {
            return Known(deviceName) is string name && Running.ContainsKey(name);
        }

        /// <summary>In samples; 0 where nothing is recorded.</summary>
        public static int GetPosition(string deviceName)
        {
            return Known(deviceName) is string name && Running.TryGetValue(name, out Microphone found) ? found.Position : 0;
        }

        /// <summary>Of a device that is not there: nothing.</summary>
        public static void End(string deviceName)
        {
            if (Known(deviceName) is string name)
                Running.Remove(name);
        }

        internal void Record(float sample)
        {
            if (IsDead)
                return;
            Clip.Data[Position] = sample;
            Position = (Position + 1) % Clip.samples;
        }

        // No name: the system's, which is the first.
        private static string Known(string deviceName)
        {
            if (string.IsNullOrEmpty(deviceName))
                return Names.Count > 0 ? Names[0] : null;
            return Names.Contains(deviceName) ? deviceName : null;
        }
    }
}
