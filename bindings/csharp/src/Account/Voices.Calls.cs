// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using System.Collections.Generic;
using PalabraAI.Interop;

namespace PalabraAI
{
    // The calls of Voices: parameters are copied here, then the service is asked.
    public sealed partial class Voices
    {
        private unsafe ServiceCall<Voice> Creating(VoiceOptions options, int limitMs)
        {
            Guard.NotNull(options, nameof(options));
            return new ServiceCall<Voice>(new OptionsWriter(nameof(options)), texts =>
            {
                NativeVoiceConfig raw = Raw(options, (OptionsWriter)texts);
                return call =>
                {
                    NativeError told = PalabraException.NewError();
                    NativeVoice voice = NewRaw();
                    NativeVoiceConfig settings = raw;
                    int status;
                    using (call.Cover(&told))
                        status = Native.palabra_voice_create(client.Handle.Id, &settings, &voice, limitMs, &told);
                    return Taken(call, status, &voice, &told, nameof(options));
                };
            });
        }

        private unsafe ServiceCall<Voice> Waiting(string id, int limitMs)
        {
            return new ServiceCall<Voice>(new NativeTexts(), texts =>
            {
                byte* name = texts.AddRequired(id, nameof(id));
                return call =>
                {
                    NativeError told = PalabraException.NewError();
                    NativeVoice voice = NewRaw();
                    int status;
                    using (call.Cover(&told))
                        status = Native.palabra_voice_wait_ready(client.Handle.Id, name, &voice, limitMs, &told);
                    return Taken(call, status, &voice, &told, nameof(id));
                };
            });
        }

        private unsafe ServiceCall<Voice> Getting(string id, int limitMs)
        {
            return new ServiceCall<Voice>(new NativeTexts(), texts =>
            {
                byte* name = texts.AddRequired(id, nameof(id));
                return call =>
                {
                    NativeError told = PalabraException.NewError();
                    NativeVoice voice = NewRaw();
                    int status;
                    using (call.Cover(&told))
                        status = Native.palabra_voice_get(client.Handle.Id, name, &voice, limitMs, &told);
                    return Taken(call, status, &voice, &told, nameof(id));
                };
            });
        }

        private unsafe ServiceCall<IReadOnlyList<Voice>> Listing(string? search, string? language, int limitMs)
        {
            return new ServiceCall<IReadOnlyList<Voice>>(new NativeTexts(), texts =>
            {
                byte* part = texts.Add(search, nameof(search));
                byte* spoken = texts.Add(language, nameof(language));
                return call =>
                {
                    NativeError told = PalabraException.NewError();
                    var list = new NativeVoices { StructSize = (uint)sizeof(NativeVoices) };
                    int status;
                    using (call.Cover(&told))
                        status = Native.palabra_voice_list(client.Handle.Id, part, spoken, &list, limitMs, &told);
                    return Taken(call, status, &list, &told);
                };
            });
        }

        private unsafe ServiceCall<IReadOnlyList<Voice>> ListingBuiltin(int limitMs)
        {
            return new ServiceCall<IReadOnlyList<Voice>>(new NativeTexts(), texts => call =>
            {
                NativeError told = PalabraException.NewError();
                var list = new NativeVoices { StructSize = (uint)sizeof(NativeVoices) };
                int status;
                using (call.Cover(&told))
                    status = Native.palabra_voice_list_builtin(client.Handle.Id, &list, limitMs, &told);
                return Taken(call, status, &list, &told);
            });
        }

        private unsafe ServiceCall<Voice> Updating(string id, VoiceOptions options, int limitMs)
        {
            Guard.NotNull(options, nameof(options));
            return new ServiceCall<Voice>(new OptionsWriter(nameof(options)), texts =>
            {
                byte* name = texts.AddRequired(id, nameof(id));
                NativeVoiceConfig raw = Raw(options, (OptionsWriter)texts);
                return call =>
                {
                    NativeError told = PalabraException.NewError();
                    NativeVoice voice = NewRaw();
                    NativeVoiceConfig change = raw;
                    int status;
                    using (call.Cover(&told))
                        status = Native.palabra_voice_update(client.Handle.Id, name, &change, &voice, limitMs, &told);
                    return Taken(call, status, &voice, &told, nameof(options));
                };
            });
        }

        private unsafe ServiceCall<object?> Deleting(string id, int limitMs)
        {
            return new ServiceCall<object?>(new NativeTexts(), texts =>
            {
                byte* name = texts.AddRequired(id, nameof(id));
                return call =>
                {
                    NativeError told = PalabraException.NewError();
                    int status;
                    using (call.Cover(&told))
                        status = Native.palabra_voice_delete(client.Handle.Id, name, limitMs, &told);
                    client.CheckAnswer(call, status, &told, null, nameof(id));
                    return null;
                };
            });
        }

        private static unsafe NativeVoiceConfig Raw(VoiceOptions options, OptionsWriter writer)
        {
            var raw = new NativeVoiceConfig();
            options.Write(&raw, writer);
            ReadOnlyMemory<byte> sample = options.Sample;
            raw.Sample = writer.Pin(sample);
            raw.SampleBytes = sample.Length;
            return raw;
        }

        private static unsafe NativeVoice NewRaw()
        {
            return new NativeVoice { StructSize = (uint)sizeof(NativeVoice) };
        }

        private unsafe Voice Taken(CallToken call, int status, NativeVoice* raw, NativeError* told, string parameter)
        {
            try
            {
                Voice? voice = raw->Id == null ? null : new Voice(raw);
                client.CheckAnswer(call, status, told, voice, parameter);
                return voice!;
            }
            finally
            {
                _ = Native.palabra_voice_release(raw);
            }
        }

        private unsafe Voice[] Taken(CallToken call, int status, NativeVoices* list, NativeError* told)
        {
            try
            {
                client.CheckAnswer(call, status, told);
                var voices = new Voice[list->Count];
                for (int n = 0; n < voices.Length; n++)
                    voices[n] = new Voice(list->Items[n]);
                return voices;
            }
            finally
            {
                _ = Native.palabra_voices_release(list);
            }
        }
    }
}
