// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;

namespace PalabraAI
{
    /// <summary>What events of all kinds have in common.</summary>
    internal struct EventHead
    {
        internal EventKind Kind;
        internal EventFlags Flags;
        internal PalabraStatus Code;
        internal string? Json;
        internal long Sequence;
        internal TimeSpan Timestamp;
        internal long UserTag;
        internal int? Leg;
        internal SessionIdentity Session;
    }
}
