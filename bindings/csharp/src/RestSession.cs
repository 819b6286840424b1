// SPDX-License-Identifier: MIT OR Apache-2.0
using System;
using System.Collections.Generic;

namespace PalabraAI
{
    /// <summary>What the service returns before a stream is opened: address and token of it.</summary>
    public sealed class RestSession
    {
        internal unsafe RestSession(NativeRestSession* raw)
        {
            Id = Utf8.Read(raw->Id);
            StreamUrl = Utf8.Read(raw->StreamUrl);
            TtsStreamUrl = Utf8.Read(raw->TtsStreamUrl);
            Token = Utf8.Read(raw->Token);
            string subscribers = Utf8.Read(raw->SubscriberTokens);
            SubscriberTokens = subscribers.Length == 0 ? new string[0] : subscribers.Split(',');
            WebrtcUrl = Utf8.Read(raw->WebrtcUrl);
            WebrtcRoomName = Utf8.Read(raw->WebrtcRoomName);
            Intent = Utf8.Read(raw->Intent);
            CreatedAt = Utf8.Read(raw->CreatedAt);
            UpdatedAt = Utf8.Read(raw->UpdatedAt);
            ExpiresAt = Utf8.Read(raw->ExpiresAt);
            Json = Utf8.Read(raw->Json);
        }

        /// <summary>The service's name for the session, for Client.DeleteRestSession.</summary>
        public string Id { get; }

        /// <summary>Address of the translation stream, for Stream.Url of a TranslationConfig.</summary>
        public string StreamUrl { get; }

        /// <summary>Address of the text-to-speech stream, for Stream.Url of a TtsConfig; "" from servers that do not give one.</summary>
        public string TtsStreamUrl { get; }

        /// <summary>The token for either: a secret, which a string cannot be wiped of. "" in a list.</summary>
        public string Token { get; }

        /// <summary>The subscriber tokens, which are secrets too.</summary>
        public IReadOnlyList<string> SubscriberTokens { get; }

        /// <summary>Address of the service's WebRTC server.</summary>
        public string WebrtcUrl { get; }

        /// <summary>Room on that server.</summary>
        public string WebrtcRoomName { get; }

        /// <summary>What the session is for, in the service's word, such as "api".</summary>
        public string Intent { get; }

        /// <summary>When it was created, as the service writes it (ISO 8601).</summary>
        public string CreatedAt { get; }

        /// <summary>When it was last changed.</summary>
        public string UpdatedAt { get; }

        /// <summary>When it expires unless a stream is open.</summary>
        public string ExpiresAt { get; }

        /// <summary>Everything that the service says about it, tokens included, as a JSON object.</summary>
        public string Json { get; }
    }

    public sealed partial class Client
    {
        /// <summary>
        /// Creates a REST session, waiting so many ms; negative: as long as up to three attempts take. Sessions opened without
        /// Stream do this by themselves; this is for programs that hand address and token to somebody else.
        /// </summary>
        public unsafe RestSession CreateRestSession(int timeoutMs = -1)
        {
            NativeError told = Palabra.NewError();
            var raw = new NativeRestSession { StructSize = (uint)sizeof(NativeRestSession) };
            return Taken(Native.palabra_rest_session_create(handle.Id, &raw, timeoutMs, &told), &raw, &told);
        }

        /// <summary>Lists the REST sessions of the account. At most services they have no token.</summary>
        public unsafe IReadOnlyList<RestSession> ListRestSessions(int timeoutMs = -1)
        {
            NativeError told = Palabra.NewError();
            var raw = new NativeRestSessions { StructSize = (uint)sizeof(NativeRestSessions) };
            int status = Native.palabra_rest_session_list(handle.Id, &raw, timeoutMs, &told);
            GC.KeepAlive(this);
            try
            {
                PalabraException.Check(status, &told);
                var list = new RestSession[raw.Count];
                for (int n = 0; n < list.Length; n++)
                    list[n] = new RestSession(raw.Items[n]);
                return list;
            }
            finally
            {
                Native.palabra_rest_sessions_release(&raw);
            }
        }

        /// <summary>Reads a REST session, such as the one that the Id of a Ready event names.</summary>
        public unsafe RestSession GetRestSession(string id, int timeoutMs = -1)
        {
            using (var texts = new NativeTexts())
            {
                NativeError told = Palabra.NewError();
                var raw = new NativeRestSession { StructSize = (uint)sizeof(NativeRestSession) };
                byte* which = texts.Add(id, "id");
                return Taken(Native.palabra_rest_session_get(handle.Id, which, &raw, timeoutMs, &told), &raw, &told);
            }
        }

        /// <summary>Sets for how long a REST session exists without a stream, from now on: a multiple of 1000 ms.</summary>
        public unsafe void SetRestSessionTtl(string id, int ttlMs, int timeoutMs = -1)
        {
            using (var texts = new NativeTexts())
            {
                NativeError told = Palabra.NewError();
                byte* which = texts.Add(id, "id");
                int status = Native.palabra_rest_session_set_ttl(handle.Id, which, ttlMs, timeoutMs, &told);
                GC.KeepAlive(this);
                PalabraException.Check(status, &told);
            }
        }

        /// <summary>Deletes a REST session at the service; without this it expires by itself.</summary>
        public unsafe void DeleteRestSession(string id, int timeoutMs = -1)
        {
            using (var texts = new NativeTexts())
            {
                NativeError told = Palabra.NewError();
                int status = Native.palabra_rest_session_delete(handle.Id, texts.Add(id, "id"), timeoutMs, &told);
                GC.KeepAlive(this);
                PalabraException.Check(status, &told);
            }
        }

        private unsafe RestSession Taken(int status, NativeRestSession* raw, NativeError* told)
        {
            GC.KeepAlive(this);
            try
            {
                PalabraException.Check(status, told);
                return new RestSession(raw);
            }
            finally
            {
                Native.palabra_rest_session_release(raw);
            }
        }
    }
}
