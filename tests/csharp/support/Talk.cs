// Shared by most tests: a client of the devserver, a phrase, peers that do not answer.
using System;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Threading;

namespace PalabraAI.Tests
{
    internal static class Talk
    {
        internal const int PatienceMs = 300000;
        internal const int Rate = 24000;

        internal static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(PatienceMs);

        /// <summary>The id can name faults of the devserver.</summary>
        internal static PalabraClient Client(string id = "demo")
        {
            return new PalabraClient(new PalabraClientOptions { Credentials = { ClientId = id, ClientSecret = "s3cret-of-the-tests" } });
        }

        internal static TranslationOptions To(params string[] targets)
        {
            var options = new TranslationOptions
            {
                SourceLanguage = "en", EndSilence = TimeSpan.FromSeconds(1), Input = { BufferDuration = TimeSpan.FromSeconds(10) },
            };
            foreach (string target in targets)
                options.TargetLanguages.Add(target);
            return options;
        }

        /// <summary>A second that the devserver treats as speech, and the silence that completes the phrase.</summary>
        internal static short[] Phrase()
        {
            var samples = new short[Rate * 5 / 2];
            for (int n = 0; n < Rate; n++)
                samples[n] = (short)(n / 60 % 2 == 0 ? -4000 : 4000);
            return samples;
        }

        internal static TranslationSession Ready(PalabraClient client, TranslationOptions options)
        {
            TranslationSession session = client.OpenTranslation(options);
            Check.That(session.WaitReady(Patience), "not ready in time");
            return session;
        }

        /// <summary>A stream that is never answered, or refused.</summary>
        internal static TranslationOptions At(int port)
        {
            TranslationOptions options = To("es");
            options.Stream.Url = "ws://127.0.0.1:" + port + "/";
            options.Stream.Token = "token-of-the-tests";
            return options;
        }

        internal static TcpListener Silent(out int port)
        {
            var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start(200);
            port = ((IPEndPoint)listener.LocalEndpoint).Port;
            return listener;
        }

        internal static Socket Refusing(out int port)
        {
            // Bound, so that no other program gets the port, but not listening.
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            port = ((IPEndPoint)socket.LocalEndPoint).Port;
            return socket;
        }

        /// <summary>A time limit: exact in the slower tier, otherwise so wide that no slow machine exceeds it.</summary>
        internal static int Bound(int ms)
        {
            return Environment.GetEnvironmentVariable("PALABRA_PROVE_CLOCK") != null ? ms : 20 * ms + 10000;
        }

        internal static bool Within(int ms, Func<bool> holds)
        {
            Stopwatch waited = Stopwatch.StartNew();
            while (!holds())
            {
                if (waited.ElapsedMilliseconds > ms)
                    return false;
                Thread.Sleep(5);
            }
            return true;
        }
    }
}
