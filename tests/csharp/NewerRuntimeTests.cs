// Spans and await.
using System;
using System.Collections.Generic;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace PalabraAI.Tests
{
    public sealed class NewerRuntimeTests
    {
        [Fact]
        public void SpansAreChecked()
        {
            using (Client client = Talk.Client())
            using (Session session = Talk.Ready(client, Talk.To("es")))
            {
                Check.Equal(session.SendAudio(new ReadOnlySpan<short>(Talk.Phrase(), 10, 50000), 50000), 50000, "frames");
                Check.Throws<ArgumentException>(() => session.SendAudio(new ReadOnlySpan<short>(new short[5]), 6), "too many");
                Check.Throws<InvalidOperationException>(() => session.SendAudio(new ReadOnlySpan<float>(new float[5]), 5), "floats");
                Check.Equal(session.ReadAudio("es", new Span<short>(new short[5]), 5), Status.Unsupported, "events only");
                session.End();
                int frames = 0;
                foreach (PalabraEvent what in session.Events(Talk.PatienceMs))
                {
                    frames += what.PcmSpan.Length;
                    Check.Equal(System.Text.Encoding.UTF8.GetString(what.TextUtf8.ToArray()), what.Text, "text");
                }
                Check.That(frames > 20000, "speech");
            }
        }

        [Fact]
        public void EventsCanBeAwaited()
        {
            Check.That(Awaited().Wait(Talk.PatienceMs), "not in time");
        }

        private static async Task Awaited()
        {
            using (Client client = Talk.Client())
            using (Session session = client.OpenTranslation(Talk.To("es")))
            {
                session.SendAudio(Talk.Phrase(), 0, 60000);
                session.End();
                ulong seq = 0;
                IAsyncEnumerator<PalabraEvent> events = session.Events().GetAsyncEnumerator();
                EventKind last = EventKind.None;
                while (await events.MoveNextAsync())
                {
                    Check.Equal(events.Current.Seq, ++seq, "seq");
                    last = events.Current.Kind;
                }
                await events.DisposeAsync();
                Check.That(last == EventKind.Closed && seq > 5, last + " " + seq);
            }
        }

        [Fact]
        public void AwaitingCanBeCancelled()
        {
            int port;
            TcpListener listener = Talk.Silent(out port);
            using (var cancellation = new CancellationTokenSource())
            using (Client client = Talk.Client())
            using (Session session = client.OpenTranslation(Talk.At(port)))
            {
                Task<bool> next = session.Events().GetAsyncEnumerator(cancellation.Token).MoveNextAsync().AsTask();
                Check.That(!next.Wait(100), "there is nothing to await");
                cancellation.Cancel();
                var thrown = Check.Throws<AggregateException>(() => next.Wait(Talk.PatienceMs), "cancelled");
                Check.That(thrown.InnerException is OperationCanceledException, thrown.ToString());
                Task<bool> closed = session.Events().GetAsyncEnumerator().MoveNextAsync().AsTask();
                session.Close();
                Check.That(closed.Wait(Talk.PatienceMs) && !closed.Result, "Close did not end it");
            }
            listener.Stop();
        }
    }
}
