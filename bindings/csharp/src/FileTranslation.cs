// SPDX-License-Identifier: MIT OR Apache-2.0
using System;
using System.Collections.Generic;

namespace PalabraAI
{
    public sealed partial class FileTranslationOptions
    {
        /// <summary>
        /// Called with the progress, with every transcript and some four times a second, on the thread that made the call. It
        /// must not call the library. What it throws ends the translation and comes out of the call.
        /// </summary>
        public Action<FileProgress> Progress { get; set; }
    }

    /// <summary>How far Client.TranslateFile is.</summary>
    public sealed class FileProgress
    {
        internal unsafe FileProgress(NativeProgress* raw)
        {
            State = (SessionState)raw->State;
            PositionMs = raw->PositionMs;
            TotalMs = raw->TotalMs;
            Transcripts = raw->Transcripts;
            Flags = (EventFlags)raw->Flags;
            Phrase = raw->Phrase;
            Part = raw->Part;
            Text = Utf8.Read(raw->Text);
            Language = Utf8.Read(raw->Language);
            Id = Utf8.Read(raw->Id);
            Json = Utf8.Read(raw->Json);
        }

        /// <summary>Where in its life the session is.</summary>
        public SessionState State { get; }

        /// <summary>How much of the file was sent, in ms.</summary>
        public long PositionMs { get; }

        /// <summary>Length of the file, in ms; -1: unknown.</summary>
        public long TotalMs { get; }

        /// <summary>Transcripts so far: Text is new when this has grown.</summary>
        public int Transcripts { get; }

        /// <summary>EventFlags.Final, EventFlags.Translation of the last transcript.</summary>
        public EventFlags Flags { get; }

        /// <summary>Its phrase, as in events; 0: none.</summary>
        public ulong Phrase { get; }

        /// <summary>Its part of a long phrase.</summary>
        public int Part { get; }

        /// <summary>The service's name of its phrase.</summary>
        public string Id { get; }

        /// <summary>With TranslationFlags.Json, the service's message of it.</summary>
        public string Json { get; }

        /// <summary>The last transcript; "" before the first.</summary>
        public string Text { get; }

        /// <summary>Its language; "" before the first.</summary>
        public string Language { get; }
    }

    /// <summary>The speech of one target.</summary>
    public struct TranslatedFile
    {
        internal unsafe TranslatedFile(NativeFileOutput* raw)
        {
            Language = Utf8.Read(raw->Language);
            Frames = raw->Frames;
            SampleRate = raw->SampleRate;
            Channels = raw->Channels;
            Pcm = null;
            if (raw->Pcm != null)
            {
                Pcm = new short[raw->Frames * raw->Channels];
                for (long n = 0; n < Pcm.LongLength; n++)
                    Pcm[n] = raw->Pcm[n];
            }
        }

        /// <summary>The target, as it stands in the name of its file.</summary>
        public string Language { get; }

        /// <summary>Frames of speech.</summary>
        public long Frames { get; }

        /// <summary>Frames per second.</summary>
        public int SampleRate { get; }

        /// <summary>Interleaved channels.</summary>
        public int Channels { get; }

        /// <summary>With FileFlags.Audio, the interleaved samples; null: none.</summary>
        public short[] Pcm { get; }
    }

    /// <summary>What came of Client.TranslateFile.</summary>
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
            FirstAudioMs = raw->FirstAudioMs;
            EventsDropped = raw->EventsDropped;
            var outputs = new TranslatedFile[Math.Min(raw->OutputCount, raw->OutputCapacity)];
            for (int n = 0; n < outputs.Length; n++)
                outputs[n] = new TranslatedFile(&raw->Outputs[n]);
            Outputs = outputs;
        }

        /// <summary>Transcripts that came, growing ones included.</summary>
        public int Transcripts { get; }

        /// <summary>Frames of the file that were sent.</summary>
        public long InputFrames { get; }

        /// <summary>Frames of speech, in all languages together.</summary>
        public long OutputFrames { get; }

        /// <summary>Frames per second of the file.</summary>
        public int InputSampleRate { get; }

        /// <summary>Frames per second of the speech; 0 if there was none.</summary>
        public int OutputSampleRate { get; }

        /// <summary>Warning and Error events of the session.</summary>
        public int Warnings { get; }

        /// <summary>From the first chunk sent to the first speech, in ms; -1: there was none.</summary>
        public long FirstAudioMs { get; }

        /// <summary>
        /// Events that were lost because the callback or the disk took too long; 0: nothing is missing.
        /// </summary>
        public long EventsDropped { get; }

        /// <summary>The targets that were spoken.</summary>
        public IReadOnlyList<TranslatedFile> Outputs { get; }
    }
}
