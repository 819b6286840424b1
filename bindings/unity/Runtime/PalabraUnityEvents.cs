// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using UnityEngine.Events;

namespace PalabraAI.Unity
{
    /// <summary>A text: its language, the text, and whether it is complete (else it replaces the one before).</summary>
    [Serializable]
    public sealed class TextUnityEvent : UnityEvent<string, string, bool>
    {
    }

    /// <summary>
    /// A text of one of two players: whether the local one said it, its language, the text, and whether it is complete (else it
    /// replaces the one before).
    /// </summary>
    [Serializable]
    public sealed class PlayerTextUnityEvent : UnityEvent<bool, string, string, bool>
    {
    }

    /// <summary>The end of a session: the status (Ok: as it was asked for), and a sentence for people.</summary>
    [Serializable]
    public sealed class ClosedUnityEvent : UnityEvent<PalabraStatus, string>
    {
    }

    /// <summary>Something failed and the session goes on: the status, and a sentence for people.</summary>
    [Serializable]
    public sealed class FailureUnityEvent : UnityEvent<PalabraStatus, string>
    {
    }
}
