// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using System.Threading.Tasks;

namespace PalabraAI.Unity
{
    /// <summary>The client of one opening, and whom it asks for credentials. Main thread only.</summary>
    internal sealed class ComponentClient : IDisposable
    {
        private readonly PalabraTokenSource? tokens;
        private bool isAsking, isDisposed;

        internal ComponentClient(PalabraClientOptions? options, PalabraTokenSource? tokens)
        {
            this.tokens = tokens;
            Client = tokens == null ? new PalabraClient(options) : Asking(options ?? new PalabraClientOptions());
        }

        internal PalabraClient Client { get; }

        /// <summary>Answers a session that needs credentials.</summary>
        /// <param name="failed">Told what went wrong.</param>
        internal async void Answer(Action<Exception> failed)
        {
            if (tokens == null || isAsking)
                return;
            isAsking = true;
            try
            {
                Task<PalabraCredentials> asked = tokens.GetCredentialsAsync();
                PalabraCredentials got = await asked;
                if (!isDisposed)
                    Client.SetCredentials(got);
            }
            catch (Exception error)
            {
                if (!isDisposed)
                    failed(error);
            }
            finally
            {
                isAsking = false;
            }
        }

        public void Dispose()
        {
            isDisposed = true;
            Client.Dispose();
        }

        // The options are the script's.
        private static PalabraClient Asking(PalabraClientOptions options)
        {
            bool before = options.AskCredentials;
            try
            {
                options.AskCredentials = true;
                return new PalabraClient(options);
            }
            finally
            {
                options.AskCredentials = before;
            }
        }
    }
}
