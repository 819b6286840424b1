// SPDX-License-Identifier: MIT OR Apache-2.0
using System;
using System.Runtime.InteropServices;

namespace PalabraAI
{
    internal static unsafe partial class Native
    {
        [DllImport(Library, CallingConvention = C)]
        internal static extern int palabra_rest_session_create(
            IntPtr client, NativeRestSession* session, NativeError* error, int timeoutMs);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int palabra_rest_session_delete(IntPtr client, byte* id, NativeError* error, int timeoutMs);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int palabra_rest_session_release(NativeRestSession* session);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int palabra_voices_create(
            IntPtr client, NativeVoiceConfig* config, NativeVoice* voice, NativeError* error, int timeoutMs);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int palabra_voices_wait_ready(
            IntPtr client, byte* id, NativeVoice* voice, NativeError* error, int timeoutMs);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int palabra_voices_get(
            IntPtr client, byte* id, NativeVoice* voice, NativeError* error, int timeoutMs);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int palabra_voices_list(
            IntPtr client, byte* search, byte* language, NativeVoiceList* list, NativeError* error, int timeoutMs);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int palabra_voices_list_builtin(
            IntPtr client, NativeVoiceList* list, NativeError* error, int timeoutMs);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int palabra_voices_update(
            IntPtr client, byte* id, NativeVoiceConfig* change, NativeVoice* voice, NativeError* error, int timeoutMs);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int palabra_voices_delete(IntPtr client, byte* id, NativeError* error, int timeoutMs);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int palabra_voice_release(NativeVoice* voice);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int palabra_voice_list_release(NativeVoiceList* list);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int palabra_glossaries_create(
            IntPtr client, NativeGlossaryConfig* config, NativeGlossary* glossary, NativeError* error, int timeoutMs);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int palabra_glossaries_get(
            IntPtr client, byte* id, NativeGlossary* glossary, NativeError* error, int timeoutMs);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int palabra_glossaries_list(
            IntPtr client, NativeGlossaryList* list, NativeError* error, int timeoutMs);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int palabra_glossaries_download(
            IntPtr client, byte* id, NativeGlossaryCsv* csv, NativeError* error, int timeoutMs);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int palabra_glossaries_update(
            IntPtr client, byte* id, byte* name, int enabled, NativeGlossary* glossary, NativeError* error, int timeoutMs);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int palabra_glossaries_delete(IntPtr client, byte* id, NativeError* error, int timeoutMs);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int palabra_glossary_release(NativeGlossary* glossary);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int palabra_glossary_list_release(NativeGlossaryList* list);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int palabra_glossary_csv_release(NativeGlossaryCsv* csv);
    }
}
