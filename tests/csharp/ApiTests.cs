// Behavior without a conversation: arguments, texts, closed objects.
using System;
using System.Net.Sockets;
using Xunit;

namespace PalabraAI.Tests
{
    public sealed class ApiTests
    {
        [Fact]
        public void ARefusalExplainsItself()
        {
            using (Client client = Talk.Client())
            {
                PalabraException refused = Check.Refused(Status.InvalidArgument, () => client.OpenTranslation(new TranslationConfig()));
                Check.That(refused.Error.Text.Contains("source language") && refused.Message.Contains("PALABRA_ERR_INVALID_ARGUMENT"),
                    refused.Message);
                Check.That(!refused.Retriable && refused.Error.HttpStatus == 0 && refused.Error.ServiceCode == "", "more than it is");
            }
            Check.Refused(Status.InvalidArgument, () => new Client(new ClientConfig { Credentials = { ClientId = "only the id" } }));
        }

        [Fact]
        public void MistakesAreArgumentExceptions()
        {
            Check.Throws<ArgumentNullException>(() => new Client(null), "no config");
            using (Client client = Talk.Client())
            {
                Check.Throws<ArgumentNullException>(() => client.OpenTranslation(null), "no config");
                Check.Throws<ArgumentException>(() => client.OpenTranslation(Talk.To("es\0fr")), "a NUL");
                Check.Throws<ArgumentException>(() => client.OpenTranslation(Talk.To("\ud800")), "half a character");
                WithUnanswered(session =>
                {
                    Check.Throws<ArgumentNullException>(() => session.Poll(null, 0), "no event");
                    Check.Throws<ArgumentOutOfRangeException>(() => session.Close(-1), "negative time");
                    Check.Throws<ArgumentNullException>(() => session.SetInputFormat(null), "no format");
                    Check.Throws<ArgumentNullException>(() => session.SetOutputFormat("es", null), "no format");
                    Check.Refused(Status.InvalidArgument, () => session.Speak("", "es"));
                    Check.Refused(Status.InvalidArgument, () => session.Speak(null, "es"));
                    Check.Refused(Status.InvalidArgument, () => session.SetTask("[]"));
                    Check.Refused(Status.InvalidArgument, () => session.SetInputFormat(new AudioFormat(AudioEncoding.S16, 1, 1)));
                }, config => config);
            }
        }

        // The library gets only a number of frames, so the binding must refuse an array that is too short.
        [Fact]
        public void AudioMustFitItsArray()
        {
            WithUnanswered(session =>
            {
                var samples = new short[100];
                Check.Equal(session.SendAudio(samples, 0, 50), 50, "stereo frames in an array that just holds them");
                Check.Equal(session.SendAudio(samples, 98, 1), 1, "its last frame");
                Check.Equal(session.SendAudio(samples, 100, 0), 0, "nothing");
                Check.Throws<ArgumentException>(() => session.SendAudio(samples, 0, 51), "too many frames");
                Check.Throws<ArgumentException>(() => session.SendAudio(samples, 99, 1), "past the end");
                Check.Throws<ArgumentException>(() => session.SendAudio(new byte[7], 0, 2), "bytes");
                Check.Throws<ArgumentOutOfRangeException>(() => session.SendAudio(samples, 101, 0), "offset past the end");
                Check.Throws<ArgumentOutOfRangeException>(() => session.SendAudio(samples, -1, 1), "negative offset");
                Check.Throws<ArgumentOutOfRangeException>(() => session.SendAudio(samples, 0, -1), "negative frames");
                Check.Throws<ArgumentNullException>(() => session.SendAudio((short[])null, 0, 0), "no array");
                Check.Throws<InvalidOperationException>(() => session.SendAudio(new float[100], 0, 1), "another kind of sample");
                Check.Throws<ArgumentException>(() => session.ReadAudio(null, new float[9], 0, 10), "no room to read");
                Check.Throws<ArgumentException>(() => session.ReadAudio(new string('x', 500), new float[9], 0, 1), "a long name");
                Check.Equal(session.ReadAudio(null, new float[10], 0, 10), 0, "room to read");
                session.SetInputFormat(new AudioFormat(AudioEncoding.F32, 48000, 1));
                Check.Equal(session.SendAudio(new float[100], 50, 50), 50, "in the new format");
                Check.Throws<InvalidOperationException>(() => session.SendAudio(samples, 0, 1), "in the old format");
                session.SetOutputFormat("es", new AudioFormat(AudioEncoding.S16, 48000, 2));
                Check.Equal(session.ReadAudio("ES", samples, 0, 50), 0, "read in the new format");
                Check.Throws<ArgumentException>(() => session.ReadAudio("es", samples, 0, 51), "no room in the new format");
                Check.Throws<ArgumentException>(() => session.ReadAudio("", new float[10], 0, 11), "of any format");
                Check.Throws<InvalidOperationException>(() => session.ReadAudio("es", new float[10], 0, 1), "not floats now");
                Check.Equal(session.ReadAudio("fr", new float[10], 0, 10), 0, "the other language");
                Check.Equal(session.ReadAudio("de", new float[10], 0, 10), Status.InvalidArgument, "no such target");
            }, config =>
            {
                config.TargetLanguages = "es,fr";
                config.Input.Format.Channels = 2;
                config.Output.Mode = OutputMode.Playout;
                config.Output.Format.Encoding = AudioEncoding.F32;
                return config;
            });
        }

        [Fact]
        public void ATaskIsBuilt()
        {
            string task = Talk.To("es,fr").BuildTask();
            Check.That(task.StartsWith("{") && task.EndsWith("}") && task.Contains("\"es\"") && task.Contains("\"fr\""), task);
            TranslationConfig config = Talk.To("es");
            config.TaskJson = "{\"pipeline\":{\"añadido\":\"日本語\"}}";
            Check.That(config.BuildTask().Contains("\"añadido\":\"日本語\""), config.BuildTask());
            Check.Refused(Status.InvalidArgument, () => new TranslationConfig().BuildTask());
        }

        [Fact]
        public void AClosedSessionIsAnError()
        {
            WithUnanswered(session =>
            {
                session.Close();
                Check.Equal(session.State, SessionState.Closed, "state");
                Check.Equal(session.SendAudio(new short[10], 0, 10), Status.BadHandle, "SendAudio");
                Check.Equal(session.ReadAudio("es", new short[10], 0, 10), Status.BadHandle, "ReadAudio");
                Check.Equal(session.GetInputSpace(), Status.BadHandle, "GetInputSpace");
                Check.Equal(session.Skip(1), Status.BadHandle, "Skip");
                Check.Equal(session.FlushInput(), Status.BadHandle, "FlushInput");
                Check.Equal(session.LastError.Code, Status.BadHandle, "LastError");
                Check.Refused(Status.BadHandle, () => session.Poll(new PalabraEvent(), 0));
                Check.Refused(Status.BadHandle, () => session.End());
                Check.Refused(Status.BadHandle, () => session.Pause());
                Check.Refused(Status.BadHandle, () => session.WaitReady(-1));
                Check.Refused(Status.BadHandle, () => { SessionStats unused = session.Stats; });
                foreach (PalabraEvent unused in session.Events())
                    Check.That(false, "an event of a closed session");
            }, config => config);
        }

        [Fact]
        public void ClosingAgainIsNothing()
        {
            WithUnanswered(session =>
            {
                session.Dispose();
                session.Close(100);
                session.Dispose();
            }, config => config);
            var queue = new EventQueue();
            queue.Dispose();
            queue.Dispose();
            Check.Refused(Status.BadHandle, () => queue.Poll(new PalabraEvent(), 0));
            var never = new PalabraEvent();
            never.Release();
            never.Dispose();
            never.Dispose();
            Check.That(never.Kind == EventKind.None && never.Text == "" && never.Pcm().Length == 0 && !never.LanguageIs("es"), "empty");
        }

        [Fact]
        public void AClosedClientIsAnError()
        {
            Client client = Talk.Client();
            client.Dispose();
            client.Dispose();
            Check.Refused(Status.BadHandle, () => client.OpenTranslation(Talk.To("es")));
            var gone = new EventQueue();
            gone.Dispose();
            TranslationConfig config = Talk.To("es");
            config.Queue = gone;
            using (Client living = Talk.Client())
            {
                // If the session got a queue of its own instead, its events would never be polled.
                Check.Refused(Status.BadHandle, () => living.OpenTranslation(config));
            }
        }

        [Fact]
        public void SecretsAreNotInErrors()
        {
            var config = new ClientConfig { Credentials = { ClientSecret = "very-secret" }, ApiUrl = "nonsense" };
            PalabraException refused = Check.Throws<PalabraException>(() => new Client(config), "a bad client");
            Check.That(!refused.ToString().Contains("very-secret"), "the secret");
        }

        private static void WithUnanswered(Action<Session> use, Func<TranslationConfig, TranslationConfig> adapt)
        {
            int port;
            TcpListener listener = Talk.Silent(out port);
            try
            {
                using (Client client = Talk.Client())
                using (Session session = client.OpenTranslation(adapt(Talk.At(port))))
                    use(session);
            }
            finally
            {
                listener.Stop();
            }
        }
    }
}
