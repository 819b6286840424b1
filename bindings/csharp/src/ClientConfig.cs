// SPDX-License-Identifier: MIT OR Apache-2.0
namespace PalabraAI
{
    /// <summary>Settings of a client; what is not set has its default.</summary>
    public sealed class ClientConfig
    {
        /// <summary>ClientFlags.IgnoreEnvironment or 0.</summary>
        public ClientFlags Flags { get; set; }

        /// <summary>Client id, the first generation of credentials. Give both of id and secret or neither.</summary>
        public string ClientId { get; set; }

        /// <summary>Client secret. Wiped from memory with the client.</summary>
        public string ClientSecret { get; set; }

        /// <summary>
        /// API key, the second generation of credentials; not together with id and secret. Without either kind here,
        /// PALABRA_API_KEY of the environment counts, then PALABRA_CLIENT_ID with PALABRA_CLIENT_SECRET. Wiped from
        /// memory with the client.
        /// </summary>
        public string ApiKey { get; set; }

        /// <summary>
        /// Region of the API key, in upper or lower case; null: PALABRA_REGION of the environment, else "eu". Of no
        /// meaning for id and secret.
        /// </summary>
        public string Region { get; set; }

        /// <summary>
        /// Address of the REST API; null: PALABRA_API_URL of the environment, else the hosted service.
        /// </summary>
        public string ApiUrl { get; set; }

        /// <summary>
        /// Address of the translation stream for an API key, such as a devserver's; "{random_hash}" in it is replaced
        /// by random digits, new for each session. null: PALABRA_TRANSLATION_URL of the environment, else the region's.
        /// </summary>
        public string TranslationUrl { get; set; }

        /// <summary>
        /// Address of the text-to-speech stream, whatever the credentials. null: PALABRA_TTS_URL of the environment,
        /// else the one that a REST session names, else the region's.
        /// </summary>
        public string TtsUrl { get; set; }

        /// <summary>
        /// Address of the speech-to-text stream, whatever the credentials. null: PALABRA_STT_URL of the environment,
        /// else the region's, or with id and secret the host of the REST API.
        /// </summary>
        public string SttUrl { get; set; }

        /// <summary>
        /// HTTP proxy for everything, "http://host:port" or "http://user:password@host:port" (escape with % what is
        /// special in a URL). null: HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY of the environment, in lower or
        /// upper case; servers of this machine are then reached directly.
        /// </summary>
        public string ProxyUrl { get; set; }

        /// <summary>PEM certificates to trust besides the system's and the bundled ones; null: none.</summary>
        public string CaPem { get; set; }

        /// <summary>File with such certificates; null: none. Give at most one of CaPem and CaFile.</summary>
        public string CaFile { get; set; }

        /// <summary>Name and version of a language binding, for the User-Agent; null: none.</summary>
        public string BindingName { get; set; }

        /// <summary>Limit for resolving, connecting and encrypting, in ms; 0: 10000.</summary>
        public uint ConnectTimeoutMs { get; set; }

        /// <summary>Limit for one REST call, in ms; 0: 30000.</summary>
        public uint RestTimeoutMs { get; set; }

        internal unsafe NativeClientConfig Raw(NativeTexts texts)
        {
            var raw = new NativeClientConfig();
            raw.StructSize = (uint)sizeof(NativeClientConfig);
            raw.Flags = (uint)Flags;
            raw.ClientId = texts.Add(ClientId, "ClientId");
            raw.ClientSecret = texts.Add(ClientSecret, "ClientSecret");
            raw.ApiKey = texts.Add(ApiKey, "ApiKey");
            raw.Region = texts.Add(Region, "Region");
            raw.ApiUrl = texts.Add(ApiUrl, "ApiUrl");
            raw.TranslationUrl = texts.Add(TranslationUrl, "TranslationUrl");
            raw.TtsUrl = texts.Add(TtsUrl, "TtsUrl");
            raw.SttUrl = texts.Add(SttUrl, "SttUrl");
            raw.ProxyUrl = texts.Add(ProxyUrl, "ProxyUrl");
            raw.CaPem = texts.Add(CaPem, "CaPem");
            raw.CaFile = texts.Add(CaFile, "CaFile");
            raw.BindingName = texts.Add(BindingName, "BindingName");
            raw.ConnectTimeoutMs = ConnectTimeoutMs;
            raw.RestTimeoutMs = RestTimeoutMs;
            if (BindingName == null)
                raw.BindingName = texts.Add("csharp", "BindingName");
            return raw;
        }
    }
}
