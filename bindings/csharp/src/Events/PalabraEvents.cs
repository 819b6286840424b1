// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using PalabraAI.Interop;

namespace PalabraAI
{
    /// <summary>Makes events, for tests of what handles them. The library makes its own.</summary>
    public static class PalabraEvents
    {
        /// <summary>Makes an event for a session that is ready.</summary>
        /// <param name="id">The id of the REST session.</param>
        /// <param name="tag">The object of the session.</param>
        /// <returns>The event.</returns>
        public static ReadyEvent Ready(string id = "", object? tag = null)
        {
            return new ReadyEvent(Head(EventKind.Ready, EventFlags.None, tag), id);
        }

        /// <summary>Makes an event for a text.</summary>
        /// <param name="text">The text.</param>
        /// <param name="language">Its language.</param>
        /// <param name="isFinal">Whether it is complete.</param>
        /// <param name="isTranslation">Whether it is in a target language.</param>
        /// <param name="phrase">The number of the phrase.</param>
        /// <param name="id">The service's id of the phrase.</param>
        /// <param name="part">Which part of the phrase it is.</param>
        /// <param name="start">Where it begins in the audio.</param>
        /// <param name="end">Where it ends in the audio.</param>
        /// <param name="userTag">The tag of the command that it answers.</param>
        /// <param name="tag">The object of the session or call.</param>
        /// <param name="leg">In a call the number of the party that speaks.</param>
        /// <returns>The event.</returns>
        public static TranscriptEvent Transcript(
            string text, string language, bool isFinal = true, bool isTranslation = false, long phrase = 1, string id = "", int part = 0,
            TimeSpan? start = null, TimeSpan? end = null, long userTag = 0, object? tag = null, int? leg = null)
        {
            EventFlags flags = (isFinal ? EventFlags.Final : 0) | (isTranslation ? EventFlags.Translation : 0);
            return new TranscriptEvent(Head(EventKind.Transcript, flags, tag, userTag, leg), text, language, id, phrase, part, start, end);
        }

        /// <summary>Makes an event for speech.</summary>
        /// <param name="samples">Interleaved samples, which are not copied.</param>
        /// <param name="language">The language.</param>
        /// <param name="sampleRate">Frames per second.</param>
        /// <param name="channels">Interleaved channels.</param>
        /// <param name="isLast">Whether the phrase is complete.</param>
        /// <param name="phrase">The number of the phrase.</param>
        /// <param name="id">The service's id of the phrase, or the id of the generation.</param>
        /// <param name="part">Which part of the phrase it is.</param>
        /// <param name="userTag">The tag of the first text of the generation.</param>
        /// <param name="tag">The object of the session or call.</param>
        /// <param name="leg">In a call the number of the party that speaks.</param>
        /// <returns>The event.</returns>
        public static AudioEvent Audio(
            ReadOnlyMemory<short> samples, string language, int sampleRate = 24000, int channels = 1, bool isLast = false, long phrase = 1,
            string id = "", int part = 0, long userTag = 0, object? tag = null, int? leg = null)
        {
            EventHead head = Head(EventKind.Audio, isLast ? EventFlags.LastChunk : EventFlags.None, tag, userTag, leg);
            return new AudioEvent(head, samples, default, SpeechEncoding.Samples, sampleRate, channels, language, id, phrase, part);
        }

        /// <summary>Makes an event for encoded speech.</summary>
        /// <param name="data">The next bytes of the stream, which are not copied.</param>
        /// <param name="language">The language.</param>
        /// <param name="isLast">Whether the generation is complete.</param>
        /// <param name="id">The id of the generation.</param>
        /// <param name="tag">The object of the session.</param>
        /// <returns>The event.</returns>
        public static AudioEvent EncodedAudio(
            ReadOnlyMemory<byte> data, string language, bool isLast = false, string id = "", object? tag = null)
        {
            EventHead head = Head(EventKind.Audio, isLast ? EventFlags.LastChunk : EventFlags.None, tag);
            return new AudioEvent(head, default, data, SpeechEncoding.Encoded, 0, 0, language, id, 1, 0);
        }

        /// <summary>Makes an event of playout.</summary>
        /// <param name="kind">
        /// <see cref="EventKind.PlayoutStarted"/>, <see cref="EventKind.PlayoutFinished"/> or <see cref="EventKind.PlayoutCut"/>.
        /// </param>
        /// <param name="language">The language that is heard.</param>
        /// <param name="playedFrames">Frames that had been read.</param>
        /// <param name="heard">How much of the phrase was heard.</param>
        /// <param name="received">How much of the phrase had been received.</param>
        /// <param name="phrase">The number of the phrase.</param>
        /// <param name="id">The service's id of the phrase, or the id of the generation.</param>
        /// <param name="tag">The object of the session or call.</param>
        /// <param name="leg">In a call the number of the party that speaks.</param>
        /// <returns>The event.</returns>
        /// <exception cref="ArgumentOutOfRangeException">It is no kind of playout.</exception>
        public static PlayoutEvent Playout(
            EventKind kind, string language, long? playedFrames = null, TimeSpan? heard = null, TimeSpan? received = null, long phrase = 1,
            string id = "", object? tag = null, int? leg = null)
        {
            if (kind != EventKind.PlayoutStarted && kind != EventKind.PlayoutFinished && kind != EventKind.PlayoutCut)
                throw new ArgumentOutOfRangeException(nameof(kind));
            return new PlayoutEvent(Head(kind, EventFlags.None, tag, 0, leg), language, id, phrase, 0, playedFrames, heard, received);
        }

        /// <summary>Makes the answer to a command.</summary>
        /// <param name="kind"><see cref="EventKind.SpeakStatus"/>, <see cref="EventKind.TaskStatus"/> or <see cref="EventKind.TaskInfo"/>.</param>
        /// <param name="command">The service's name of the command.</param>
        /// <param name="text">What happened, or the task.</param>
        /// <param name="isPaused">Whether the task is paused.</param>
        /// <param name="userTag">The tag of the command.</param>
        /// <param name="tag">The object of the session or call.</param>
        /// <param name="leg">In a call the number of the party that speaks.</param>
        /// <returns>The event.</returns>
        /// <exception cref="ArgumentOutOfRangeException">It is no kind of answer.</exception>
        public static CommandEvent Command(
            EventKind kind, string command, string text, bool isPaused = false, long userTag = 0, object? tag = null, int? leg = null)
        {
            if (kind != EventKind.SpeakStatus && kind != EventKind.TaskStatus && kind != EventKind.TaskInfo)
                throw new ArgumentOutOfRangeException(nameof(kind));
            return new CommandEvent(Head(kind, isPaused ? EventFlags.Paused : EventFlags.None, tag, userTag, leg), command, text, "", 0);
        }

        /// <summary>Makes an event that nothing more will be said.</summary>
        /// <param name="tag">The object of the session or call.</param>
        /// <param name="leg">In a call the number of the party that speaks.</param>
        /// <returns>The event.</returns>
        public static StreamEndEvent StreamEnd(object? tag = null, int? leg = null)
        {
            return new StreamEndEvent(Head(EventKind.StreamEnd, EventFlags.None, tag, 0, leg));
        }

        /// <summary>Makes a warning.</summary>
        /// <param name="text">What it is about.</param>
        /// <param name="serviceCode">The service's code.</param>
        /// <param name="droppedFrames">Frames of input that were dropped.</param>
        /// <param name="tag">The object of the session or call.</param>
        /// <param name="leg">In a call the number of the party that speaks.</param>
        /// <returns>The event.</returns>
        public static WarningEvent Warning(string text, string serviceCode = "", long droppedFrames = 0, object? tag = null, int? leg = null)
        {
            EventFlags flags = droppedFrames > 0 ? EventFlags.Dropped : EventFlags.None;
            return new WarningEvent(Head(EventKind.Warning, flags, tag, 0, leg), text, serviceCode, droppedFrames);
        }

        /// <summary>Makes an error after which the session continues.</summary>
        /// <param name="error">What failed.</param>
        /// <param name="id">The id of the generation.</param>
        /// <param name="userTag">The tag of the command that was refused.</param>
        /// <param name="tag">The object of the session or call.</param>
        /// <param name="leg">In a call the number of the party that speaks.</param>
        /// <returns>The event.</returns>
        /// <exception cref="ArgumentNullException"><paramref name="error"/> is <see langword="null"/>.</exception>
        public static ErrorEvent Error(PalabraError error, string id = "", long userTag = 0, object? tag = null, int? leg = null)
        {
            Guard.NotNull(error, nameof(error));
            EventHead head = Head(EventKind.Error, error.IsTransient ? EventFlags.Retriable : EventFlags.None, tag, userTag, leg);
            head.Code = error.Status;
            return new ErrorEvent(head, error, id);
        }

        /// <summary>Makes an event for events that were dropped.</summary>
        /// <param name="dropped">How many.</param>
        /// <param name="text">Which ones.</param>
        /// <param name="tag">The object of the session or call.</param>
        /// <returns>The event.</returns>
        public static OverflowEvent Overflow(long dropped, string text = "", object? tag = null)
        {
            return new OverflowEvent(Head(EventKind.Overflow, EventFlags.None, tag), dropped, text);
        }

        /// <summary>Makes a log line.</summary>
        /// <param name="level">How important it is.</param>
        /// <param name="text">The line.</param>
        /// <param name="tag">The object of the session or call.</param>
        /// <returns>The event.</returns>
        public static LogEvent Log(PalabraLogLevel level, string text, object? tag = null)
        {
            return new LogEvent(Head(EventKind.Log, EventFlags.None, tag), level, text);
        }

        /// <summary>Makes an event for a session that needs credentials.</summary>
        /// <param name="tag">The object of the session or call.</param>
        /// <returns>The event.</returns>
        public static CredentialsNeededEvent CredentialsNeeded(object? tag = null)
        {
            return new CredentialsNeededEvent(Head(EventKind.CredentialsNeeded, EventFlags.None, tag));
        }

        /// <summary>Makes the last event of a session.</summary>
        /// <param name="error">Why it closed; <see langword="null"/>: without an error.</param>
        /// <param name="id">The id of the REST session.</param>
        /// <param name="tag">The object of the session or call.</param>
        /// <returns>The event.</returns>
        public static ClosedEvent Closed(PalabraException? error = null, string id = "", object? tag = null)
        {
            return new ClosedEvent(Ended(EventKind.Closed, error, tag, null), error, id);
        }

        /// <summary>Makes an event for a party of a call that is translated from now on.</summary>
        /// <param name="leg">The number of the party.</param>
        /// <param name="id">The id of the REST session.</param>
        /// <param name="tag">The object of the call.</param>
        /// <returns>The event.</returns>
        public static LinkUpEvent LinkUp(int leg, string id = "", object? tag = null)
        {
            return new LinkUpEvent(Head(EventKind.LinkUp, EventFlags.None, tag, 0, leg), id);
        }

        /// <summary>Makes an event for a party of a call that is not translated any more.</summary>
        /// <param name="leg">The number of the party.</param>
        /// <param name="error">Why; <see langword="null"/>: a party has left, or the call was ended.</param>
        /// <param name="id">The id of the REST session.</param>
        /// <param name="tag">The object of the call.</param>
        /// <returns>The event.</returns>
        public static LinkDownEvent LinkDown(int leg, PalabraException? error = null, string id = "", object? tag = null)
        {
            return new LinkDownEvent(Ended(EventKind.LinkDown, error, tag, leg), error, id);
        }

        /// <summary>Makes an event for a party of a call that has begun to speak, or has stopped.</summary>
        /// <param name="leg">The number of the party.</param>
        /// <param name="start">Where it began, in the audio that its line has sent.</param>
        /// <param name="end">Where it stopped; <see langword="null"/>: it still speaks.</param>
        /// <param name="tag">The object of the call.</param>
        /// <returns>The event.</returns>
        public static SpeechEvent Speech(int leg, TimeSpan? start, TimeSpan? end = null, object? tag = null)
        {
            EventKind kind = end == null ? EventKind.SpeechStarted : EventKind.SpeechEnded;
            return new SpeechEvent(Head(kind, EventFlags.None, tag, 0, leg), start, end);
        }

        /// <summary>Makes an event for an echo.</summary>
        /// <param name="delay">How late it comes back; <see langword="null"/>: it does not any more.</param>
        /// <param name="levelDb">How loud it is, in dB of what is played.</param>
        /// <param name="text">The same in words.</param>
        /// <param name="tag">The object of the session or call.</param>
        /// <param name="leg">In a call the number of the party whose line it is.</param>
        /// <returns>The event.</returns>
        public static EchoEvent Echo(TimeSpan? delay, int levelDb, string text = "", object? tag = null, int? leg = null)
        {
            return new EchoEvent(Head(EventKind.Echo, EventFlags.None, tag, 0, leg), delay, levelDb, text);
        }

        /// <summary>Makes an event of a kind that has no class of its own.</summary>
        /// <param name="kind">The kind.</param>
        /// <param name="text">Its text.</param>
        /// <param name="json">The service's message.</param>
        /// <param name="tag">The object of the session or call.</param>
        /// <param name="leg">In a call the number of the party that speaks.</param>
        /// <returns>The event.</returns>
        public static OtherEvent Other(EventKind kind, string text = "", string? json = null, object? tag = null, int? leg = null)
        {
            EventHead head = Head(kind, EventFlags.None, tag, 0, leg);
            head.Json = json;
            return new OtherEvent(head, text);
        }

        private static EventHead Ended(EventKind kind, PalabraException? error, object? tag, int? leg)
        {
            EventFlags flags = error == null ? EventFlags.None : EventFlags.Fatal;
            EventHead head = Head(kind, error != null && error.IsTransient ? flags | EventFlags.Retriable : flags, tag, 0, leg);
            head.Code = error == null ? PalabraStatus.Ok : error.Status;
            return head;
        }

        private static EventHead Head(EventKind kind, EventFlags flags, object? tag, long userTag = 0, int? leg = null)
        {
            return new EventHead
            {
                Kind = kind, Flags = flags, UserTag = userTag, Leg = leg, Sequence = 1,
                Session = tag == null ? SessionIdentity.None : new SessionIdentity(0, "", tag),
            };
        }
    }
}
