// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;

namespace PalabraAI
{
    public sealed partial class VoiceOptions
    {
        /// <summary>
        /// The sample in memory: the contents of such a file as SamplePath names; empty: it is a file. The bytes are not copied:
        /// they must not change during the call.
        /// </summary>
        public ReadOnlyMemory<byte> Sample { get; set; }
    }
}
