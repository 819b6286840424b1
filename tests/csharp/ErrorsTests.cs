// What exceptions say: by whose fault, with the names of C#, and after Dispose.
using System;
using System.Collections.Generic;
using System.Reflection;
using System.Threading.Tasks;
using Xunit;

namespace PalabraAI.Tests
{
    public sealed class ErrorsTests
    {
        private const string Encoded = "{\"input_stream\":{\"source\":{\"format\":\"opus\"}}}";

        [Fact]
        public void ARefusalExplainsItself()
        {
            using (PalabraClient client = Talk.Client())
            {
                ArgumentException refused = Check.Mistake("options", "source language", () => client.OpenTranslation(new TranslationOptions()));
                Check.That(!refused.Message.Contains("source_language"), refused.Message);
                Check.Throws<ArgumentNullException>(() => client.OpenTranslation(null), "no options");
                Check.Throws<ArgumentNullException>(() => { Task unused = client.OpenSttAsync(null); }, "no options");
                Check.Mistake("options", "NUL", () => client.OpenTranslation(Talk.To("es\0fr")));
                Check.Mistake("options", "surrogate", () => client.OpenTranslation(Talk.To("\ud800")));
                Check.Mistake("options", "Name", () => client.OpenStt(new SttOptions { Name = new string('x', 128) }));
                Check.Mistake("credentials", "credentials", () => client.SetCredentials(new PalabraCredentials()));
            }
            Check.Mistake("options", "Credentials.ClientSecret", () => new PalabraClient(new PalabraClientOptions { Credentials = { ClientId = "only the id" } }));
            Check.Mistake("options", "proxy", () => new PalabraClient(new PalabraClientOptions { ProxyUrl = "localhost:8080" }));
            Check.Mistake("options", "pcm_s16le", () => new TranslationOptions { TaskJson = Encoded }.BuildTask());
            Check.Mistake("options", "CaFile", () => new PalabraClient(new PalabraClientOptions { CaFile = "a\0b" }));
            PalabraException missing = Check.Refused(PalabraStatus.Io, () => new PalabraClient(new PalabraClientOptions { CaFile = "/nowhere/ca.pem" }));
            Check.That(missing.Message.Contains("CaFile /nowhere/ca.pem") && missing.OsError != null, missing.Message);
        }

        [Fact]
        public void AClosedClientIsDisposed()
        {
            PalabraClient client = Talk.Client();
            client.Dispose();
            client.Dispose();
            var thrown = Check.Throws<ObjectDisposedException>(() => client.OpenTranslation(Talk.To("es")), "closed");
            Check.Equal(thrown.ObjectName, nameof(PalabraClient), "name");
            Check.Throws<ObjectDisposedException>(() => client.SetCredentials(new PalabraCredentials { ApiKey = "x" }), "closed");
            Check.Throws<ObjectDisposedException>(() => client.TranslateFile(Talk.To("es"), "in.wav", null), "closed");
        }

        [Fact]
        public void AProgramMakesErrorsForItsTests()
        {
            var error = new PalabraError(PalabraStatus.Rate, "slow down", retryAfter: TimeSpan.FromSeconds(3), httpStatus: 429, serviceCode: "TOO_MANY");
            var thrown = new PalabraException(error, "part");
            Check.That(thrown.Status == PalabraStatus.Rate && thrown.IsTransient && thrown.RetryAfter == TimeSpan.FromSeconds(3), "what was given");
            Check.That(thrown.HttpStatus == 429 && thrown.ServiceCode == "TOO_MANY" && (string)thrown.Partial == "part", "what was given");
            Check.Equal(thrown.Message, "Rate: slow down", "message");
            Check.That(thrown.CloseCode == null && thrown.OsError == null && thrown.Error == error, "what was not given");
            Check.That(!new PalabraError(PalabraStatus.Auth).IsTransient && new PalabraError(PalabraStatus.Dns).IsTransient, "by the status");
            var cause = new InvalidOperationException();
            Check.That(new PalabraException("text", cause).InnerException == cause && new PalabraException("text").Message.Contains("text"), "of a text");
            Check.That(new PalabraTimeoutException("late", cause).Status == PalabraStatus.Timeout && new PalabraTimeoutException().IsTransient == false, "a time-out");
            Check.Throws<ArgumentNullException>(() => new PalabraException((PalabraError)null), "no error");
        }

        // A reason for closing, or an answer: the service speaks of its own messages.
        [Theory]
        [InlineData(0, 0, null, "Input.ChunkDuration: too long")]
        [InlineData(0, 1008, null, "input.chunk_ms: too long")]
        [InlineData(422, 0, null, "input.chunk_ms: too long")]
        [InlineData(0, 0, "VALIDATION_ERROR", "input.chunk_ms: too long")]
        public void WhatTheServiceSaysStaysAsItIs(int httpStatus, int closeCode, string serviceCode, string said)
        {
            MethodInfo make = typeof(PalabraError).GetMethod("OfEvent", BindingFlags.NonPublic | BindingFlags.Static);
            var error = (PalabraError)make.Invoke(
                null, new object[] { PalabraStatus.Protocol, EventFlags.None, httpStatus, closeCode, 0, 0, serviceCode, "input.chunk_ms: too long" });
            Check.Equal(error.Text, said, "text");
        }

        [Fact]
        public void NamesOfFieldsAreTranslated()
        {
            foreach (KeyValuePair<string, string> pair in new Dictionary<string, string>
            {
                { "input.chunk_ms must be between 20 and 1000", "Input.ChunkDuration must be between 20 and 1000" },
                { "set both stream.url and stream.token, or neither", "set both Stream.Url and Stream.Token, or neither" },
                { "language is missing", "Language is missing" },
                { "the language is missing", "the language is missing" },
                { "ca_file /a/b_c/d.e: not found", "CaFile /a/b_c/d.e: not found" },
                { "output.mode must be PALABRA_OUTPUT_EVENTS.", "Output.Mode must be OutputMode.Events." },
                { "palabra_shutdown() stopped the library.", "PalabraLibrary.Shutdown() stopped the library." },
                { "ends with a dot. And goes on", "ends with a dot. And goes on" },
                { "...", "..." },
                { "", "" },
            })
            {
                Type names = typeof(PalabraClient).Assembly.GetType("PalabraAI.Interop.FieldNames", true);
                var translate = names.GetMethod("Translate", BindingFlags.NonPublic | BindingFlags.Static);
                Check.Equal((string)translate.Invoke(null, new object[] { pair.Key }), pair.Value, "said");
            }
        }
    }
}
