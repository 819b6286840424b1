// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using PalabraAI.Interop;

namespace PalabraAI
{
    public sealed partial class FileTranslationOptions
    {
        /// <summary>Time that the whole translation may take; null: no limit.</summary>
        public TimeSpan? Timeout { get; set; }

        internal unsafe NativeFileOptions Raw(out int limitMs)
        {
            using (var writer = new OptionsWriter("fileOptions"))
            {
                var raw = new NativeFileOptions();
                Write(&raw, writer);
                limitMs = Times.Limit(Timeout, "fileOptions");
                return raw;
            }
        }
    }

    /// <summary>How far the translation of a file is.</summary>
    public sealed class FileProgress
    {
        internal unsafe FileProgress(NativeProgress* raw)
        {
            State = (PalabraSessionState)raw->State;
            Position = Times.Milliseconds(raw->PositionMs);
            Total = Times.KnownMilliseconds(raw->TotalMs);
            Transcripts = raw->Transcripts;
            Flags = (EventFlags)raw->Flags;
            Phrase = unchecked((long)raw->Phrase);
            Part = raw->Part;
            Text = Utf8.ReadOrNull(raw->Text);
            Language = Utf8.ReadOrNull(raw->Language);
            Id = Utf8.ReadOrNull(raw->Id);
            Json = Utf8.ReadOrNull(raw->Json);
        }

        /// <summary>State of the session.</summary>
        public PalabraSessionState State { get; }

        /// <summary>How much of the file was sent.</summary>
        public TimeSpan Position { get; }

        /// <summary>Length of the file; null: unknown.</summary>
        public TimeSpan? Total { get; }

        /// <summary>Transcripts so far: Text is new when this number has grown.</summary>
        public int Transcripts { get; }

        /// <summary><see cref="EventFlags.Final"/>, <see cref="EventFlags.Translation"/> of the last transcript.</summary>
        public EventFlags Flags { get; }

        /// <summary>Number of its phrase, as in events; 0: none.</summary>
        public long Phrase { get; }

        /// <summary>Which part of a long phrase the transcript is, from 0.</summary>
        public int Part { get; }

        /// <summary>The last transcript; null before the first.</summary>
        public string? Text { get; }

        /// <summary>Language of the last transcript; null before the first.</summary>
        public string? Language { get; }

        /// <summary>The service's id of the phrase; null: none.</summary>
        public string? Id { get; }

        /// <summary>With <see cref="SessionOptions.IncludeJson"/> the service's message; otherwise null.</summary>
        public string? Json { get; }
    }

    /// <summary>The speech of one target.</summary>
    public sealed class TranslatedFile
    {
        internal unsafe TranslatedFile(NativeFileOutput* raw)
        {
            Language = Utf8.Read(raw->Language);
            Frames = raw->Frames;
            SampleRate = raw->SampleRate;
            Channels = raw->Channels;
            if (raw->Pcm == null)
                return;
            // At most 1 GiB, which is less than an array can hold.
            var samples = new short[raw->Frames * raw->Channels];
            new ReadOnlySpan<short>(raw->Pcm, samples.Length).CopyTo(samples);
            Audio = new PalabraAudio(samples, raw->SampleRate, raw->Channels);
        }

        /// <summary>The target, as it stands in the name of its file.</summary>
        public string Language { get; }

        /// <summary>Frames of speech.</summary>
        public long Frames { get; }

        /// <summary>Frames per second.</summary>
        public int SampleRate { get; }

        /// <summary>Interleaved channels.</summary>
        public int Channels { get; }

        /// <summary>With <see cref="FileTranslationOptions.KeepAudio"/> the speech; otherwise null.</summary>
        public PalabraAudio? Audio { get; }
    }

    /// <summary>What came of the translation of a file.</summary>
    public sealed class FileTranslationResult
    {
        internal unsafe FileTranslationResult(NativeFileResult* raw)
        {
            Transcripts = raw->Transcripts;
            InputFrames = raw->InputFrames;
            OutputFrames = raw->OutputFrames;
            InputSampleRate = raw->InputSampleRate;
            OutputSampleRate = raw->OutputSampleRate;
            Warnings = raw->Warnings;
            TimeToFirstAudio = Times.KnownMilliseconds(raw->FirstAudioMs);
            EventsDropped = raw->EventsDropped;
            var outputs = new TranslatedFile[Math.Min(raw->OutputCount, raw->OutputCapacity)];
            for (int n = 0; n < outputs.Length; n++)
                outputs[n] = new TranslatedFile(&raw->Outputs[n]);
            Outputs = outputs;
        }

        /// <summary>Transcripts that came, partial ones included.</summary>
        public int Transcripts { get; }

        /// <summary>Frames of the file that were sent.</summary>
        public long InputFrames { get; }

        /// <summary>Frames of speech, in all languages together.</summary>
        public long OutputFrames { get; }

        /// <summary>Frames per second of the file.</summary>
        public int InputSampleRate { get; }

        /// <summary>Frames per second of the speech; 0: there was none.</summary>
        public int OutputSampleRate { get; }

        /// <summary>Warnings and errors of the session.</summary>
        public int Warnings { get; }

        /// <summary>Time from the first chunk sent to the first speech; null: there was none.</summary>
        public TimeSpan? TimeToFirstAudio { get; }

        /// <summary>Events that were lost because the progress handler or the disk took too long; 0: nothing is missing.</summary>
        public long EventsDropped { get; }

        /// <summary>The targets that were spoken.</summary>
        public IReadOnlyList<TranslatedFile> Outputs { get; }
    }
}
