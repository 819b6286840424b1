// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;

namespace PalabraAI
{
    /// <summary>
    /// A text. Without <see cref="IsFinal"/> it replaces the text of the same phrase and language before it.
    /// </summary>
    public sealed class TranscriptEvent : PalabraEvent
    {
        internal TranscriptEvent(in EventHead head, string text, string language, string id, long phrase, int part, TimeSpan? start, TimeSpan? end)
            : base(head)
        {
            Text = text;
            Language = language;
            Id = id;
            Phrase = phrase;
            Part = part;
            Start = start;
            End = end;
        }

        /// <summary>What was said; "" when nothing was.</summary>
        public string Text { get; }

        /// <summary>The language of the text, such as "en".</summary>
        public string Language { get; }

        /// <summary>The service's id of the phrase; "" if it has none.</summary>
        public string Id { get; }

        /// <summary>Number of the phrase in its session, the same for its texts and its audio in all languages; 0: none.</summary>
        public long Phrase { get; }

        /// <summary>Which part of a long phrase a translation is, from 0.</summary>
        public int Part { get; }

        /// <summary>Where the text begins in the audio that was sent; <see langword="null"/>: the service did not say.</summary>
        public TimeSpan? Start { get; }

        /// <summary>Where the text ends in the audio that was sent; <see langword="null"/>: the service did not say.</summary>
        public TimeSpan? End { get; }

        /// <summary>Whether the text is complete and will not change.</summary>
        public bool IsFinal => (Flags & EventFlags.Final) != 0;

        /// <summary>Whether the text is in a target language.</summary>
        public bool IsTranslation => (Flags & EventFlags.Translation) != 0;

        private protected override string Words => Text;
    }

    /// <summary>A piece of speech. It can arrive faster than it plays.</summary>
    public sealed class AudioEvent : PalabraEvent
    {
        internal AudioEvent(
            in EventHead head, ReadOnlyMemory<short> samples, ReadOnlyMemory<byte> data, SpeechEncoding encoding, int sampleRate,
            int channels, string language, string id, long phrase, int part)
            : base(head)
        {
            Samples = samples;
            Data = data;
            Encoding = encoding;
            SampleRate = sampleRate;
            Channels = channels;
            Language = language;
            Id = id;
            Phrase = phrase;
            Part = part;
        }

        /// <summary>Interleaved 16-bit samples; empty when the speech is encoded.</summary>
        public ReadOnlyMemory<short> Samples { get; }

        /// <summary>
        /// The next bytes of the encoded stream of the generation, cut anywhere; empty when the speech is samples.
        /// </summary>
        public ReadOnlyMemory<byte> Data { get; }

        /// <summary>Whether <see cref="Samples"/> or <see cref="Data"/> holds the speech.</summary>
        public SpeechEncoding Encoding { get; }

        /// <summary>Frames per second.</summary>
        public int SampleRate { get; }

        /// <summary>Interleaved channels.</summary>
        public int Channels { get; }

        /// <summary>Frames in <see cref="Samples"/>: one sample of every channel each.</summary>
        public int Frames => Channels > 0 ? Samples.Length / Channels : 0;

        /// <summary>The language of the speech, such as "es".</summary>
        public string Language { get; }

        /// <summary>The service's id of the phrase, or the id of the generation; "" if it has none.</summary>
        public string Id { get; }

        /// <summary>Number of the phrase in its session, or of the generation; 0: none.</summary>
        public long Phrase { get; }

        /// <summary>Which part of a long phrase the speech belongs to, from 0.</summary>
        public int Part { get; }

        /// <summary>Whether the phrase is complete. The event can be without samples then.</summary>
        public bool IsLast => (Flags & EventFlags.LastChunk) != 0;

        private protected override string Words => Samples.Length > 0 ? Frames + " frames" : Data.Length + " bytes";
    }

    /// <summary>How the speech of an <see cref="AudioEvent"/> is encoded.</summary>
    public enum SpeechEncoding
    {
        /// <summary>16-bit samples, in <see cref="AudioEvent.Samples"/>.</summary>
        Samples = 0,

        /// <summary>A stream in the format of <see cref="TtsOptions"/>, such as MP3, in <see cref="AudioEvent.Data"/>.</summary>
        Encoded = 1,
    }

    /// <summary>
    /// A phrase begins to be heard, was heard to its end, or was cut, where speech is read by ReadAudio; see
    /// <see cref="PalabraEvent.Kind"/>.
    /// </summary>
    public sealed class PlayoutEvent : PalabraEvent
    {
        internal PlayoutEvent(
            in EventHead head, string language, string id, long phrase, int part, long? playedFrames, TimeSpan? heard, TimeSpan? received)
            : base(head)
        {
            Language = language;
            Id = id;
            Phrase = phrase;
            Part = part;
            PlayedFrames = playedFrames;
            Heard = heard;
            Received = received;
        }

        /// <summary>The language that is heard.</summary>
        public string Language { get; }

        /// <summary>The service's id of the phrase, or the id of the generation; "" if it has none.</summary>
        public string Id { get; }

        /// <summary>Number of the phrase in its session, or of the generation; 0: none.</summary>
        public long Phrase { get; }

        /// <summary>Which part of a long phrase it is, from 0.</summary>
        public int Part { get; }

        /// <summary>
        /// Frames of the language that had been read, silence included, when the phrase began, or when it was last heard;
        /// <see langword="null"/>: unknown.
        /// </summary>
        public long? PlayedFrames { get; }

        /// <summary>How much of the phrase was heard; <see langword="null"/>: unknown, or it only begins.</summary>
        public TimeSpan? Heard { get; }

        /// <summary>How much of the phrase had been received; <see langword="null"/>: unknown.</summary>
        public TimeSpan? Received { get; }

        /// <summary>Whether the phrase begins to be heard.</summary>
        public bool IsStart => Kind == EventKind.PlayoutStarted;

        /// <summary>Whether the phrase was dropped because the buffer was full, and not cut by a command.</summary>
        public bool IsDropped => (Flags & EventFlags.Dropped) != 0;

        private protected override string Words => Language;
    }
}
