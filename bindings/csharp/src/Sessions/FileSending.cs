// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using PalabraAI.Interop;

namespace PalabraAI
{
    /// <summary>A file on its way to the service.</summary>
    internal static class FileSending
    {
        private const int MaxLeadMs = 60000;

        internal static unsafe ServiceCall<int> Prepare(AudioInput input, ConversationStatus status, string path, TimeSpan lead, TimeSpan timeout)
        {
            int leadMs = Times.Bounded(lead, nameof(lead));
            Guard.InRange(leadMs <= MaxLeadMs, nameof(lead));
            int timeoutMs = Times.Limit(timeout, nameof(timeout));
            return new ServiceCall<int>(new NativeTexts(), texts =>
            {
                var name = (IntPtr)texts.AddRequired(path, nameof(path));
                return call =>
                {
                    NativeError told = PalabraException.NewError();
                    int sent;
                    using (call.Cover(&told))
                        sent = input.SendFile((byte*)name, leadMs, timeoutMs, &told);
                    call.ThrowIfEnded(sent);
                    return status.Check(sent, &told, nameof(path));
                };
            });
        }
    }
}
