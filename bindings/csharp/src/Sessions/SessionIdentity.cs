// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
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

        internal SessionIdentity(long sessionTag, string name, object? tag)
        {
            SessionTag = sessionTag;
            Name = name;
            Tag = tag;
        }
    }
}
