/* What the ABI is made of: sizes and places of fields with 64-bit pointers, and the value of every constant.
 * Programs that were compiled long ago rely on these numbers; a change that this file objects to breaks them.
 */
#include <palabra.h>

#include <stddef.h>

/* An array type of negative size does not compile. */
#define HOLDS(name, condition) typedef char name[(condition) ? 1 : -1]
#define SIZE(type, bytes) HOLDS(size_of_##type, sizeof(type) == (bytes))
#define FIELD(type, field, place) HOLDS(place_of_##field##_in_##type, offsetof(type, field) == (place))
#define VALUE(name, number) HOLDS(value_of_##name, (name) == (number))

VALUE(PALABRA_API_VERSION, 1);
VALUE(PALABRA_FLAG_FINAL, 1);
VALUE(PALABRA_FLAG_TRANSLATION, 2);
VALUE(PALABRA_FLAG_LAST_CHUNK, 4);
VALUE(PALABRA_FLAG_RETRIABLE, 8);
VALUE(PALABRA_FLAG_FATAL, 16);
VALUE(PALABRA_FLAG_PAUSED, 32);
VALUE(PALABRA_FLAG_DROPPED, 64);
VALUE(PALABRA_CLIENT_IGNORE_ENVIRONMENT, 1);
VALUE(PALABRA_TRANSLATION_VOICE_CLONING, 1);
VALUE(PALABRA_TRANSLATION_PARTIALS, 2);
VALUE(PALABRA_TRANSLATION_ZLIB_OUTPUT, 4);
VALUE(PALABRA_TRANSLATION_DIALECT_V2, 8);
VALUE(PALABRA_TRANSLATION_JSON, 16);
VALUE(PALABRA_TRANSLATION_LOG, 32);
VALUE(PALABRA_TRANSLATION_DROP_OLDEST, 64);
VALUE(PALABRA_GAP_NONE, 0);
VALUE(PALABRA_GAP_SILENCE, 1);
VALUE(PALABRA_GAP_PAUSE, 2);
VALUE(PALABRA_ENCODING_S16, 1);
VALUE(PALABRA_ENCODING_F32, 2);
VALUE(PALABRA_ENCODING_MULAW, 3);
VALUE(PALABRA_ENCODING_ALAW, 4);
VALUE(PALABRA_TEMPO_AUTO, 1);
VALUE(PALABRA_TEMPO_FIXED, 2);
VALUE(PALABRA_STATE_CONNECTING, 1);
VALUE(PALABRA_STATE_READY, 2);
VALUE(PALABRA_STATE_ENDING, 3);
VALUE(PALABRA_STATE_CLOSED, 4);
VALUE(PALABRA_OUTPUT_EVENTS, 0);
VALUE(PALABRA_OUTPUT_PLAYOUT, 1);
VALUE(PALABRA_OUTPUT_BOTH, 2);
VALUE(PALABRA_SOUND_SILENCE, 0);
VALUE(PALABRA_SOUND_SPEECH, 1);
VALUE(PALABRA_SOUND_ENDED, 2);
VALUE(PALABRA_SPEAK_TRANSLATE, 1);
VALUE(PALABRA_INTERRUPT_PAUSE, 1);
VALUE(PALABRA_MAX_SPEAK_BYTES, 8192);
VALUE(PALABRA_MAX_TASK_BYTES, 262144);
VALUE(PALABRA_EVENT_NONE, 0);
VALUE(PALABRA_EVENT_READY, 1);
VALUE(PALABRA_EVENT_TRANSCRIPT, 2);
VALUE(PALABRA_EVENT_AUDIO, 3);
VALUE(PALABRA_EVENT_SPEAK_STATUS, 4);
VALUE(PALABRA_EVENT_TASK_STATUS, 5);
VALUE(PALABRA_EVENT_TASK_INFO, 6);
VALUE(PALABRA_EVENT_STREAM_END, 7);
VALUE(PALABRA_EVENT_WARNING, 8);
VALUE(PALABRA_EVENT_ERROR, 9);
VALUE(PALABRA_EVENT_OVERFLOW, 10);
VALUE(PALABRA_EVENT_LOG, 11);
VALUE(PALABRA_EVENT_RAW, 12);
VALUE(PALABRA_EVENT_CLOSED, 13);
VALUE(PALABRA_EVENT_PLAYOUT_STARTED, 14);
VALUE(PALABRA_EVENT_PLAYOUT_FINISHED, 15);
VALUE(PALABRA_EVENT_PLAYOUT_CUT, 16);
VALUE(PALABRA_OK, 0);
VALUE(PALABRA_ERR_INVALID_ARGUMENT, -100);
VALUE(PALABRA_ERR_BAD_HANDLE, -101);
VALUE(PALABRA_ERR_INVALID_UTF8, -102);
VALUE(PALABRA_ERR_UNSUPPORTED, -103);
VALUE(PALABRA_ERR_CLOSED, -200);
VALUE(PALABRA_ERR_ENDED, -201);
VALUE(PALABRA_ERR_AGAIN, -202);
VALUE(PALABRA_ERR_BUSY, -203);
VALUE(PALABRA_ERR_TIMEOUT, -204);
VALUE(PALABRA_ERR_FORKED, -205);
VALUE(PALABRA_ERR_SHUTDOWN, -206);
VALUE(PALABRA_ERR_REENTRANT, -207);
VALUE(PALABRA_ERR_DNS, -300);
VALUE(PALABRA_ERR_CONNECT, -301);
VALUE(PALABRA_ERR_CONNECTION_LOST, -302);
VALUE(PALABRA_ERR_CONNECTION_DEAD, -303);
VALUE(PALABRA_ERR_TLS, -400);
VALUE(PALABRA_ERR_AUTH, -500);
VALUE(PALABRA_ERR_PROTOCOL, -600);
VALUE(PALABRA_ERR_SESSION, -700);
VALUE(PALABRA_ERR_NOT_READY, -701);
VALUE(PALABRA_ERR_TASK, -702);
VALUE(PALABRA_ERR_SERVICE, -703);
VALUE(PALABRA_ERR_LIMIT, -800);
VALUE(PALABRA_ERR_IO, -801);
VALUE(PALABRA_ERR_INTERNAL, -900);

/* The places of fields depend on the size of a pointer. */
#if UINTPTR_MAX > 0xFFFFFFFFu

SIZE(palabra_error, 596);
FIELD(palabra_error, struct_size, 0);
FIELD(palabra_error, code, 4);
FIELD(palabra_error, flags, 8);
FIELD(palabra_error, http_status, 12);
FIELD(palabra_error, close_code, 16);
FIELD(palabra_error, service_code, 20);
FIELD(palabra_error, text, 84);

SIZE(palabra_client_config, 112);
FIELD(palabra_client_config, struct_size, 0);
FIELD(palabra_client_config, flags, 4);
FIELD(palabra_client_config, client_id, 8);
FIELD(palabra_client_config, client_secret, 16);
FIELD(palabra_client_config, api_key, 24);
FIELD(palabra_client_config, region, 32);
FIELD(palabra_client_config, api_url, 40);
FIELD(palabra_client_config, translation_url, 48);
FIELD(palabra_client_config, tts_url, 56);
FIELD(palabra_client_config, stt_url, 64);
FIELD(palabra_client_config, proxy_url, 72);
FIELD(palabra_client_config, ca_pem, 80);
FIELD(palabra_client_config, ca_file, 88);
FIELD(palabra_client_config, binding_name, 96);
FIELD(palabra_client_config, connect_timeout_ms, 104);
FIELD(palabra_client_config, rest_timeout_ms, 108);

SIZE(palabra_rest_session, 48);
FIELD(palabra_rest_session, struct_size, 0);
FIELD(palabra_rest_session, flags, 4);
FIELD(palabra_rest_session, id, 8);
FIELD(palabra_rest_session, ws_url, 16);
FIELD(palabra_rest_session, ws_tts_url, 24);
FIELD(palabra_rest_session, token, 32);
FIELD(palabra_rest_session, payload, 40);

SIZE(palabra_translation_config, 264);
FIELD(palabra_translation_config, struct_size, 0);
FIELD(palabra_translation_config, flags, 4);
FIELD(palabra_translation_config, session_tag, 8);
FIELD(palabra_translation_config, source_language, 16);
FIELD(palabra_translation_config, target_languages, 24);
FIELD(palabra_translation_config, voice_id, 32);
FIELD(palabra_translation_config, message_types, 40);
FIELD(palabra_translation_config, transcription_json, 48);
FIELD(palabra_translation_config, targets_json, 56);
FIELD(palabra_translation_config, hotwords_glossaries, 64);
FIELD(palabra_translation_config, verification_glossaries, 72);
FIELD(palabra_translation_config, translation_glossaries, 80);
FIELD(palabra_translation_config, task_json, 88);
FIELD(palabra_translation_config, ws_url, 96);
FIELD(palabra_translation_config, token, 104);
FIELD(palabra_translation_config, queue, 112);
FIELD(palabra_translation_config, input_encoding, 120);
FIELD(palabra_translation_config, input_sample_rate, 124);
FIELD(palabra_translation_config, input_channels, 128);
FIELD(palabra_translation_config, input_channel, 132);
FIELD(palabra_translation_config, wire_sample_rate, 136);
FIELD(palabra_translation_config, chunk_ms, 140);
FIELD(palabra_translation_config, input_buffer_ms, 144);
FIELD(palabra_translation_config, silence_threshold_ms, 148);
FIELD(palabra_translation_config, event_limit, 152);
FIELD(palabra_translation_config, event_bytes_limit, 156);
FIELD(palabra_translation_config, connect_timeout_ms, 160);
FIELD(palabra_translation_config, ready_timeout_ms, 164);
FIELD(palabra_translation_config, end_timeout_ms, 168);
FIELD(palabra_translation_config, liveness_timeout_ms, 172);
FIELD(palabra_translation_config, task_interval_ms, 176);
FIELD(palabra_translation_config, pause_interval_ms, 180);
FIELD(palabra_translation_config, speak_per_minute, 184);
FIELD(palabra_translation_config, command_limit, 188);
FIELD(palabra_translation_config, output_mode, 192);
FIELD(palabra_translation_config, output_encoding, 196);
FIELD(palabra_translation_config, output_sample_rate, 200);
FIELD(palabra_translation_config, output_channels, 204);
FIELD(palabra_translation_config, playout_prime_ms, 208);
FIELD(palabra_translation_config, playout_cap_ms, 212);
FIELD(palabra_translation_config, playout_target_ms, 216);
FIELD(palabra_translation_config, original_percent, 220);
FIELD(palabra_translation_config, duck_percent, 224);
FIELD(palabra_translation_config, duck_attack_ms, 228);
FIELD(palabra_translation_config, duck_release_ms, 232);
FIELD(palabra_translation_config, queue_level_ms, 236);
FIELD(palabra_translation_config, queue_max_ms, 240);
FIELD(palabra_translation_config, auto_tempo, 244);
FIELD(palabra_translation_config, min_tempo_percent, 248);
FIELD(palabra_translation_config, max_tempo_percent, 252);
FIELD(palabra_translation_config, gap_policy, 256);
FIELD(palabra_translation_config, gap_after_ms, 260);

SIZE(palabra_playout_stats, 56);
FIELD(palabra_playout_stats, struct_size, 0);
FIELD(palabra_playout_stats, waiting_ms, 4);
FIELD(palabra_playout_stats, underruns, 8);
FIELD(palabra_playout_stats, phrases_started, 16);
FIELD(palabra_playout_stats, phrases_finished, 24);
FIELD(palabra_playout_stats, phrases_cut, 32);
FIELD(palabra_playout_stats, phrases_dropped, 40);
FIELD(palabra_playout_stats, skipped_ms, 48);

SIZE(palabra_event, 168);
FIELD(palabra_event, struct_size, 0);
FIELD(palabra_event, kind, 4);
FIELD(palabra_event, seq, 8);
FIELD(palabra_event, time_ns, 16);
FIELD(palabra_event, utterance, 24);
FIELD(palabra_event, code, 32);
FIELD(palabra_event, flags, 36);
FIELD(palabra_event, sample_rate, 40);
FIELD(palabra_event, channels, 44);
FIELD(palabra_event, pcm_frames, 48);
FIELD(palabra_event, text_len, 52);
FIELD(palabra_event, language_len, 56);
FIELD(palabra_event, id_len, 60);
FIELD(palabra_event, json_len, 64);
FIELD(palabra_event, part, 68);
FIELD(palabra_event, dropped, 72);
FIELD(palabra_event, session_tag, 80);
FIELD(palabra_event, user_tag, 88);
FIELD(palabra_event, played_frame, 96);
FIELD(palabra_event, heard_ms, 104);
FIELD(palabra_event, phrase_ms, 108);
FIELD(palabra_event, pcm, 112);
FIELD(palabra_event, text, 120);
FIELD(palabra_event, language, 128);
FIELD(palabra_event, id, 136);
FIELD(palabra_event, service_code, 144);
FIELD(palabra_event, json, 152);
FIELD(palabra_event, payload, 160);

SIZE(palabra_stats, 128);
FIELD(palabra_stats, struct_size, 0);
FIELD(palabra_stats, input_queue_ms, 4);
FIELD(palabra_stats, input_frames_taken, 8);
FIELD(palabra_stats, input_frames_sent, 16);
FIELD(palabra_stats, chunks_sent, 24);
FIELD(palabra_stats, bytes_sent, 32);
FIELD(palabra_stats, bytes_received, 40);
FIELD(palabra_stats, audio_frames_received, 48);
FIELD(palabra_stats, events_dropped, 56);
FIELD(palabra_stats, audio_frames_dropped, 64);
FIELD(palabra_stats, events_waiting, 72);
FIELD(palabra_stats, event_bytes_waiting, 76);
FIELD(palabra_stats, audio_frames_waiting, 80);
FIELD(palabra_stats, ready_ms, 84);
FIELD(palabra_stats, first_audio_ms, 88);
FIELD(palabra_stats, round_trip_us, 92);
FIELD(palabra_stats, server_queue_ms, 96);
FIELD(palabra_stats, commands_waiting, 100);
FIELD(palabra_stats, silence_frames_sent, 104);
FIELD(palabra_stats, input_frames_dropped, 112);
FIELD(palabra_stats, gap_in_effect, 120);
FIELD(palabra_stats, gap_pauses, 124);

SIZE(palabra_wav, 32);
FIELD(palabra_wav, struct_size, 0);
FIELD(palabra_wav, sample_rate, 4);
FIELD(palabra_wav, channels, 8);
FIELD(palabra_wav, frames, 12);
FIELD(palabra_wav, pcm, 16);
FIELD(palabra_wav, payload, 24);

SIZE(palabra_progress, 48);
FIELD(palabra_progress, struct_size, 0);
FIELD(palabra_progress, state, 4);
FIELD(palabra_progress, position_ms, 8);
FIELD(palabra_progress, total_ms, 16);
FIELD(palabra_progress, transcripts, 24);
FIELD(palabra_progress, flags, 28);
FIELD(palabra_progress, text, 32);
FIELD(palabra_progress, language, 40);

SIZE(palabra_file_options, 32);
FIELD(palabra_file_options, struct_size, 0);
FIELD(palabra_file_options, pace_percent, 4);
FIELD(palabra_file_options, lead_ms, 8);
FIELD(palabra_file_options, eos_timeout_s, 12);
FIELD(palabra_file_options, progress, 16);
FIELD(palabra_file_options, user_data, 24);

SIZE(palabra_file_output, 40);
FIELD(palabra_file_output, language, 0);
FIELD(palabra_file_output, frames, 32);

SIZE(palabra_file_result, 64);
FIELD(palabra_file_result, struct_size, 0);
FIELD(palabra_file_result, output_capacity, 4);
FIELD(palabra_file_result, output_count, 8);
FIELD(palabra_file_result, transcripts, 12);
FIELD(palabra_file_result, input_frames, 16);
FIELD(palabra_file_result, output_frames, 24);
FIELD(palabra_file_result, input_sample_rate, 32);
FIELD(palabra_file_result, output_sample_rate, 36);
FIELD(palabra_file_result, warnings, 40);
FIELD(palabra_file_result, first_audio_ms, 44);
FIELD(palabra_file_result, events_dropped, 48);
FIELD(palabra_file_result, outputs, 56);
#endif
