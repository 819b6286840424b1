// What an await of a script comes back to: a list of calls that the main thread makes, once a frame.
using System;
using System.Collections.Generic;
using System.Threading;

namespace UnityEngine
{
    internal sealed class UnitySynchronizationContext : SynchronizationContext
    {
        private readonly List<KeyValuePair<SendOrPostCallback, object>> posted = new List<KeyValuePair<SendOrPostCallback, object>>();

        public override void Post(SendOrPostCallback d, object state)
        {
            lock (posted)
                posted.Add(new KeyValuePair<SendOrPostCallback, object>(d, state));
        }

        /// <summary>Those that come meanwhile wait for the next frame.</summary>
        internal void Exec()
        {
            KeyValuePair<SendOrPostCallback, object>[] now;
            lock (posted)
            {
                if (posted.Count == 0)
                    return;
                now = posted.ToArray();
                posted.Clear();
            }
            foreach (KeyValuePair<SendOrPostCallback, object> call in now)
            {
                try
                {
                    call.Key(call.Value);
                }
                catch (Exception error)
                {
                    Debug.LogException(error);
                }
            }
        }
    }
}
