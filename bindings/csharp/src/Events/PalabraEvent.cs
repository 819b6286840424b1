// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;

namespace PalabraAI
{
    /// <summary>
    /// One thing that happened in a session or a call. Events are immutable, own what they hold, and stay valid whatever becomes of
    /// the session or call. Each kind has its class, such as <see cref="TranscriptEvent"/>; <see cref="OtherEvent"/> stands for
    /// kinds that this version does not know.
    /// </summary>
    public abstract class PalabraEvent
    {
        private readonly EventHead head;

        private protected PalabraEvent(in EventHead head)
        {
            this.head = head;
        }

        /// <summary>What happened. A kind never changes its class.</summary>
        public EventKind Kind => head.Kind;

        /// <summary>What else there is to say.</summary>
        public EventFlags Flags => head.Flags;

        /// <summary>
        /// The status of <see cref="ClosedEvent"/>, <see cref="LinkDownEvent"/> and <see cref="ErrorEvent"/>; else
        /// <see cref="PalabraStatus.Ok"/>.
        /// </summary>
        public PalabraStatus Code => head.Code;

        /// <summary>The service's message without audio, where the options ask for it; else <see langword="null"/>.</summary>
        public string? Json => head.Json;

        /// <summary>
        /// Position in the order of delivery of the session or call, from 1 without gaps; 0: the event was not read from the session, as
        /// an awaited answer that no reader has had so far.
        /// </summary>
        public long Sequence => head.Sequence;

        /// <summary>When it happened, by the system's monotonic clock, which is that of <see cref="System.Diagnostics.Stopwatch"/>.</summary>
        public TimeSpan Timestamp => head.Timestamp;

        /// <summary>The number that the options of the session or call gave it.</summary>
        public long SessionTag => head.Session.SessionTag;

        /// <summary>The name that the options of the session or call gave it; "" if none.</summary>
        public string SessionName => head.Session.Name;

        /// <summary>The object that the options of the session or call gave it.</summary>
        public object? Tag => head.Session.Tag;

        /// <summary>
        /// In a call the <see cref="PalabraLeg.Number"/> of the party that speaks, also where the event tells what the other one
        /// hears of it; <see langword="null"/>: none.
        /// </summary>
        public int? Leg => head.Leg;

        /// <summary>The tag of the command that this answers; 0: none.</summary>
        public long UserTag => head.UserTag;

        /// <summary>Shows the kind and, where there is one, the text.</summary>
        /// <returns>A line for logs, such as "Transcript: good morning".</returns>
        public override string ToString()
        {
            string text = Words;
            return text.Length == 0 ? Kind.ToString() : Kind + ": " + text;
        }

        /// <summary>What <see cref="ToString"/> shows behind the kind.</summary>
        private protected virtual string Words => "";
    }
}
