// SPDX-License-Identifier: MIT OR Apache-2.0
using System;

namespace PalabraAI
{
    /// <summary>Options of a translation.</summary>
    [Flags]
    public enum TranslationFlags : uint
    {
        /// <summary>Nothing.</summary>
        None = 0,
        /// <summary>Clone the speaker's voice; wins over VoiceId.</summary>
        VoiceCloning = 1,
        /// <summary>Send growing translations too, not only growing transcripts.</summary>
        Partials = 2,
        /// <summary>Have the service compress the speech that it sends; the events are the same.</summary>
        ZlibOutput = 4,
        /// <summary>
        /// Talk to the stream as clients with an API key do, whatever the credentials: for WsUrl and token of that
        /// kind. Without it such a stream is taken for one of the first generation.
        /// </summary>
        DialectV2 = 8,
        /// <summary>
        /// Give the service's JSON with every transcript (json): segments, words and their times, as far as it sends
        /// them.
        /// </summary>
        Json = 16,
        /// <summary>Tell in Log events what the session does.</summary>
        Log = 32,
        /// <summary>
        /// While Connecting, what does not fit into InputBufferMs pushes the oldest audio out, instead of not being
        /// taken: for live microphones. Not for audio that is sent as there is room for it, such as a file: its
        /// beginning would be lost. The room is half a second larger with it, for what you send until somebody looks,
        /// every 10 ms.
        /// </summary>
        DropOldest = 64,
    }

    /// <summary>Whether the service speaks faster when speech piles up.</summary>
    public enum AutoTempo
    {
        /// <summary>The default.</summary>
        Default = 0,
        /// <summary>The service speaks faster when speech piles up.</summary>
        Auto = 1,
        /// <summary>The service never changes its tempo.</summary>
        Fixed = 2,
    }

    /// <summary>Options of Session.Speak.</summary>
    [Flags]
    public enum SpeakFlags : uint
    {
        /// <summary>Nothing.</summary>
        None = 0,
        /// <summary>
        /// text is in the source language: translate it into every target instead of speaking it as it is.
        /// </summary>
        Translate = 1,
    }

    /// <summary>Options of Session.Interrupt.</summary>
    [Flags]
    public enum InterruptFlags : uint
    {
        /// <summary>Nothing.</summary>
        None = 0,
        /// <summary>Pause as well.</summary>
        Pause = 1,
    }
}
