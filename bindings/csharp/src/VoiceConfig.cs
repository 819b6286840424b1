// SPDX-License-Identifier: MIT OR Apache-2.0
namespace PalabraAI
{
    public sealed partial class VoiceConfig
    {
        /// <summary>The sample in memory: the contents of such a file as SamplePath names; null: it is a file.</summary>
        public byte[] Sample { get; set; }
    }
}
