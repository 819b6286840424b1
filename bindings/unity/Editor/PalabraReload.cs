// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using UnityEditor;

namespace PalabraAI.Unity
{
    [InitializeOnLoad]
    internal static class PalabraReload
    {
        static PalabraReload()
        {
            AssemblyReloadEvents.beforeAssemblyReload += PalabraHooks.CloseAll;
            EditorApplication.playModeStateChanged += Changed;
        }

        private static void Changed(PlayModeStateChange change)
        {
            if (change == PlayModeStateChange.ExitingPlayMode)
                PalabraHooks.CloseAll();
        }
    }
}
