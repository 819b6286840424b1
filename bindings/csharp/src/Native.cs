// SPDX-License-Identifier: MIT OR Apache-2.0
// The functions of palabra.h, by their names there: blittable types only, so that nothing is converted on the way.
using System;
using System.Runtime.InteropServices;

namespace PalabraAI
{
    internal static unsafe partial class Native
    {
#if UNITY_IOS && !UNITY_EDITOR
        // Players on iOS have the library linked in.
        private const string Library = "__Internal";
#else
        private const string Library = "palabra";
#endif
        private const CallingConvention C = CallingConvention.Cdecl;

        [DllImport(Library, CallingConvention = C)]
        internal static extern uint palabra_api_version();

        [DllImport(Library, CallingConvention = C)]
        internal static extern byte* palabra_version_string();

        [DllImport(Library, CallingConvention = C)]
        internal static extern byte* palabra_status_name(int code);

        [DllImport(Library, CallingConvention = C)]
        internal static extern byte* palabra_status_text(int code);

        [DllImport(Library, CallingConvention = C)]
        internal static extern uint palabra_status_flags(int code);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int palabra_client_new(NativeClientConfig* config, IntPtr* client, NativeError* error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int palabra_client_free(IntPtr client);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int palabra_session_open(
            IntPtr client, NativeTranslationConfig* config, IntPtr* session, NativeError* error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int palabra_session_open_tts(
            IntPtr client, NativeTtsConfig* config, IntPtr* session, NativeError* error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int palabra_session_open_stt(
            IntPtr client, NativeSttConfig* config, IntPtr* session, NativeError* error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int palabra_session_wait_ready(IntPtr session, int timeoutMs);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int palabra_session_state(IntPtr session);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int palabra_session_last_error(IntPtr session, NativeError* error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int palabra_session_end(IntPtr session, uint eosTimeoutS);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int palabra_session_close(IntPtr session, uint drainMs);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int palabra_task_build(
            NativeTranslationConfig* config, byte* buffer, uint capacity, NativeError* error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int palabra_session_send_audio(IntPtr session, void* audio, uint frames);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int palabra_session_set_input_format(
            IntPtr session, int encoding, uint sampleRate, uint channels);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int palabra_session_audio_space(IntPtr session);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int palabra_session_read_audio(
            IntPtr session, byte* language, void* audio, uint frames);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int palabra_session_set_output_format(
            IntPtr session, byte* language, int encoding, uint sampleRate, uint channels);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int palabra_session_playout_stats(IntPtr session, byte* language, PlayoutStats* stats);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int palabra_session_record_start(
            IntPtr session, byte* path, byte* language, NativeError* error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int palabra_session_record_stop(IntPtr session, uint timeoutMs, NativeError* error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int palabra_session_speak(
            IntPtr session, byte* text, byte* language, uint flags, ulong userTag);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int palabra_session_interrupt(
            IntPtr session, byte* languages, uint flags, ulong userTag);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int palabra_session_pause(IntPtr session, ulong userTag);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int palabra_session_resume(IntPtr session, ulong userTag);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int palabra_session_set_task(
            IntPtr session, byte* taskJson, ulong userTag, NativeError* error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int palabra_session_get_task(IntPtr session, ulong userTag);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int palabra_session_send_text(
            IntPtr session, byte* text, uint flags, byte* generationId, NativeTtsVoice* voice, ulong userTag, NativeError* error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int palabra_session_cancel(IntPtr session, byte* generationId, ulong userTag);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int palabra_tts_synthesize(
            IntPtr session, byte* text, NativeWav* result, int timeoutMs, NativeError* error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int palabra_session_finalize(IntPtr session, ulong userTag);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int palabra_session_poll_event(IntPtr session, NativeEvent* @event, int timeoutMs);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int palabra_event_release(NativeEvent* @event);

        [DllImport(Library, CallingConvention = C)]
        internal static extern byte* palabra_event_kind_name(int kind);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int palabra_queue_new(IntPtr* queue, NativeError* error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int palabra_queue_poll_event(IntPtr queue, NativeEvent* @event, int timeoutMs);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int palabra_queue_wakeup(IntPtr queue);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int palabra_queue_event_fd(IntPtr queue);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int palabra_queue_event_handle(IntPtr queue, IntPtr* handle);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int palabra_queue_free(IntPtr queue);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int palabra_session_wakeup(IntPtr session);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int palabra_session_event_fd(IntPtr session);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int palabra_session_event_handle(IntPtr session, IntPtr* handle);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int palabra_session_stats(IntPtr session, SessionStats* stats);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int palabra_session_send_paced(
            IntPtr session, void* audio, uint frames, uint leadMs, int timeoutMs);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int palabra_session_send_file(
            IntPtr session, byte* path, uint leadMs, int timeoutMs, NativeError* error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int palabra_shutdown(uint timeoutMs);
    }
}
