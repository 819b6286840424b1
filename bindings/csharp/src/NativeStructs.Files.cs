// SPDX-License-Identifier: MIT OR Apache-2.0
using System;
using System.Runtime.InteropServices;

namespace PalabraAI
{
    [StructLayout(LayoutKind.Sequential)]
    internal unsafe struct NativeWav
    {
        public uint StructSize;
        public uint SampleRate;
        public uint Channels;
        public uint Frames;
        public short* Pcm;
        public IntPtr Payload;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal unsafe struct NativeProgress
    {
        public uint StructSize;
        public int State;
        public ulong PositionMs;
        public ulong TotalMs;
        public uint Transcripts;
        public uint Flags;
        public byte* Text;
        public byte* Language;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal unsafe struct NativeFileOptions
    {
        public uint StructSize;
        public uint PacePercent;
        public uint LeadMs;
        public uint EosTimeoutS;
        public IntPtr Progress;
        public IntPtr UserData;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal unsafe struct NativeFileOutput
    {
        public fixed byte Language[32];
        public ulong Frames;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal unsafe struct NativeFileResult
    {
        public uint StructSize;
        public uint OutputCapacity;
        public uint OutputCount;
        public uint Transcripts;
        public ulong InputFrames;
        public ulong OutputFrames;
        public uint InputSampleRate;
        public uint OutputSampleRate;
        public uint Warnings;
        public uint FirstAudioMs;
        public ulong EventsDropped;
        public NativeFileOutput* Outputs;
    }
}
