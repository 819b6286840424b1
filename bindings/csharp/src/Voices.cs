// SPDX-License-Identifier: MIT OR Apache-2.0
using System;
using System.Collections.Generic;

namespace PalabraAI
{
    /// <summary>
    /// The voices of an account, by Client.Voices. Each call asks the service and waits for its answer, so many ms at most
    /// (negative: the client's own limits, and 300 s for a voice to be ready). Any thread may call anything.
    /// </summary>
    public sealed class Voices
    {
        private readonly Client client;

        internal Voices(Client client)
        {
            this.client = client;
        }

        /// <summary>
        /// Clones a voice and waits until it is ready. When that fails after the service has made it, the exception has it as
        /// Partial, to be waited for or deleted.
        /// </summary>
        public unsafe Voice Create(VoiceConfig config, int timeoutMs = -1)
        {
            if (config == null)
                throw new ArgumentNullException("config");
            using (var texts = new NativeTexts())
            fixed (byte* sample = config.Sample)
            {
                var raw = new NativeVoiceConfig();
                config.Write(&raw, texts);
                raw.Sample = sample;
                raw.SampleBytes = sample == null ? 0 : config.Sample.Length;
                NativeError told = Palabra.NewError();
                NativeVoice voice = NewRaw();
                return Taken(Native.palabra_voice_create(client.Handle.Id, &raw, &voice, timeoutMs, &told), &voice, &told);
            }
        }

        /// <summary>Waits until a voice is ready; the exception has what was last seen of it as Partial.</summary>
        public unsafe Voice WaitReady(string id, int timeoutMs = -1)
        {
            using (var texts = new NativeTexts())
            {
                NativeError told = Palabra.NewError();
                NativeVoice voice = NewRaw();
                byte* name = texts.Add(id, "id");
                return Taken(Native.palabra_voice_wait_ready(client.Handle.Id, name, &voice, timeoutMs, &told), &voice, &told);
            }
        }

        /// <summary>Asks for one voice.</summary>
        public unsafe Voice Get(string id, int timeoutMs = -1)
        {
            using (var texts = new NativeTexts())
            {
                NativeError told = Palabra.NewError();
                NativeVoice voice = NewRaw();
                byte* name = texts.Add(id, "id");
                return Taken(Native.palabra_voice_get(client.Handle.Id, name, &voice, timeoutMs, &told), &voice, &told);
            }
        }

        /// <summary>
        /// Lists the account's own voices, all pages of them; search: a part of the name, 2 characters or more.
        /// </summary>
        public unsafe IReadOnlyList<Voice> List(string search = null, string language = null, int timeoutMs = -1)
        {
            using (var texts = new NativeTexts())
            {
                NativeError told = Palabra.NewError();
                var list = new NativeVoices { StructSize = (uint)sizeof(NativeVoices) };
                byte* part = texts.Add(search, "search");
                byte* spoken = texts.Add(language, "language");
                int status = Native.palabra_voice_list(client.Handle.Id, part, spoken, &list, timeoutMs, &told);
                return Taken(status, &list, &told);
            }
        }

        /// <summary>Lists the voices that every account has.</summary>
        public unsafe IReadOnlyList<Voice> ListBuiltin(int timeoutMs = -1)
        {
            NativeError told = Palabra.NewError();
            var list = new NativeVoices { StructSize = (uint)sizeof(NativeVoices) };
            return Taken(Native.palabra_voice_list_builtin(client.Handle.Id, &list, timeoutMs, &told), &list, &told);
        }

        /// <summary>Changes the name, the description or the labels of a voice; what is null stays as it is.</summary>
        public unsafe Voice Update(string id, VoiceConfig change, int timeoutMs = -1)
        {
            if (change == null)
                throw new ArgumentNullException("change");
            using (var texts = new NativeTexts())
            fixed (byte* sample = change.Sample)
            {
                var raw = new NativeVoiceConfig();
                change.Write(&raw, texts);
                // The library refuses it.
                raw.Sample = sample;
                raw.SampleBytes = sample == null ? 0 : change.Sample.Length;
                NativeError told = Palabra.NewError();
                NativeVoice voice = NewRaw();
                byte* name = texts.Add(id, "id");
                return Taken(Native.palabra_voice_update(client.Handle.Id, name, &raw, &voice, timeoutMs, &told), &voice, &told);
            }
        }

        /// <summary>Deletes a voice.</summary>
        public unsafe void Delete(string id, int timeoutMs = -1)
        {
            using (var texts = new NativeTexts())
            {
                NativeError told = Palabra.NewError();
                int status = Native.palabra_voice_delete(client.Handle.Id, texts.Add(id, "id"), timeoutMs, &told);
                GC.KeepAlive(client);
                PalabraException.Check(status, &told);
            }
        }

        private static unsafe NativeVoice NewRaw()
        {
            return new NativeVoice { StructSize = (uint)sizeof(NativeVoice) };
        }

        private unsafe Voice Taken(int status, NativeVoice* raw, NativeError* told)
        {
            GC.KeepAlive(client);
            try
            {
                Voice voice = raw->Id == null ? null : new Voice(raw);
                PalabraException.Check(status, told, voice);
                return voice;
            }
            finally
            {
                Native.palabra_voice_release(raw);
            }
        }

        private unsafe IReadOnlyList<Voice> Taken(int status, NativeVoices* list, NativeError* told)
        {
            GC.KeepAlive(client);
            try
            {
                PalabraException.Check(status, told);
                var voices = new Voice[list->Count];
                for (int n = 0; n < voices.Length; n++)
                    voices[n] = new Voice(list->Items[n]);
                return voices;
            }
            finally
            {
                Native.palabra_voices_release(list);
            }
        }
    }
}
