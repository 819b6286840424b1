// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using System.Collections.Generic;
using PalabraAI.Interop;

namespace PalabraAI
{
    // The calls of Glossaries: parameters are copied here, then the service is asked.
    public sealed partial class Glossaries
    {
        private unsafe ServiceCall<Glossary> Creating(GlossaryOptions options, int limitMs)
        {
            Guard.NotNull(options, nameof(options));
            return new ServiceCall<Glossary>(new OptionsWriter(nameof(options)), texts =>
            {
                NativeGlossaryConfig raw = options.Raw((OptionsWriter)texts, out NativeGlossaryEntry[] entries);
                return call =>
                {
                    NativeError told = PalabraException.NewError();
                    NativeGlossary made = NewRaw();
                    int status;
                    fixed (NativeGlossaryEntry* first = entries)
                    using (call.Cover(&told))
                    {
                        NativeGlossaryConfig settings = raw;
                        settings.Entries = first;
                        status = Native.palabra_glossary_create(client.Handle.Id, &settings, &made, limitMs, &told);
                    }
                    return Taken(call, status, &made, &told, nameof(options));
                };
            });
        }

        private unsafe ServiceCall<Glossary> Getting(string id, int limitMs)
        {
            return new ServiceCall<Glossary>(new NativeTexts(), texts =>
            {
                byte* name = texts.AddRequired(id, nameof(id));
                return call =>
                {
                    NativeError told = PalabraException.NewError();
                    NativeGlossary found = NewRaw();
                    int status;
                    using (call.Cover(&told))
                        status = Native.palabra_glossary_get(client.Handle.Id, name, &found, limitMs, &told);
                    return Taken(call, status, &found, &told, nameof(id));
                };
            });
        }

        private unsafe ServiceCall<IReadOnlyList<Glossary>> Listing(int limitMs)
        {
            return new ServiceCall<IReadOnlyList<Glossary>>(new NativeTexts(), texts => call =>
            {
                NativeError told = PalabraException.NewError();
                var list = new NativeGlossaries { StructSize = (uint)sizeof(NativeGlossaries) };
                try
                {
                    int status;
                    using (call.Cover(&told))
                        status = Native.palabra_glossary_list(client.Handle.Id, &list, limitMs, &told);
                    client.CheckAnswer(call, status, &told);
                    var glossaries = new Glossary[list.Count];
                    for (int n = 0; n < glossaries.Length; n++)
                        glossaries[n] = new Glossary(list.Items[n]);
                    return glossaries;
                }
                finally
                {
                    _ = Native.palabra_glossaries_release(&list);
                }
            });
        }

        private unsafe ServiceCall<string> Downloading(string id, int limitMs)
        {
            return new ServiceCall<string>(new NativeTexts(), texts =>
            {
                byte* name = texts.AddRequired(id, nameof(id));
                return call =>
                {
                    NativeError told = PalabraException.NewError();
                    var csv = new NativeGlossaryCsv { StructSize = (uint)sizeof(NativeGlossaryCsv) };
                    try
                    {
                        int status;
                        using (call.Cover(&told))
                            status = Native.palabra_glossary_download(client.Handle.Id, name, &csv, limitMs, &told);
                        client.CheckAnswer(call, status, &told, null, nameof(id));
                        return Utf8.Read(csv.Text, csv.TextLen);
                    }
                    finally
                    {
                        _ = Native.palabra_glossary_csv_release(&csv);
                    }
                };
            });
        }

        private unsafe ServiceCall<Glossary> Updating(string id, string? name, bool? enabled, int limitMs)
        {
            return new ServiceCall<Glossary>(new NativeTexts(), texts =>
            {
                byte* which = texts.AddRequired(id, nameof(id));
                byte* wanted = texts.Add(name, nameof(name));
                int on = enabled == null ? -1 : enabled.Value ? 1 : 0;
                return call =>
                {
                    NativeError told = PalabraException.NewError();
                    NativeGlossary changed = NewRaw();
                    int status;
                    using (call.Cover(&told))
                        status = Native.palabra_glossary_update(client.Handle.Id, which, wanted, on, &changed, limitMs, &told);
                    return Taken(call, status, &changed, &told, nameof(name));
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
                        status = Native.palabra_glossary_delete(client.Handle.Id, name, limitMs, &told);
                    client.CheckAnswer(call, status, &told, null, nameof(id));
                    return null;
                };
            });
        }

        private static unsafe NativeGlossary NewRaw()
        {
            return new NativeGlossary { StructSize = (uint)sizeof(NativeGlossary) };
        }

        private unsafe Glossary Taken(CallToken call, int status, NativeGlossary* raw, NativeError* told, string parameter)
        {
            try
            {
                Glossary? glossary = raw->Id == null ? null : new Glossary(raw);
                client.CheckAnswer(call, status, told, glossary, parameter);
                return glossary!;
            }
            finally
            {
                _ = Native.palabra_glossary_release(raw);
            }
        }
    }
}
