// SPDX-License-Identifier: MIT OR Apache-2.0
namespace PalabraAI
{
    /// <summary>What the loaded library says about a status.</summary>
    public static class StatusExtensions
    {
        /// <summary>Its name in C, such as "PALABRA_ERR_TIMEOUT".</summary>
        public static unsafe string Name(this Status status)
        {
            return Utf8.Read(Native.palabra_status_name((int)status));
        }

        /// <summary>Its description.</summary>
        public static unsafe string Text(this Status status)
        {
            return Utf8.Read(Native.palabra_status_text((int)status));
        }

        /// <summary>What it means for further attempts, as far as the status alone can tell.</summary>
        public static EventFlags Flags(this Status status)
        {
            return (EventFlags)Native.palabra_status_flags((int)status);
        }
    }
}
