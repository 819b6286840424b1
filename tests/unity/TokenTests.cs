// Credentials that the game's own server hands out, in a model of the engine.
using System;
using System.Linq;
using System.Net;
using System.Threading.Tasks;
using EngineModel;
using PalabraAI.Unity;
using UnityEngine;
using Xunit;

namespace PalabraAI.Tests
{
    [Collection("engine")]
    public sealed class TokenTests
    {
        [Fact]
        public void AComponentAsksItsTokenSource()
        {
            using (Stage<PalabraSpeaker> stage = WithTokens(() => Task.FromResult(new PalabraCredentials { ApiKey = "dev-of-the-tests" }), out Source source))
            {
                stage.Palabra.Open();
                stage.Until(() => stage.Ready == 1);
                Check.That(source.Asked == 1 && stage.Failed.Count == 0, "asked " + source.Asked + " times");
                Check.That(!stage.Palabra.Client.AskCredentials, "the options of the script are as they were");
            }
        }

        [Fact]
        public void ATokenSourceThatFailsIsTold()
        {
            using (Stage<PalabraSpeaker> stage = WithTokens(() => throw new InvalidOperationException("the player is not known"), out Source source))
            {
                stage.Palabra.Open();
                stage.Until(() => stage.Failed.Count == 1);
                Check.That(stage.Failed[0] == PalabraStatus.Auth && stage.Texts[0].Contains("the player is not known"), stage.Texts[0]);
                Check.That(source.Asked == 1 && stage.Ready == 0, "it was asked");
            }
        }

        [Fact]
        public void ATokenThatComesAfterCloseIsForgotten()
        {
            var late = new TaskCompletionSource<PalabraCredentials>();
            using (Stage<PalabraSpeaker> stage = WithTokens(() => late.Task, out Source source))
            {
                stage.Palabra.Open();
                stage.Until(() => source.Asked == 1);
                stage.Palabra.Close();
                late.SetResult(new PalabraCredentials { ApiKey = "dev-of-the-tests" });
                Engine.Frame();
                Check.That(stage.Failed.Count == 0 && Engine.TakeLog().Length == 0, "nobody is told");
            }
        }

        [Fact]
        public void AServerOfTheGameHandsOutTokens()
        {
            using (var server = new Server(200, "dev-of-the-server\n"))
            using (Stage<PalabraSpeaker> stage = WithServer(server, out PalabraHttpTokenSource source))
            {
                source.Prepare = request => request.Headers.Add("Player", "seven");
                stage.Palabra.Open();
                stage.Until(() => stage.Ready == 1);
                Check.That(server.Players.SequenceEqual(new[] { "seven" }), string.Join(" ", server.Players));
            }
        }

        [Fact]
        public void AServerThatRefusesIsTold()
        {
            foreach (int status in new[] { 403, 200 })
            {
                using (var server = new Server(status, "<html>no</html>"))
                using (Stage<PalabraSpeaker> stage = WithServer(server, out _))
                {
                    stage.Palabra.Open();
                    stage.Until(() => stage.Failed.Count == 1);
                    string wanted = status == 403 ? "403" : "no token";
                    Check.That(stage.Failed[0] == PalabraStatus.Auth && stage.Texts[0].Contains(wanted), stage.Texts[0]);
                }
            }
        }

        [Fact]
        public void AScriptChangesWhatTheInspectorDoesNotShow()
        {
            using (var stage = new Stage<PalabraTranslator>())
            {
                stage.Palabra.Configure = options => options.TargetLanguages.Clear();
                stage.Palabra.Open();
                Check.That(stage.Closed.SequenceEqual(new[] { PalabraStatus.InvalidArgument }), "no target");
            }
            using (var stage = new Stage<PalabraVoiceChat>())
            {
                stage.Palabra.Configure = options => options.Resend = TimeSpan.FromHours(1);
                stage.Palabra.Open();
                Check.That(stage.Closed.SequenceEqual(new[] { PalabraStatus.InvalidArgument }), "an hour");
            }
            using (var stage = new Stage<PalabraSpeaker>())
            {
                stage.Palabra.Configure = options => options.Language = null;
                stage.Palabra.Open();
                Check.That(stage.Closed.SequenceEqual(new[] { PalabraStatus.InvalidArgument }), "no language");
            }
        }

        private static Stage<PalabraSpeaker> WithTokens(Func<Task<PalabraCredentials>> get, out Source source)
        {
            var stage = new Stage<PalabraSpeaker>();
            source = new GameObject().AddComponent<Source>();
            source.Get = get;
            stage.Palabra.Client = NoCredentials();
            stage.Palabra.TokenSource = source;
            return stage;
        }

        private static Stage<PalabraSpeaker> WithServer(Server server, out PalabraHttpTokenSource source)
        {
            var stage = new Stage<PalabraSpeaker>();
            source = new GameObject().AddComponent<PalabraHttpTokenSource>();
            source.Address = server.Address;
            stage.Palabra.Client = NoCredentials();
            stage.Palabra.TokenSource = source;
            return stage;
        }

        private static PalabraClientOptions NoCredentials()
        {
            string api = Environment.GetEnvironmentVariable("PALABRA_API_URL");
            return new PalabraClientOptions
            {
                UseEnvironment = false, ApiUrl = api, TtsUrl = Environment.GetEnvironmentVariable("PALABRA_TTS_URL"),
            };
        }

        private sealed class Source : PalabraTokenSource
        {
            internal Func<Task<PalabraCredentials>> Get;
            internal int Asked;

            public override Task<PalabraCredentials> GetCredentialsAsync()
            {
                Asked++;
                return Get();
            }
        }

        /// <summary>That of the game.</summary>
        private sealed class Server : IDisposable
        {
            private readonly HttpListener listener = new HttpListener();
            internal readonly System.Collections.Generic.List<string> Players = new System.Collections.Generic.List<string>();

            internal Server(int status, string body)
            {
                // A port that was free just now.
                Talk.Silent(out int port).Stop();
                Address = "http://127.0.0.1:" + port + "/token";
                listener.Prefixes.Add("http://127.0.0.1:" + port + "/");
                listener.Start();
                _ = Task.Run(() => Answer(status, System.Text.Encoding.UTF8.GetBytes(body)));
            }

            internal string Address { get; }

            public void Dispose()
            {
                listener.Close();
            }

            private void Answer(int status, byte[] body)
            {
                HttpListenerContext asked = listener.GetContext();
                lock (Players)
                    Players.Add(asked.Request.Headers["Player"]);
                asked.Response.StatusCode = status;
                asked.Response.OutputStream.Write(body, 0, body.Length);
                asked.Response.Close();
            }
        }
    }
}
