// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using System.Threading;
using System.Threading.Tasks;
using PalabraAI.Interop;

namespace PalabraAI
{
    public sealed partial class PalabraClientOptions
    {
        /// <summary>
        /// Whether environment variables count for what is not set here, and on macOS and Windows the proxy of the system;
        /// default: true. The variables are read once, as the program sees them when the client is created.
        /// </summary>
        public bool UseEnvironment { get; set; } = true;

        /// <summary>
        /// Asked for credentials that are valid now, such as a short-lived token from the program owner's server, when a session or
        /// call opens without any and when the service refuses those that the client has; null: nobody is asked. It runs on the
        /// thread pool, one question at a time, and its token is cancelled when the client is disposed of: keep the client while
        /// sessions connect. Where it fails, the session delivers <see cref="CredentialsNeededEvent"/>, and closes with
        /// <see cref="PalabraStatus.Auth"/> unless <see cref="PalabraClient.SetCredentials"/> answers within 10 s.
        /// </summary>
        public Func<CancellationToken, Task<PalabraCredentials>>? TokenSource { get; set; }

        internal unsafe void WriteAll(NativeClientConfig* raw, OptionsWriter writer)
        {
            Write(raw, writer);
            raw->BindingName = writer.Text("csharp " + NativeLibraryLoad.BindingVersion, "BindingName");
            // The library's own reading would find variables that the program removed, and miss those that it set.
            raw->Flags |= ClientBits.IgnoreEnvironment;
            if (TokenSource != null)
                raw->Flags |= ClientBits.AskCredentials;
            if (!UseEnvironment)
                return;
            raw->Flags |= ClientBits.SystemProxy;
            ClientEnvironment.Fill(raw, writer);
        }
    }
}
