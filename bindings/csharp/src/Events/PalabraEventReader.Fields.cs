// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using PalabraAI.Interop;

namespace PalabraAI
{
    // Each property looks at the current event while nobody else can give it back.
    public sealed partial class PalabraEventReader
    {
        private delegate T Field<T>(in NativeEvent raw);

        /// <summary>What happened.</summary>
        /// <exception cref="InvalidOperationException">No event is current, or another thread uses the reader.</exception>
        /// <exception cref="ObjectDisposedException">The reader was disposed of.</exception>
        public EventKind Kind => Get((in NativeEvent raw) => (EventKind)raw.Kind);

        /// <summary>What else there is to say.</summary>
        /// <exception cref="InvalidOperationException">No event is current, or another thread uses the reader.</exception>
        /// <exception cref="ObjectDisposedException">The reader was disposed of.</exception>
        public EventFlags Flags => Get((in NativeEvent raw) => (EventFlags)raw.Flags);

        /// <summary>The status of closing, of a link that is down and of errors; else <see cref="PalabraStatus.Ok"/>.</summary>
        /// <exception cref="InvalidOperationException">No event is current, or another thread uses the reader.</exception>
        /// <exception cref="ObjectDisposedException">The reader was disposed of.</exception>
        public PalabraStatus Code => Get((in NativeEvent raw) => EventFields.Code(raw));

        /// <summary>In a call the number of the party that speaks; <see langword="null"/>: none. See <see cref="PalabraEvent.Leg"/>.</summary>
        /// <exception cref="InvalidOperationException">No event is current, or another thread uses the reader.</exception>
        /// <exception cref="ObjectDisposedException">The reader was disposed of.</exception>
        public int? Leg => Get((in NativeEvent raw) => EventFields.Leg(raw));

        /// <summary>Position in the order of delivery, from 1; see <see cref="PalabraEvent.Sequence"/>.</summary>
        /// <exception cref="InvalidOperationException">No event is current, or another thread uses the reader.</exception>
        /// <exception cref="ObjectDisposedException">The reader was disposed of.</exception>
        public long Sequence => Get((in NativeEvent raw) => (long)raw.Seq);

        /// <summary>When it happened, by the system's monotonic clock, which is that of <see cref="System.Diagnostics.Stopwatch"/>.</summary>
        /// <exception cref="InvalidOperationException">No event is current, or another thread uses the reader.</exception>
        /// <exception cref="ObjectDisposedException">The reader was disposed of.</exception>
        public TimeSpan Timestamp => Get((in NativeEvent raw) => EventFields.Timestamp(raw));

        /// <summary>The tag of the command that this answers; 0: none.</summary>
        /// <exception cref="InvalidOperationException">No event is current, or another thread uses the reader.</exception>
        /// <exception cref="ObjectDisposedException">The reader was disposed of.</exception>
        public long UserTag => Get((in NativeEvent raw) => (long)raw.UserTag);

        /// <summary>Number of the phrase in its session, or of the generation; 0: none.</summary>
        /// <exception cref="InvalidOperationException">No event is current, or another thread uses the reader.</exception>
        /// <exception cref="ObjectDisposedException">The reader was disposed of.</exception>
        public long Phrase => Get((in NativeEvent raw) => (long)raw.Phrase);

        /// <summary>Which part of a long phrase it is, from 0.</summary>
        /// <exception cref="InvalidOperationException">No event is current, or another thread uses the reader.</exception>
        /// <exception cref="ObjectDisposedException">The reader was disposed of.</exception>
        public int Part => Get((in NativeEvent raw) => raw.Part);

        /// <summary>Where a text begins in the audio that was sent; <see langword="null"/>: unknown.</summary>
        /// <exception cref="InvalidOperationException">No event is current, or another thread uses the reader.</exception>
        /// <exception cref="ObjectDisposedException">The reader was disposed of.</exception>
        public TimeSpan? Start => Get((in NativeEvent raw) => EventFields.Time(raw.StartMs));

        /// <summary>Where a text ends in the audio that was sent; <see langword="null"/>: unknown.</summary>
        /// <exception cref="InvalidOperationException">No event is current, or another thread uses the reader.</exception>
        /// <exception cref="ObjectDisposedException">The reader was disposed of.</exception>
        public TimeSpan? End => Get((in NativeEvent raw) => EventFields.Time(raw.EndMs));

        /// <summary>Frames per second of speech.</summary>
        /// <exception cref="InvalidOperationException">No event is current, or another thread uses the reader.</exception>
        /// <exception cref="ObjectDisposedException">The reader was disposed of.</exception>
        public int SampleRate => Get((in NativeEvent raw) => raw.SampleRate);

        /// <summary>Interleaved channels of speech.</summary>
        /// <exception cref="InvalidOperationException">No event is current, or another thread uses the reader.</exception>
        /// <exception cref="ObjectDisposedException">The reader was disposed of.</exception>
        public int Channels => Get((in NativeEvent raw) => raw.Channels);

        /// <summary>Frames of speech: one sample of every channel each.</summary>
        /// <exception cref="InvalidOperationException">No event is current, or another thread uses the reader.</exception>
        /// <exception cref="ObjectDisposedException">The reader was disposed of.</exception>
        public int Frames => Get((in NativeEvent raw) => (int)raw.PcmFrames);

        /// <summary>How many samples <see cref="CopySamples"/> copies; 0: none, or the speech is encoded.</summary>
        /// <exception cref="InvalidOperationException">No event is current, or another thread uses the reader.</exception>
        /// <exception cref="ObjectDisposedException">The reader was disposed of.</exception>
        public int SampleCount => Get((in NativeEvent raw) => EventFields.SampleCount(raw));

        /// <summary>How many bytes of encoded speech <see cref="CopyData"/> copies; 0: none.</summary>
        /// <exception cref="InvalidOperationException">No event is current, or another thread uses the reader.</exception>
        /// <exception cref="ObjectDisposedException">The reader was disposed of.</exception>
        public int DataLength => Get((in NativeEvent raw) => EventFields.Data(raw).Length);

        /// <summary>Frames that had been read when a phrase began or was last heard; <see langword="null"/>: unknown.</summary>
        /// <exception cref="InvalidOperationException">No event is current, or another thread uses the reader.</exception>
        /// <exception cref="ObjectDisposedException">The reader was disposed of.</exception>
        public long? PlayedFrames => Get((in NativeEvent raw) => EventFields.Count(raw.PlayedFrames));

        /// <summary>How much of the phrase was heard; <see langword="null"/>: unknown.</summary>
        /// <exception cref="InvalidOperationException">No event is current, or another thread uses the reader.</exception>
        /// <exception cref="ObjectDisposedException">The reader was disposed of.</exception>
        public TimeSpan? Heard => Get((in NativeEvent raw) => EventFields.Time(raw.HeardMs));

        /// <summary>How much of the phrase had been received; <see langword="null"/>: unknown.</summary>
        /// <exception cref="InvalidOperationException">No event is current, or another thread uses the reader.</exception>
        /// <exception cref="ObjectDisposedException">The reader was disposed of.</exception>
        public TimeSpan? Received => Get((in NativeEvent raw) => EventFields.Time(raw.PhraseMs));

        /// <summary>Events that were dropped, or frames of input with a warning; 0: none.</summary>
        /// <exception cref="InvalidOperationException">No event is current, or another thread uses the reader.</exception>
        /// <exception cref="ObjectDisposedException">The reader was disposed of.</exception>
        public long Dropped => Get((in NativeEvent raw) => raw.Dropped);

        /// <summary>How important a log line is.</summary>
        /// <exception cref="InvalidOperationException">No event is current, or another thread uses the reader.</exception>
        /// <exception cref="ObjectDisposedException">The reader was disposed of.</exception>
        public PalabraLogLevel LogLevel => Get((in NativeEvent raw) => (PalabraLogLevel)raw.LogLevel);

        /// <summary>What was said, or what happened; "" if nothing. A new string; <see cref="TryGetText"/> makes none.</summary>
        /// <exception cref="InvalidOperationException">No event is current, or another thread uses the reader.</exception>
        /// <exception cref="ObjectDisposedException">The reader was disposed of.</exception>
        public string Text => Get((in NativeEvent raw) => EventFields.Text(raw));

        /// <summary>The language of text or speech, such as "es"; "": none.</summary>
        /// <exception cref="InvalidOperationException">No event is current, or another thread uses the reader.</exception>
        /// <exception cref="ObjectDisposedException">The reader was disposed of.</exception>
        public string Language => Get((in NativeEvent raw) => EventFields.Language(raw));

        /// <summary>The service's id of the phrase or of the REST session, or the id of the generation; "": none. A new string.</summary>
        /// <exception cref="InvalidOperationException">No event is current, or another thread uses the reader.</exception>
        /// <exception cref="ObjectDisposedException">The reader was disposed of.</exception>
        public string Id => Get((in NativeEvent raw) => EventFields.Id(raw));

        /// <summary>The service's code of an error, a warning or a command; "": none.</summary>
        /// <exception cref="InvalidOperationException">No event is current, or another thread uses the reader.</exception>
        /// <exception cref="ObjectDisposedException">The reader was disposed of.</exception>
        public string ServiceCode => Get((in NativeEvent raw) => EventFields.ServiceCode(raw));

        /// <summary>The service's message without audio; <see langword="null"/>: none. A new string.</summary>
        /// <exception cref="InvalidOperationException">No event is current, or another thread uses the reader.</exception>
        /// <exception cref="ObjectDisposedException">The reader was disposed of.</exception>
        public string? Json => Get((in NativeEvent raw) => EventFields.Json(raw));

        /// <summary>Whether a text is complete and will not change.</summary>
        /// <exception cref="InvalidOperationException">No event is current, or another thread uses the reader.</exception>
        /// <exception cref="ObjectDisposedException">The reader was disposed of.</exception>
        public bool IsFinal => (Flags & EventFlags.Final) != 0;

        /// <summary>Whether a text is in a target language.</summary>
        /// <exception cref="InvalidOperationException">No event is current, or another thread uses the reader.</exception>
        /// <exception cref="ObjectDisposedException">The reader was disposed of.</exception>
        public bool IsTranslation => (Flags & EventFlags.Translation) != 0;

        /// <summary>Whether the speech of the phrase is complete.</summary>
        /// <exception cref="InvalidOperationException">No event is current, or another thread uses the reader.</exception>
        /// <exception cref="ObjectDisposedException">The reader was disposed of.</exception>
        public bool IsLast => (Flags & EventFlags.LastChunk) != 0;

        /// <summary>The number that the options of the session gave it.</summary>
        /// <exception cref="InvalidOperationException">No event is current, or another thread uses the reader.</exception>
        /// <exception cref="ObjectDisposedException">The reader was disposed of.</exception>
        public long SessionTag => Whose.SessionTag;

        /// <summary>The name that the options of the session gave it; "": none.</summary>
        /// <exception cref="InvalidOperationException">No event is current, or another thread uses the reader.</exception>
        /// <exception cref="ObjectDisposedException">The reader was disposed of.</exception>
        public string SessionName => Whose.Name;

        /// <summary>The object that the options of the session gave it.</summary>
        /// <exception cref="InvalidOperationException">No event is current, or another thread uses the reader.</exception>
        /// <exception cref="ObjectDisposedException">The reader was disposed of.</exception>
        public object? Tag => Whose.Tag;

        private SessionIdentity Whose
        {
            get
            {
                EventBox box = EnterCurrent();
                try
                {
                    return box.Session;
                }
                finally
                {
                    Exit();
                }
            }
        }

        // The lambdas hold nothing, so that each is made once.
        private T Get<T>(Field<T> field)
        {
            EventBox box = EnterCurrent();
            try
            {
                return field(box.Raw);
            }
            finally
            {
                Exit();
            }
        }
    }
}
