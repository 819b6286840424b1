// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using PalabraAI.Interop;

namespace PalabraAI
{
    /// <summary>How a call is, and how it was when it was disposed of.</summary>
    internal sealed class CallStatus : ConversationStatus
    {
        internal CallStatus(ConversationHandle handle) : base(handle, nameof(PalabraCall))
        {
        }

        internal override bool IsReady()
        {
            PalabraSessionState state = State;
            if (state == PalabraSessionState.Connecting)
                return false;
            ThrowIfOver();
            return true;
        }

        private protected override void Keep()
        {
        }
    }
}
