// SPDX-License-Identifier: MIT OR Apache-2.0
using System;

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
        }

        /// <summary>The service's name for the session, for Client.DeleteRestSession.</summary>
        public string Id { get; }

        /// <summary>Address of the translation stream, for Stream.Url of a TranslationConfig.</summary>
        public string StreamUrl { get; }

        /// <summary>Address of the text-to-speech stream, for Stream.Url of a TtsConfig; "" from servers that do not give one.</summary>
        public string TtsStreamUrl { get; }

        /// <summary>The token for either: a secret, which a string cannot be wiped of.</summary>
        public string Token { get; }
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
            int status = Native.palabra_rest_session_create(handle.Id, &raw, timeoutMs, &told);
            GC.KeepAlive(this);
            try
            {
                PalabraException.Check(status, &told);
                return new RestSession(&raw);
            }
            finally
            {
                Native.palabra_rest_session_release(&raw);
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
    }
}
