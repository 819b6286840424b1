// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;

namespace PalabraAI.Unity
{
    /// <summary>What an exception of the binding is, for handlers.</summary>
    internal static class Problem
    {
        internal static PalabraStatus StatusOf(Exception error)
        {
            switch (error)
            {
                case PalabraException known: return known.Status;
                case ArgumentException _: return PalabraStatus.InvalidArgument;
                case ObjectDisposedException _: return PalabraStatus.Closed;
                // There is no native library for this platform, or another version of it.
                case DllNotFoundException _: return PalabraStatus.Unsupported;
                default: return PalabraStatus.Internal;
            }
        }

        internal static string TextOf(Exception error)
        {
            return error is PalabraException known ? known.Error.Text : error.Message;
        }
    }
}
