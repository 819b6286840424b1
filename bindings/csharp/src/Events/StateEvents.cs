// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;

namespace PalabraAI
{
    /// <summary>The service is listening.</summary>
    public sealed class ReadyEvent : PalabraEvent
    {
        internal ReadyEvent(in EventHead head, string id) : base(head)
        {
            Id = id;
        }

        /// <summary>The id of the REST session that was created for the stream; "": none was.</summary>
        public string Id { get; }
    }

    /// <summary>The service listens to a party of a call, <see cref="PalabraEvent.Leg"/>, and translates what it says.</summary>
    public sealed class LinkUpEvent : PalabraEvent
    {
        internal LinkUpEvent(in EventHead head, string id) : base(head)
        {
            Id = id;
        }

        /// <summary>The id of the REST session that was created for the stream; "": none was.</summary>
        public string Id { get; }
    }

    /// <summary>
    /// The service does not listen to a party of a call, <see cref="PalabraEvent.Leg"/>, any more, or could not be reached. The
    /// call goes on, and the parties still hear each other's own voices.
    /// </summary>
    public sealed class LinkDownEvent : PalabraEvent
    {
        internal LinkDownEvent(in EventHead head, PalabraException? error, string id) : base(head)
        {
            Error = error;
            Id = id;
        }

        /// <summary>
        /// Why; <see langword="null"/>: a party has left, or the call was ended. With <see cref="PalabraCallOptions.Reopen"/> another
        /// translation is opened when <see cref="PalabraException.IsTransient"/>.
        /// </summary>
        public PalabraException? Error { get; }

        /// <summary>The id of the REST session that was created for the stream; "": none was.</summary>
        public string Id { get; }

        private protected override string Words => Error == null ? "" : Error.Message;
    }

    /// <summary>
    /// A party of a call, <see cref="PalabraEvent.Leg"/>, has begun to speak, or has stopped; see
    /// <see cref="PalabraLegOptions.DetectSpeech"/>.
    /// </summary>
    public sealed class SpeechEvent : PalabraEvent
    {
        internal SpeechEvent(in EventHead head, TimeSpan? start, TimeSpan? end) : base(head)
        {
            Start = start;
            End = end;
        }

        /// <summary>Whether it speaks now: <see cref="EventKind.SpeechStarted"/>.</summary>
        public bool IsStart => Kind == EventKind.SpeechStarted;

        /// <summary>Where it began to speak, in the audio that its line has sent.</summary>
        public TimeSpan? Start { get; }

        /// <summary>Where it stopped; <see langword="null"/>: it still speaks.</summary>
        public TimeSpan? End { get; }
    }

    /// <summary>
    /// What is played comes back through the microphone, in a call that of the party <see cref="PalabraEvent.Leg"/>, or does
    /// not any more; see <see cref="EchoPolicy.Measure"/>.
    /// </summary>
    public sealed class EchoEvent : PalabraEvent
    {
        internal EchoEvent(in EventHead head, TimeSpan? delay, int levelDb, string text) : base(head)
        {
            Delay = delay;
            LevelDb = levelDb;
            Text = text;
        }

        /// <summary>How late it comes back; <see langword="null"/>: it does not any more.</summary>
        public TimeSpan? Delay { get; }

        /// <summary>How loud it is, in dB of what is played, usually negative.</summary>
        public int LevelDb { get; }

        /// <summary>The same in words.</summary>
        public string Text { get; }

        private protected override string Words => Text;
    }

    /// <summary>The answer to a command; see <see cref="PalabraEvent.Kind"/> and <see cref="PalabraEvent.UserTag"/>.</summary>
    public sealed class CommandEvent : PalabraEvent
    {
        internal CommandEvent(in EventHead head, string command, string text, string id, long phrase) : base(head)
        {
            Command = command;
            Text = text;
            Id = id;
            Phrase = phrase;
        }

        /// <summary>The service's name of the command, such as "set_task"; "" if it has none.</summary>
        public string Command { get; }

        /// <summary>What happened, such as "queued" or "paused"; of <see cref="EventKind.TaskInfo"/> the task as JSON.</summary>
        public string Text { get; }

        /// <summary>The id of the generation that was cancelled; else "".</summary>
        public string Id { get; }

        /// <summary>Number of the phrase of the texts and the audio to come; 0: none.</summary>
        public long Phrase { get; }

        /// <summary>Whether the task is paused.</summary>
        public bool IsPaused => (Flags & EventFlags.Paused) != 0;

        private protected override string Words => Command.Length > 0 ? Command + " " + Text : Text;
    }

    /// <summary>Nothing more will be said. <see cref="ClosedEvent"/> follows.</summary>
    public sealed class StreamEndEvent : PalabraEvent
    {
        internal StreamEndEvent(in EventHead head) : base(head)
        {
        }
    }

    /// <summary>A warning of the service, or audio that was dropped on its way to it.</summary>
    public sealed class WarningEvent : PalabraEvent
    {
        internal WarningEvent(in EventHead head, string text, string serviceCode, long droppedFrames) : base(head)
        {
            Text = text;
            ServiceCode = serviceCode;
            DroppedFrames = droppedFrames;
        }

        /// <summary>What the warning is about.</summary>
        public string Text { get; }

        /// <summary>The service's code of the warning; "" if it has none.</summary>
        public string ServiceCode { get; }

        /// <summary>Frames of input that were dropped, in the format in which they were sent; 0: none.</summary>
        public long DroppedFrames { get; }

        private protected override string Words => Text;
    }

    /// <summary>Something failed, and the session continues.</summary>
    public sealed class ErrorEvent : PalabraEvent
    {
        internal ErrorEvent(in EventHead head, PalabraError error, string id) : base(head)
        {
            Error = error;
            Id = id;
        }

        /// <summary>What failed and why.</summary>
        public PalabraError Error { get; }

        /// <summary>The id of the generation that it can be about; else "".</summary>
        public string Id { get; }

        private protected override string Words => Error.ToString();
    }

    /// <summary>
    /// Events were dropped because the limits of the session were exceeded: it is not read fast enough, or FinalizeAsync or SpeakAsync
    /// passed by more than the limits let wait.
    /// </summary>
    public sealed class OverflowEvent : PalabraEvent
    {
        internal OverflowEvent(in EventHead head, long dropped, string text) : base(head)
        {
            Dropped = dropped;
            Text = text;
        }

        /// <summary>How many events were dropped.</summary>
        public long Dropped { get; }

        /// <summary>Which ones.</summary>
        public string Text { get; }

        private protected override string Words => Text;
    }

    /// <summary>A log line of the library; see <see cref="EventQueue.OpenLog"/>.</summary>
    public sealed class LogEvent : PalabraEvent
    {
        internal LogEvent(in EventHead head, PalabraLogLevel level, string text) : base(head)
        {
            Level = level;
            Text = text;
        }

        /// <summary>How important the line is.</summary>
        public PalabraLogLevel Level { get; }

        /// <summary>The line. It never holds a secret.</summary>
        public string Text { get; }

        private protected override string Words => Text;
    }

    /// <summary>
    /// A session needs credentials: answer by <see cref="PalabraClient.SetCredentials"/>. The session waits meanwhile.
    /// </summary>
    public sealed class CredentialsNeededEvent : PalabraEvent
    {
        internal CredentialsNeededEvent(in EventHead head) : base(head)
        {
        }
    }

    /// <summary>The session, or the call, is over. No event follows.</summary>
    public sealed class ClosedEvent : PalabraEvent
    {
        internal ClosedEvent(in EventHead head, PalabraException? error, string id) : base(head)
        {
            Error = error;
            Id = id;
        }

        /// <summary>Why it closed; <see langword="null"/>: it came to its end without an error.</summary>
        public PalabraException? Error { get; }

        /// <summary>The id of the REST session that was created for the stream; "": none was.</summary>
        public string Id { get; }

        private protected override string Words => Error == null ? "" : Error.Message;
    }

    /// <summary>A message that the library does not model, or an event of a kind that this version does not know.</summary>
    public sealed class OtherEvent : PalabraEvent
    {
        internal OtherEvent(in EventHead head, string text) : base(head)
        {
            Text = text;
        }

        /// <summary>The text of the event; "" if it has none. The message stands in <see cref="PalabraEvent.Json"/>.</summary>
        public string Text { get; }

        private protected override string Words => Text.Length > 0 ? Text : Json ?? "";
    }
}
