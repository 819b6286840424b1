// SPDX-License-Identifier: MIT OR Apache-2.0
using System;

namespace PalabraAI
{
    /// <summary>
    /// Credentials and endpoints, shared by any number of sessions, which outlive it. Any thread may use it.
    /// </summary>
    public sealed class Client : IDisposable
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

        /// <summary>
        /// Opens a translation and returns at once. The outcome is an event: Ready, or Closed with the reason.
        /// </summary>
        public unsafe Session Open(TranslationConfig config)
        {
            if (config == null)
                throw new ArgumentNullException("config");
            // Made before the call, so that nothing can come between the session and its owner.
            var owner = new SessionHandle();
            using (var texts = new NativeTexts())
            {
                NativeTranslationConfig raw = config.Raw(texts);
                // Without this a closed queue would be none, and the session have one of its own that nobody polls.
                if (config.Queue != null && raw.Queue == IntPtr.Zero)
                    PalabraException.Check(Status.BadHandle);
                NativeError told = Palabra.NewError();
                IntPtr opened;
                int status = Native.palabra_session_open(handle.Id, &raw, &opened, &told);
                GC.KeepAlive(this);
                GC.KeepAlive(config.Queue);
                PalabraException.Check(status, &told);
                owner.Adopt(opened);
                return new Session(owner, config);
            }
        }

        /// <summary>Sessions opened with it live on. Again is nothing.</summary>
        public void Dispose()
        {
            handle.CloseNow(0);
        }
    }
}
