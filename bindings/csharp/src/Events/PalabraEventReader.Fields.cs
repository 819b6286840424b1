// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using PalabraAI.Interop;

namespace PalabraAI
{
    // Each property looks at the current event while nobody else can give it back.
    public sealed partial class PalabraEventReader
    {
        /// <summary>What happened.</summary>
        /// <exception cref="InvalidOperationException">No event is current, or another thread uses the reader.</exception>
        /// <exception cref="ObjectDisposedException">The reader was disposed of.</exception>
        public EventKind Kind
        {
            get
            {
                EventBox box = EnterCurrent();
                try
                {
                    return (EventKind)box.Raw.Kind;
                }
                finally
                {
                    Exit();
                }
            }
        }

        /// <summary>What else there is to say.</summary>
        /// <exception cref="InvalidOperationException">No event is current, or another thread uses the reader.</exception>
        /// <exception cref="ObjectDisposedException">The reader was disposed of.</exception>
        public EventFlags Flags
        {
            get
            {
                EventBox box = EnterCurrent();
                try
                {
                    return (EventFlags)box.Raw.Flags;
                }
                finally
                {
                    Exit();
                }
            }
        }

        /// <summary>The status of closing and of errors; else <see cref="PalabraStatus.Ok"/>.</summary>
        /// <exception cref="InvalidOperationException">No event is current, or another thread uses the reader.</exception>
        /// <exception cref="ObjectDisposedException">The reader was disposed of.</exception>
        public PalabraStatus Code
        {
            get
            {
                EventBox box = EnterCurrent();
                try
                {
                    return EventFields.Code(box.Raw);
                }
                finally
                {
                    Exit();
                }
            }
        }

        /// <summary>Position in the order of delivery of the session, from 1 without gaps.</summary>
        /// <exception cref="InvalidOperationException">No event is current, or another thread uses the reader.</exception>
        /// <exception cref="ObjectDisposedException">The reader was disposed of.</exception>
        public long Sequence
        {
            get
            {
                EventBox box = EnterCurrent();
                try
                {
                    return (long)box.Raw.Seq;
                }
                finally
                {
                    Exit();
                }
            }
        }

        /// <summary>When it happened, by the system's monotonic clock.</summary>
        /// <exception cref="InvalidOperationException">No event is current, or another thread uses the reader.</exception>
        /// <exception cref="ObjectDisposedException">The reader was disposed of.</exception>
        public TimeSpan Timestamp
        {
            get
            {
                EventBox box = EnterCurrent();
                try
                {
                    return EventFields.Timestamp(box.Raw);
                }
                finally
                {
                    Exit();
                }
            }
        }

        /// <summary>The tag of the command that this answers; 0: none.</summary>
        /// <exception cref="InvalidOperationException">No event is current, or another thread uses the reader.</exception>
        /// <exception cref="ObjectDisposedException">The reader was disposed of.</exception>
        public long UserTag
        {
            get
            {
                EventBox box = EnterCurrent();
                try
                {
                    return (long)box.Raw.UserTag;
                }
                finally
                {
                    Exit();
                }
            }
        }

        /// <summary>Number of the phrase in its session, or of the generation; 0: none.</summary>
        /// <exception cref="InvalidOperationException">No event is current, or another thread uses the reader.</exception>
        /// <exception cref="ObjectDisposedException">The reader was disposed of.</exception>
        public long Phrase
        {
            get
            {
                EventBox box = EnterCurrent();
                try
                {
                    return (long)box.Raw.Phrase;
                }
                finally
                {
                    Exit();
                }
            }
        }

        /// <summary>Which part of a long phrase it is, from 0.</summary>
        /// <exception cref="InvalidOperationException">No event is current, or another thread uses the reader.</exception>
        /// <exception cref="ObjectDisposedException">The reader was disposed of.</exception>
        public int Part
        {
            get
            {
                EventBox box = EnterCurrent();
                try
                {
                    return box.Raw.Part;
                }
                finally
                {
                    Exit();
                }
            }
        }

        /// <summary>Where a text begins in the audio that was sent; <see langword="null"/>: unknown.</summary>
        /// <exception cref="InvalidOperationException">No event is current, or another thread uses the reader.</exception>
        /// <exception cref="ObjectDisposedException">The reader was disposed of.</exception>
        public TimeSpan? Start
        {
            get
            {
                EventBox box = EnterCurrent();
                try
                {
                    return EventFields.Time(box.Raw.StartMs);
                }
                finally
                {
                    Exit();
                }
            }
        }

        /// <summary>Where a text ends in the audio that was sent; <see langword="null"/>: unknown.</summary>
        /// <exception cref="InvalidOperationException">No event is current, or another thread uses the reader.</exception>
        /// <exception cref="ObjectDisposedException">The reader was disposed of.</exception>
        public TimeSpan? End
        {
            get
            {
                EventBox box = EnterCurrent();
                try
                {
                    return EventFields.Time(box.Raw.EndMs);
                }
                finally
                {
                    Exit();
                }
            }
        }

        /// <summary>Frames per second of speech.</summary>
        /// <exception cref="InvalidOperationException">No event is current, or another thread uses the reader.</exception>
        /// <exception cref="ObjectDisposedException">The reader was disposed of.</exception>
        public int SampleRate
        {
            get
            {
                EventBox box = EnterCurrent();
                try
                {
                    return box.Raw.SampleRate;
                }
                finally
                {
                    Exit();
                }
            }
        }

        /// <summary>Interleaved channels of speech.</summary>
        /// <exception cref="InvalidOperationException">No event is current, or another thread uses the reader.</exception>
        /// <exception cref="ObjectDisposedException">The reader was disposed of.</exception>
        public int Channels
        {
            get
            {
                EventBox box = EnterCurrent();
                try
                {
                    return box.Raw.Channels;
                }
                finally
                {
                    Exit();
                }
            }
        }

        /// <summary>Frames of speech: one sample of every channel each.</summary>
        /// <exception cref="InvalidOperationException">No event is current, or another thread uses the reader.</exception>
        /// <exception cref="ObjectDisposedException">The reader was disposed of.</exception>
        public int Frames
        {
            get
            {
                EventBox box = EnterCurrent();
                try
                {
                    return (int)box.Raw.PcmFrames;
                }
                finally
                {
                    Exit();
                }
            }
        }

        /// <summary>How many samples <see cref="CopySamples"/> copies; 0: none, or the speech is encoded.</summary>
        /// <exception cref="InvalidOperationException">No event is current, or another thread uses the reader.</exception>
        /// <exception cref="ObjectDisposedException">The reader was disposed of.</exception>
        public int SampleCount
        {
            get
            {
                EventBox box = EnterCurrent();
                try
                {
                    return EventFields.SampleCount(box.Raw);
                }
                finally
                {
                    Exit();
                }
            }
        }

        /// <summary>How many bytes of encoded speech <see cref="CopyData"/> copies; 0: none.</summary>
        /// <exception cref="InvalidOperationException">No event is current, or another thread uses the reader.</exception>
        /// <exception cref="ObjectDisposedException">The reader was disposed of.</exception>
        public int DataLength
        {
            get
            {
                EventBox box = EnterCurrent();
                try
                {
                    return EventFields.Data(box.Raw).Length;
                }
                finally
                {
                    Exit();
                }
            }
        }

        /// <summary>Frames that had been read when a phrase began or was last heard; <see langword="null"/>: unknown.</summary>
        /// <exception cref="InvalidOperationException">No event is current, or another thread uses the reader.</exception>
        /// <exception cref="ObjectDisposedException">The reader was disposed of.</exception>
        public long? PlayedFrames
        {
            get
            {
                EventBox box = EnterCurrent();
                try
                {
                    return EventFields.Count(box.Raw.PlayedFrames);
                }
                finally
                {
                    Exit();
                }
            }
        }

        /// <summary>How much of the phrase was heard; <see langword="null"/>: unknown.</summary>
        /// <exception cref="InvalidOperationException">No event is current, or another thread uses the reader.</exception>
        /// <exception cref="ObjectDisposedException">The reader was disposed of.</exception>
        public TimeSpan? Heard
        {
            get
            {
                EventBox box = EnterCurrent();
                try
                {
                    return EventFields.Time(box.Raw.HeardMs);
                }
                finally
                {
                    Exit();
                }
            }
        }

        /// <summary>How much of the phrase had been received; <see langword="null"/>: unknown.</summary>
        /// <exception cref="InvalidOperationException">No event is current, or another thread uses the reader.</exception>
        /// <exception cref="ObjectDisposedException">The reader was disposed of.</exception>
        public TimeSpan? Received
        {
            get
            {
                EventBox box = EnterCurrent();
                try
                {
                    return EventFields.Time(box.Raw.PhraseMs);
                }
                finally
                {
                    Exit();
                }
            }
        }

        /// <summary>Events that were dropped, or frames of input with a warning; 0: none.</summary>
        /// <exception cref="InvalidOperationException">No event is current, or another thread uses the reader.</exception>
        /// <exception cref="ObjectDisposedException">The reader was disposed of.</exception>
        public long Dropped
        {
            get
            {
                EventBox box = EnterCurrent();
                try
                {
                    return box.Raw.Dropped;
                }
                finally
                {
                    Exit();
                }
            }
        }

        /// <summary>How important a log line is.</summary>
        /// <exception cref="InvalidOperationException">No event is current, or another thread uses the reader.</exception>
        /// <exception cref="ObjectDisposedException">The reader was disposed of.</exception>
        public PalabraLogLevel LogLevel
        {
            get
            {
                EventBox box = EnterCurrent();
                try
                {
                    return (PalabraLogLevel)box.Raw.LogLevel;
                }
                finally
                {
                    Exit();
                }
            }
        }

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
    }
}
