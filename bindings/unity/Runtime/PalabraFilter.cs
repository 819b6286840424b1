// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using UnityEngine;

namespace PalabraAI.Unity
{
    /// <summary>
    /// The place of speech among the filters of an AudioSource. It is a component of its own, since a change of the audio
    /// device leaves a filter without calls: then another one takes its place.
    /// </summary>
    [AddComponentMenu("")]
    internal sealed class PalabraFilter : MonoBehaviour
    {
        private volatile PalabraOutput? output;

        /// <summary>Fills what passes from now on; null: passes it on as it is.</summary>
        internal void Fill(PalabraOutput? next)
        {
            output = next;
        }

        private void Awake()
        {
            hideFlags = HideFlags.HideInInspector;
        }

        private void OnAudioFilterRead(float[] data, int channels)
        {
            output?.Fill(data, channels);
        }
    }
}
