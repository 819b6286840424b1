// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using PalabraAI.Interop;

namespace PalabraAI
{
    /// <summary>What a session or a call was opened with: what the library was given, whatever becomes of the options.</summary>
    internal sealed class OpenedSession
    {
        internal OpenedSession(ConversationHandle handle, long key, SessionIdentity identity, EventQueue? queue, TimeSpan closeTimeout)
        {
            Handle = handle;
            Key = key;
            Identity = identity;
            Queue = queue;
            CloseTimeout = closeTimeout;
        }

        internal readonly ConversationHandle Handle;

        /// <summary>The number by which the queue of names knows the session.</summary>
        internal readonly long Key;

        internal readonly SessionIdentity Identity;

        internal readonly EventQueue? Queue;

        internal readonly TimeSpan CloseTimeout;

        /// <summary>Whom the client asks for credentials; null: the reader of its events.</summary>
        internal TokenAsker? Tokens;

        /// <summary>What may wait to be read.</summary>
        internal NativeLimits Limits;

        /// <summary>The format of audio that is sent, with all numbers but the rate; no channels: the session takes none.</summary>
        internal NativeAudioFormat Input;

        /// <summary>Its rate where the format has none; 0: the library alone knows it.</summary>
        internal int InputRate;

        /// <summary>The format in which speech is read.</summary>
        internal NativeAudioFormat Output;

        internal OutputMode Mode;

        /// <summary>Whether the session takes bytes of encoded audio instead of samples.</summary>
        internal bool TakesEncoded;
    }
}
