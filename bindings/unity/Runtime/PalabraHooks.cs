// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using System.Collections.Generic;
using UnityEngine;

namespace PalabraAI.Unity
{
    /// <summary>
    /// Closes everything when the program quits, and in the editor before scripts are reloaded and when play mode ends: the
    /// library stays loaded there, so its sessions would go on. Main thread only.
    /// </summary>
    internal static class PalabraHooks
    {
        private static readonly List<PalabraComponent> open = new List<PalabraComponent>();

        internal static void Add(PalabraComponent opened)
        {
            open.Add(opened);
        }

        internal static void Remove(PalabraComponent closed)
        {
            open.Remove(closed);
        }

        /// <summary>Whether another component is heard from the AudioSource of the same object.</summary>
        internal static bool IsTaken(PalabraComponent opening)
        {
            foreach (PalabraComponent other in open)
            {
                if (other != opening && other.gameObject == opening.gameObject)
                    return true;
            }
            return false;
        }

        /// <summary>
        /// Closes the components, with their microphones, and then what scripts opened by themselves. Waits for nothing of the
        /// service, and throws nothing: other packages have hooks behind this one.
        /// </summary>
        internal static void CloseAll()
        {
            foreach (PalabraComponent component in open.ToArray())
                Try(component.Close);
            open.Clear();
            Try(PalabraLifetime.CloseAll);
        }

        private static void Try(Action close)
        {
            try
            {
                close();
            }
            catch (Exception error)
            {
                Debug.LogException(error);
            }
        }

        [RuntimeInitializeOnLoadMethod(RuntimeInitializeLoadType.SubsystemRegistration)]
        private static void Begin()
        {
            // Once, also where scripts are not reloaded before play mode.
            Application.quitting -= CloseAll;
            Application.quitting += CloseAll;
        }
    }
}
