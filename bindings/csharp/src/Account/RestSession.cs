// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using System.Collections.Generic;
using System.Globalization;
using PalabraAI.Interop;

namespace PalabraAI
{
    /// <summary>A REST session: what the service returns before a stream is opened, its address and token.</summary>
    public sealed class RestSession
    {
        internal unsafe RestSession(NativeRestSession* raw)
        {
            Id = Utf8.Read(raw->Id);
            StreamUrl = Utf8.ReadOrNull(raw->StreamUrl);
            TtsStreamUrl = Utf8.ReadOrNull(raw->TtsStreamUrl);
            Token = Utf8.ReadOrNull(raw->Token);
            string? subscribers = Utf8.ReadOrNull(raw->SubscriberTokens);
            SubscriberTokens = subscribers == null ? Array.Empty<string>() : subscribers.Split(',');
            WebrtcUrl = Utf8.ReadOrNull(raw->WebrtcUrl);
            WebrtcRoomName = Utf8.ReadOrNull(raw->WebrtcRoomName);
            Intent = Utf8.ReadOrNull(raw->Intent);
            CreatedAt = Time(Utf8.ReadOrNull(raw->CreatedAt));
            UpdatedAt = Time(Utf8.ReadOrNull(raw->UpdatedAt));
            ExpiresAt = Time(Utf8.ReadOrNull(raw->ExpiresAt));
            Json = Utf8.Read(raw->Json);
        }

        /// <summary>The service's id, for <see cref="RestSessions"/>.</summary>
        public string Id { get; }

        /// <summary>Address of the translation stream, for Stream.Url of the options; null: the service does not say.</summary>
        public string? StreamUrl { get; }

        /// <summary>Address of the text-to-speech stream; null: the service does not say.</summary>
        public string? TtsStreamUrl { get; }

        /// <summary>The token for either stream, which is a secret; null: a session that was listed or read has none.</summary>
        public string? Token { get; }

        /// <summary>The subscriber tokens, which are secrets.</summary>
        public IReadOnlyList<string> SubscriberTokens { get; }

        /// <summary>Address of the service's WebRTC server; null: the service does not say.</summary>
        public string? WebrtcUrl { get; }

        /// <summary>Room on that server; null: the service does not say.</summary>
        public string? WebrtcRoomName { get; }

        /// <summary>What the session is for, in the service's word, such as "api"; null: it does not say.</summary>
        public string? Intent { get; }

        /// <summary>When the session was created; null: the service does not say.</summary>
        public DateTimeOffset? CreatedAt { get; }

        /// <summary>When the session was last changed; null: the service does not say.</summary>
        public DateTimeOffset? UpdatedAt { get; }

        /// <summary>When the session expires unless a stream is open; null: the service does not say.</summary>
        public DateTimeOffset? ExpiresAt { get; }

        /// <summary>Everything that the service says about the session, tokens included, as a JSON object.</summary>
        public string Json { get; }

        private static DateTimeOffset? Time(string? text)
        {
            const DateTimeStyles Universal = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
            return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, Universal, out DateTimeOffset time) ? time : (DateTimeOffset?)null;
        }
    }
}
