// SPDX-License-Identifier: MIT OR Apache-2.0
using System.Runtime.InteropServices;

namespace PalabraAI
{
    /// <summary>Figures of one session, from its opening to now. A figure that is not known yet is 0.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct SessionStats
    {
        internal uint StructSize;
        /// <summary>
        /// Audio that waits to be sent, in ms; right after a change of the input format by the new rate.
        /// </summary>
        public uint InputQueueMs;
        /// <summary>Frames that Session.SendAudio took, as the caller counts them.</summary>
        public ulong InputFramesTaken;
        /// <summary>How many of them were sent to the service.</summary>
        public ulong InputFramesSent;
        /// <summary>Messages that carried them.</summary>
        public ulong ChunksSent;
        /// <summary>Bytes of the stream written, frames of the WebSocket included.</summary>
        public ulong BytesSent;
        /// <summary>Bytes of the stream read.</summary>
        public ulong BytesReceived;
        /// <summary>Frames of translated speech received, in all languages together.</summary>
        public ulong AudioFramesReceived;
        /// <summary>Events that were dropped because too many waited.</summary>
        public ulong EventsDropped;
        /// <summary>Frames of translated speech in them.</summary>
        public ulong AudioFramesDropped;
        /// <summary>Events that wait to be polled.</summary>
        public uint EventsWaiting;
        /// <summary>Bytes that they take.</summary>
        public uint EventBytesWaiting;
        /// <summary>Frames of translated speech in them.</summary>
        public uint AudioFramesWaiting;
        /// <summary>From Session.Open to Ready, in ms.</summary>
        public uint ReadyMs;
        /// <summary>From the first chunk sent to the first translated speech, in ms.</summary>
        public uint FirstAudioMs;
        /// <summary>Last round trip to the server and back, in us.</summary>
        public uint RoundTripUs;
        /// <summary>Speech that waits at the service, in ms: the longest queue of its last report.</summary>
        public uint ServerQueueMs;
        /// <summary>Commands that wait to be sent.</summary>
        public uint CommandsWaiting;
        /// <summary>Frames of silence that GapPolicy.Silence sent, as they are on the wire.</summary>
        public ulong SilenceFramesSent;
        /// <summary>
        /// Frames that TranslationFlags.DropOldest dropped before Ready; they count as taken and not as sent.
        /// </summary>
        public ulong InputFramesDropped;
        /// <summary>GapPolicy.Silence or GapPolicy.Pause while that is what happens, else GapPolicy.None.</summary>
        public GapPolicy GapInEffect;
        /// <summary>How often GapPolicy.Pause paused the task.</summary>
        public uint GapPauses;
    }

    /// <summary>Figures of the playout of one language.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct PlayoutStats
    {
        internal uint StructSize;
        /// <summary>Speech that is here and was not read yet, in ms.</summary>
        public uint WaitingMs;
        /// <summary>How often speech broke off because the rest of the phrase was not here.</summary>
        public ulong Underruns;
        /// <summary>Phrases that began to be heard.</summary>
        public ulong PhrasesStarted;
        /// <summary>Phrases that were heard to their end.</summary>
        public ulong PhrasesFinished;
        /// <summary>Phrases that were taken back, heard in part or not at all.</summary>
        public ulong PhrasesCut;
        /// <summary>
        /// Phrases that were lost, whole or from some point on, because more than PlayoutCapMs waited.
        /// </summary>
        public ulong PhrasesDropped;
        /// <summary>Speech and silence that was left out because more than PlayoutTargetMs waited, in ms.</summary>
        public ulong SkippedMs;
    }
}
