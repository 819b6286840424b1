// Voices, glossaries and REST sessions of an account of the devserver.
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace PalabraAI.Tests
{
    public sealed class ManagementTests
    {
        private static readonly TimeSpan Limit = Talk.Patience;

        [Fact]
        public void AVoiceLivesAndGoes()
        {
            string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".wav");
            try
            {
                File.WriteAllBytes(path, Waves.Mono16(16000, new short[16000]));
                using (PalabraClient client = Account("key-of-the-voices"))
                {
                    Voices voices = client.Voices;
                    Voice made = voices.Create(
                        new VoiceOptions { Name = "From a file", Language = "es", Description = "mía", SamplePath = path, Denoise = true }, Limit);
                    Check.Equal(made.Status, VoiceStatus.Ready, "status");
                    Check.That(made.Name == "From a file" && made.Language == "es" && made.Description == "mía", made.Json);
                    Check.That(made.Gender == null && made.Errors == null && made.Json.Contains("\"processing_status\":\"ready\""), made.Json);
                    Voice changed = voices.Update(made.Id, new VoiceOptions { Description = "", Mood = "calm" }, Limit);
                    Check.That(changed.Name == "From a file" && changed.Description == null && changed.Mood == "calm", changed.Json);
                    Check.Equal(voices.Get(made.Id, Limit).Mood, "calm", "mood");
                    Check.Equal(voices.WaitReady(made.Id, Limit).Id, made.Id, "ready already");
                    Check.Mistake("options", "", () => voices.Update(made.Id, new VoiceOptions { Sample = new byte[5] }, Limit));
                    voices.Delete(made.Id, Limit);
                    PalabraException gone = Check.Refused(PalabraStatus.Service, () => voices.Delete(made.Id, Limit));
                    Check.That(gone.HttpStatus == 404 && gone.Error.Text.Contains("unknown voice"), gone.Message);
                    Check.That(gone.Partial == null, "nothing is left of it");
                }
            }
            finally
            {
                File.Delete(path);
            }
        }

        [Fact]
        public async Task EverythingCanBeAwaited()
        {
            using (PalabraClient client = Account("key-of-the-awaits"))
            {
                Voice made = await client.Voices.CreateAsync(FromMemory(true));
                Check.Equal((await client.Voices.WaitReadyAsync(made.Id)).Status, VoiceStatus.Ready, "status");
                Check.Equal((await client.Voices.GetAsync(made.Id)).Id, made.Id, "id");
                Check.Equal((await client.Voices.ListAsync()).Count, 1, "voices");
                Check.That((await client.Voices.ListBuiltinAsync()).Count > 5, "those that everybody has");
                Check.Equal((await client.Voices.UpdateAsync(made.Id, new VoiceOptions { Mood = "calm" })).Mood, "calm", "mood");
                await client.Voices.DeleteAsync(made.Id);
                PalabraException gone = await Check.RefusedAsync(PalabraStatus.Service, () => client.Voices.GetAsync(made.Id));
                Check.Equal(gone.HttpStatus, 404, "HTTP status");
                Glossary glossary = await client.Glossaries.CreateAsync(Hotwords("Words", "one\n"));
                Check.Equal(await client.Glossaries.DownloadAsync(glossary.Id), "one\n", "entries");
                Check.That(!(await client.Glossaries.UpdateAsync(glossary.Id, null, false)).Enabled, "switched off");
                Check.Equal((await client.Glossaries.GetAsync(glossary.Id)).Name, "Words", "name");
                await client.Glossaries.DeleteAsync(glossary.Id);
                Check.Equal((await client.Glossaries.ListAsync()).Count, 0, "glossaries");
            }
            using (PalabraClient client = Talk.Client())
            {
                RestSession rest = await client.RestSessions.CreateAsync();
                await client.RestSessions.SetLifetimeAsync(rest.Id, TimeSpan.FromHours(5));
                Check.Equal((await client.RestSessions.GetAsync(rest.Id)).Id, rest.Id, "id");
                Check.That((await client.RestSessions.ListAsync()).Any(one => one.Id == rest.Id), "the list");
                await client.RestSessions.DeleteAsync(rest.Id);
            }
        }

        // What the caller changes after the call has begun counts no more.
        [Fact]
        public async Task WhatIsSentIsWhatWasSetAtTheCall()
        {
            using (PalabraClient client = Account("key-of-the-copies"))
            {
                VoiceOptions options = FromMemory(true);
                Task<Voice> making = client.Voices.CreateAsync(options);
                options.Name = "Changed";
                Check.Equal((await making).Name, "My voice", "name");
                GlossaryOptions words = Hotwords("Words", null);
                words.Entries.Add(new GlossaryEntry("before"));
                Task<Glossary> uploading = client.Glossaries.CreateAsync(words);
                words.Entries[0].Term = "after";
                words.Entries.Clear();
                Check.Equal(await client.Glossaries.DownloadAsync((await uploading).Id), "before\n", "entries");
            }
        }

        [Fact]
        public void ASampleInMemoryArrives()
        {
            using (PalabraClient client = Account("key-of-the-sample"))
            using (var web = new WebClient())
            {
                VoiceOptions options = FromMemory(false);
                options.Sample = new ReadOnlyMemory<byte>(new byte[12400], 50, 12345);
                options.SampleName = "arrived.mp3";
                client.Voices.Create(options, Limit);
                string uploads = web.DownloadString(Environment.GetEnvironmentVariable("PALABRA_API_URL") + "/devserver/uploads");
                Check.That(uploads.Contains("\"bytes\":12345") && uploads.Contains("\"arrived.mp3\""), uploads);
            }
        }

        [Fact]
        public void VoicesAreListed()
        {
            using (PalabraClient client = Account("key-of-the-list"))
            {
                Check.Equal(client.Voices.List(timeout: Limit).Count, 0, "voices of a new account");
                for (int n = 0; n < 3; n++)
                    Check.Equal(client.Voices.Create(FromMemory(false), Limit).Status, VoiceStatus.Created, "status");
                IReadOnlyList<Voice> mine = client.Voices.List("my", "en", Limit);
                Check.That(mine.Count == 3 && mine.All(voice => voice.Name == "My voice" && voice.Gender == "female"), "a list of " + mine.Count);
                Check.Equal(mine.Select(voice => voice.Id).Distinct().Count(), 3, "ids");
                Check.Equal(client.Voices.List("nobody", timeout: Limit).Count, 0, "voices of another name");
                IReadOnlyList<Voice> builtin = client.Voices.ListBuiltin(Limit);
                Check.That(builtin.Count > 5 && builtin.All(voice => voice.Status == VoiceStatus.Ready), "those that everybody has");
            }
        }

        [Fact]
        public void PagesAreOneList()
        {
            using (PalabraClient client = Account("dev~page_size=2"))
            {
                const int Many = 5;
                for (int n = 0; n < Many; n++)
                    client.Glossaries.Create(Hotwords("Number " + n, "word\n"), Limit);
                IReadOnlyList<Glossary> all = client.Glossaries.List(Limit);
                Check.That(all.Count == Many && all.Select(one => one.Name).Distinct().Count() == Many, "a list of " + all.Count);
            }
        }

        [Fact]
        public void AVoiceMayComeToNothing()
        {
            using (PalabraClient slow = Account("dev~voice_delay_ms=60000"))
            using (PalabraClient failing = Account("dev~voice_fails~voice_delay_ms=0"))
            {
                Voice begun = SeenInTime(limit => slow.Voices.Create(FromMemory(true), limit));
                Check.Equal(SeenInTime(limit => slow.Voices.WaitReady(begun.Id, limit)).Status, VoiceStatus.Pending, "what was last seen");
                slow.Voices.Delete(begun.Id, Limit);
                PalabraException failed = Check.Refused(PalabraStatus.Service, () => failing.Voices.Create(FromMemory(true), Limit));
                begun = (Voice)failed.Partial;
                Check.That(failed.Error.Text.Contains("no speech") && failed.HttpStatus == null && !failed.IsTransient, failed.Message);
                Check.That(begun.Status == VoiceStatus.Failed && begun.Errors.Contains("no speech"), begun.Json);
            }
        }

        // A slow machine needs longer until the service has answered at all.
        private static Voice SeenInTime(Action<TimeSpan> call)
        {
            Voice seen = null;
            for (int seconds = 1; seen == null && seconds < 60; seconds *= 2)
                seen = (Voice)Check.Refused(PalabraStatus.Timeout, () => call(TimeSpan.FromSeconds(seconds))).Partial;
            Check.That(seen != null, "nothing was seen");
            return seen;
        }

        [Fact]
        public void AGlossaryLivesAndGoes()
        {
            using (PalabraClient client = Account("key-of-the-glossary"))
            {
                Glossaries glossaries = client.Glossaries;
                Glossary made = glossaries.Create(
                    new GlossaryOptions
                    {
                        Kind = GlossaryKind.Translation, Name = "Animals", SourceLanguage = "en", TargetLanguage = "es",
                        Entries = { new GlossaryEntry("cat", "gato"), new GlossaryEntry("a, \"b\"", "c\nñ") },
                    }, Limit);
                Check.That(made.Kind == GlossaryKind.Translation && made.Enabled && made.TargetLanguage == "es", made.Json);
                Check.That(!glossaries.Update(made.Id, null, false, Limit).Enabled, "switched off");
                Glossary renamed = glossaries.Update(made.Id, "Beasts", null, Limit);
                Check.That(renamed.Name == "Beasts" && !renamed.Enabled, renamed.Json);
                Check.That(glossaries.Update(made.Id, null, true, Limit).Enabled, "switched on");
                Check.That(glossaries.Get(made.Id, Limit).Json.Contains("\"glossary_type\":\"translation\""), "its JSON");
                Check.Equal(glossaries.List(Limit).Single().Name, "Beasts", "the only one");
                Check.Equal(glossaries.Download(made.Id, Limit), "cat,gato\n\"a, \"\"b\"\"\",\"c\nñ\"\n", "entries");
                glossaries.Delete(made.Id, Limit);
                Check.Equal(Check.Refused(PalabraStatus.Service, () => glossaries.Get(made.Id, Limit)).HttpStatus, 404, "HTTP status");
                Check.Equal(Check.Refused(PalabraStatus.Service, () => glossaries.Download(made.Id, Limit)).HttpStatus, 404, "HTTP status");
                Glossary off = glossaries.Create(
                    new GlossaryOptions
                    {
                        Kind = GlossaryKind.Hotwords, Name = "Off", SourceLanguage = "en", Entries = { new GlossaryEntry("one") }, Enabled = false,
                    }, Limit);
                Check.That(off.Kind == GlossaryKind.Hotwords && !off.Enabled, off.Json);
            }
        }

        [Fact]
        public void EntriesMayBeRefused()
        {
            using (PalabraClient client = Account("key-of-the-refusals"))
            {
                PalabraException refused = Check.Refused(PalabraStatus.Service, () => client.Glossaries.Create(Hotwords("Words", "one,two\n"), Limit));
                Check.That(refused.HttpStatus == 422 && refused.Error.Text.Contains("row 1"), refused.Message);
                client.Glossaries.Delete(((Glossary)refused.Partial).Id, Limit);
                Check.Equal(client.Glossaries.List(Limit).Count, 0, "what is left");
                Check.Mistake("options", "", () => client.Glossaries.Create(new GlossaryOptions(), Limit));
                GlossaryOptions nowhere = Hotwords("Words", null);
                nowhere.CsvPath = "/nowhere/at/all.csv";
                Check.Refused(PalabraStatus.Io, () => client.Glossaries.Create(nowhere, Limit));
            }
        }

        [Fact]
        public async Task AccountsNeedAKey()
        {
            using (PalabraClient client = Talk.Client())
                Check.Refused(PalabraStatus.Auth, () => client.Voices.List(timeout: Limit));
            using (PalabraClient client = Account("dev~rest_echo_secret"))
            {
                PalabraException refused = Check.Refused(PalabraStatus.Auth, () => client.Voices.List(timeout: Limit));
                Check.That(refused.HttpStatus == 401 && !refused.ToString().Contains("rest_echo_secret"), "the key");
            }
            PalabraClient closed = Account("closed");
            Voices voices = closed.Voices;
            closed.Dispose();
            Check.Throws<ObjectDisposedException>(() => voices.List(timeout: Limit), "voices");
            Check.Throws<ObjectDisposedException>(() => closed.Glossaries.Delete("x", Limit), "glossaries");
            Check.Throws<ObjectDisposedException>(() => closed.RestSessions.Create(Limit), "REST sessions");
            await Check.ThrowsAsync<ObjectDisposedException>(() => closed.RestSessions.CreateAsync(), "awaited");
        }

        [Fact]
        public void ARestSessionIsPassedOn()
        {
            using (PalabraClient client = Talk.Client())
            {
                RestSession made = client.RestSessions.Create(Limit);
                Check.That(made.Id.Length > 0 && made.Token.Length > 0 && made.StreamUrl.StartsWith("ws://"), made.StreamUrl);
                Check.That(!made.ToString().Contains(made.Token), "the token");
                TranslationOptions options = Talk.To("es");
                options.Stream.Url = made.StreamUrl;
                options.Stream.Token = made.Token;
                using (Talk.Ready(client, options))
                {
                }
                bool found = false;
                foreach (RestSession listed in client.RestSessions.List(Limit))
                    found |= listed.Id == made.Id && listed.Token == null;
                Check.That(found, "the list");
                client.RestSessions.SetLifetime(made.Id, TimeSpan.FromHours(5), Limit);
                RestSession prolonged = client.RestSessions.Get(made.Id, Limit);
                Check.That(prolonged.ExpiresAt > made.ExpiresAt && made.CreatedAt <= made.ExpiresAt, prolonged.ExpiresAt + " " + made.ExpiresAt);
                Check.That(made.WebrtcUrl.Length > 0 && made.Json.Contains(made.WebrtcRoomName), made.WebrtcUrl);
                Check.Equal(Check.Refused(PalabraStatus.Service, () => client.RestSessions.Get("never made", Limit)).HttpStatus, 404, "HTTP status");
                Check.Mistake("lifetime", "whole seconds", () => client.RestSessions.SetLifetime(made.Id, TimeSpan.FromMilliseconds(1), Limit));
                client.RestSessions.Delete(made.Id, Limit);
            }
            using (PalabraClient client = Talk.Client("dev~rest_status=429"))
            {
                PalabraException refused = Check.Refused(PalabraStatus.Rate, () => client.RestSessions.Create(Limit));
                Check.That(refused.HttpStatus == 429 && refused.IsTransient, refused.Message);
            }
        }

        [Fact]
        public async Task MistakesAreArgumentExceptions()
        {
            using (PalabraClient client = Account("key-of-the-mistakes"))
            {
                Check.Throws<ArgumentNullException>(() => client.Voices.Create(null), "no options");
                Check.Throws<ArgumentNullException>(() => client.Voices.Update("id", null), "no change");
                Check.Throws<ArgumentNullException>(() => client.Glossaries.Create(null), "no options");
                Check.Throws<ArgumentNullException>(() => client.Voices.Get(null), "no id");
                Check.Mistake("id", "NUL", () => client.Voices.Get("a\0b"));
                Check.Mistake("id", "surrogate", () => client.Voices.Get("a\ud800"));
                Check.Mistake("id", "empty", () => client.Glossaries.Delete("", Limit));
                Check.Mistake("timeout", "negative", () => client.Glossaries.Delete("x", TimeSpan.FromSeconds(-3)));
                Check.Mistake("options", "Name", () => client.Voices.Create(new VoiceOptions { Name = "x\0" }, Limit));
                Check.Mistake("options", "", () => client.Voices.Create(new VoiceOptions { Name = "x" }, Limit));
                Check.Mistake("options", "Entries", () => client.Glossaries.Create(new GlossaryOptions { Entries = { null } }, Limit));
                // At once, and not by the task.
                Check.Throws<ArgumentNullException>(() => { Task unused = client.Voices.CreateAsync(null); }, "awaited");
                await Check.ThrowsAsync<OperationCanceledException>(() => client.Voices.GetAsync("x", new CancellationToken(true)), "cancelled before");
            }
        }

        private static VoiceOptions FromMemory(bool wait)
        {
            return new VoiceOptions
            {
                Name = "My voice", Language = "en", Gender = "female", Sample = new byte[] { 1, 2, 3, 4, 5 }, SampleName = "me.wav", WaitUntilReady = wait,
            };
        }

        private static GlossaryOptions Hotwords(string name, string csv)
        {
            return new GlossaryOptions { Kind = GlossaryKind.Hotwords, Name = name, SourceLanguage = "en", Csv = csv };
        }

        /// <summary>The key identifies the account, and may name faults of the devserver.</summary>
        private static PalabraClient Account(string key)
        {
            return new PalabraClient(new PalabraClientOptions { Credentials = { ApiKey = key } });
        }
    }
}
