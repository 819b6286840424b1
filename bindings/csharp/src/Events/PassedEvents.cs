// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System.Collections.Generic;
using PalabraAI.Interop;

namespace PalabraAI
{
    /// <summary>
    /// Events that were passed by in search of an answer, for the next reader, within the limits of the session: as in the
    /// library, partial transcripts are dropped first, then messages and log lines, then audio, then others; of each the oldest.
    /// </summary>
    internal sealed class PassedEvents
    {
        private const int Never = int.MaxValue;
        private readonly long mostBytes;
        private readonly long mostCount;
        private LinkedList<EventBox>? boxes;
        private long bytes;
        private Losses losses;

        internal PassedEvents(in NativeLimits limits)
        {
            mostBytes = limits.EventBytes;
            mostCount = limits.EventCount;
        }

        internal bool IsEmpty => losses.Events == 0 && (boxes == null || boxes.Count == 0);

        internal void Add(EventBox box)
        {
            boxes ??= new LinkedList<EventBox>();
            boxes.AddLast(box);
            bytes += box.Bytes;
            Shed(boxes);
        }

        /// <summary>Takes the first one, or what was dropped before it.</summary>
        internal void TakeTo(EventBox taken, SessionIdentity session)
        {
            if (losses.Events > 0)
            {
                taken.BeOverflow(losses, session);
                losses = default;
                return;
            }
            EventBox first = boxes!.First!.Value;
            boxes.RemoveFirst();
            bytes -= first.Bytes;
            taken.MoveFrom(first);
        }

        /// <summary>Adds what came later, and leaves nothing there.</summary>
        internal void AddAll(PassedEvents later)
        {
            losses.Add(later.losses);
            later.losses = default;
            if (later.boxes == null)
                return;
            foreach (EventBox box in later.boxes)
                Add(box);
            later.boxes = null;
            later.bytes = 0;
        }

        // One event may be larger than all limits.
        private void Shed(LinkedList<EventBox> from)
        {
            while (from.Count > 1 && (from.Count > mostCount || bytes > mostBytes))
            {
                LinkedListNode<EventBox>? least = Least(from);
                if (least == null)
                    return;
                from.Remove(least);
                bytes -= least.Value.Bytes;
                losses.Add(least.Value.Raw);
                least.Value.Release();
            }
        }

        private static LinkedListNode<EventBox>? Least(LinkedList<EventBox> from)
        {
            LinkedListNode<EventBox>? least = null;
            int best = Never;
            for (LinkedListNode<EventBox>? node = from.First; node != null && best > 0; node = node.Next)
            {
                int rank = Rank(node.Value);
                if (rank >= best)
                    continue;
                best = rank;
                least = node;
            }
            return least;
        }

        private static int Rank(EventBox box)
        {
            switch (box.Kind)
            {
                case EventKind.Transcript:
                    return (box.Raw.Flags & (uint)EventFlags.Final) == 0 ? 0 : 3;
                case EventKind.Raw:
                case EventKind.Log:
                    return 1;
                case EventKind.Audio:
                    return 2;
                case EventKind.Closed:
                case EventKind.Overflow:
                    return Never;
                default:
                    return 3;
            }
        }
    }
}
