// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using PalabraAI.Interop;

namespace PalabraAI
{
    /// <summary>
    /// The glossaries of an account. Each call asks the service and waits for its answer; the asynchronous forms hold no
    /// thread of the pool. Any thread may call anything.
    /// </summary>
    public sealed class Glossaries
    {
        private const int NoLimit = -1;

        private readonly PalabraClient client;

        internal Glossaries(PalabraClient client)
        {
            this.client = client;
        }

        /// <summary>
        /// Creates a glossary and uploads its entries, which cannot be changed later. When only the entries are refused, the
        /// glossary exists without entries, to be deleted.
        /// </summary>
        /// <param name="options">The glossary.</param>
        /// <param name="timeout">Limit of the whole call; null: the client's timeouts.</param>
        /// <returns>The glossary.</returns>
        /// <exception cref="ArgumentNullException">`options` is null.</exception>
        /// <exception cref="ArgumentException">A setting is missing, out of range or contradicts another one.</exception>
        /// <exception cref="ObjectDisposedException">The client was disposed.</exception>
        /// <exception cref="PalabraTimeoutException">The time was up. What was last seen is in its Partial.</exception>
        /// <exception cref="PalabraException">
        /// The service refused the call, or was not reached. What exists nevertheless is in its Partial.
        /// </exception>
        public Glossary Create(GlossaryOptions options, TimeSpan? timeout = null)
        {
            return Creating(options, Times.Limit(timeout, nameof(timeout))).Now();
        }

        /// <summary>
        /// Creates a glossary and uploads its entries, which cannot be changed later. When only the entries are refused, the
        /// glossary exists without entries, to be deleted.
        /// </summary>
        /// <param name="options">The glossary.</param>
        /// <param name="cancellationToken">Ends the call within 50 ms. The service may have done what was asked of it.</param>
        /// <returns>The glossary.</returns>
        /// <exception cref="ArgumentNullException">`options` is null.</exception>
        /// <exception cref="ArgumentException">A setting is missing, out of range or contradicts another one.</exception>
        /// <exception cref="ObjectDisposedException">The client was disposed.</exception>
        /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
        /// <exception cref="PalabraException">
        /// The service refused the call, or was not reached. What exists nevertheless is in its Partial.
        /// </exception>
        public Task<Glossary> CreateAsync(GlossaryOptions options, CancellationToken cancellationToken = default)
        {
            return Creating(options, NoLimit).Start(cancellationToken);
        }

        /// <summary>Reads one glossary.</summary>
        /// <param name="id">The id of the glossary.</param>
        /// <param name="timeout">Limit of the whole call; null: the client's timeouts.</param>
        /// <returns>The glossary.</returns>
        /// <exception cref="ArgumentException">`id` is null or empty.</exception>
        /// <exception cref="ObjectDisposedException">The client was disposed.</exception>
        /// <exception cref="PalabraTimeoutException">The time was up.</exception>
        /// <exception cref="PalabraException">The service refused the call, or was not reached.</exception>
        public Glossary Get(string id, TimeSpan? timeout = null)
        {
            return Getting(id, Times.Limit(timeout, nameof(timeout))).Now();
        }

        /// <summary>Reads one glossary.</summary>
        /// <param name="id">The id of the glossary.</param>
        /// <param name="cancellationToken">Ends the call within 50 ms. The service may have done what was asked of it.</param>
        /// <returns>The glossary.</returns>
        /// <exception cref="ArgumentException">`id` is null or empty.</exception>
        /// <exception cref="ObjectDisposedException">The client was disposed.</exception>
        /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
        /// <exception cref="PalabraException">The service refused the call, or was not reached.</exception>
        public Task<Glossary> GetAsync(string id, CancellationToken cancellationToken = default)
        {
            return Getting(id, NoLimit).Start(cancellationToken);
        }

        /// <summary>Lists the account's glossaries, of all pages.</summary>
        /// <param name="timeout">Limit of the whole call; null: the client's timeouts.</param>
        /// <returns>The glossaries.</returns>
        /// <exception cref="ObjectDisposedException">The client was disposed.</exception>
        /// <exception cref="PalabraTimeoutException">The time was up.</exception>
        /// <exception cref="PalabraException">The service refused the call, or was not reached.</exception>
        public IReadOnlyList<Glossary> List(TimeSpan? timeout = null)
        {
            return Listing(Times.Limit(timeout, nameof(timeout))).Now();
        }

        /// <summary>Lists the account's glossaries, of all pages.</summary>
        /// <param name="cancellationToken">Ends the call within 50 ms. The service may have done what was asked of it.</param>
        /// <returns>The glossaries.</returns>
        /// <exception cref="ObjectDisposedException">The client was disposed.</exception>
        /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
        /// <exception cref="PalabraException">The service refused the call, or was not reached.</exception>
        public Task<IReadOnlyList<Glossary>> ListAsync(CancellationToken cancellationToken = default)
        {
            return Listing(NoLimit).Start(cancellationToken);
        }

        /// <summary>Reads the entries of a glossary.</summary>
        /// <param name="id">The id of the glossary.</param>
        /// <param name="timeout">Limit of the whole call; null: the client's timeouts.</param>
        /// <returns>The CSV text as it was uploaded.</returns>
        /// <exception cref="ArgumentException">`id` is null or empty.</exception>
        /// <exception cref="ObjectDisposedException">The client was disposed.</exception>
        /// <exception cref="PalabraTimeoutException">The time was up.</exception>
        /// <exception cref="PalabraException">The service refused the call, or was not reached.</exception>
        public string Download(string id, TimeSpan? timeout = null)
        {
            return Downloading(id, Times.Limit(timeout, nameof(timeout))).Now();
        }

        /// <summary>Reads the entries of a glossary.</summary>
        /// <param name="id">The id of the glossary.</param>
        /// <param name="cancellationToken">Ends the call within 50 ms. The service may have done what was asked of it.</param>
        /// <returns>The CSV text as it was uploaded.</returns>
        /// <exception cref="ArgumentException">`id` is null or empty.</exception>
        /// <exception cref="ObjectDisposedException">The client was disposed.</exception>
        /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
        /// <exception cref="PalabraException">The service refused the call, or was not reached.</exception>
        public Task<string> DownloadAsync(string id, CancellationToken cancellationToken = default)
        {
            return Downloading(id, NoLimit).Start(cancellationToken);
        }

        /// <summary>Renames a glossary, or switches it on or off.</summary>
        /// <param name="id">The id of the glossary.</param>
        /// <param name="name">The new name; null: it stays.</param>
        /// <param name="enabled">Whether sessions use it that do not name it; null: it stays.</param>
        /// <param name="timeout">Limit of the whole call; null: the client's timeouts.</param>
        /// <returns>The glossary as it is now.</returns>
        /// <exception cref="ArgumentException">`id` is null or empty.</exception>
        /// <exception cref="ObjectDisposedException">The client was disposed.</exception>
        /// <exception cref="PalabraTimeoutException">The time was up.</exception>
        /// <exception cref="PalabraException">The service refused the call, or was not reached.</exception>
        public Glossary Update(string id, string? name = null, bool? enabled = null, TimeSpan? timeout = null)
        {
            return Updating(id, name, enabled, Times.Limit(timeout, nameof(timeout))).Now();
        }

        /// <summary>Renames a glossary, or switches it on or off.</summary>
        /// <param name="id">The id of the glossary.</param>
        /// <param name="name">The new name; null: it stays.</param>
        /// <param name="enabled">Whether sessions use it that do not name it; null: it stays.</param>
        /// <param name="cancellationToken">Ends the call within 50 ms. The service may have done what was asked of it.</param>
        /// <returns>The glossary as it is now.</returns>
        /// <exception cref="ArgumentException">`id` is null or empty.</exception>
        /// <exception cref="ObjectDisposedException">The client was disposed.</exception>
        /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
        /// <exception cref="PalabraException">The service refused the call, or was not reached.</exception>
        public Task<Glossary> UpdateAsync(
            string id, string? name = null, bool? enabled = null, CancellationToken cancellationToken = default)
        {
            return Updating(id, name, enabled, NoLimit).Start(cancellationToken);
        }

        /// <summary>Deletes a glossary.</summary>
        /// <param name="id">The id of the glossary.</param>
        /// <param name="timeout">Limit of the whole call; null: the client's timeouts.</param>
        /// <exception cref="ArgumentException">`id` is null or empty.</exception>
        /// <exception cref="ObjectDisposedException">The client was disposed.</exception>
        /// <exception cref="PalabraTimeoutException">The time was up.</exception>
        /// <exception cref="PalabraException">The service refused the call, or was not reached.</exception>
        public void Delete(string id, TimeSpan? timeout = null)
        {
            Deleting(id, Times.Limit(timeout, nameof(timeout))).Now();
        }

        /// <summary>Deletes a glossary.</summary>
        /// <param name="id">The id of the glossary.</param>
        /// <param name="cancellationToken">Ends the call within 50 ms. The service may have done what was asked of it.</param>
        /// <returns>Completes when the service has answered.</returns>
        /// <exception cref="ArgumentException">`id` is null or empty.</exception>
        /// <exception cref="ObjectDisposedException">The client was disposed.</exception>
        /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
        /// <exception cref="PalabraException">The service refused the call, or was not reached.</exception>
        public Task DeleteAsync(string id, CancellationToken cancellationToken = default)
        {
            return Deleting(id, NoLimit).Start(cancellationToken);
        }

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
