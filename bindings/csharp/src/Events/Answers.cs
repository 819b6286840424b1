// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace PalabraAI
{
    /// <summary>
    /// Commands whose answer is awaited by its tag. It passes when the session is read. While nobody reads, the events up to
    /// the answer are taken aside, for the next reader, in their order.
    /// </summary>
    internal sealed class Answers : PoolWork
    {
        // Tags of users are their own: these lie far away.
        private static long lastTag = long.MinValue / 2;

        private readonly SessionEvents events;
        private readonly Dictionary<long, TaskCompletionSource<PalabraEvent>> awaited =
            new Dictionary<long, TaskCompletionSource<PalabraEvent>>();
        private volatile bool isAwaited;
        private int searches;

        internal Answers(SessionEvents events)
        {
            this.events = events;
        }

        internal static long NewTag()
        {
            return Interlocked.Increment(ref lastTag);
        }

        /// <summary>Gives the command after the answer is awaited, and waits for it.</summary>
        internal async Task<PalabraEvent> AskAsync(Action<long> command, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            long tag = NewTag();
            var answer = new TaskCompletionSource<PalabraEvent>(TaskCreationOptions.RunContinuationsAsynchronously);
            Add(tag, answer);
            try
            {
                command(tag);
                QueueOfNames.EnsureThread();
                SearchIfNobodyReads();
                using (Cancellation.Register(state => ((TaskCompletionSource<PalabraEvent>)state!).TrySetCanceled(), answer, cancellationToken))
                    return await answer.Task.ConfigureAwait(false);
            }
            catch (TaskCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                throw new OperationCanceledException(cancellationToken);
            }
            finally
            {
                Remove(tag);
            }
        }

        /// <summary>An event with a tag passes.</summary>
        internal void Offer(EventBox taken)
        {
            if (!isAwaited)
                return;
            TaskCompletionSource<PalabraEvent>? answer;
            lock (awaited)
            {
                if (!awaited.TryGetValue((long)taken.Raw.UserTag, out answer))
                    return;
            }
            answer.TrySetResult(EventDecoder.Decode(taken));
        }

        /// <summary>There will be no answer.</summary>
        internal void Fail()
        {
            if (!isAwaited)
                return;
            TaskCompletionSource<PalabraEvent>[] all;
            lock (awaited)
            {
                all = new TaskCompletionSource<PalabraEvent>[awaited.Count];
                awaited.Values.CopyTo(all, 0);
            }
            foreach (TaskCompletionSource<PalabraEvent> answer in all)
                answer.TrySetException(events.Reason());
        }

        internal void SearchIfNobodyReads()
        {
            if (isAwaited && !events.IsRead && Interlocked.Exchange(ref searches, 1) == 0)
                Queue();
        }

        private protected override void Run()
        {
            // Before the look: a name that comes meanwhile starts another.
            Interlocked.Exchange(ref searches, 0);
            while (isAwaited && events.TakeAside())
            {
            }
        }

        private void Add(long tag, TaskCompletionSource<PalabraEvent> answer)
        {
            lock (awaited)
            {
                awaited.Add(tag, answer);
                isAwaited = true;
            }
        }

        private void Remove(long tag)
        {
            lock (awaited)
            {
                awaited.Remove(tag);
                isAwaited = awaited.Count > 0;
            }
        }
    }
}
