/* Every function with its parameters, and every type by itself, for tools that read the ABI from debug
 * information: tests/abi/dumped.py compares it with api/palabra.abi.
 * Generated from src/ffi; do not edit.
 */
#include <palabra.h>

void has_palabra_error(palabra_error *value);
void has_palabra_error(palabra_error *value)
{
    (void)value;
}

void has_palabra_status(palabra_status *value);
void has_palabra_status(palabra_status *value)
{
    (void)value;
}

PALABRA_API palabra_status PALABRA_CALL palabra_version_check(int32_t major, int32_t minor, int32_t patch)
{
    (void)major;
    (void)minor;
    (void)patch;
    return 0;
}

PALABRA_API const char *PALABRA_CALL palabra_version_string(void)
{
    return 0;
}

PALABRA_API int32_t PALABRA_CALL palabra_has_feature(const char *name)
{
    (void)name;
    return 0;
}

PALABRA_API palabra_status PALABRA_CALL palabra_struct_init(void *object, uint32_t struct_size)
{
    (void)object;
    (void)struct_size;
    return 0;
}

PALABRA_API const char *PALABRA_CALL palabra_status_name(int32_t code)
{
    (void)code;
    return 0;
}

PALABRA_API const char *PALABRA_CALL palabra_status_text(int32_t code)
{
    (void)code;
    return 0;
}

PALABRA_API uint32_t PALABRA_CALL palabra_status_flags(int32_t code)
{
    (void)code;
    return 0;
}

PALABRA_API palabra_status PALABRA_CALL palabra_status_list(int32_t index, palabra_status *code)
{
    (void)index;
    (void)code;
    return 0;
}

void has_palabra_runtime_config(palabra_runtime_config *value);
void has_palabra_runtime_config(palabra_runtime_config *value)
{
    (void)value;
}

PALABRA_API palabra_status PALABRA_CALL palabra_runtime_configure(
    const palabra_runtime_config *config, palabra_error *error)
{
    (void)config;
    (void)error;
    return 0;
}

PALABRA_API palabra_status PALABRA_CALL palabra_shutdown(int32_t timeout_ms)
{
    (void)timeout_ms;
    return 0;
}

PALABRA_API int32_t PALABRA_CALL palabra_cancel(const palabra_error *error)
{
    (void)error;
    return 0;
}

void has_palabra_credentials(palabra_credentials *value);
void has_palabra_credentials(palabra_credentials *value)
{
    (void)value;
}

void has_palabra_client_config(palabra_client_config *value);
void has_palabra_client_config(palabra_client_config *value)
{
    (void)value;
}

PALABRA_API palabra_status PALABRA_CALL palabra_client_new(
    const palabra_client_config *config, palabra_client **client, palabra_error *error)
{
    (void)config;
    (void)client;
    (void)error;
    return 0;
}

PALABRA_API palabra_status PALABRA_CALL palabra_client_set_credentials(
    palabra_client *client, const palabra_credentials *credentials, palabra_error *error)
{
    (void)client;
    (void)credentials;
    (void)error;
    return 0;
}

PALABRA_API palabra_status PALABRA_CALL palabra_client_check(
    palabra_client *client, int32_t timeout_ms, palabra_error *error)
{
    (void)client;
    (void)timeout_ms;
    (void)error;
    return 0;
}

PALABRA_API int32_t PALABRA_CALL palabra_metrics_text(palabra_client *client, char *buffer, int32_t capacity)
{
    (void)client;
    (void)buffer;
    (void)capacity;
    return 0;
}

PALABRA_API palabra_status PALABRA_CALL palabra_client_drain(
    palabra_client *client, int32_t timeout_ms, palabra_error *error)
{
    (void)client;
    (void)timeout_ms;
    (void)error;
    return 0;
}

PALABRA_API palabra_status PALABRA_CALL palabra_client_free(palabra_client *client)
{
    (void)client;
    return 0;
}

void has_palabra_audio_format(palabra_audio_format *value);
void has_palabra_audio_format(palabra_audio_format *value)
{
    (void)value;
}

void has_palabra_gap_options(palabra_gap_options *value);
void has_palabra_gap_options(palabra_gap_options *value)
{
    (void)value;
}

void has_palabra_input_options(palabra_input_options *value);
void has_palabra_input_options(palabra_input_options *value)
{
    (void)value;
}

void has_palabra_audio(palabra_audio *value);
void has_palabra_audio(palabra_audio *value)
{
    (void)value;
}

void has_palabra_encoding(palabra_encoding *value);
void has_palabra_encoding(palabra_encoding *value)
{
    (void)value;
}

void has_palabra_gap_policy(palabra_gap_policy *value);
void has_palabra_gap_policy(palabra_gap_policy *value)
{
    (void)value;
}

PALABRA_API int32_t PALABRA_CALL palabra_session_send_audio(
    palabra_session *session, const void *audio, int32_t frames)
{
    (void)session;
    (void)audio;
    (void)frames;
    return 0;
}

PALABRA_API int32_t PALABRA_CALL palabra_session_send_paced(
    palabra_session *session, const void *audio, int32_t frames, int32_t lead_ms, int32_t timeout_ms)
{
    (void)session;
    (void)audio;
    (void)frames;
    (void)lead_ms;
    (void)timeout_ms;
    return 0;
}

PALABRA_API int32_t PALABRA_CALL palabra_session_skip(palabra_session *session, int32_t frames)
{
    (void)session;
    (void)frames;
    return 0;
}

PALABRA_API palabra_status PALABRA_CALL palabra_session_flush_input(palabra_session *session)
{
    (void)session;
    return 0;
}

PALABRA_API palabra_status PALABRA_CALL palabra_session_set_input_format(
    palabra_session *session, const palabra_audio_format *format)
{
    (void)session;
    (void)format;
    return 0;
}

PALABRA_API int32_t PALABRA_CALL palabra_session_get_input_space(palabra_session *session)
{
    (void)session;
    return 0;
}

PALABRA_API palabra_status PALABRA_CALL palabra_audio_release(palabra_audio *audio)
{
    (void)audio;
    return 0;
}

void has_palabra_original_options(palabra_original_options *value);
void has_palabra_original_options(palabra_original_options *value)
{
    (void)value;
}

void has_palabra_output_options(palabra_output_options *value);
void has_palabra_output_options(palabra_output_options *value)
{
    (void)value;
}

void has_palabra_playout_stats(palabra_playout_stats *value);
void has_palabra_playout_stats(palabra_playout_stats *value)
{
    (void)value;
}

void has_palabra_output_mode(palabra_output_mode *value);
void has_palabra_output_mode(palabra_output_mode *value)
{
    (void)value;
}

void has_palabra_echo(palabra_echo *value);
void has_palabra_echo(palabra_echo *value)
{
    (void)value;
}

PALABRA_API int32_t PALABRA_CALL palabra_session_read_audio(
    palabra_session *session, const char *language, void *audio, int32_t frames)
{
    (void)session;
    (void)language;
    (void)audio;
    (void)frames;
    return 0;
}

PALABRA_API palabra_status PALABRA_CALL palabra_session_set_output_format(
    palabra_session *session, const char *language, const palabra_audio_format *format)
{
    (void)session;
    (void)language;
    (void)format;
    return 0;
}

PALABRA_API palabra_status PALABRA_CALL palabra_session_set_original(
    palabra_session *session, const palabra_original_options *options)
{
    (void)session;
    (void)options;
    return 0;
}

PALABRA_API palabra_status PALABRA_CALL palabra_session_silence(
    palabra_session *session, const char *languages, uint32_t flags)
{
    (void)session;
    (void)languages;
    (void)flags;
    return 0;
}

PALABRA_API palabra_status PALABRA_CALL palabra_session_get_playout_stats(
    palabra_session *session, const char *language, palabra_playout_stats *stats)
{
    (void)session;
    (void)language;
    (void)stats;
    return 0;
}

void has_palabra_stream_address(palabra_stream_address *value);
void has_palabra_stream_address(palabra_stream_address *value)
{
    (void)value;
}

void has_palabra_limits(palabra_limits *value);
void has_palabra_limits(palabra_limits *value)
{
    (void)value;
}

void has_palabra_timeouts(palabra_timeouts *value);
void has_palabra_timeouts(palabra_timeouts *value)
{
    (void)value;
}

void has_palabra_session_stats(palabra_session_stats *value);
void has_palabra_session_stats(palabra_session_stats *value)
{
    (void)value;
}

void has_palabra_state(palabra_state *value);
void has_palabra_state(palabra_state *value)
{
    (void)value;
}

PALABRA_API palabra_status PALABRA_CALL palabra_session_wait_ready(palabra_session *session, int32_t timeout_ms)
{
    (void)session;
    (void)timeout_ms;
    return 0;
}

PALABRA_API int32_t PALABRA_CALL palabra_session_get_state(palabra_session *session)
{
    (void)session;
    return 0;
}

PALABRA_API palabra_status PALABRA_CALL palabra_session_get_error(palabra_session *session, palabra_error *error)
{
    (void)session;
    (void)error;
    return 0;
}

PALABRA_API palabra_status PALABRA_CALL palabra_session_get_stats(
    palabra_session *session, palabra_session_stats *stats)
{
    (void)session;
    (void)stats;
    return 0;
}

PALABRA_API palabra_status PALABRA_CALL palabra_session_end(palabra_session *session)
{
    (void)session;
    return 0;
}

PALABRA_API palabra_status PALABRA_CALL palabra_session_close(palabra_session *session, int32_t timeout_ms)
{
    (void)session;
    (void)timeout_ms;
    return 0;
}

void has_palabra_event(palabra_event *value);
void has_palabra_event(palabra_event *value)
{
    (void)value;
}

void has_palabra_event_kind(palabra_event_kind *value);
void has_palabra_event_kind(palabra_event_kind *value)
{
    (void)value;
}

PALABRA_API int32_t PALABRA_CALL palabra_session_poll_event(
    palabra_session *session, palabra_event *event, int32_t timeout_ms)
{
    (void)session;
    (void)event;
    (void)timeout_ms;
    return 0;
}

PALABRA_API palabra_status PALABRA_CALL palabra_event_release(palabra_event *event)
{
    (void)event;
    return 0;
}

PALABRA_API const char *PALABRA_CALL palabra_event_kind_name(int32_t kind)
{
    (void)kind;
    return 0;
}

void has_palabra_ready(palabra_ready *value);
void has_palabra_ready(palabra_ready *value)
{
    (void)value;
}

void has_palabra_ready_kind(palabra_ready_kind *value);
void has_palabra_ready_kind(palabra_ready_kind *value)
{
    (void)value;
}

void has_palabra_wakeup_callback(palabra_wakeup_callback *value);
void has_palabra_wakeup_callback(palabra_wakeup_callback *value)
{
    (void)value;
}

PALABRA_API palabra_status PALABRA_CALL palabra_queue_new(uint32_t flags, palabra_queue **queue, palabra_error *error)
{
    (void)flags;
    (void)queue;
    (void)error;
    return 0;
}

PALABRA_API int32_t PALABRA_CALL palabra_queue_poll_event(
    palabra_queue *queue, palabra_event *event, int32_t timeout_ms)
{
    (void)queue;
    (void)event;
    (void)timeout_ms;
    return 0;
}

PALABRA_API int32_t PALABRA_CALL palabra_queue_poll_ready(
    palabra_queue *queue, palabra_ready *ready, int32_t timeout_ms)
{
    (void)queue;
    (void)ready;
    (void)timeout_ms;
    return 0;
}

PALABRA_API palabra_status PALABRA_CALL palabra_queue_wakeup(palabra_queue *queue)
{
    (void)queue;
    return 0;
}

PALABRA_API int32_t PALABRA_CALL palabra_queue_get_event_fd(palabra_queue *queue)
{
    (void)queue;
    return 0;
}

PALABRA_API palabra_status PALABRA_CALL palabra_queue_get_event_handle(palabra_queue *queue, void **handle)
{
    (void)queue;
    (void)handle;
    return 0;
}

PALABRA_API palabra_status PALABRA_CALL palabra_queue_set_wakeup_callback(
    palabra_queue *queue, palabra_wakeup_callback callback, void *user_data)
{
    (void)queue;
    (void)callback;
    (void)user_data;
    return 0;
}

PALABRA_API palabra_status PALABRA_CALL palabra_queue_free(palabra_queue *queue)
{
    (void)queue;
    return 0;
}

PALABRA_API palabra_status PALABRA_CALL palabra_session_wakeup(palabra_session *session)
{
    (void)session;
    return 0;
}

PALABRA_API int32_t PALABRA_CALL palabra_session_get_event_fd(palabra_session *session)
{
    (void)session;
    return 0;
}

PALABRA_API palabra_status PALABRA_CALL palabra_session_get_event_handle(palabra_session *session, void **handle)
{
    (void)session;
    (void)handle;
    return 0;
}

PALABRA_API palabra_status PALABRA_CALL palabra_session_set_wakeup_callback(
    palabra_session *session, palabra_wakeup_callback callback, void *user_data)
{
    (void)session;
    (void)callback;
    (void)user_data;
    return 0;
}

void has_palabra_log_level(palabra_log_level *value);
void has_palabra_log_level(palabra_log_level *value)
{
    (void)value;
}

PALABRA_API palabra_status PALABRA_CALL palabra_log_open(
    palabra_queue *queue, palabra_log_level level, palabra_error *error)
{
    (void)queue;
    (void)level;
    (void)error;
    return 0;
}

void has_palabra_service_queue(palabra_service_queue *value);
void has_palabra_service_queue(palabra_service_queue *value)
{
    (void)value;
}

void has_palabra_command_pace(palabra_command_pace *value);
void has_palabra_command_pace(palabra_command_pace *value)
{
    (void)value;
}

void has_palabra_translation_config(palabra_translation_config *value);
void has_palabra_translation_config(palabra_translation_config *value)
{
    (void)value;
}

void has_palabra_tempo(palabra_tempo *value);
void has_palabra_tempo(palabra_tempo *value)
{
    (void)value;
}

PALABRA_API palabra_status PALABRA_CALL palabra_session_open_translation(
    palabra_client *client, const palabra_translation_config *config, palabra_session **session, palabra_error *error)
{
    (void)client;
    (void)config;
    (void)session;
    (void)error;
    return 0;
}

PALABRA_API palabra_status PALABRA_CALL palabra_session_speak(
    palabra_session *session, const char *text, const char *language, uint32_t flags, uint64_t user_tag)
{
    (void)session;
    (void)text;
    (void)language;
    (void)flags;
    (void)user_tag;
    return 0;
}

PALABRA_API palabra_status PALABRA_CALL palabra_session_interrupt(
    palabra_session *session, const char *languages, uint32_t flags, uint64_t user_tag)
{
    (void)session;
    (void)languages;
    (void)flags;
    (void)user_tag;
    return 0;
}

PALABRA_API palabra_status PALABRA_CALL palabra_session_pause(palabra_session *session, uint64_t user_tag)
{
    (void)session;
    (void)user_tag;
    return 0;
}

PALABRA_API palabra_status PALABRA_CALL palabra_session_resume(palabra_session *session, uint64_t user_tag)
{
    (void)session;
    (void)user_tag;
    return 0;
}

PALABRA_API palabra_status PALABRA_CALL palabra_session_set_task(
    palabra_session *session, const char *task_json, uint64_t user_tag, palabra_error *error)
{
    (void)session;
    (void)task_json;
    (void)user_tag;
    (void)error;
    return 0;
}

PALABRA_API palabra_status PALABRA_CALL palabra_session_get_task(palabra_session *session, uint64_t user_tag)
{
    (void)session;
    (void)user_tag;
    return 0;
}

PALABRA_API int32_t PALABRA_CALL palabra_translation_build_task(
    const palabra_translation_config *config, char *buffer, int32_t capacity, palabra_error *error)
{
    (void)config;
    (void)buffer;
    (void)capacity;
    (void)error;
    return 0;
}

void has_palabra_tts_voice(palabra_tts_voice *value);
void has_palabra_tts_voice(palabra_tts_voice *value)
{
    (void)value;
}

void has_palabra_tts_config(palabra_tts_config *value);
void has_palabra_tts_config(palabra_tts_config *value)
{
    (void)value;
}

void has_palabra_tts_format(palabra_tts_format *value);
void has_palabra_tts_format(palabra_tts_format *value)
{
    (void)value;
}

PALABRA_API palabra_status PALABRA_CALL palabra_session_open_tts(
    palabra_client *client, const palabra_tts_config *config, palabra_session **session, palabra_error *error)
{
    (void)client;
    (void)config;
    (void)session;
    (void)error;
    return 0;
}

PALABRA_API palabra_status PALABRA_CALL palabra_session_send_text(
    palabra_session *session, const char *text, uint32_t flags, const char *generation_id,
    const palabra_tts_voice *voice, uint64_t user_tag, palabra_error *error)
{
    (void)session;
    (void)text;
    (void)flags;
    (void)generation_id;
    (void)voice;
    (void)user_tag;
    (void)error;
    return 0;
}

PALABRA_API palabra_status PALABRA_CALL palabra_session_cancel(
    palabra_session *session, const char *generation_id, uint64_t user_tag)
{
    (void)session;
    (void)generation_id;
    (void)user_tag;
    return 0;
}

PALABRA_API palabra_status PALABRA_CALL palabra_session_cancel_tagged(palabra_session *session, uint64_t user_tag)
{
    (void)session;
    (void)user_tag;
    return 0;
}

PALABRA_API palabra_status PALABRA_CALL palabra_session_synthesize(
    palabra_session *session, const char *text, uint32_t flags, const palabra_tts_voice *voice, uint64_t user_tag,
    palabra_audio *audio, int32_t timeout_ms, palabra_error *error)
{
    (void)session;
    (void)text;
    (void)flags;
    (void)voice;
    (void)user_tag;
    (void)audio;
    (void)timeout_ms;
    (void)error;
    return 0;
}

void has_palabra_stt_config(palabra_stt_config *value);
void has_palabra_stt_config(palabra_stt_config *value)
{
    (void)value;
}

void has_palabra_stt_fillers(palabra_stt_fillers *value);
void has_palabra_stt_fillers(palabra_stt_fillers *value)
{
    (void)value;
}

void has_palabra_stt_finalization(palabra_stt_finalization *value);
void has_palabra_stt_finalization(palabra_stt_finalization *value)
{
    (void)value;
}

void has_palabra_stt_format(palabra_stt_format *value);
void has_palabra_stt_format(palabra_stt_format *value)
{
    (void)value;
}

PALABRA_API palabra_status PALABRA_CALL palabra_session_open_stt(
    palabra_client *client, const palabra_stt_config *config, palabra_session **session, palabra_error *error)
{
    (void)client;
    (void)config;
    (void)session;
    (void)error;
    return 0;
}

PALABRA_API int32_t PALABRA_CALL palabra_session_send_encoded(
    palabra_session *session, const void *data, int32_t size)
{
    (void)session;
    (void)data;
    (void)size;
    return 0;
}

PALABRA_API int32_t PALABRA_CALL palabra_session_send_encoded_paced(
    palabra_session *session, const void *data, int32_t size, int32_t duration_ms, int32_t lead_ms,
    int32_t timeout_ms)
{
    (void)session;
    (void)data;
    (void)size;
    (void)duration_ms;
    (void)lead_ms;
    (void)timeout_ms;
    return 0;
}

PALABRA_API palabra_status PALABRA_CALL palabra_session_finalize(palabra_session *session, uint64_t user_tag)
{
    (void)session;
    (void)user_tag;
    return 0;
}

void has_palabra_call_config(palabra_call_config *value);
void has_palabra_call_config(palabra_call_config *value)
{
    (void)value;
}

void has_palabra_leg_config(palabra_leg_config *value);
void has_palabra_leg_config(palabra_leg_config *value)
{
    (void)value;
}

void has_palabra_leg_stats(palabra_leg_stats *value);
void has_palabra_leg_stats(palabra_leg_stats *value)
{
    (void)value;
}

void has_palabra_call_recording_options(palabra_call_recording_options *value);
void has_palabra_call_recording_options(palabra_call_recording_options *value)
{
    (void)value;
}

void has_palabra_barge_in(palabra_barge_in *value);
void has_palabra_barge_in(palabra_barge_in *value)
{
    (void)value;
}

PALABRA_API palabra_status PALABRA_CALL palabra_call_open(
    palabra_client *client, const palabra_call_config *config, const palabra_translation_config *translation,
    palabra_call **call, palabra_error *error)
{
    (void)client;
    (void)config;
    (void)translation;
    (void)call;
    (void)error;
    return 0;
}

PALABRA_API int32_t PALABRA_CALL palabra_call_poll_event(palabra_call *call, palabra_event *event, int32_t timeout_ms)
{
    (void)call;
    (void)event;
    (void)timeout_ms;
    return 0;
}

PALABRA_API palabra_status PALABRA_CALL palabra_call_wakeup(palabra_call *call)
{
    (void)call;
    return 0;
}

PALABRA_API int32_t PALABRA_CALL palabra_call_get_event_fd(palabra_call *call)
{
    (void)call;
    return 0;
}

PALABRA_API palabra_status PALABRA_CALL palabra_call_get_event_handle(palabra_call *call, void **handle)
{
    (void)call;
    (void)handle;
    return 0;
}

PALABRA_API palabra_status PALABRA_CALL palabra_call_set_wakeup_callback(
    palabra_call *call, palabra_wakeup_callback callback, void *user_data)
{
    (void)call;
    (void)callback;
    (void)user_data;
    return 0;
}

PALABRA_API int32_t PALABRA_CALL palabra_call_get_state(palabra_call *call)
{
    (void)call;
    return 0;
}

PALABRA_API palabra_status PALABRA_CALL palabra_call_get_error(palabra_call *call, palabra_error *error)
{
    (void)call;
    (void)error;
    return 0;
}

PALABRA_API palabra_status PALABRA_CALL palabra_call_end(palabra_call *call)
{
    (void)call;
    return 0;
}

PALABRA_API palabra_status PALABRA_CALL palabra_call_close(palabra_call *call, int32_t timeout_ms)
{
    (void)call;
    (void)timeout_ms;
    return 0;
}

PALABRA_API palabra_status PALABRA_CALL palabra_leg_join(
    palabra_call *call, const palabra_leg_config *config, palabra_leg **leg, palabra_error *error)
{
    (void)call;
    (void)config;
    (void)leg;
    (void)error;
    return 0;
}

PALABRA_API int32_t PALABRA_CALL palabra_leg_get_number(palabra_leg *leg)
{
    (void)leg;
    return 0;
}

PALABRA_API int32_t PALABRA_CALL palabra_leg_exchange(
    palabra_leg *leg, const void *input, int32_t input_frames, void *output, int32_t output_frames)
{
    (void)leg;
    (void)input;
    (void)input_frames;
    (void)output;
    (void)output_frames;
    return 0;
}

PALABRA_API int32_t PALABRA_CALL palabra_leg_exchange_at(
    palabra_leg *leg, const void *input, int32_t input_frames, uint32_t rtp_timestamp, void *output,
    int32_t output_frames)
{
    (void)leg;
    (void)input;
    (void)input_frames;
    (void)rtp_timestamp;
    (void)output;
    (void)output_frames;
    return 0;
}

PALABRA_API int32_t PALABRA_CALL palabra_leg_send_audio(palabra_leg *leg, const void *audio, int32_t frames)
{
    (void)leg;
    (void)audio;
    (void)frames;
    return 0;
}

PALABRA_API int32_t PALABRA_CALL palabra_leg_read_audio(palabra_leg *leg, void *audio, int32_t frames)
{
    (void)leg;
    (void)audio;
    (void)frames;
    return 0;
}

PALABRA_API int32_t PALABRA_CALL palabra_leg_skip(palabra_leg *leg, int32_t frames)
{
    (void)leg;
    (void)frames;
    return 0;
}

PALABRA_API palabra_status PALABRA_CALL palabra_leg_set_input_format(
    palabra_leg *leg, const palabra_audio_format *format)
{
    (void)leg;
    (void)format;
    return 0;
}

PALABRA_API palabra_status PALABRA_CALL palabra_leg_set_output_format(
    palabra_leg *leg, const palabra_audio_format *format)
{
    (void)leg;
    (void)format;
    return 0;
}

PALABRA_API palabra_status PALABRA_CALL palabra_leg_set_original(
    palabra_leg *leg, const palabra_original_options *options)
{
    (void)leg;
    (void)options;
    return 0;
}

PALABRA_API palabra_status PALABRA_CALL palabra_leg_close(palabra_leg *leg)
{
    (void)leg;
    return 0;
}

PALABRA_API palabra_status PALABRA_CALL palabra_leg_set_muted(palabra_leg *leg, int32_t muted)
{
    (void)leg;
    (void)muted;
    return 0;
}

PALABRA_API palabra_status PALABRA_CALL palabra_leg_hold(palabra_leg *leg)
{
    (void)leg;
    return 0;
}

PALABRA_API palabra_status PALABRA_CALL palabra_leg_resume(palabra_leg *leg)
{
    (void)leg;
    return 0;
}

PALABRA_API palabra_status PALABRA_CALL palabra_leg_silence(palabra_leg *leg, uint32_t flags)
{
    (void)leg;
    (void)flags;
    return 0;
}

PALABRA_API palabra_status PALABRA_CALL palabra_leg_interrupt(palabra_leg *leg, uint64_t user_tag)
{
    (void)leg;
    (void)user_tag;
    return 0;
}

PALABRA_API palabra_status PALABRA_CALL palabra_leg_speak(palabra_leg *leg, const char *text, uint64_t user_tag)
{
    (void)leg;
    (void)text;
    (void)user_tag;
    return 0;
}

PALABRA_API palabra_status PALABRA_CALL palabra_leg_get_stats(palabra_leg *leg, palabra_leg_stats *stats)
{
    (void)leg;
    (void)stats;
    return 0;
}

PALABRA_API int32_t PALABRA_CALL palabra_call_get_stats_json(palabra_call *call, char *buffer, int32_t capacity)
{
    (void)call;
    (void)buffer;
    (void)capacity;
    return 0;
}

PALABRA_API palabra_status PALABRA_CALL palabra_call_start_recording(
    palabra_call *call, const char *path, const palabra_call_recording_options *options, palabra_error *error)
{
    (void)call;
    (void)path;
    (void)options;
    (void)error;
    return 0;
}

PALABRA_API palabra_status PALABRA_CALL palabra_call_pause_recording(palabra_call *call)
{
    (void)call;
    return 0;
}

PALABRA_API palabra_status PALABRA_CALL palabra_call_resume_recording(palabra_call *call)
{
    (void)call;
    return 0;
}

PALABRA_API palabra_status PALABRA_CALL palabra_call_stop_recording(
    palabra_call *call, int32_t timeout_ms, palabra_error *error)
{
    (void)call;
    (void)timeout_ms;
    (void)error;
    return 0;
}

void has_palabra_recording_options(palabra_recording_options *value);
void has_palabra_recording_options(palabra_recording_options *value)
{
    (void)value;
}

void has_palabra_progress(palabra_progress *value);
void has_palabra_progress(palabra_progress *value)
{
    (void)value;
}

void has_palabra_file_options(palabra_file_options *value);
void has_palabra_file_options(palabra_file_options *value)
{
    (void)value;
}

void has_palabra_file_output(palabra_file_output *value);
void has_palabra_file_output(palabra_file_output *value)
{
    (void)value;
}

void has_palabra_file_result(palabra_file_result *value);
void has_palabra_file_result(palabra_file_result *value)
{
    (void)value;
}

void has_palabra_progress_callback(palabra_progress_callback *value);
void has_palabra_progress_callback(palabra_progress_callback *value)
{
    (void)value;
}

PALABRA_API int32_t PALABRA_CALL palabra_session_send_file(
    palabra_session *session, const char *path, int32_t lead_ms, int32_t timeout_ms, palabra_error *error)
{
    (void)session;
    (void)path;
    (void)lead_ms;
    (void)timeout_ms;
    (void)error;
    return 0;
}

PALABRA_API palabra_status PALABRA_CALL palabra_session_start_recording(
    palabra_session *session, const char *path, const palabra_recording_options *options, palabra_error *error)
{
    (void)session;
    (void)path;
    (void)options;
    (void)error;
    return 0;
}

PALABRA_API palabra_status PALABRA_CALL palabra_session_pause_recording(palabra_session *session)
{
    (void)session;
    return 0;
}

PALABRA_API palabra_status PALABRA_CALL palabra_session_resume_recording(palabra_session *session)
{
    (void)session;
    return 0;
}

PALABRA_API palabra_status PALABRA_CALL palabra_session_stop_recording(
    palabra_session *session, int32_t timeout_ms, palabra_error *error)
{
    (void)session;
    (void)timeout_ms;
    (void)error;
    return 0;
}

PALABRA_API palabra_status PALABRA_CALL palabra_translate_file(
    palabra_client *client, const palabra_translation_config *config, const char *input_path,
    const char *output_pattern, const palabra_file_options *options, palabra_file_result *result, int32_t timeout_ms,
    palabra_error *error)
{
    (void)client;
    (void)config;
    (void)input_path;
    (void)output_pattern;
    (void)options;
    (void)result;
    (void)timeout_ms;
    (void)error;
    return 0;
}

PALABRA_API palabra_status PALABRA_CALL palabra_file_result_release(palabra_file_result *result)
{
    (void)result;
    return 0;
}

PALABRA_API palabra_status PALABRA_CALL palabra_audio_read_wav(
    const char *path, palabra_audio *audio, palabra_error *error)
{
    (void)path;
    (void)audio;
    (void)error;
    return 0;
}

PALABRA_API palabra_status PALABRA_CALL palabra_audio_write_wav(
    const char *path, const int16_t *pcm, int64_t frames, int32_t sample_rate, int32_t channels, palabra_error *error)
{
    (void)path;
    (void)pcm;
    (void)frames;
    (void)sample_rate;
    (void)channels;
    (void)error;
    return 0;
}

void has_palabra_rest_session(palabra_rest_session *value);
void has_palabra_rest_session(palabra_rest_session *value)
{
    (void)value;
}

void has_palabra_rest_sessions(palabra_rest_sessions *value);
void has_palabra_rest_sessions(palabra_rest_sessions *value)
{
    (void)value;
}

void has_palabra_voice_config(palabra_voice_config *value);
void has_palabra_voice_config(palabra_voice_config *value)
{
    (void)value;
}

void has_palabra_voice(palabra_voice *value);
void has_palabra_voice(palabra_voice *value)
{
    (void)value;
}

void has_palabra_voices(palabra_voices *value);
void has_palabra_voices(palabra_voices *value)
{
    (void)value;
}

void has_palabra_glossary_entry(palabra_glossary_entry *value);
void has_palabra_glossary_entry(palabra_glossary_entry *value)
{
    (void)value;
}

void has_palabra_glossary_config(palabra_glossary_config *value);
void has_palabra_glossary_config(palabra_glossary_config *value)
{
    (void)value;
}

void has_palabra_glossary(palabra_glossary *value);
void has_palabra_glossary(palabra_glossary *value)
{
    (void)value;
}

void has_palabra_glossaries(palabra_glossaries *value);
void has_palabra_glossaries(palabra_glossaries *value)
{
    (void)value;
}

void has_palabra_glossary_csv(palabra_glossary_csv *value);
void has_palabra_glossary_csv(palabra_glossary_csv *value)
{
    (void)value;
}

void has_palabra_voice_status(palabra_voice_status *value);
void has_palabra_voice_status(palabra_voice_status *value)
{
    (void)value;
}

void has_palabra_glossary_kind(palabra_glossary_kind *value);
void has_palabra_glossary_kind(palabra_glossary_kind *value)
{
    (void)value;
}

PALABRA_API palabra_status PALABRA_CALL palabra_rest_session_create(
    palabra_client *client, palabra_rest_session *rest_session, int32_t timeout_ms, palabra_error *error)
{
    (void)client;
    (void)rest_session;
    (void)timeout_ms;
    (void)error;
    return 0;
}

PALABRA_API palabra_status PALABRA_CALL palabra_rest_session_list(
    palabra_client *client, palabra_rest_sessions *list, int32_t timeout_ms, palabra_error *error)
{
    (void)client;
    (void)list;
    (void)timeout_ms;
    (void)error;
    return 0;
}

PALABRA_API palabra_status PALABRA_CALL palabra_rest_session_get(
    palabra_client *client, const char *id, palabra_rest_session *rest_session, int32_t timeout_ms,
    palabra_error *error)
{
    (void)client;
    (void)id;
    (void)rest_session;
    (void)timeout_ms;
    (void)error;
    return 0;
}

PALABRA_API palabra_status PALABRA_CALL palabra_rest_session_set_ttl(
    palabra_client *client, const char *id, int32_t ttl_ms, int32_t timeout_ms, palabra_error *error)
{
    (void)client;
    (void)id;
    (void)ttl_ms;
    (void)timeout_ms;
    (void)error;
    return 0;
}

PALABRA_API palabra_status PALABRA_CALL palabra_rest_session_delete(
    palabra_client *client, const char *id, int32_t timeout_ms, palabra_error *error)
{
    (void)client;
    (void)id;
    (void)timeout_ms;
    (void)error;
    return 0;
}

PALABRA_API palabra_status PALABRA_CALL palabra_rest_session_release(palabra_rest_session *rest_session)
{
    (void)rest_session;
    return 0;
}

PALABRA_API palabra_status PALABRA_CALL palabra_rest_sessions_release(palabra_rest_sessions *list)
{
    (void)list;
    return 0;
}

PALABRA_API palabra_status PALABRA_CALL palabra_voice_create(
    palabra_client *client, const palabra_voice_config *config, palabra_voice *voice, int32_t timeout_ms,
    palabra_error *error)
{
    (void)client;
    (void)config;
    (void)voice;
    (void)timeout_ms;
    (void)error;
    return 0;
}

PALABRA_API palabra_status PALABRA_CALL palabra_voice_wait_ready(
    palabra_client *client, const char *id, palabra_voice *voice, int32_t timeout_ms, palabra_error *error)
{
    (void)client;
    (void)id;
    (void)voice;
    (void)timeout_ms;
    (void)error;
    return 0;
}

PALABRA_API palabra_status PALABRA_CALL palabra_voice_get(
    palabra_client *client, const char *id, palabra_voice *voice, int32_t timeout_ms, palabra_error *error)
{
    (void)client;
    (void)id;
    (void)voice;
    (void)timeout_ms;
    (void)error;
    return 0;
}

PALABRA_API palabra_status PALABRA_CALL palabra_voice_list(
    palabra_client *client, const char *search, const char *language, palabra_voices *list, int32_t timeout_ms,
    palabra_error *error)
{
    (void)client;
    (void)search;
    (void)language;
    (void)list;
    (void)timeout_ms;
    (void)error;
    return 0;
}

PALABRA_API palabra_status PALABRA_CALL palabra_voice_list_builtin(
    palabra_client *client, palabra_voices *list, int32_t timeout_ms, palabra_error *error)
{
    (void)client;
    (void)list;
    (void)timeout_ms;
    (void)error;
    return 0;
}

PALABRA_API palabra_status PALABRA_CALL palabra_voice_update(
    palabra_client *client, const char *id, const palabra_voice_config *change, palabra_voice *voice,
    int32_t timeout_ms, palabra_error *error)
{
    (void)client;
    (void)id;
    (void)change;
    (void)voice;
    (void)timeout_ms;
    (void)error;
    return 0;
}

PALABRA_API palabra_status PALABRA_CALL palabra_voice_delete(
    palabra_client *client, const char *id, int32_t timeout_ms, palabra_error *error)
{
    (void)client;
    (void)id;
    (void)timeout_ms;
    (void)error;
    return 0;
}

PALABRA_API palabra_status PALABRA_CALL palabra_voice_release(palabra_voice *voice)
{
    (void)voice;
    return 0;
}

PALABRA_API palabra_status PALABRA_CALL palabra_voices_release(palabra_voices *list)
{
    (void)list;
    return 0;
}

PALABRA_API palabra_status PALABRA_CALL palabra_glossary_create(
    palabra_client *client, const palabra_glossary_config *config, palabra_glossary *glossary, int32_t timeout_ms,
    palabra_error *error)
{
    (void)client;
    (void)config;
    (void)glossary;
    (void)timeout_ms;
    (void)error;
    return 0;
}

PALABRA_API palabra_status PALABRA_CALL palabra_glossary_get(
    palabra_client *client, const char *id, palabra_glossary *glossary, int32_t timeout_ms, palabra_error *error)
{
    (void)client;
    (void)id;
    (void)glossary;
    (void)timeout_ms;
    (void)error;
    return 0;
}

PALABRA_API palabra_status PALABRA_CALL palabra_glossary_list(
    palabra_client *client, palabra_glossaries *list, int32_t timeout_ms, palabra_error *error)
{
    (void)client;
    (void)list;
    (void)timeout_ms;
    (void)error;
    return 0;
}

PALABRA_API palabra_status PALABRA_CALL palabra_glossary_download(
    palabra_client *client, const char *id, palabra_glossary_csv *csv, int32_t timeout_ms, palabra_error *error)
{
    (void)client;
    (void)id;
    (void)csv;
    (void)timeout_ms;
    (void)error;
    return 0;
}

PALABRA_API palabra_status PALABRA_CALL palabra_glossary_update(
    palabra_client *client, const char *id, const char *name, int32_t enabled, palabra_glossary *glossary,
    int32_t timeout_ms, palabra_error *error)
{
    (void)client;
    (void)id;
    (void)name;
    (void)enabled;
    (void)glossary;
    (void)timeout_ms;
    (void)error;
    return 0;
}

PALABRA_API palabra_status PALABRA_CALL palabra_glossary_delete(
    palabra_client *client, const char *id, int32_t timeout_ms, palabra_error *error)
{
    (void)client;
    (void)id;
    (void)timeout_ms;
    (void)error;
    return 0;
}

PALABRA_API palabra_status PALABRA_CALL palabra_glossary_release(palabra_glossary *glossary)
{
    (void)glossary;
    return 0;
}

PALABRA_API palabra_status PALABRA_CALL palabra_glossaries_release(palabra_glossaries *list)
{
    (void)list;
    return 0;
}

PALABRA_API palabra_status PALABRA_CALL palabra_glossary_csv_release(palabra_glossary_csv *csv)
{
    (void)csv;
    return 0;
}
