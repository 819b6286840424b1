// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System.Globalization;
using PalabraAI.Interop;

namespace PalabraAI
{
    /// <summary>What was dropped since the last time that it was told.</summary>
    internal struct Losses
    {
        internal long Events;
        internal long Frames;
        // When the latest of them had happened.
        internal long TimeNs;

        internal void Add(in NativeEvent dropped)
        {
            Add(new Losses { Events = 1, Frames = dropped.PcmFrames, TimeNs = dropped.TimeNs });
        }

        internal void Add(in Losses others)
        {
            Events += others.Events;
            Frames += others.Frames;
            if (others.TimeNs > TimeNs)
                TimeNs = others.TimeNs;
        }

        /// <summary>Returns what the library says of its own losses.</summary>
        public override string ToString()
        {
            return string.Format(CultureInfo.InvariantCulture, "{0} events with {1} frames of audio were dropped", Events, Frames);
        }
    }
}
