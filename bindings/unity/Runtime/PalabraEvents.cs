// SPDX-License-Identifier: MIT OR Apache-2.0
using System;
using UnityEngine.Events;

namespace PalabraAI.Unity
{
    /// <summary>A text: its language, the text, and whether it is complete (else it replaces the one before).</summary>
    [Serializable]
    public sealed class TranscriptEvent : UnityEvent<string, string, bool>
    {
    }

    /// <summary>The end of a session: the status (Status.Ok: as it was asked for), and words for people.</summary>
    [Serializable]
    public sealed class ClosedEvent : UnityEvent<Status, string>
    {
    }

    /// <summary>Something failed and the session goes on: the status, and words for people.</summary>
    [Serializable]
    public sealed class FailureEvent : UnityEvent<Status, string>
    {
    }
}
