// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using System.Collections.Generic;
using PalabraAI.Interop;

namespace PalabraAI
{
    // The calls of RestSessions: parameters are copied here, then the service is asked.
    public sealed partial class RestSessions
    {
        private unsafe ServiceCall<RestSession> Creating(int limitMs)
        {
            return new ServiceCall<RestSession>(new NativeTexts(), texts => call =>
            {
                NativeError told = PalabraException.NewError();
                var raw = new NativeRestSession { StructSize = (uint)sizeof(NativeRestSession) };
                int status;
                using (call.Cover(&told))
                    status = Native.palabra_rest_session_create(client.Handle.Id, &raw, limitMs, &told);
                return Taken(call, status, &raw, &told);
            });
        }

        private unsafe ServiceCall<IReadOnlyList<RestSession>> Listing(int limitMs)
        {
            return new ServiceCall<IReadOnlyList<RestSession>>(new NativeTexts(), texts => call =>
            {
                NativeError told = PalabraException.NewError();
                var list = new NativeRestSessions { StructSize = (uint)sizeof(NativeRestSessions) };
                try
                {
                    int status;
                    using (call.Cover(&told))
                        status = Native.palabra_rest_session_list(client.Handle.Id, &list, limitMs, &told);
                    client.CheckAnswer(call, status, &told);
                    var sessions = new RestSession[list.Count];
                    for (int n = 0; n < sessions.Length; n++)
                        sessions[n] = new RestSession(list.Items[n]);
                    return sessions;
                }
                finally
                {
                    _ = Native.palabra_rest_sessions_release(&list);
                }
            });
        }

        private unsafe ServiceCall<RestSession> Getting(string id, int limitMs)
        {
            return new ServiceCall<RestSession>(new NativeTexts(), texts =>
            {
                byte* which = texts.AddRequired(id, nameof(id));
                return call =>
                {
                    NativeError told = PalabraException.NewError();
                    var raw = new NativeRestSession { StructSize = (uint)sizeof(NativeRestSession) };
                    int status;
                    using (call.Cover(&told))
                        status = Native.palabra_rest_session_get(client.Handle.Id, which, &raw, limitMs, &told);
                    return Taken(call, status, &raw, &told, nameof(id));
                };
            });
        }

        private unsafe ServiceCall<object?> Prolonging(string id, TimeSpan lifetime, int limitMs)
        {
            return new ServiceCall<object?>(new NativeTexts(), texts =>
            {
                byte* which = texts.AddRequired(id, nameof(id));
                int lifetimeMs = Times.Bounded(lifetime, nameof(lifetime));
                if (lifetimeMs % 1000 != 0)
                    throw new ArgumentException("The time must be whole seconds.", nameof(lifetime));
                return call =>
                {
                    NativeError told = PalabraException.NewError();
                    int status;
                    using (call.Cover(&told))
                        status = Native.palabra_rest_session_set_ttl(client.Handle.Id, which, lifetimeMs, limitMs, &told);
                    client.CheckAnswer(call, status, &told, null, nameof(lifetime));
                    return null;
                };
            });
        }

        private unsafe ServiceCall<object?> Deleting(string id, int limitMs)
        {
            return new ServiceCall<object?>(new NativeTexts(), texts =>
            {
                byte* which = texts.AddRequired(id, nameof(id));
                return call =>
                {
                    NativeError told = PalabraException.NewError();
                    int status;
                    using (call.Cover(&told))
                        status = Native.palabra_rest_session_delete(client.Handle.Id, which, limitMs, &told);
                    client.CheckAnswer(call, status, &told, null, nameof(id));
                    return null;
                };
            });
        }

        private unsafe RestSession Taken(
            CallToken call, int status, NativeRestSession* raw, NativeError* told, string? parameter = null)
        {
            try
            {
                client.CheckAnswer(call, status, told, null, parameter);
                return new RestSession(raw);
            }
            finally
            {
                _ = Native.palabra_rest_session_release(raw);
            }
        }
    }
}
