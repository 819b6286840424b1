// The editor: play mode, and the reload of scripts.
using System;
using System.Reflection;
using System.Runtime.CompilerServices;
using UnityEditor;

namespace UnityEditor
{
    [AttributeUsage(AttributeTargets.Class)]
    public class InitializeOnLoadAttribute : Attribute
    {
    }

    public static class AssemblyReloadEvents
    {
        public delegate void AssemblyReloadCallback();

        public static event AssemblyReloadCallback beforeAssemblyReload;

        // What one throws leaves it, and those behind it are not called.
        internal static void Reload()
        {
            beforeAssemblyReload?.Invoke();
        }
    }

    public enum PlayModeStateChange
    {
        EnteredEditMode, ExitingEditMode, EnteredPlayMode, ExitingPlayMode,
    }

    public class EditorApplication
    {
        public static event Action<PlayModeStateChange> playModeStateChanged;

        internal static void Change(PlayModeStateChange change)
        {
            playModeStateChanged?.Invoke(change);
        }
    }
}

namespace EngineModel
{
    /// <summary>What tests do to the editor.</summary>
    public static class Editor
    {
        /// <summary>The editor has loaded scripts: classes that ask for it are initialized.</summary>
        public static void Load(Assembly scripts)
        {
            foreach (Type type in scripts.GetTypes())
            {
                if (type.IsDefined(typeof(InitializeOnLoadAttribute), false))
                    RuntimeHelpers.RunClassConstructor(type.TypeHandle);
            }
        }

        /// <summary>What scripts are told before they are reloaded.</summary>
        public static void BeforeReload()
        {
            AssemblyReloadEvents.Reload();
        }

        public static void EnterPlayMode()
        {
            EditorApplication.Change(PlayModeStateChange.ExitingEditMode);
            EditorApplication.Change(PlayModeStateChange.EnteredPlayMode);
        }

        public static void ExitPlayMode()
        {
            EditorApplication.Change(PlayModeStateChange.ExitingPlayMode);
            Engine.Quit();
            EditorApplication.Change(PlayModeStateChange.EnteredEditMode);
        }
    }
}
