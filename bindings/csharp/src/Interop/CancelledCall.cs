// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Threading;
using System.Threading.Tasks;

namespace PalabraAI.Interop
{
    /// <summary>
    /// Runs calls that wait in the library on threads of the binding, so that no thread of the pool is held. A token ends a call
    /// within 50 ms and frees its thread for the next one. Threads without work end after some seconds.
    /// </summary>
    internal static partial class CancelledCall
    {
        // More calls than that wait for a thread; cancelling one that waits takes effect at once.
        private const int MaxThreads = 64;
        // The library needs at most 64 KiB.
        private const int StackBytes = 256 * 1024;
        private const int IdleMs = 2000;

        private static readonly object Gate = new object();
        private static readonly LinkedList<Action> Waiting = new LinkedList<Action>();
        // Those that others do not wait behind.
        private static readonly LinkedList<Action> Patient = new LinkedList<Action>();
        private static readonly HashSet<CallToken> Running = new HashSet<CallToken>();
        private static int threads;
        private static int idle;
        private static int ends;

        /// <summary>Runs a call on a thread of the binding.</summary>
        internal static Task<T> Run<T>(Func<CallToken, T> call, CancellationToken cancellation)
        {
            if (cancellation.IsCancellationRequested)
                return Task.FromCanceled<T>(cancellation);
            var job = new Job<T>(call, cancellation);
            job.Place = Enqueue(job.Run, false);
            job.CancelWhileWaiting();
            return job.Task;
        }

        /// <summary>The same for a call without a result.</summary>
        internal static Task Run(Action<CallToken> call, CancellationToken cancellation)
        {
            return Run<object?>(
                token =>
                {
                    call(token);
                    return null;
                },
                cancellation);
        }

        /// <summary>Runs a call on the thread of the caller.</summary>
        internal static T RunHere<T>(Func<CallToken, T> call, CancellationToken cancellation)
        {
            cancellation.ThrowIfCancellationRequested();
            return call(new CallToken(cancellation));
        }

        /// <summary>
        /// Ends all threads that have no work and all calls that run, for a load context that is unloaded. A call that begins
        /// later starts a thread again.
        /// </summary>
        internal static void EndAll()
        {
            CallToken[] running;
            lock (Gate)
            {
                ends++;
                StopGrowing();
                Monitor.PulseAll(Gate);
                running = new CallToken[Running.Count];
                Running.CopyTo(running);
            }
            foreach (CallToken call in running)
                call.EndNow();
        }

        private static T Register<T>(Func<CallToken, T> call, CancellationToken cancellation)
        {
            var token = new CallToken(cancellation);
            lock (Gate)
                Running.Add(token);
            try
            {
                return call(token);
            }
            finally
            {
                lock (Gate)
                    Running.Remove(token);
            }
        }

        private static int WaitingCount => Waiting.Count + Patient.Count;

        private static LinkedListNode<Action> Enqueue(Action work, bool isPatient)
        {
            lock (Gate)
            {
                LinkedListNode<Action> place = (isPatient ? Patient : Waiting).AddLast(work);
                if (idle >= WaitingCount || threads >= MaxThreads)
                {
                    Monitor.Pulse(Gate);
                    return place;
                }
                if (isPatient && threads > 0)
                {
                    GrowLater();
                    return place;
                }
                try
                {
                    StartThread();
                }
                catch
                {
                    place.List!.Remove(place);
                    throw;
                }
                return place;
            }
        }

        private static void StartThread()
        {
            threads++;
            try
            {
                Threads.Start(new Thread(Work, StackBytes) { IsBackground = true, Name = "Palabra call" });
            }
            catch
            {
                threads--;
                throw;
            }
        }

        /// <summary>true: no thread has taken it.</summary>
        private static bool Withdraw(LinkedListNode<Action> place)
        {
            lock (Gate)
            {
                if (place.List == null)
                    return false;
                Waiting.Remove(place);
                return true;
            }
        }

        private static void Work()
        {
            while (Next() is Action work)
                work();
        }

        private static Action? Next()
        {
            lock (Gate)
            {
                bool hadTime = true;
                int seen = ends;
                while (WaitingCount == 0)
                {
                    if (!hadTime || seen != ends)
                    {
                        threads--;
                        return null;
                    }
                    idle++;
                    hadTime = Monitor.Wait(Gate, IdleMs);
                    idle--;
                }
                LinkedListNode<Action> next = Waiting.First ?? Patient.First!;
                next.List!.Remove(next);
                return next.Value;
            }
        }

        private sealed class Job<T>
        {
            private readonly Func<CallToken, T> call;
            private readonly CancellationToken cancellation;
            // Continuations run elsewhere: they could wait for another call, on this very thread.
            private readonly TaskCompletionSource<T> done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
            private CancellationTokenRegistration registration;

            internal Job(Func<CallToken, T> call, CancellationToken cancellation)
            {
                this.call = call;
                this.cancellation = cancellation;
            }

            internal LinkedListNode<Action>? Place { get; set; }

            internal Task<T> Task => done.Task;

            internal void CancelWhileWaiting()
            {
                if (!cancellation.CanBeCanceled)
                    return;
                registration = cancellation.Register(Withdrawn, false);
                if (done.Task.IsCompleted)
                    registration.Dispose();
            }

            [SuppressMessage("Design", "CA1031", Justification = "The task has it.")]
            internal void Run()
            {
                try
                {
                    done.TrySetResult(Register(call, cancellation));
                }
                catch (OperationCanceledException error) when (error.CancellationToken == cancellation)
                {
                    done.TrySetCanceled(cancellation);
                }
                catch (Exception error)
                {
                    done.TrySetException(error);
                }
                registration.Dispose();
            }

            private void Withdrawn()
            {
                if (Place != null && Withdraw(Place))
                    done.TrySetCanceled(cancellation);
            }
        }
    }
}
