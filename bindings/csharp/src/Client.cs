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
                NativeClientConfig raw = config.Raw(texts);
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
        /// Opens a translation and returns at once. The outcome is an event: Ready, or Closed with the reason.
        /// </summary>
        public Session Open(TranslationConfig config)
        {
            return OpenAny(config);
        }

        /// <summary>
        /// Opens a text-to-speech session, as Open. Ready says only that the stream is open: what the service has against the
        /// settings comes as Error.
        /// </summary>
        public Session OpenTts(TtsConfig config)
        {
            return OpenAny(config);
        }

        /// <summary>Opens a speech-to-text session, as Open. Texts come as Transcript, up to the last one after End.</summary>
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
                int status = config.Open(handle.Id, texts, &opened, &told);
                GC.KeepAlive(this);
                GC.KeepAlive(config.Queue);
                PalabraException.Check(status, &told);
                owner.Adopt(opened);
                return new Session(owner, config);
            }
        }
    }
}
