// Voices, glossaries and REST sessions of an account of the devserver.
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using Xunit;

namespace PalabraAI.Tests
{
    public sealed class ManagementTests
    {
        private const int TimeoutMs = Talk.PatienceMs;

        [Fact]
        public void AVoiceLivesAndGoes()
        {
            string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".wav");
            try
            {
                File.WriteAllBytes(path, Waves.Mono16(16000, new short[16000]));
                using (Client client = Account("key-of-the-voices"))
                {
                    Voices voices = client.Voices;
                    Voice made = voices.Create(new VoiceConfig
                    {
                        Name = "From a file", Language = "es", Description = "mía", SamplePath = path, Flags = VoiceFlags.Denoise,
                    }, TimeoutMs);
                    Check.Equal(made.Status, VoiceStatus.Ready, "status");
                    Check.That(made.Name == "From a file" && made.Language == "es" && made.Description == "mía", made.Json);
                    Check.That(made.Gender == "" && made.Errors == "" && made.Json.Contains("\"processing_status\":\"ready\""), made.Json);
                    Voice changed = voices.Update(made.Id, new VoiceConfig { Description = "", Mood = "calm" }, TimeoutMs);
                    Check.That(changed.Name == "From a file" && changed.Description == "" && changed.Mood == "calm", changed.Json);
                    Check.Equal(voices.Get(made.Id, TimeoutMs).Mood, "calm", "mood");
                    Check.Equal(voices.WaitReady(made.Id, TimeoutMs).Id, made.Id, "ready already");
                    Check.Refused(Status.InvalidArgument, () => voices.Update(made.Id, new VoiceConfig { Sample = new byte[5] }, TimeoutMs));
                    voices.Delete(made.Id, TimeoutMs);
                    PalabraException gone = Check.Refused(Status.Service, () => voices.Delete(made.Id, TimeoutMs));
                    Check.That(gone.Error.HttpStatus == 404 && gone.Error.Text.Contains("unknown voice"), gone.Message);
                    Check.That(gone.Partial == null, "nothing is left of it");
                }
            }
            finally
            {
                File.Delete(path);
            }
        }

        [Fact]
        public void ASampleInMemoryArrives()
        {
            using (Client client = Account("key-of-the-sample"))
            using (var web = new WebClient())
            {
                VoiceConfig config = FromMemory(VoiceFlags.NoWait);
                config.Sample = new byte[12345];
                config.SampleName = "arrived.mp3";
                client.Voices.Create(config, TimeoutMs);
                string uploads = web.DownloadString(Environment.GetEnvironmentVariable("PALABRA_API_URL") + "/devserver/uploads");
                Check.That(uploads.Contains("\"bytes\":12345") && uploads.Contains("\"arrived.mp3\""), uploads);
            }
        }

        [Fact]
        public void VoicesAreListed()
        {
            using (Client client = Account("key-of-the-list"))
            {
                Check.Equal(client.Voices.List(null, null, TimeoutMs).Count, 0, "voices of a new account");
                for (int n = 0; n < 3; n++)
                    Check.Equal(client.Voices.Create(FromMemory(VoiceFlags.NoWait), TimeoutMs).Status, VoiceStatus.Created, "status");
                IReadOnlyList<Voice> mine = client.Voices.List("my", "en", TimeoutMs);
                Check.That(mine.Count == 3 && mine.All(voice => voice.Name == "My voice" && voice.Gender == "female"), "a list of " + mine.Count);
                Check.Equal(mine.Select(voice => voice.Id).Distinct().Count(), 3, "ids");
                Check.Equal(client.Voices.List("nobody", null, TimeoutMs).Count, 0, "voices of another name");
                IReadOnlyList<Voice> builtin = client.Voices.ListBuiltin(TimeoutMs);
                Check.That(builtin.Count > 5 && builtin.All(voice => voice.Status == VoiceStatus.Ready), "those that everybody has");
            }
        }

        [Fact]
        public void PagesAreOneList()
        {
            using (Client client = Account("dev~page_size=2"))
            {
                const int Many = 5;
                for (int n = 0; n < Many; n++)
                    client.Glossaries.Create(Hotwords("Number " + n, "word\n"), TimeoutMs);
                IReadOnlyList<Glossary> all = client.Glossaries.List(TimeoutMs);
                Check.That(all.Count == Many && all.Select(one => one.Name).Distinct().Count() == Many, "a list of " + all.Count);
            }
        }

        [Fact]
        public void AVoiceMayComeToNothing()
        {
            using (Client slow = Account("dev~voice_delay_ms=60000"))
            using (Client failing = Account("dev~voice_fails~voice_delay_ms=0"))
            {
                PalabraException late = Check.Refused(Status.Timeout, () => slow.Voices.Create(FromMemory(VoiceFlags.None), 2000));
                var begun = (Voice)late.Partial;
                late = Check.Refused(Status.Timeout, () => slow.Voices.WaitReady(begun.Id, 1000));
                Check.Equal(((Voice)late.Partial).Status, VoiceStatus.Pending, "what was last seen");
                slow.Voices.Delete(begun.Id, TimeoutMs);
                PalabraException failed = Check.Refused(Status.Service, () => failing.Voices.Create(FromMemory(VoiceFlags.None), TimeoutMs));
                begun = (Voice)failed.Partial;
                Check.That(failed.Error.Text.Contains("no speech") && failed.Error.HttpStatus == 0 && !failed.Retriable, failed.Message);
                Check.That(begun.Status == VoiceStatus.Failed && begun.Errors.Contains("no speech"), begun.Json);
            }
        }

        [Fact]
        public void AGlossaryLivesAndGoes()
        {
            using (Client client = Account("key-of-the-glossary"))
            {
                Glossaries glossaries = client.Glossaries;
                Glossary made = glossaries.Create(new GlossaryConfig
                {
                    Kind = GlossaryKind.Translation, Name = "Animals", SourceLanguage = "en", TargetLanguage = "es",
                    Entries = new[] { new GlossaryEntry("cat", "gato"), new GlossaryEntry("a, \"b\"", "c\nñ") },
                }, TimeoutMs);
                Check.That(made.Kind == GlossaryKind.Translation && made.Enabled && made.TargetLanguage == "es", made.Json);
                Check.That(!glossaries.Update(made.Id, null, false, TimeoutMs).Enabled, "switched off");
                Glossary renamed = glossaries.Update(made.Id, "Beasts", null, TimeoutMs);
                Check.That(renamed.Name == "Beasts" && !renamed.Enabled, renamed.Json);
                Check.That(glossaries.Update(made.Id, null, true, TimeoutMs).Enabled, "switched on");
                Check.That(glossaries.Get(made.Id, TimeoutMs).Json.Contains("\"glossary_type\":\"translation\""), "its JSON");
                Check.Equal(glossaries.List(TimeoutMs).Single().Name, "Beasts", "the only one");
                Check.Equal(glossaries.Download(made.Id, TimeoutMs), "cat,gato\n\"a, \"\"b\"\"\",\"c\nñ\"\n", "entries");
                glossaries.Delete(made.Id, TimeoutMs);
                Check.Equal(Check.Refused(Status.Service, () => glossaries.Get(made.Id, TimeoutMs)).Error.HttpStatus, 404, "HTTP status");
                Check.Equal(Check.Refused(Status.Service, () => glossaries.Download(made.Id, TimeoutMs)).Error.HttpStatus, 404, "HTTP status");
                Glossary off = glossaries.Create(new GlossaryConfig
                {
                    Kind = GlossaryKind.Hotwords, Name = "Off", SourceLanguage = "en", Entries = new[] { new GlossaryEntry("one") },
                    Flags = GlossaryFlags.Disabled,
                }, TimeoutMs);
                Check.That(off.Kind == GlossaryKind.Hotwords && !off.Enabled, off.Json);
            }
        }

        [Fact]
        public void EntriesMayBeRefused()
        {
            using (Client client = Account("key-of-the-refusals"))
            {
                PalabraException refused = Check.Refused(Status.Service,
                    () => client.Glossaries.Create(Hotwords("Words", "one,two\n"), TimeoutMs));
                Check.That(refused.Error.HttpStatus == 422 && refused.Error.Text.Contains("row 1"), refused.Message);
                client.Glossaries.Delete(((Glossary)refused.Partial).Id, TimeoutMs);
                Check.Equal(client.Glossaries.List(TimeoutMs).Count, 0, "what is left");
                PalabraException missing = Check.Refused(Status.InvalidArgument, () => client.Glossaries.Create(new GlossaryConfig(), TimeoutMs));
                Check.That(missing.Partial == null && missing.Error.Text.Length > 0, missing.Message);
                GlossaryConfig nowhere = Hotwords("Words", null);
                nowhere.CsvPath = "/nowhere/at/all.csv";
                Check.Refused(Status.Io, () => client.Glossaries.Create(nowhere, TimeoutMs));
            }
        }

        [Fact]
        public void AccountsNeedAKey()
        {
            using (Client client = Talk.Client())
                Check.Refused(Status.Auth, () => client.Voices.List(null, null, TimeoutMs));
            using (Client client = Account("dev~rest_echo_secret"))
            {
                PalabraException refused = Check.Refused(Status.Auth, () => client.Voices.List(null, null, TimeoutMs));
                Check.That(refused.Error.HttpStatus == 401 && !refused.ToString().Contains("rest_echo_secret"), "the key");
            }
            Client closed = Account("closed");
            Voices voices = closed.Voices;
            closed.Dispose();
            Check.Refused(Status.BadHandle, () => voices.List(null, null, TimeoutMs));
            Check.Refused(Status.BadHandle, () => closed.Glossaries.Delete("x", TimeoutMs));
            Check.Refused(Status.BadHandle, () => closed.CreateRestSession(TimeoutMs));
        }

        [Fact]
        public void ARestSessionIsPassedOn()
        {
            using (Client client = Talk.Client())
            {
                RestSession made = client.CreateRestSession(TimeoutMs);
                Check.That(made.Id.Length > 0 && made.Token.Length > 0 && made.StreamUrl.StartsWith("ws://"), made.StreamUrl);
                Check.That(!made.ToString().Contains(made.Token), "the token");
                TranslationConfig config = Talk.To("es");
                config.Stream.Url = made.StreamUrl;
                config.Stream.Token = made.Token;
                using (Session session = Talk.Ready(client, config))
                    session.Close(1000);
                bool found = false;
                foreach (RestSession listed in client.ListRestSessions(TimeoutMs))
                    found |= listed.Id == made.Id && listed.Token.Length == 0;
                Check.That(found, "the list");
                client.SetRestSessionTtl(made.Id, 5 * 3600 * 1000, TimeoutMs);
                RestSession prolonged = client.GetRestSession(made.Id, TimeoutMs);
                Check.That(string.CompareOrdinal(prolonged.ExpiresAt, made.ExpiresAt) > 0, prolonged.ExpiresAt);
                Check.That(made.WebrtcUrl.Length > 0 && made.Json.Contains(made.WebrtcRoomName), made.WebrtcUrl);
                Check.Equal(Check.Refused(Status.Service, () => client.GetRestSession("never made", TimeoutMs)).Error.HttpStatus, 404, "HTTP status");
                Check.Refused(Status.InvalidArgument, () => client.SetRestSessionTtl(made.Id, 1, TimeoutMs));
                client.DeleteRestSession(made.Id, TimeoutMs);
                Check.Refused(Status.InvalidArgument, () => client.DeleteRestSession(null, TimeoutMs));
            }
            using (Client client = Talk.Client("dev~rest_status=429"))
                Check.Equal(Check.Refused(Status.Rate, () => client.CreateRestSession(TimeoutMs)).Error.HttpStatus, 429, "HTTP status");
        }

        [Fact]
        public void MistakesAreArgumentExceptions()
        {
            using (Client client = Account("key-of-the-mistakes"))
            {
                Check.Throws<ArgumentNullException>(() => client.Voices.Create(null), "no config");
                Check.Throws<ArgumentNullException>(() => client.Voices.Update("id", null), "no change");
                Check.Throws<ArgumentNullException>(() => client.Glossaries.Create(null), "no config");
                Check.Throws<ArgumentException>(() => client.Voices.Get("a\0b"), "a NUL");
                Check.Refused(Status.InvalidArgument, () => client.Voices.Get(null, TimeoutMs));
                Check.Refused(Status.InvalidArgument, () => client.Glossaries.Delete("", TimeoutMs));
                Check.Refused(Status.InvalidArgument, () => client.Voices.Create(new VoiceConfig { Name = "x" }, TimeoutMs));
            }
        }

        private static VoiceConfig FromMemory(VoiceFlags flags)
        {
            return new VoiceConfig
            {
                Name = "My voice", Language = "en", Gender = "female", Sample = new byte[] { 1, 2, 3, 4, 5 }, SampleName = "me.wav",
                Flags = flags,
            };
        }

        private static GlossaryConfig Hotwords(string name, string csv)
        {
            return new GlossaryConfig { Kind = GlossaryKind.Hotwords, Name = name, SourceLanguage = "en", Csv = csv };
        }

        /// <summary>The key identifies the account, and may name faults of the devserver.</summary>
        private static Client Account(string key)
        {
            return new Client(new ClientConfig { Credentials = { ApiKey = key } });
        }
    }
}
