// The part of the engine that tests drive: frames, blocks of audio, devices, and the end of the program.
using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using System.Threading;
using UnityEngine;
using Object = UnityEngine.Object;

namespace EngineModel
{
    public static class Engine
    {
        internal static readonly List<GameObject> Objects = new List<GameObject>();
        internal static readonly List<Object> Doomed = new List<Object>();
        internal static readonly List<AudioClip> MadeClips = new List<AudioClip>();
        private static readonly List<string> logged = new List<string>();
        private static UnitySynchronizationContext context;
        private static float[] mixed = new float[0];

        public static int OutputRate { get; private set; } = 48000;

        public static AudioSpeakerMode OutputMode { get; private set; } = AudioSpeakerMode.Stereo;

        public static bool IsMobile { get; set; }

        // The game's own clock, so that a slow machine changes nothing.
        internal static double Seconds { get; private set; }

        /// <summary>A new process: no objects, the devices of a laptop, an empty log.</summary>
        public static void Restart()
        {
            Objects.Clear();
            Doomed.Clear();
            Microphone.Names.Clear();
            Microphone.Names.Add("built in");
            Microphone.Running.Clear();
            MadeClips.Clear();
            AudioListener.pause = false;
            IsMobile = false;
            OutputRate = 48000;
            OutputMode = AudioSpeakerMode.Stereo;
            // The thread of the test is the main thread.
            context = new UnitySynchronizationContext();
            SynchronizationContext.SetSynchronizationContext(context);
            TakeLog();
        }

        /// <summary>As when play mode begins: static methods that ask for it run first.</summary>
        public static void Load(Assembly scripts)
        {
            const BindingFlags Any = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;
            foreach (MethodInfo method in scripts.GetTypes().SelectMany(type => type.GetMethods(Any)))
            {
                if (method.IsDefined(typeof(RuntimeInitializeOnLoadMethodAttribute), false))
                    method.Invoke(null, null);
            }
        }

        /// <summary>One frame of the game, a sixtieth of a second.</summary>
        public static void Frame()
        {
            Seconds += 1.0 / 60;
            for (int n = 0; n < Objects.Count; n++)
            {
                List<Component> components = Objects[n].Components;
                for (int m = 0; m < components.Count; m++)
                {
                    if (components[m] is MonoBehaviour script && script.isActiveAndEnabled)
                        script.Messages.Frame();
                }
            }
            context.Exec();
            if (Doomed.Count > 0)
                DestroyDoomed();
        }

        /// <summary>
        /// One block of the audio thread, added to what is there: of every source that plays its clip, or silence, and behind
        /// it the filters of the same object.
        /// </summary>
        public static void Audio(float[] block, int channels)
        {
            for (int n = 0; n < Objects.Count && !AudioListener.pause; n++)
            {
                AudioSource source = Objects[n].GetComponent<AudioSource>();
                if (!(source is null) && source.isPlaying && source.isActiveAndEnabled)
                    Mix(source, block, channels);
            }
        }

        /// <summary>What microphones that run hear.</summary>
        public static void Hear(float sample)
        {
            foreach (Microphone running in Microphone.Running.Values)
                running.Record(sample);
        }

        /// <summary>Time passes in which no frame is drawn.</summary>
        public static void Freeze(double seconds)
        {
            Seconds += seconds;
        }

        public static IReadOnlyCollection<string> RecordingMicrophones => Microphone.Running.Keys;

        /// <summary>Clips that scripts made and did not destroy.</summary>
        public static int Clips => MadeClips.Count;

        /// <summary>Filters of an object that are called.</summary>
        public static int Filters(GameObject thing)
        {
            return thing.Components.OfType<MonoBehaviour>().Count(script => script.Messages.IsFilter && script.Messages.OnAudioFilterRead != null);
        }

        public static void PlugIn(string microphone)
        {
            Microphone.Names.Add(microphone);
        }

        public static void PullOut(string microphone)
        {
            Microphone.Names.Remove(microphone);
            Microphone.Running.Remove(microphone);
        }

        /// <summary>
        /// Another output: all sources stop, clips that scripts made are empty, filters that are there are no longer called, and
        /// who asked for it is told.
        /// </summary>
        public static void ChangeOutput(int rate, AudioSpeakerMode mode)
        {
            OutputRate = rate;
            OutputMode = mode;
            foreach (GameObject each in Objects)
            {
                each.GetComponent<AudioSource>()?.Stop();
                foreach (MonoBehaviour script in each.Components.OfType<MonoBehaviour>())
                    script.Messages.IsFilter = false;
            }
            MadeClips.ForEach(clip => Array.Clear(clip.Data, 0, clip.Data.Length));
            AudioSettings.Changed();
        }

        /// <summary>A telephone call, or another program in front: sources stop, microphones bring nothing more.</summary>
        public static void LoseDevices()
        {
            Send(messages => messages.OnApplicationPause, true);
            foreach (GameObject each in Objects)
                each.GetComponent<AudioSource>()?.Stop();
            foreach (Microphone running in Microphone.Running.Values)
                running.IsDead = true;
        }

        /// <summary>Another window, or what a phone shows above the game, comes to the front and goes.</summary>
        public static void Focus(bool isBack)
        {
            Send(messages => messages.OnApplicationFocus, isBack);
        }

        /// <summary>They are there again, for who asks for them.</summary>
        public static void FindDevices()
        {
            Send(messages => messages.OnApplicationPause, false);
        }

        public static void Quit()
        {
            Application.Quit();
            DestroyAll();
        }

        public static void DestroyAll()
        {
            Doomed.AddRange(Objects);
            DestroyDoomed();
        }

        /// <summary>What was logged since the last time.</summary>
        public static string[] TakeLog()
        {
            lock (logged)
            {
                string[] taken = logged.ToArray();
                logged.Clear();
                return taken;
            }
        }

        internal static void Tell(string line)
        {
            lock (logged)
                logged.Add(line);
        }

        private static void Send(Func<Messages, Action<bool>> which, bool value)
        {
            foreach (MonoBehaviour script in Objects.SelectMany(each => each.Components).OfType<MonoBehaviour>().ToArray())
                script.Messages.Send(() => which(script.Messages)?.Invoke(value));
        }

        private static void Mix(AudioSource source, float[] block, int channels)
        {
            if (mixed.Length != block.Length)
                mixed = new float[block.Length];
            source.Render(mixed, channels);
            Filter(source.gameObject, mixed, channels);
            for (int n = 0; n < block.Length; n++)
                block[n] += mixed[n];
        }

        private static void Filter(GameObject thing, float[] block, int channels)
        {
            for (int n = 0; n < thing.Components.Count; n++)
            {
                try
                {
                    if (thing.Components[n] is MonoBehaviour script && script.Messages.IsFilter)
                        script.Messages.OnAudioFilterRead?.Invoke(block, channels);
                }
                catch (Exception error)
                {
                    Debug.LogException(error);
                }
            }
        }

        // What goes may take other things with it.
        private static void DestroyDoomed()
        {
            while (Doomed.Count > 0)
            {
                Object[] now = Doomed.ToArray();
                Doomed.Clear();
                foreach (Object one in now.Where(one => !(one is null) && !one.IsDestroyed))
                    Destroy(one);
            }
        }

        private static void Destroy(Object doomed)
        {
            if (doomed is GameObject thing)
            {
                thing.Components.ToList().ForEach(thing.Remove);
                Objects.Remove(thing);
            }
            else if (doomed is Component component)
            {
                component.gameObject.Remove(component);
            }
            else if (doomed is AudioClip clip)
            {
                MadeClips.Remove(clip);
            }
            doomed.IsDestroyed = true;
        }
    }
}
