// SPDX-License-Identifier: MIT OR Apache-2.0
using System;
using System.Collections.Generic;

namespace PalabraAI
{
    /// <summary>
    /// The glossaries of an account, by Client.Glossaries. Each call asks the service and waits for its answer, so many ms at
    /// most (negative: the client's own limits). Any thread may call anything.
    /// </summary>
    public sealed class Glossaries
    {
        private readonly Client client;

        internal Glossaries(Client client)
        {
            this.client = client;
        }

        /// <summary>
        /// Makes a glossary and uploads its entries, which cannot be changed later. When only the entries are refused, the
        /// exception has the glossary as Partial: it is there without entries, to be deleted.
        /// </summary>
        public unsafe Glossary Create(GlossaryConfig config, int timeoutMs = -1)
        {
            if (config == null)
                throw new ArgumentNullException("config");
            using (var texts = new NativeTexts())
            {
                var raw = new NativeGlossaryConfig();
                config.Write(&raw, texts);
                NativeGlossaryEntry[] entries = config.RawEntries(texts);
                NativeError told = Palabra.NewError();
                NativeGlossary made = NewRaw();
                fixed (NativeGlossaryEntry* first = entries)
                {
                    raw.Entries = first;
                    raw.EntryCount = entries.Length;
                    return Taken(Native.palabra_glossary_create(client.Handle.Id, &raw, &made, timeoutMs, &told), &made, &told);
                }
            }
        }

        /// <summary>Asks for one glossary.</summary>
        public unsafe Glossary Get(string id, int timeoutMs = -1)
        {
            using (var texts = new NativeTexts())
            {
                NativeError told = Palabra.NewError();
                NativeGlossary found = NewRaw();
                byte* name = texts.Add(id, "id");
                return Taken(Native.palabra_glossary_get(client.Handle.Id, name, &found, timeoutMs, &told), &found, &told);
            }
        }

        /// <summary>Lists the account's glossaries, all pages of them.</summary>
        public unsafe IReadOnlyList<Glossary> List(int timeoutMs = -1)
        {
            NativeError told = Palabra.NewError();
            var list = new NativeGlossaries { StructSize = (uint)sizeof(NativeGlossaries) };
            int status = Native.palabra_glossary_list(client.Handle.Id, &list, timeoutMs, &told);
            GC.KeepAlive(client);
            try
            {
                PalabraException.Check(status, &told);
                var glossaries = new Glossary[list.Count];
                for (int n = 0; n < glossaries.Length; n++)
                    glossaries[n] = new Glossary(list.Items[n]);
                return glossaries;
            }
            finally
            {
                Native.palabra_glossaries_release(&list);
            }
        }

        /// <summary>Reads the entries of a glossary: the CSV text as it was uploaded.</summary>
        public unsafe string Download(string id, int timeoutMs = -1)
        {
            using (var texts = new NativeTexts())
            {
                NativeError told = Palabra.NewError();
                var csv = new NativeGlossaryCsv { StructSize = (uint)sizeof(NativeGlossaryCsv) };
                int status = Native.palabra_glossary_download(client.Handle.Id, texts.Add(id, "id"), &csv, timeoutMs, &told);
                GC.KeepAlive(client);
                try
                {
                    PalabraException.Check(status, &told);
                    return Utf8.Read(csv.Text, csv.TextLen);
                }
                finally
                {
                    Native.palabra_glossary_csv_release(&csv);
                }
            }
        }

        /// <summary>Renames a glossary, or switches it on or off; what is null stays as it is.</summary>
        public unsafe Glossary Update(string id, string name = null, bool? enabled = null, int timeoutMs = -1)
        {
            using (var texts = new NativeTexts())
            {
                NativeError told = Palabra.NewError();
                NativeGlossary changed = NewRaw();
                byte* which = texts.Add(id, "id");
                byte* wanted = texts.Add(name, "name");
                int on = enabled == null ? -1 : enabled.Value ? 1 : 0;
                int status = Native.palabra_glossary_update(client.Handle.Id, which, wanted, on, &changed, timeoutMs, &told);
                return Taken(status, &changed, &told);
            }
        }

        /// <summary>Deletes a glossary.</summary>
        public unsafe void Delete(string id, int timeoutMs = -1)
        {
            using (var texts = new NativeTexts())
            {
                NativeError told = Palabra.NewError();
                int status = Native.palabra_glossary_delete(client.Handle.Id, texts.Add(id, "id"), timeoutMs, &told);
                GC.KeepAlive(client);
                PalabraException.Check(status, &told);
            }
        }

        private static unsafe NativeGlossary NewRaw()
        {
            return new NativeGlossary { StructSize = (uint)sizeof(NativeGlossary) };
        }

        private unsafe Glossary Taken(int status, NativeGlossary* raw, NativeError* told)
        {
            GC.KeepAlive(client);
            try
            {
                Glossary glossary = raw->Id == null ? null : new Glossary(raw);
                PalabraException.Check(status, told, glossary);
                return glossary;
            }
            finally
            {
                Native.palabra_glossary_release(raw);
            }
        }
    }
}
