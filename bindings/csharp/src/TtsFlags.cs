// SPDX-License-Identifier: MIT OR Apache-2.0
using System;

namespace PalabraAI
{
    /// <summary>Options of text-to-speech.</summary>
    [Flags]
    public enum TtsFlags : uint
    {
        /// <summary>Nothing.</summary>
        None = 0,
        /// <summary>
        /// Talk to the stream as clients with an API key do, whatever the credentials: texts may have 1024 characters instead of
        /// 256. For WsUrl and Token of that kind.
        /// </summary>
        DialectV2 = 1,
        /// <summary>
        /// Cut texts that are too long for the service, between sentences where that is possible, else between words.
        /// </summary>
        Split = 2,
        /// <summary>Tell in Log events what the session does.</summary>
        Log = 4,
        /// <summary>Leave the accent of the voice as it is: a DeaccentPercent of zero.</summary>
        KeepAccent = 8,
    }

    /// <summary>How speech travels from the service.</summary>
    public enum TtsFormat
    {
        /// <summary>Pcm.</summary>
        Default = 0,
        /// <summary>16-bit samples.</summary>
        Pcm = 1,
        /// <summary>
        /// The same with the head of a WAV file, which the library takes off: events are as with Pcm.
        /// </summary>
        Wav = 2,
        /// <summary>Not supported by this version: Status.Unsupported.</summary>
        Mp3 = 3,
    }

    /// <summary>Options of Session.SendText.</summary>
    [Flags]
    public enum TextFlags : uint
    {
        /// <summary>Nothing.</summary>
        None = 0,
        /// <summary>Nothing follows in the generation: the service completes its speech.</summary>
        Eos = 1,
        /// <summary>
        /// The voice forgets the texts before this one. Servers of the first generation know nothing of it.
        /// </summary>
        ResetContext = 2,
    }
}
