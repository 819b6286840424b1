// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System.Threading;
using PalabraAI.Interop;

namespace PalabraAI
{
    /// <summary>How a call is, and how it was when it was disposed of.</summary>
    internal sealed unsafe class CallStatus : ConversationStatus
    {
        private const int UsualBytes = 4096;
        private readonly ConversationHandle handle;
        private string? lastStats;

        internal CallStatus(ConversationHandle handle) : base(handle, nameof(PalabraCall))
        {
            this.handle = handle;
        }

        internal string StatsJson
        {
            get
            {
                int length = ReadStats(out string stats);
                string? last = Volatile.Read(ref lastStats);
                if (length == (int)PalabraStatus.BadHandle && last != null)
                    return last;
                Check(length);
                return stats;
            }
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
            // Closed before by whoever unloads: there is none.
            if (ReadStats(out string stats) >= 0)
                Volatile.Write(ref lastStats, stats);
        }

        private int ReadStats(out string stats)
        {
            return WholeText.Read((buffer, capacity) => Native.palabra_call_get_stats_json(handle.Id, buffer, capacity), UsualBytes, out stats);
        }
    }
}
