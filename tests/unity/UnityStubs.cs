// Stubs of the UnityEngine and UnityEditor types that the package uses: enough to compile it, and to let a test act as
// the engine. They behave as the manual says, as far as the package relies on it.
using System;
using System.Collections.Generic;

#pragma warning disable 67, 414, 649
namespace UnityEngine
{
    public class Object
    {
    }

    public class Component : Object
    {
        public GameObject gameObject = new GameObject();

        public T GetComponent<T>() where T : Component, new()
        {
            return gameObject.GetComponent<T>();
        }
    }

    public class MonoBehaviour : Component
    {
    }

    public class GameObject : Object
    {
        private readonly Dictionary<Type, Component> components = new Dictionary<Type, Component>();

        public T AddComponent<T>() where T : Component, new()
        {
            var made = new T { gameObject = this };
            components[typeof(T)] = made;
            return made;
        }

        public T GetComponent<T>() where T : Component, new()
        {
            Component found;
            return components.TryGetValue(typeof(T), out found) ? (T)found : AddComponent<T>();
        }
    }

    public class AudioSource : Component
    {
        public bool isPlaying;

        public void Play()
        {
            isPlaying = true;
        }
    }

    public class AudioClip : Object
    {
        public float[] data;
        public int frequency, channels, samples;

        /// <summary>Fills the array, continuing at the beginning where the clip ends.</summary>
        public bool GetData(float[] into, int offsetSamples)
        {
            for (int n = 0; n < into.Length; n++)
                into[n] = data[(offsetSamples * channels + n) % data.Length];
            return true;
        }
    }

    public static class Microphone
    {
        public static string[] devices = { "built in" };
        public static AudioClip clip;
        public static int position, running;

        public static AudioClip Start(string deviceName, bool loop, int lengthSec, int frequency)
        {
            running++;
            position = 0;
            return clip = new AudioClip { data = new float[lengthSec * frequency], frequency = frequency, channels = 1, samples = lengthSec * frequency };
        }

        public static int GetPosition(string deviceName)
        {
            return position;
        }

        public static void End(string deviceName)
        {
            running--;
        }
    }

    public enum AudioSpeakerMode
    {
        Raw, Mono, Stereo, Quad, Surround, Mode5point1, Mode7point1, Prologic,
    }

    public static class AudioSettings
    {
        public static int outputSampleRate = 48000;
        public static AudioSpeakerMode speakerMode = AudioSpeakerMode.Stereo;
    }

    public static class Application
    {
        public static event Action quitting;

        public static string persistentDataPath
        {
            get { return System.IO.Path.GetTempPath(); }
        }

        public static void Quit()
        {
            if (quitting != null)
                quitting();
        }
    }

    public static class Debug
    {
        public static void Log(object message)
        {
        }

        public static void LogWarning(object message)
        {
            throw new Exception(message.ToString());
        }
    }

    public struct Rect
    {
        public Rect(float x, float y, float width, float height)
        {
        }
    }

    public static class Screen
    {
        public static int width, height;
    }

    public static class GUI
    {
        public static void Label(Rect position, string text)
        {
        }
    }

    public sealed class SerializeField : Attribute
    {
    }

    public sealed class TooltipAttribute : Attribute
    {
        public TooltipAttribute(string tooltip)
        {
        }
    }

    public sealed class RangeAttribute : Attribute
    {
        public RangeAttribute(float min, float max)
        {
        }
    }

    public sealed class AddComponentMenu : Attribute
    {
        public AddComponentMenu(string menuName)
        {
        }
    }

    public sealed class RequireComponent : Attribute
    {
        public RequireComponent(Type type)
        {
        }
    }

    public sealed class DisallowMultipleComponent : Attribute
    {
    }

    public enum RuntimeInitializeLoadType
    {
        AfterSceneLoad, BeforeSceneLoad, AfterAssembliesLoaded, BeforeSplashScreen, SubsystemRegistration,
    }

    public sealed class RuntimeInitializeOnLoadMethodAttribute : Attribute
    {
        public RuntimeInitializeOnLoadMethodAttribute(RuntimeInitializeLoadType loadType)
        {
        }
    }
}

namespace UnityEngine.Events
{
    public class UnityEvent
    {
        private Action all = delegate { };

        public void AddListener(Action call)
        {
            all += call;
        }

        public void Invoke()
        {
            all();
        }
    }

    public class UnityEvent<T0, T1>
    {
        private Action<T0, T1> all = delegate { };

        public void AddListener(Action<T0, T1> call)
        {
            all += call;
        }

        public void Invoke(T0 first, T1 second)
        {
            all(first, second);
        }
    }

    public class UnityEvent<T0, T1, T2>
    {
        private Action<T0, T1, T2> all = delegate { };

        public void AddListener(Action<T0, T1, T2> call)
        {
            all += call;
        }

        public void Invoke(T0 first, T1 second, T2 third)
        {
            all(first, second, third);
        }
    }
}

namespace UnityEditor
{
    public sealed class InitializeOnLoadAttribute : Attribute
    {
    }

    public static class AssemblyReloadEvents
    {
        public delegate void AssemblyReloadCallback();

        public static event AssemblyReloadCallback beforeAssemblyReload;

        public static void Reload()
        {
            if (beforeAssemblyReload != null)
                beforeAssemblyReload();
        }
    }

    public enum PlayModeStateChange
    {
        EnteredEditMode, ExitingEditMode, EnteredPlayMode, ExitingPlayMode,
    }

    public static class EditorApplication
    {
        public static event Action<PlayModeStateChange> playModeStateChanged;

        public static void Change(PlayModeStateChange change)
        {
            if (playModeStateChanged != null)
                playModeStateChanged(change);
        }
    }
}
