// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using System.Diagnostics.CodeAnalysis;
using System.Threading;
using System.Threading.Tasks;
using PalabraAI.Interop;

namespace PalabraAI
{
    /// <summary>
    /// Credentials and endpoints, shared by any number of sessions. Any thread may use it. Create one for a whole program.
    /// </summary>
    public sealed partial class PalabraClient : IDisposable, IAsyncDisposable
    {
        private const int MetricsBytes = 16384;
        private readonly ClientHandle handle = new ClientHandle();
        private readonly OpenSessions sessions = new OpenSessions();
        private readonly TokenAsker? tokens;

        /// <summary>Creates a client. Nothing is sent: wrong credentials are reported when a session is opened.</summary>
        /// <param name="options">Settings; null: all defaults, with credentials from the environment.</param>
        /// <exception cref="ArgumentException">A setting is out of range or contradicts another one.</exception>
        /// <exception cref="PalabraException">A file of certificates cannot be read, or there are too many clients.</exception>
        /// <exception cref="DllNotFoundException">The native library is missing, or does not fit this binding.</exception>
        public unsafe PalabraClient(PalabraClientOptions? options = null)
        {
            NativeLibraryLoad.Require();
            using (var writer = new OptionsWriter(nameof(options)))
            {
                var raw = new NativeClientConfig();
                (options ?? new PalabraClientOptions()).WriteAll(&raw, writer);
                NativeError told = PalabraException.NewError();
                IntPtr made;
                PalabraException.CheckSettings(Native.palabra_client_new(&raw, &made, &told), &told, nameof(options));
                handle.Adopt(made);
            }
            if (options?.TokenSource is Func<CancellationToken, Task<PalabraCredentials>> source)
                tokens = new TokenAsker(this, source);
            Voices = new Voices(this);
            Glossaries = new Glossaries(this);
            RestSessions = new RestSessions(this);
        }

        /// <summary>The voices of the account. They need an API key.</summary>
        public Voices Voices { get; }

        /// <summary>The glossaries of the account. They need an API key.</summary>
        public Glossaries Glossaries { get; }

        /// <summary>The REST sessions of the account, for programs that pass addresses and tokens on.</summary>
        public RestSessions RestSessions { get; }

        internal ClientHandle Handle => handle;

        /// <summary>
        /// Replaces the credentials, for sessions that connect from now on, and answers
        /// <see cref="EventKind.CredentialsNeeded"/>.
        /// </summary>
        /// <param name="credentials">The new credentials, of the kind that the client has.</param>
        /// <exception cref="ArgumentNullException">`credentials` is null.</exception>
        /// <exception cref="ArgumentException">The credentials are incomplete or of the other kind.</exception>
        /// <exception cref="ObjectDisposedException">The client was disposed.</exception>
        public unsafe void SetCredentials(PalabraCredentials credentials)
        {
            Guard.NotNull(credentials, nameof(credentials));
            using (var writer = new OptionsWriter(nameof(credentials)))
            {
                var raw = new NativeCredentials();
                credentials.Write(&raw, writer);
                NativeError told = PalabraException.NewError();
                int status = Native.palabra_client_set_credentials(handle.Id, &raw, &told);
                GC.KeepAlive(this);
                PalabraException.Check(status, &told, null, nameof(credentials), nameof(PalabraClient));
            }
        }

        /// <summary>
        /// Asks the service whether it answers and accepts the credentials, as health checks do. Sends one small request and
        /// opens no session. Returns if all is well.
        /// </summary>
        /// <param name="timeout">Limit of the whole call; null: the client's timeouts.</param>
        /// <exception cref="ArgumentOutOfRangeException">The time is negative.</exception>
        /// <exception cref="ObjectDisposedException">The client was disposed.</exception>
        /// <exception cref="PalabraTimeoutException">The time was up.</exception>
        /// <exception cref="PalabraException">The service was not reached, or refuses the credentials.</exception>
        public void Check(TimeSpan? timeout = null)
        {
            _ = Checking(Times.Limit(timeout, nameof(timeout))).Now();
        }

        /// <summary>Does the same as <see cref="Check"/> without holding a thread of the pool.</summary>
        /// <param name="cancellationToken">Ends the call within 50 ms.</param>
        /// <returns>Completes if all is well.</returns>
        /// <exception cref="ObjectDisposedException">The client was disposed.</exception>
        /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
        /// <exception cref="PalabraException">The service was not reached, or refuses the credentials.</exception>
        public Task CheckAsync(CancellationToken cancellationToken = default)
        {
            return Spans.During("palabra.check", "account", () => Checking(-1).Start(cancellationToken));
        }

        private unsafe ServiceCall<object?> Checking(int limitMs)
        {
            return new ServiceCall<object?>(new NativeTexts(), texts => call =>
            {
                NativeError told = PalabraException.NewError();
                int status;
                using (call.Cover(&told))
                    status = Native.palabra_client_check(handle.Id, limitMs, &told);
                CheckAnswer(call, status, &told);
                return null;
            });
        }

        /// <summary>
        /// Begins to end what the client does, as before a new version of a service starts, and waits for that on this thread: no
        /// session and no call is opened any more, which <see cref="PalabraStatus.Draining"/> says. Those that are open go on, until
        /// the program disposes of them. It can be called again, with <see cref="TimeSpan.Zero"/> to ask.
        /// </summary>
        /// <param name="timeout">How long to wait until nothing is open; <see cref="Timeout.InfiniteTimeSpan"/>: without limit.</param>
        /// <returns><see langword="false"/>: sessions or calls are open still.</returns>
        /// <exception cref="ArgumentOutOfRangeException">The time is negative.</exception>
        /// <exception cref="ObjectDisposedException">The client was disposed.</exception>
        public bool Drain(TimeSpan timeout)
        {
            return Draining(Times.Limit(timeout, nameof(timeout))).Now();
        }

        /// <summary>As <see cref="Drain"/>, until nothing is open, without holding a thread of the pool.</summary>
        /// <param name="cancellationToken">Ends the wait; the client goes on refusing.</param>
        /// <returns>Completes when nothing is open.</returns>
        /// <exception cref="ObjectDisposedException">The client was disposed.</exception>
        /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
        public Task DrainAsync(CancellationToken cancellationToken = default)
        {
            return Draining(-1).Start(cancellationToken);
        }

        /// <summary>
        /// Reads the figures of all sessions and calls of the client as text for Prometheus, to be served as
        /// "text/plain; version=0.0.4". Serve each client at an address of its own: the names in the texts of several are the same.
        /// Later versions add some.
        /// </summary>
        /// <returns>The text.</returns>
        /// <exception cref="ObjectDisposedException">The client was disposed.</exception>
        [SuppressMessage("Design", "CA1024", Justification = "It asks the library, and each result is another one.")]
        public unsafe string GetMetricsText()
        {
            int length = WholeText.Read((buffer, capacity) => Native.palabra_metrics_text(handle.Id, buffer, capacity), MetricsBytes, out string text);
            GC.KeepAlive(this);
            PalabraException.Check(length, null, owner: nameof(PalabraClient));
            return text;
        }

        private unsafe ServiceCall<bool> Draining(int limitMs)
        {
            return new ServiceCall<bool>(new NativeTexts(), texts => call =>
            {
                NativeError told = PalabraException.NewError();
                int status;
                using (call.Cover(&told))
                    status = Native.palabra_client_drain(handle.Id, limitMs, &told);
                if (status == (int)PalabraStatus.Timeout)
                    return false;
                CheckAnswer(call, status, &told);
                return true;
            });
        }

        /// <summary>Throws what the service, or a token, has against a call. `partial`: what exists nevertheless.</summary>
        internal unsafe void CheckAnswer(CallToken call, int status, NativeError* told, object? partial = null, string? parameter = null)
        {
            GC.KeepAlive(this);
            call.ThrowIfEnded(status);
            PalabraException.Check(status, told, partial, parameter, nameof(PalabraClient));
        }
    }
}
