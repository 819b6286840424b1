// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;

namespace PalabraAI.Unity
{
    /// <summary>The last samples that were heard. The audio thread adds, others copy: neither waits, neither allocates.</summary>
    internal sealed class RecentSpeech
    {
        // Twice of what can be copied: the audio thread goes on meanwhile.
        private const int Capacity = 2 * MostSamples;
        internal const int MostSamples = 8192;

        private readonly float[] ring = new float[Capacity];
        private volatile int end;

        internal void Add(ReadOnlySpan<float> speech)
        {
            int first = Math.Min(speech.Length, Capacity - end);
            speech.Slice(0, first).CopyTo(new Span<float>(ring, end, first));
            speech.Slice(first).CopyTo(ring);
            end = (end + speech.Length) % Capacity;
        }

        /// <summary>The newest one comes last.</summary>
        internal void CopyTo(Span<float> samples)
        {
            int start = (end - samples.Length + Capacity) % Capacity, first = Math.Min(samples.Length, Capacity - start);
            new ReadOnlySpan<float>(ring, start, first).CopyTo(samples);
            new ReadOnlySpan<float>(ring, 0, samples.Length - first).CopyTo(samples.Slice(first));
        }
    }
}
