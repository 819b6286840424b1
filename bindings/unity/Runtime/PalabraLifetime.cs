// SPDX-License-Identifier: MIT OR Apache-2.0
using System;
using System.Collections.Generic;
using UnityEngine;

namespace PalabraAI.Unity
{
    /// <summary>
    /// Stops everything when the program quits, and in the editor before scripts are reloaded and when play mode ends: the
    /// library stays loaded there, so its sessions would go on. Main thread only.
    /// </summary>
    public static class PalabraLifetime
    {
        private static readonly List<Action> open = new List<Action>();

        /// <summary>How to close one that is open now.</summary>
        internal static void Add(Action close)
        {
            open.Add(close);
        }

        internal static void Remove(Action close)
        {
            open.Remove(close);
        }

        /// <summary>Closes every session, without waiting for the service, and stops the library's thread.</summary>
        public static void StopAll()
        {
            foreach (Action close in open.ToArray())
                close();
            open.Clear();
            Palabra.Shutdown(0);
        }

        [RuntimeInitializeOnLoadMethod(RuntimeInitializeLoadType.SubsystemRegistration)]
        private static void Begin()
        {
            // Once, also where scripts are not reloaded before play mode.
            Application.quitting -= StopAll;
            Application.quitting += StopAll;
        }
    }
}
