// Threads that read take the names of all sessions in turns: when one leaves, another goes on.
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace PalabraAI.Tests
{
    // Alone: loops of other tests have the thread that waits, which takes the names then.
    [Collection("alone")]
    public sealed class TakeoverTests
    {
        [Fact]
        public void WhoeverStaysTakesTheNames()
        {
            PalabraLifetime.CloseAll();
            TcpListener listener = Talk.Silent(out int port);
            using (var first = new EventQueue())
            using (var second = new EventQueue())
            using (PalabraClient client = Talk.Client())
            {
                TranslationOptions options = Talk.At(port);
                options.Queue = second;
                using (client.OpenTranslation(options))
                using (Socket peer = listener.AcceptSocket())
                {
                    Task<PalabraEvent> leads = Task.Run(() => first.Read(Timeout.InfiniteTimeSpan));
                    Check.That(!leads.Wait(100), "it does not wait");
                    Task<PalabraEvent> follows = Task.Run(() => second.Read(Timeout.InfiniteTimeSpan));
                    Check.That(!follows.Wait(100), "it does not wait");
                    first.Wakeup();
                    Check.That(leads.Wait(Talk.PatienceMs) && leads.Result == null, "the leader");
                    Check.That(!follows.Wait(100), "it does not wait");
                    peer.Close();
                    listener.Stop();
                    Check.That(follows.Wait(Talk.PatienceMs) && follows.Result is ClosedEvent, "nobody took over");
                }
            }
        }
    }
}
