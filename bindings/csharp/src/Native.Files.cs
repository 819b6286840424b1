// SPDX-License-Identifier: MIT OR Apache-2.0
using System;
using System.Runtime.InteropServices;

namespace PalabraAI
{
    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    internal unsafe delegate int NativeProgressCallback(NativeProgress* progress, IntPtr userData);

    internal static unsafe partial class Native
    {
        [DllImport(Library, CallingConvention = C)]
        internal static extern int palabra_wav_read(byte* path, NativeWav* wav, NativeError* error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int palabra_wav_release(NativeWav* wav);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int palabra_wav_write(
            byte* path, short* pcm, uint frames, uint sampleRate, uint channels, NativeError* error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int palabra_translate_file(
            IntPtr client, NativeTranslationConfig* config, byte* inputPath, byte* outputPattern, NativeFileOptions* options,
            NativeFileResult* result, int timeoutMs, NativeError* error);
    }
}
