// SPDX-License-Identifier: MIT OR Apache-2.0
using System;

namespace PalabraAI
{
    /// <summary>Options of speech-to-text.</summary>
    [Flags]
    public enum SttFlags : uint
    {
        /// <summary>Nothing.</summary>
        None = 0,
        /// <summary>Give the service's JSON with every transcript (Json).</summary>
        Json = 1,
        /// <summary>Tell in Log events what the session does.</summary>
        Log = 2,
    }

    /// <summary>Whether "um" and the like are left out.</summary>
    public enum Fillers
    {
        /// <summary>The service's default.</summary>
        Default = 0,
        /// <summary>Leave them out.</summary>
        Out = 1,
        /// <summary>Keep them.</summary>
        Kept = 2,
    }

    /// <summary>When a text becomes final.</summary>
    public enum Finalization
    {
        /// <summary>The service's default.</summary>
        Default = 0,
        /// <summary>By a pause in speech.</summary>
        Auto = 1,
        /// <summary>When Session.FinalizeNow asks for it.</summary>
        Manual = 2,
    }
}
