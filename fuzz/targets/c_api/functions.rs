//! The addresses of all exported functions. Printed by tools/api; do not edit.

/// To be called by what the description of the API says about each.
macro_rules! exported {
    ($($name:ident)*) => {
        unsafe extern "C" {
            $(fn $name();)*
        }

        pub const ALL: &[(&str, unsafe extern "C" fn())] = &[$((stringify!($name), $name),)*];
    };
}

exported! {
    palabra_version_check
    palabra_version_string
    palabra_has_feature
    palabra_struct_init
    palabra_status_name
    palabra_status_text
    palabra_status_flags
    palabra_status_list
    palabra_shutdown
    palabra_cancel
    palabra_client_new
    palabra_client_set_credentials
    palabra_client_check
    palabra_client_free
    palabra_session_send_audio
    palabra_session_send_paced
    palabra_session_skip
    palabra_session_flush_input
    palabra_session_set_input_format
    palabra_session_get_input_space
    palabra_audio_release
    palabra_session_read_audio
    palabra_session_set_output_format
    palabra_session_set_original
    palabra_session_silence
    palabra_session_get_playout_stats
    palabra_session_wait_ready
    palabra_session_get_state
    palabra_session_get_error
    palabra_session_get_stats
    palabra_session_end
    palabra_session_close
    palabra_session_poll_event
    palabra_event_release
    palabra_event_kind_name
    palabra_queue_new
    palabra_queue_poll_event
    palabra_queue_poll_ready
    palabra_queue_wakeup
    palabra_queue_get_event_fd
    palabra_queue_get_event_handle
    palabra_queue_set_wakeup_callback
    palabra_queue_free
    palabra_session_wakeup
    palabra_session_get_event_fd
    palabra_session_get_event_handle
    palabra_session_set_wakeup_callback
    palabra_log_open
    palabra_session_open_translation
    palabra_session_speak
    palabra_session_interrupt
    palabra_session_pause
    palabra_session_resume
    palabra_session_set_task
    palabra_session_get_task
    palabra_translation_build_task
    palabra_session_open_tts
    palabra_session_send_text
    palabra_session_cancel
    palabra_session_cancel_tagged
    palabra_session_synthesize
    palabra_session_open_stt
    palabra_session_send_encoded
    palabra_session_send_encoded_paced
    palabra_session_finalize
    palabra_session_send_file
    palabra_session_start_recording
    palabra_session_pause_recording
    palabra_session_resume_recording
    palabra_session_stop_recording
    palabra_translate_file
    palabra_file_result_release
    palabra_audio_read_wav
    palabra_audio_write_wav
    palabra_rest_session_create
    palabra_rest_session_list
    palabra_rest_session_get
    palabra_rest_session_set_ttl
    palabra_rest_session_delete
    palabra_rest_session_release
    palabra_rest_sessions_release
    palabra_voice_create
    palabra_voice_wait_ready
    palabra_voice_get
    palabra_voice_list
    palabra_voice_list_builtin
    palabra_voice_update
    palabra_voice_delete
    palabra_voice_release
    palabra_voices_release
    palabra_glossary_create
    palabra_glossary_get
    palabra_glossary_list
    palabra_glossary_download
    palabra_glossary_update
    palabra_glossary_delete
    palabra_glossary_release
    palabra_glossaries_release
    palabra_glossary_csv_release
}
