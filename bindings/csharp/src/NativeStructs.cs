// SPDX-License-Identifier: MIT OR Apache-2.0
// The structs of palabra.h that users do not see, field by field; tests/csharp compares them with the header.
using System;
using System.Runtime.InteropServices;

namespace PalabraAI
{
    [StructLayout(LayoutKind.Sequential)]
    internal unsafe struct NativeError
    {
        public uint StructSize;
        public int Code;
        public uint Flags;
        public int HttpStatus;
        public int CloseCode;
        public fixed byte ServiceCode[64];
        public fixed byte Text[512];
    }

    [StructLayout(LayoutKind.Sequential)]
    internal unsafe struct NativeClientConfig
    {
        public uint StructSize;
        public uint Flags;
        public byte* ClientId;
        public byte* ClientSecret;
        public byte* ApiKey;
        public byte* Region;
        public byte* ApiUrl;
        public byte* TranslationUrl;
        public byte* TtsUrl;
        public byte* SttUrl;
        public byte* ProxyUrl;
        public byte* CaPem;
        public byte* CaFile;
        public byte* BindingName;
        public uint ConnectTimeoutMs;
        public uint RestTimeoutMs;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal unsafe struct NativeTranslationConfig
    {
        public uint StructSize;
        public uint Flags;
        public ulong SessionTag;
        public byte* SourceLanguage;
        public byte* TargetLanguages;
        public byte* VoiceId;
        public byte* MessageTypes;
        public byte* TranscriptionJson;
        public byte* TargetsJson;
        public byte* HotwordsGlossaries;
        public byte* VerificationGlossaries;
        public byte* TranslationGlossaries;
        public byte* TaskJson;
        public byte* WsUrl;
        public byte* Token;
        public IntPtr Queue;
        public int InputEncoding;
        public uint InputSampleRate;
        public uint InputChannels;
        public uint InputChannel;
        public uint WireSampleRate;
        public uint ChunkMs;
        public uint InputBufferMs;
        public uint SilenceThresholdMs;
        public uint EventLimit;
        public uint EventBytesLimit;
        public uint ConnectTimeoutMs;
        public uint ReadyTimeoutMs;
        public uint EndTimeoutMs;
        public uint LivenessTimeoutMs;
        public uint TaskIntervalMs;
        public uint PauseIntervalMs;
        public uint SpeakPerMinute;
        public uint CommandLimit;
        public int OutputMode;
        public int OutputEncoding;
        public uint OutputSampleRate;
        public uint OutputChannels;
        public uint PlayoutPrimeMs;
        public uint PlayoutCapMs;
        public uint PlayoutTargetMs;
        public uint OriginalPercent;
        public uint DuckPercent;
        public uint DuckAttackMs;
        public uint DuckReleaseMs;
        public uint QueueLevelMs;
        public uint QueueMaxMs;
        public int AutoTempo;
        public uint MinTempoPercent;
        public uint MaxTempoPercent;
        public uint GapPolicy;
        public uint GapAfterMs;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal unsafe struct NativeSttConfig
    {
        public uint StructSize;
        public uint Flags;
        public ulong SessionTag;
        public byte* Language;
        public byte* TranslateLanguages;
        public byte* WsUrl;
        public byte* Token;
        public IntPtr Queue;
        public int InputEncoding;
        public uint InputSampleRate;
        public uint InputChannels;
        public uint InputChannel;
        public uint ChunkMs;
        public uint InputBufferMs;
        public int Fillers;
        public int FinalizationMode;
        public uint FinalizationTimeoutS;
        public uint FinalizeTimeoutMs;
        public uint EventLimit;
        public uint EventBytesLimit;
        public uint ConnectTimeoutMs;
        public uint LivenessTimeoutMs;
        public uint GapPolicy;
        public uint GapAfterMs;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal unsafe struct NativeTtsConfig
    {
        public uint StructSize;
        public uint Flags;
        public ulong SessionTag;
        public byte* Language;
        public byte* VoiceId;
        public byte* Model;
        public byte* WsUrl;
        public byte* Token;
        public IntPtr Queue;
        public int AudioFormat;
        public uint SampleRate;
        public uint SpeedPercent;
        public uint DeaccentPercent;
        public uint TextsPerSecond;
        public uint CommandLimit;
        public uint EventLimit;
        public uint EventBytesLimit;
        public uint ConnectTimeoutMs;
        public uint EndTimeoutMs;
        public uint LivenessTimeoutMs;
        public int OutputMode;
        public int OutputEncoding;
        public uint OutputSampleRate;
        public uint OutputChannels;
        public uint PlayoutPrimeMs;
        public uint PlayoutCapMs;
        public uint PlayoutTargetMs;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal unsafe struct NativeTtsVoice
    {
        public uint StructSize;
        public uint Flags;
        public byte* VoiceId;
        public uint SpeedPercent;
        public uint DeaccentPercent;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal unsafe struct NativeEvent
    {
        public uint StructSize;
        public int Kind;
        public ulong Seq;
        public ulong TimeNs;
        public ulong Utterance;
        public int Code;
        public uint Flags;
        public uint SampleRate;
        public uint Channels;
        public uint PcmFrames;
        public uint TextLen;
        public uint LanguageLen;
        public uint IdLen;
        public uint JsonLen;
        public uint Part;
        public ulong Dropped;
        public ulong SessionTag;
        public ulong UserTag;
        public ulong PlayedFrame;
        public uint HeardMs;
        public uint PhraseMs;
        public short* Pcm;
        public byte* Text;
        public byte* Language;
        public byte* Id;
        public byte* ServiceCode;
        public byte* Json;
        public IntPtr Payload;
        public uint StartMs;
        public uint EndMs;
    }
}
