// SPDX-License-Identifier: MIT OR Apache-2.0
// The constants of palabra.h that every kind of session has; the others are beside what they are for.
using System;

namespace PalabraAI
{
    /// <summary>What an event tells; later versions of the library add some.</summary>
    public enum EventKind
    {
        /// <summary>No event.</summary>
        None = 0,
        /// <summary>The service listens.</summary>
        Ready = 1,
        /// <summary>
        /// A text: text, language, utterance; Final: it is complete, else it replaces the one before; Translation: it
        /// is in a target language. Of speech-to-text also StartMs, EndMs, and UserTag when it answers Session.FinalizeNow.
        /// </summary>
        Transcript = 2,
        /// <summary>
        /// Speech in a target language: pcm, PcmFrames, SampleRate, channels, language, utterance; LastChunk: the
        /// phrase is complete (PcmFrames may be 0). It may come faster than it plays. Text-to-speech: id and utterance are
        /// those of the generation, UserTag that of its first text.
        /// </summary>
        Audio = 3,
        /// <summary>Answer to Session.Speak: UserTag, text ("queued"), utterance.</summary>
        SpeakStatus = 4,
        /// <summary>
        /// The service acknowledged a command: ServiceCode names it ("set_task"), text says what happened ("started");
        /// Paused. Not every server does this. Text-to-speech: the library's own answer to Session.Cancel.
        /// </summary>
        TaskStatus = 5,
        /// <summary>
        /// The current task: text is the service's JSON; Paused; UserTag when it answers Session.GetTask.
        /// </summary>
        TaskInfo = 6,
        /// <summary>Nothing more will be said; Closed follows.</summary>
        StreamEnd = 7,
        /// <summary>Advice of the service: ServiceCode, text.</summary>
        Warning = 8,
        /// <summary>
        /// Something failed but the session lives: code, ServiceCode, text; UserTag when it refuses a command.
        /// </summary>
        Error = 9,
        /// <summary>Events were dropped because too many waited: dropped tells how many, text what.</summary>
        Overflow = 10,
        /// <summary>What the session does, with Log among its flags: text.</summary>
        Log = 11,
        /// <summary>A message that the library does not model: text is its JSON.</summary>
        Raw = 12,
        /// <summary>
        /// The session is over; nothing follows. code is Status.Ok, or says why with text, ServiceCode and the flags
        /// Fatal (always, on an error) and Retriable.
        /// </summary>
        Closed = 13,
        /// <summary>
        /// A phrase begins to be heard: PlayedFrame, language, id, utterance, part. These three come where speech is
        /// read by Session.ReadAudio, some ms after it happened, and not after Closed.
        /// </summary>
        PlayoutStarted = 14,
        /// <summary>It was heard to its end: as above, and HeardMs, PhraseMs.</summary>
        PlayoutFinished = 15,
        /// <summary>
        /// It was taken back by Session.Interrupt or Session.Pause after HeardMs of the PhraseMs that had arrived;
        /// HeardMs is 0 when it had not begun. Dropped: nobody took it back, but more than PlayoutCapMs waited.
        /// </summary>
        PlayoutCut = 16,
    }

    /// <summary>What else there is to say about an event or an error.</summary>
    [Flags]
    public enum EventFlags : uint
    {
        /// <summary>Nothing.</summary>
        None = 0,
        /// <summary>The text or phrase is complete and will not change.</summary>
        Final = 1,
        /// <summary>The text is in a target language.</summary>
        Translation = 2,
        /// <summary>No more audio follows for this phrase and language.</summary>
        LastChunk = 4,
        /// <summary>Trying the same again later can help.</summary>
        Retriable = 8,
        /// <summary>The session cannot go on.</summary>
        Fatal = 16,
        /// <summary>The task is paused.</summary>
        Paused = 32,
        /// <summary>Lost because too much waited.</summary>
        Dropped = 64,
    }

    /// <summary>Options of a client.</summary>
    [Flags]
    public enum ClientFlags : uint
    {
        /// <summary>Nothing.</summary>
        None = 0,
        /// <summary>Do not read any environment variable.</summary>
        IgnoreEnvironment = 1,
    }

    /// <summary>What happens when input stops coming.</summary>
    public enum GapPolicy : uint
    {
        /// <summary>Nothing happens.</summary>
        None = 0,
        /// <summary>
        /// Silence goes out at the pace of the clock, never ahead of it, so that the service can complete the phrase
        /// and goes on listening. What was sent goes first, its last chunk completed with silence; what you send
        /// follows at once.
        /// </summary>
        Silence = 1,
        /// <summary>
        /// The task is paused, and resumed with the first frame that you send: until the resume is on its way (at the
        /// distance that the service demands, see TaskIntervalMs) your audio waits inside. TaskStatus tells of both
        /// with UserTag 0, as far as the server does, and Log. After Session.Pause, or an interrupt that pauses, the
        /// policy is off until Session.Resume or Session.SetTask.
        /// </summary>
        Pause = 2,
    }

    /// <summary>How a sample is written.</summary>
    public enum AudioEncoding
    {
        /// <summary>The default.</summary>
        Default = 0,
        /// <summary>16-bit signed samples in the byte order of this machine.</summary>
        S16 = 1,
        /// <summary>
        /// 32-bit floats in the byte order of this machine, from -1 to 1; what lies beyond is clipped, NaN is silence.
        /// </summary>
        F32 = 2,
        /// <summary>Bytes of mu-law (ITU-T G.711), as telephones in North America and Japan have it.</summary>
        Mulaw = 3,
        /// <summary>Bytes of A-law (ITU-T G.711), as telephones everywhere else have it.</summary>
        Alaw = 4,
    }

    /// <summary>Where in its life a session is.</summary>
    public enum SessionState
    {
        /// <summary>Connecting, setting the task and waiting for the service.</summary>
        Connecting = 1,
        /// <summary>The service listens.</summary>
        Ready = 2,
        /// <summary>The end was asked for: what was sent goes out, the tail is being delivered.</summary>
        Ending = 3,
        /// <summary>Over. Events that still wait can be polled.</summary>
        Closed = 4,
    }

    /// <summary>How translated speech comes.</summary>
    public enum OutputMode
    {
        /// <summary>Translated speech comes in Audio events, 24 kHz mono, as fast as the service sends it.</summary>
        Events = 0,
        /// <summary>It waits inside, by language, for Session.ReadAudio; no Audio events come.</summary>
        Playout = 1,
        /// <summary>Both.</summary>
        Both = 2,
    }

    /// <summary>What Session.ReadAudio gave.</summary>
    public static class Sound
    {
        /// <summary>All frames are silence: nothing is to be heard now, or what comes next is not here yet.</summary>
        public const int Silence = 0;
        /// <summary>At least one frame is speech.</summary>
        public const int Speech = 1;
        /// <summary>
        /// All frames are silence, and nothing else will come: the session is closed and everything was read.
        /// </summary>
        public const int Ended = 2;
    }

    /// <summary>Limits of what calls take.</summary>
    public static class Limits
    {
        /// <summary>Longest text that Session.Speak takes, in bytes. The service allows 2048 characters.</summary>
        public const int SpeakBytes = 8192;
        /// <summary>Longest JSON that Session.SetTask takes, in bytes.</summary>
        public const int TaskBytes = 262144;
        /// <summary>
        /// Longest text that Session.SendText and Session.Synthesize take with TtsFlags.Split, in bytes.
        /// </summary>
        public const int TextBytes = 131072;
    }
}
