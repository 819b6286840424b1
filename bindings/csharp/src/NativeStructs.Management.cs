// SPDX-License-Identifier: MIT OR Apache-2.0
using System;
using System.Runtime.InteropServices;

namespace PalabraAI
{
    [StructLayout(LayoutKind.Sequential)]
    internal unsafe struct NativeRestSession
    {
        public uint StructSize;
        public uint Flags;
        public byte* Id;
        public byte* WsUrl;
        public byte* WsTtsUrl;
        public byte* Token;
        public IntPtr Payload;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal unsafe struct NativeVoiceConfig
    {
        public uint StructSize;
        public uint Flags;
        public ulong SampleBytes;
        public byte* Name;
        public byte* Language;
        public byte* Description;
        public byte* Gender;
        public byte* AgeGroup;
        public byte* Mood;
        public byte* SamplePath;
        public byte* Sample;
        public byte* SampleName;
        public byte* SampleJson;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal unsafe struct NativeVoice
    {
        public uint StructSize;
        public int Status;
        public byte* Id;
        public byte* Name;
        public byte* Language;
        public byte* Description;
        public byte* VoiceType;
        public byte* Gender;
        public byte* AgeGroup;
        public byte* Mood;
        public byte* Errors;
        public byte* Warnings;
        public byte* Json;
        public IntPtr Payload;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal unsafe struct NativeVoiceList
    {
        public uint StructSize;
        public uint Count;
        public NativeVoice** Items;
        public IntPtr Payload;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal unsafe struct NativeGlossaryEntry
    {
        public byte* Term;
        public byte* Becomes;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal unsafe struct NativeGlossaryConfig
    {
        public uint StructSize;
        public uint Flags;
        public int Kind;
        public uint EntryCount;
        public byte* Name;
        public byte* SourceLanguage;
        public byte* TargetLanguage;
        public NativeGlossaryEntry* Entries;
        public byte* Csv;
        public byte* CsvPath;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal unsafe struct NativeGlossary
    {
        public uint StructSize;
        public uint Flags;
        public int Kind;
        public uint Reserved;
        public byte* Id;
        public byte* Name;
        public byte* SourceLanguage;
        public byte* TargetLanguage;
        public byte* Json;
        public IntPtr Payload;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal unsafe struct NativeGlossaryList
    {
        public uint StructSize;
        public uint Count;
        public NativeGlossary** Items;
        public IntPtr Payload;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal unsafe struct NativeGlossaryCsv
    {
        public uint StructSize;
        public uint Size;
        public byte* Text;
        public IntPtr Payload;
    }
}
