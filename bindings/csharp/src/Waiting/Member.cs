// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;

namespace PalabraAI
{
    /// <summary>What the queue of names can find by the tag of a name. It holds nobody.</summary>
    internal sealed class Member
    {
        private readonly WeakReference<SessionEvents> target;

        internal Member(long key, SessionEvents events)
        {
            Key = key;
            target = new WeakReference<SessionEvents>(events);
        }

        internal long Key { get; }

        internal SessionEvents? Events => target.TryGetTarget(out SessionEvents? events) ? events : null;
    }
}
