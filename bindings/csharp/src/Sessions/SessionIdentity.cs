// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using PalabraAI.Interop;

namespace PalabraAI
{
    /// <summary>What the options named a session, for its events.</summary>
    internal sealed class SessionIdentity
    {
        /// <summary>Of what belongs to no session.</summary>
        internal static readonly SessionIdentity None = new SessionIdentity(0, "", null);

        internal readonly long SessionTag;
        internal readonly string Name;
        internal readonly object? Tag;
        // A reference is written whole, and compared before it is used.
        private string lastId = "";

        internal SessionIdentity(long sessionTag, string name, object? tag)
        {
            SessionTag = sessionTag;
            Name = name;
            Tag = tag;
        }

        /// <summary>The id of an event. Those of a phrase follow one another: they share one string.</summary>
        internal string IdOf(in NativeEvent raw)
        {
            string last = lastId;
            if (EventFields.IsId(raw, last))
                return last;
            string id = EventFields.Id(raw);
            lastId = id;
            return id;
        }
    }
}
