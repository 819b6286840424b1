// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using System.Collections.Generic;
using System.Threading.Tasks;

namespace PalabraAI
{
    /// <summary>The sessions that a client opened, without keeping those alive that nothing else refers to.</summary>
    internal sealed class OpenSessions
    {
        private readonly object gate = new object();
        private readonly List<WeakReference<PalabraConversation>> sessions = new List<WeakReference<PalabraConversation>>();
        private int limit = 16;

        internal T Add<T>(T session) where T : PalabraConversation
        {
            lock (gate)
            {
                sessions.Add(new WeakReference<PalabraConversation>(session));
                if (sessions.Count > limit)
                {
                    sessions.RemoveAll(IsGone);
                    limit = Math.Max(16, sessions.Count * 2);
                }
            }
            return session;
        }

        internal Task CloseAllAsync()
        {
            var closing = new List<Task>();
            lock (gate)
            {
                foreach (WeakReference<PalabraConversation> place in sessions)
                {
                    if (place.TryGetTarget(out PalabraConversation? session) && !session.IsDisposed)
                        closing.Add(session.DisposeAsync().AsTask());
                }
                sessions.Clear();
            }
            return Task.WhenAll(closing);
        }

        private static bool IsGone(WeakReference<PalabraConversation> place)
        {
            return !place.TryGetTarget(out PalabraConversation? session) || session.IsDisposed;
        }
    }
}
