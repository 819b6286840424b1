// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
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

        internal unsafe void WriteAll(NativeClientConfig* raw, OptionsWriter writer)
        {
            Write(raw, writer);
            raw->BindingName = writer.Text("csharp " + NativeLibraryLoad.BindingVersion, "BindingName");
            // The library's own reading would find variables that the program removed, and miss those that it set.
            raw->Flags |= ClientBits.IgnoreEnvironment;
            if (!UseEnvironment)
                return;
            raw->Flags |= ClientBits.SystemProxy;
            ClientEnvironment.Fill(raw, writer);
        }
    }
}
