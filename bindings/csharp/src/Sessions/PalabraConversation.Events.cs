// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Threading;
using System.Threading.Tasks;
using PalabraAI.Interop;

namespace PalabraAI
{
    public abstract partial class PalabraConversation
    {
        /// <summary>
        /// Reads the events, without a thread while there are none. The loop ends behind its <see cref="ClosedEvent"/>, or
        /// throws. A loop that begins after that event was delivered gets it again.
        /// </summary>
        /// <param name="cancellationToken">Ends the loop; nothing else ends, and another loop may begin.</param>
        /// <returns>The events, for await foreach.</returns>
        /// <exception cref="InvalidOperationException">
        /// In the loop: the events are being read already, or come by the <see cref="EventQueue"/> of the options.
        /// </exception>
        /// <exception cref="ObjectDisposedException">In the loop: it was disposed of.</exception>
        /// <exception cref="OperationCanceledException">In the loop: the token was cancelled.</exception>
        public IAsyncEnumerable<PalabraEvent> ReadEventsAsync(CancellationToken cancellationToken = default)
        {
            return new AsyncEvents(Events, cancellationToken);
        }

        /// <summary>
        /// Reads the events on this thread, which waits for them, as in a console program. It ends as
        /// <see cref="ReadEventsAsync"/> does.
        /// </summary>
        /// <returns>The events, for foreach.</returns>
        /// <exception cref="InvalidOperationException">
        /// In the loop: the events are being read already, or come by the <see cref="EventQueue"/> of the options.
        /// </exception>
        /// <exception cref="ObjectDisposedException">In the loop: it was disposed of.</exception>
        public IEnumerable<PalabraEvent> ReadEvents()
        {
            return new BlockingEvents(Events);
        }

        /// <summary>Takes the next event, if one is there, as a game does in every frame.</summary>
        /// <param name="event">Receives the event.</param>
        /// <returns><see langword="false"/>: none is there, or none follows as <see cref="ClosedEvent"/> was taken.</returns>
        /// <exception cref="InvalidOperationException">
        /// The events are being read already, or come by the <see cref="EventQueue"/> of the options.
        /// </exception>
        /// <exception cref="ObjectDisposedException">It was disposed of.</exception>
        public bool TryReadEvent([NotNullWhen(true)] out PalabraEvent? @event)
        {
            @event = OneEvent.Take(Events);
            return @event != null;
        }

        /// <summary>Opens a reader that allocates nothing, for programs that count allocations.</summary>
        /// <returns>The reader, which nobody else may read beside. Dispose of it.</returns>
        /// <exception cref="InvalidOperationException">
        /// The events are being read already, or come by the <see cref="EventQueue"/> of the options.
        /// </exception>
        public PalabraEventReader OpenReader()
        {
            return new PalabraEventReader(Events);
        }

        /// <summary>
        /// Ends one <see cref="PalabraEventReader.Read"/> of the reader, or the next one before it waits. Loops go on: those
        /// without a thread are ended by their token.
        /// </summary>
        public void Wakeup()
        {
            Events.Signal.WakeReader();
        }

        /// <summary>
        /// Completes when it is closed, by the service, the network or the user, with the event that says why. It never
        /// fails. The event is the one that was read, or, when nobody has read so far, one with <see cref="PalabraEvent.Sequence"/>
        /// 0, and the events stay where they are.
        /// </summary>
        public Task<ClosedEvent> Closed => Events.Watch.Closed;

        /// <summary>
        /// Ends it and waits until everything is delivered and it is closed. The texts and the speech of the tail go to
        /// whoever reads the events; when nobody does they stay where they are, within their limits, and can be
        /// read afterwards.
        /// </summary>
        /// <param name="cancellationToken">Ends the wait; the end goes on.</param>
        /// <returns>The event that says how it closed; its Error is null when it closed well.</returns>
        /// <exception cref="ObjectDisposedException">It was disposed of before.</exception>
        /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
        public async Task<ClosedEvent> CompleteAsync(CancellationToken cancellationToken = default)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Guard.NotDisposed(IsDisposed, GetType().Name);
            try
            {
                End();
            }
            catch (PalabraException)
            {
                // It is closed, which the event tells.
            }
            Task<ClosedEvent> closed = Closed;
            if (cancellationToken.CanBeCanceled)
                await UntilCancelled(closed, cancellationToken).ConfigureAwait(false);
            return await closed.ConfigureAwait(false);
        }
    }
}
