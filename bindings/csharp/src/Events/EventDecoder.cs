// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using PalabraAI.Interop;

namespace PalabraAI
{
    /// <summary>Makes objects of the library's events.</summary>
    internal static class EventDecoder
    {
        internal static PalabraEvent Decode(EventBox box)
        {
            PalabraEvent decoded = Decode(box.Raw, box.Session);
            GC.KeepAlive(box);
            return decoded;
        }

        private static PalabraEvent Decode(in NativeEvent raw, SessionIdentity session)
        {
            EventHead head = Head(raw, session);
            switch (head.Kind)
            {
                case EventKind.Transcript:
                    return new TranscriptEvent(
                        head, EventFields.Text(raw), EventFields.Language(raw), session.IdOf(raw), (long)raw.Phrase, raw.Part,
                        EventFields.Time(raw.StartMs), EventFields.Time(raw.EndMs));
                case EventKind.Audio:
                    return Audio(head, raw);
                case EventKind.PlayoutStarted:
                case EventKind.PlayoutFinished:
                case EventKind.PlayoutCut:
                    return new PlayoutEvent(
                        head, EventFields.Language(raw), session.IdOf(raw), (long)raw.Phrase, raw.Part,
                        EventFields.Count(raw.PlayedFrames),
                        head.Kind == EventKind.PlayoutStarted ? null : EventFields.Time(raw.HeardMs), EventFields.Time(raw.PhraseMs));
                case EventKind.SpeakStatus:
                case EventKind.TaskStatus:
                case EventKind.TaskInfo:
                    return new CommandEvent(
                        head, EventFields.ServiceCode(raw), EventFields.Text(raw), EventFields.Id(raw), (long)raw.Phrase);
                default:
                    return State(head, raw);
            }
        }

        private static PalabraEvent State(in EventHead head, in NativeEvent raw)
        {
            switch (head.Kind)
            {
                case EventKind.Ready:
                    return new ReadyEvent(head, EventFields.Id(raw));
                case EventKind.LinkUp:
                    return new LinkUpEvent(head, EventFields.Id(raw));
                case EventKind.StreamEnd:
                    return new StreamEndEvent(head);
                case EventKind.Warning:
                    return new WarningEvent(head, EventFields.Text(raw), EventFields.ServiceCode(raw), raw.Dropped);
                case EventKind.Error:
                    return new ErrorEvent(head, EventFields.Error(raw), EventFields.Id(raw));
                case EventKind.Overflow:
                    return new OverflowEvent(head, raw.Dropped, EventFields.Text(raw));
                case EventKind.Log:
                    return new LogEvent(head, (PalabraLogLevel)raw.LogLevel, EventFields.Text(raw));
                case EventKind.CredentialsNeeded:
                    return new CredentialsNeededEvent(head);
                case EventKind.LinkDown:
                    return new LinkDownEvent(head, Reason(raw), EventFields.Id(raw));
                case EventKind.SpeechStarted:
                case EventKind.SpeechEnded:
                    return new SpeechEvent(head, EventFields.Time(raw.StartMs), EventFields.Time(raw.EndMs));
                case EventKind.Echo:
                    return new EchoEvent(head, EventFields.Time(raw.DelayMs), raw.LevelDb, EventFields.Text(raw));
                case EventKind.Closed:
                    return new ClosedEvent(head, Reason(raw), EventFields.Id(raw));
                default:
                    return new OtherEvent(head, EventFields.Text(raw));
            }
        }

        /// <summary>Why something is over; null: it came to its end.</summary>
        private static PalabraException? Reason(in NativeEvent raw)
        {
            return raw.Code == (int)PalabraStatus.Ok ? null : PalabraException.Create(EventFields.Error(raw));
        }

        private static AudioEvent Audio(in EventHead head, in NativeEvent raw)
        {
            ReadOnlyMemory<short> samples = Copy(EventFields.Samples(raw));
            ReadOnlyMemory<byte> data = Copy(EventFields.Data(raw));
            SpeechEncoding encoding = data.Length > 0 ? SpeechEncoding.Encoded : SpeechEncoding.Samples;
            return new AudioEvent(
                head, samples, data, encoding, raw.SampleRate, raw.Channels, EventFields.Language(raw), head.Session.IdOf(raw),
                (long)raw.Phrase, raw.Part);
        }

        private static ReadOnlyMemory<T> Copy<T>(ReadOnlySpan<T> there) where T : unmanaged
        {
            if (there.IsEmpty)
                return default;
#if NET
            // Memory that is written whole needs no zeroes before.
            T[] copy = GC.AllocateUninitializedArray<T>(there.Length);
            there.CopyTo(copy);
            return copy;
#else
            return there.ToArray();
#endif
        }

        private static EventHead Head(in NativeEvent raw, SessionIdentity session)
        {
            return new EventHead
            {
                Kind = (EventKind)raw.Kind, Flags = (EventFlags)raw.Flags, Code = EventFields.Code(raw), Json = EventFields.Json(raw),
                Sequence = (long)raw.Seq, Timestamp = EventFields.Timestamp(raw), UserTag = (long)raw.UserTag, Leg = EventFields.Leg(raw), Session = session,
            };
        }
    }
}
