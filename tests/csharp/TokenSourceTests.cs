// Credentials from a function of the program.
using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace PalabraAI.Tests
{
    public sealed class TokenSourceTests
    {
        // Nobody reads an event meanwhile, and many sessions share questions, of which there is one at a time. What one of them
        // asks can come when the others have been answered already: then that is a question of its own.
        [Fact]
        public async Task ItIsAskedByWhoeverHasNoCredentials()
        {
            int asked = 0, asking = 0, most = 0;
            var opened = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            using (PalabraClient client = Asking(null, async ends =>
            {
                Interlocked.Increment(ref asked);
                most = Math.Max(most, Interlocked.Increment(ref asking));
                await opened.Task;
                Interlocked.Decrement(ref asking);
                return Good();
            }))
            {
                var sessions = new List<TranslationSession>();
                for (int n = 0; n < 6; n++)
                    sessions.Add(client.OpenTranslation(Talk.To("es")));
                Task<TranslationSession> another = client.OpenTranslationAsync(Talk.To("es"));
                opened.SetResult(true);
                sessions.Add(await Sessions.InTime(another, "open"));
                foreach (TranslationSession session in sessions)
                {
                    Check.That(session.WaitReady(Talk.Patience), "ready");
                    session.Dispose();
                }
            }
            Check.That(asked >= 1 && asked <= 7 && most == 1, "asked " + asked + " times, " + most + " at a time");
        }

        [Fact]
        public async Task ItIsAskedAgainWhenTheServiceRefuses()
        {
            int asked = 0;
            using (PalabraClient client = Asking("dev~rest_status=401", ends =>
                Task.FromResult(Pair(Interlocked.Increment(ref asked) == 1 ? "dev~rest_status=401~.again" : "demo"))))
            using (TranslationSession session = client.OpenTranslation(Talk.To("es")))
            {
                var seen = new List<EventKind>();
                await foreach (PalabraEvent what in session.ReadEventsAsync())
                {
                    seen.Add(what.Kind);
                    if (what is ReadyEvent || what is ClosedEvent)
                        break;
                }
                Check.That(asked == 2 && seen.SequenceEqual(new[] { EventKind.Ready }), asked + ": " + string.Join(" ", seen));
            }
        }

        [Fact]
        public async Task ACallAsksToo()
        {
            using (PalabraClient client = Asking(null, ends => Task.FromResult(Good())))
            using (PalabraCall call = client.OpenCall(new PalabraCallOptions()))
            {
                call.Join(new PalabraLegOptions { Language = "en" });
                call.Join(new PalabraLegOptions { Language = "es" });
                await foreach (PalabraEvent what in call.ReadEventsAsync())
                {
                    Check.That(!(what is CredentialsNeededEvent) && !(what is LinkDownEvent), what.ToString());
                    if (what is LinkUpEvent)
                        break;
                }
            }
        }

        // Whatever it does: the reader is told that credentials are needed, and can answer.
        [Theory]
        [InlineData("throws")]
        [InlineData("fails")]
        [InlineData("null")]
        [InlineData("no key")]
        public async Task WhereItFailsTheReaderIsAsked(string how)
        {
            using (PalabraClient client = Asking(null, ends => Failing(how)))
            using (TranslationSession session = client.OpenTranslation(Talk.To("es")))
            {
                int requests = 0;
                await foreach (PalabraEvent what in session.ReadEventsAsync())
                {
                    if (what is CredentialsNeededEvent)
                    {
                        requests++;
                        client.SetCredentials(Good());
                    }
                    if (what is ReadyEvent || what is ClosedEvent)
                        break;
                }
                Check.That(requests == 1 && session.State == PalabraSessionState.Ready, how + ": " + requests + ", " + session.State);
            }
        }

        [Fact]
        public async Task ItsTokenIsCancelledWithTheClient()
        {
            var asked = new TaskCompletionSource<CancellationToken>(TaskCreationOptions.RunContinuationsAsynchronously);
            PalabraClient client = Asking(null, async ends =>
            {
                asked.TrySetResult(ends);
                await Task.Delay(Timeout.Infinite, ends);
                return Good();
            });
            using (TranslationSession session = client.OpenTranslation(Talk.To("es")))
            {
                CancellationToken token = await Sessions.InTime(asked.Task, "the question");
                Check.That(!token.IsCancellationRequested, "not yet");
                client.Dispose();
                Check.That(token.IsCancellationRequested, "with the client");
            }
        }

        private static PalabraClient Asking(string id, Func<CancellationToken, Task<PalabraCredentials>> source)
        {
            var options = new PalabraClientOptions { UseEnvironment = false, TokenSource = source, ApiUrl = Environment.GetEnvironmentVariable("PALABRA_API_URL") };
            if (id == null)
                options.TranslationUrl = Environment.GetEnvironmentVariable("PALABRA_WS_URL");
            else
                (options.Credentials.ClientId, options.Credentials.ClientSecret) = (id, "s3cret-of-the-tests");
            return new PalabraClient(options);
        }

        private static Task<PalabraCredentials> Failing(string how)
        {
            switch (how)
            {
                case "throws": throw new InvalidOperationException("the player is not known");
                case "fails": return Task.FromException<PalabraCredentials>(new TimeoutException());
                case "null": return Task.FromResult<PalabraCredentials>(null);
                default: return Task.FromResult(new PalabraCredentials());
            }
        }

        private static PalabraCredentials Good()
        {
            return new PalabraCredentials { ApiKey = "dev~.of-the-source" };
        }

        private static PalabraCredentials Pair(string id)
        {
            return new PalabraCredentials { ClientId = id, ClientSecret = "s3cret-of-the-tests" };
        }
    }
}
