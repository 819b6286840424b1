// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Threading;
using System.Threading.Tasks;

namespace PalabraAI
{
    /// <summary>Asks the token source of a client. Sessions that need credentials at the same time get the same ones.</summary>
    [SuppressMessage("Design", "CA1001", Justification = "Stopped by its client, and its source of cancellation has no timer.")]
    internal sealed class TokenAsker : PoolWork
    {
        private readonly PalabraClient client;
        private readonly Func<CancellationToken, Task<PalabraCredentials>> source;
        private readonly CancellationTokenSource stopped = new CancellationTokenSource();
        private readonly object gate = new object();
        private readonly List<KeyValuePair<SessionEvents, EventBox>> waiting = new List<KeyValuePair<SessionEvents, EventBox>>();

        internal TokenAsker(PalabraClient client, Func<CancellationToken, Task<PalabraCredentials>> source)
        {
            this.client = client;
            this.source = source;
        }

        /// <summary>Returns at once.</summary>
        /// <param name="session">Who needs credentials.</param>
        /// <param name="request">What the session is given if there are none.</param>
        internal void Ask(SessionEvents session, EventBox request)
        {
            lock (gate)
            {
                waiting.Add(new KeyValuePair<SessionEvents, EventBox>(session, request));
                if (waiting.Count > 1)
                    return;
            }
            Queue();
        }

        /// <summary>The client is disposed of: what comes now has no use.</summary>
        internal void Stop()
        {
            stopped.Cancel();
        }

        private protected override void Run()
        {
            _ = AnswerAsync();
        }

        [SuppressMessage("Design", "CA1031", Justification = "Whatever the source throws, the sessions are told that they have nothing.")]
        private async Task AnswerAsync()
        {
            PalabraCredentials? got = null;
            try
            {
                got = await source(stopped.Token).ConfigureAwait(false);
            }
            catch (Exception)
            {
            }
            // Before they are set: a refusal of these is another question.
            KeyValuePair<SessionEvents, EventBox>[] asked = TakeWaiting();
            if (got != null && TrySet(got))
                return;
            foreach (KeyValuePair<SessionEvents, EventBox> one in asked)
                one.Key.Pass(one.Value);
        }

        private KeyValuePair<SessionEvents, EventBox>[] TakeWaiting()
        {
            lock (gate)
            {
                KeyValuePair<SessionEvents, EventBox>[] asked = waiting.ToArray();
                waiting.Clear();
                return asked;
            }
        }

        private bool TrySet(PalabraCredentials got)
        {
            try
            {
                client.SetCredentials(got);
                return true;
            }
            catch (Exception refused) when (refused is ArgumentException || refused is PalabraException || refused is ObjectDisposedException)
            {
                return false;
            }
        }
    }
}
