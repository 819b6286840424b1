// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
#if UNITY_WEBGL && !UNITY_EDITOR
using System;
using UnityEngine;

namespace PalabraAI.Unity
{
    /// <summary>In place of the engine's class, which its WebGL players do not have.</summary>
    internal static class Microphone
    {
        internal static string[] devices => Array.Empty<string>();

        internal static AudioClip Start(string? device, bool loop, int seconds, int frequency)
        {
            throw new NotSupportedException("There are no microphones");
        }

        internal static bool IsRecording(string? device)
        {
            return false;
        }

        internal static int GetPosition(string? device)
        {
            return 0;
        }

        internal static void End(string? device)
        {
        }
    }
}
#endif
