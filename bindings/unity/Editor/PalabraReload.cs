// SPDX-License-Identifier: MIT OR Apache-2.0
using UnityEditor;

namespace PalabraAI.Unity
{
    [InitializeOnLoad]
    internal static class PalabraReload
    {
        static PalabraReload()
        {
            AssemblyReloadEvents.beforeAssemblyReload += PalabraLifetime.StopAll;
            EditorApplication.playModeStateChanged += Changed;
        }

        private static void Changed(PlayModeStateChange change)
        {
            if (change == PlayModeStateChange.ExitingPlayMode)
                PalabraLifetime.StopAll();
        }
    }
}
