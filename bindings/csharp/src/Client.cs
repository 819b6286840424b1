// SPDX-License-Identifier: MIT OR Apache-2.0
using System;

namespace PalabraAI
{
    /// <summary>
    /// Credentials and endpoints, shared by any number of sessions, which outlive it. Any thread may use it.
    /// </summary>
    public sealed partial class Client : IDisposable
    {
        private readonly ClientHandle handle = new ClientHandle();

        /// <summary>Credentials come from the environment.</summary>
        public Client() : this(new ClientConfig())
        {
        }

        /// <summary>Nothing is sent: wrong credentials show when a session is opened.</summary>
        public unsafe Client(ClientConfig config)
        {
            if (config == null)
                throw new ArgumentNullException("config");
            Palabra.CheckVersion();
            using (var texts = new NativeTexts())
            {
                var raw = new NativeClientConfig();
                config.Write(&raw, texts);
                if (raw.BindingName == null)
                    raw.BindingName = texts.Add("csharp " + Palabra.BindingVersion, "BindingName");
                NativeError told = Palabra.NewError();
                IntPtr made;
                PalabraException.Check(Native.palabra_client_new(&raw, &made, &told), &told);
                handle.Adopt(made);
            }
        }

        /// <summary>The voices of the account; needs an API key.</summary>
        public Voices Voices => new Voices(this);

        /// <summary>The glossaries of the account; needs an API key.</summary>
        public Glossaries Glossaries => new Glossaries(this);

        internal OwnedHandle Handle => handle;

        /// <summary>
        /// Replaces the credentials, for sessions that connect from now on, and answers EventKind.CredentialsNeeded.
        /// </summary>
        public unsafe void SetCredentials(Credentials credentials)
        {
            if (credentials == null)
                throw new ArgumentNullException("credentials");
            using (var texts = new NativeTexts())
            {
                var raw = new NativeCredentials();
                credentials.Write(&raw, texts);
                NativeError told = Palabra.NewError();
                int status = Native.palabra_client_set_credentials(handle.Id, &raw, &told);
                GC.KeepAlive(this);
                PalabraException.Check(status, &told);
            }
        }

        /// <summary>
        /// Opens a translation session and returns immediately. The outcome is an event: Ready, or Closed with the reason.
        /// </summary>
        public Session OpenTranslation(TranslationConfig config)
        {
            return OpenAny(config);
        }

        /// <summary>
        /// Opens a text-to-speech session, as OpenTranslation. Ready says only that the stream is open: what the service has
        /// against the settings comes as Error.
        /// </summary>
        public Session OpenTts(TtsConfig config)
        {
            return OpenAny(config);
        }

        /// <summary>Opens a speech-to-text session, as OpenTranslation. Texts come as Transcript, up to the last one after End.</summary>
        public Session OpenStt(SttConfig config)
        {
            return OpenAny(config);
        }

        /// <summary>Sessions opened with it live on. Again is nothing.</summary>
        public void Dispose()
        {
            handle.CloseNow(0);
        }

        private unsafe Session OpenAny(SessionConfig config)
        {
            if (config == null)
                throw new ArgumentNullException("config");
            // Made before the call, so that nothing can come between the session and its owner.
            var owner = new SessionHandle();
            using (var texts = new NativeTexts())
            {
                NativeError told = Palabra.NewError();
                IntPtr opened;
                OpenedAs how;
                // Held here, as somebody else may change the config meanwhile.
                EventQueue queue = config.Queue;
                int status = config.Open(handle.Id, texts, &opened, &told, out how);
                GC.KeepAlive(this);
                GC.KeepAlive(queue);
                PalabraException.Check(status, &told);
                owner.Adopt(opened);
                return new Session(owner, queue, how);
            }
        }
    }
}
