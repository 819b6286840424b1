// An object with a component of the package, in an engine of its own; what its handlers are told, and what is heard.
using System;
using System.Collections.Generic;
using System.Net.Sockets;
using EngineModel;
using PalabraAI.Unity;
using UnityEngine;

namespace PalabraAI.Tests
{
    internal sealed class Stage<T> : IDisposable where T : PalabraComponent
    {
        internal const int Rate = 48000;
        internal const int Tick = Rate / 100;

        internal readonly GameObject Thing;
        internal readonly T Palabra;
        internal readonly AudioSource Source;
        internal readonly List<PalabraStatus> Closed = new List<PalabraStatus>(), Failed = new List<PalabraStatus>();
        internal readonly List<string> Texts = new List<string>();
        internal int Ready, Loud;
        private TcpListener silent;

        /// <summary>The id can name faults of the devserver.</summary>
        internal Stage(string clientId = "demo")
        {
            Engine.Restart();
            Engine.Load(typeof(PalabraComponent).Assembly);
            Thing = new GameObject();
            Palabra = Thing.AddComponent<T>();
            Source = Thing.GetComponent<AudioSource>();
            Palabra.OpenOnStart = false;
            // Frames of the model are not as long as their time says, so that a pause would show by chance.
            Palabra.KeepUnheard = true;
            Palabra.Client = Client(clientId);
            Palabra.OnReady.AddListener(() => Ready++);
            Palabra.OnFailure.AddListener((status, text) => Tell(Failed, status, text));
            Palabra.OnClosed.AddListener((status, text) => Tell(Closed, status, text));
        }

        internal static PalabraClientOptions Client(string clientId)
        {
            return new PalabraClientOptions { Credentials = { ClientId = clientId, ClientSecret = "s3cret-of-the-tests" } };
        }

        /// <summary>One whose server never answers, open.</summary>
        internal static Stage<T> Unanswered()
        {
            TcpListener listener = Talk.Silent(out int port);
            var stage = new Stage<T> { silent = listener };
            stage.Palabra.Client.ApiUrl = "http://127.0.0.1:" + port;
            stage.Palabra.Open();
            return stage;
        }

        /// <summary>The scene ends. No script may have thrown anything.</summary>
        public void Dispose()
        {
            Engine.DestroyAll();
            silent?.Stop();
            foreach (string line in Engine.TakeLog())
                Check.That(!line.StartsWith("exception"), line);
        }

        /// <summary>10 ms of the audio thread.</summary>
        internal float[] Audio(int channels = 2)
        {
            var block = new float[Tick * channels];
            Engine.Audio(block, channels);
            return block;
        }

        /// <summary>Frames of the game, with blocks of audio between them, until a condition holds.</summary>
        internal void Until(Func<bool> holds)
        {
            Check.That(Talk.Within(Talk.PatienceMs, () =>
            {
                Engine.Frame();
                float[] block = Audio();
                for (int n = 0; n < block.Length; n += 2)
                {
                    Check.Equal(block[n], block[n + 1], "both ears");
                    Loud += block[n] != 0 ? 1 : 0;
                }
                return holds();
            }), "it did not come about in time");
        }

        private void Tell(List<PalabraStatus> to, PalabraStatus status, string text)
        {
            Check.That(text != null, "a text");
            to.Add(status);
            Texts.Add(text);
        }
    }
}
