/* Calls every function of the library once, with what it needs: for guarantees that hold for all of them. */
#ifndef PALABRA_TESTS_EVERY_CALL_H
#define PALABRA_TESTS_EVERY_CALL_H

#include "talk.h"

#include <unistd.h>

#define EVERY_TIMEOUT CLOCK_PATIENCE_MS

/* Objects created before the call, with a devserver. */
enum { NOTHING, CLIENT, ACCOUNT, TRANSLATION, SPEECH, TEXT, ENCODED, QUEUE, VOICE, GLOSSARY };

typedef struct {
    const char *name;
    int needs;
    void (*call)(void);
} every_call;

static struct {
    palabra_client *client;
    palabra_session *session;
    palabra_queue *queue;
    palabra_voice voice;
    palabra_glossary glossary;
    palabra_audio wav;
    palabra_event event;
    palabra_error error;
    int16_t pcm[48000];
} every;

#define EVERY_OK(call)                                        \
    do {                                                      \
        if ((call) < 0)                                       \
            fprintf(stderr, "%s\n", every.error.text);        \
        CHECK(every.error.text[0] == '\0');                   \
    } while (0)

static inline palabra_client *every_client(const char *key)
{
    palabra_client_config config = PALABRA_CLIENT_CONFIG_INIT;
    palabra_client *client = NULL;

    config.credentials.api_key = key;
    config.credentials.client_id = key == NULL ? "demo" : NULL;
    config.credentials.client_secret = key == NULL ? TALK_SECRET : NULL;
    CHECK_STATUS(palabra_client_new(&config, &client, &every.error), PALABRA_OK);
    return client;
}

/* A task with every option, in a sample rate that is never sent. */
static inline palabra_translation_config every_translation(void)
{
    palabra_translation_config config = talk_config();

    config.target_languages = "es,fr";
    config.output.mode = PALABRA_OUTPUT_BOTH;
    config.input.format.encoding = PALABRA_ENCODING_F32;
    config.input.format.sample_rate = 44100;
    config.input.format.channels = 2;
    config.output.format.encoding = PALABRA_ENCODING_F32;
    config.output.format.sample_rate = 44100;
    config.output.original.gain_percent = 40;
    config.message_types = "partial_transcription,validated_transcription";
    config.transcription_json = "{\"a\":{\"b\":[1,2.5,{\"c\":1e3}]}}";
    config.task_json = "{\"x\":{\"b\":[1,2.5,{\"c\":1e3}]}}";
    return config;
}

static void open_translation(void)
{
    palabra_translation_config config = every_translation();
    CHECK_STATUS(palabra_session_open_translation(every.client, &config, &every.session, &every.error), PALABRA_OK);
}

static void open_tts(void)
{
    palabra_tts_config config = PALABRA_TTS_CONFIG_INIT;
    config.language = "en";
    CHECK_STATUS(palabra_session_open_tts(every.client, &config, &every.session, &every.error), PALABRA_OK);
}

static void open_stt_of(palabra_stt_format format)
{
    palabra_stt_config config = PALABRA_STT_CONFIG_INIT;
    config.language = "en";
    config.format = format;
    CHECK_STATUS(palabra_session_open_stt(every.client, &config, &every.session, &every.error), PALABRA_OK);
}

static void open_stt(void) { open_stt_of(PALABRA_STT_FORMAT_PCM); }

static void create_voice(void)
{
    palabra_voice_config config = PALABRA_VOICE_CONFIG_INIT;

    config.name = "My voice";
    config.language = "en";
    config.sample = "sound";
    config.sample_bytes = 5;
    config.sample_name = "me.wav";
    CHECK_STATUS(palabra_voice_create(every.client, &config, &every.voice, EVERY_TIMEOUT, &every.error), PALABRA_OK);
}

static void create_glossary(void)
{
    static const palabra_glossary_entry entries[] = {{"cat", "gato"}, {"a, \"b\"", "c"}};
    palabra_glossary_config config = PALABRA_GLOSSARY_CONFIG_INIT;

    config.kind = PALABRA_GLOSSARY_TRANSLATION;
    config.name = "Animals";
    config.source_language = "en";
    config.target_language = "es";
    config.entries = entries;
    config.entry_count = 2;
    CHECK_STATUS(palabra_glossary_create(every.client, &config, &every.glossary, EVERY_TIMEOUT, &every.error),
                 PALABRA_OK);
}

static inline void every_prepare(int needs)
{
    static const palabra_error no_error = PALABRA_ERROR_INIT;
    static const palabra_voice no_voice = PALABRA_VOICE_INIT;
    static const palabra_glossary no_glossary = PALABRA_GLOSSARY_INIT;
    static const palabra_audio no_wav = PALABRA_AUDIO_INIT;
    static const palabra_event no_event = PALABRA_EVENT_INIT;
    size_t i;

    every.error = no_error;
    every.voice = no_voice;
    every.glossary = no_glossary;
    every.wav = no_wav;
    every.event = no_event;
    for (i = 0; i < sizeof every.pcm / sizeof every.pcm[0]; i++)
        every.pcm[i] = (int16_t)(i * 7919);
    if (needs == NOTHING)
        return;
    if (needs == QUEUE) {
        CHECK_STATUS(palabra_queue_new(0, &every.queue, &every.error), PALABRA_OK);
        return;
    }
    every.client = every_client(needs >= VOICE || needs == ACCOUNT ? "dev-key" : NULL);
    if (needs == TRANSLATION)
        open_translation();
    if (needs == SPEECH)
        open_tts();
    if (needs == TEXT)
        open_stt();
    if (needs == ENCODED)
        open_stt_of(PALABRA_STT_FORMAT_OGG);
    if (needs == VOICE)
        create_voice();
    if (needs == GLOSSARY)
        create_glossary();
    if (every.session != NULL)
        CHECK_STATUS(palabra_session_wait_ready(every.session, EVERY_TIMEOUT), PALABRA_OK);
}

/* --- one function each ------------------------------------------------------------------------------------------ */
#define DO(function, ...) \
    static void call_##function(void) { EVERY_OK(function(__VA_ARGS__)); }
#define DO_TEXT(function, ...) \
    static void call_##function(void) { CHECK(function(__VA_ARGS__) != 0); }

static void call_palabra_version_string(void) { CHECK(palabra_version_string() != NULL); }
DO_TEXT(palabra_status_name, PALABRA_ERR_LIMIT)
DO_TEXT(palabra_status_text, PALABRA_ERR_LIMIT)
DO_TEXT(palabra_event_kind_name, PALABRA_EVENT_CLOSED)
static void call_palabra_version_check(void)
{
    EVERY_OK(palabra_version_check(PALABRA_VERSION_MAJOR, PALABRA_VERSION_MINOR, PALABRA_VERSION_PATCH));
}
static void call_palabra_status_flags(void) { (void)palabra_status_flags(PALABRA_ERR_LIMIT); }
static void call_palabra_status_list(void)
{
    palabra_status code;
    EVERY_OK(palabra_status_list(3, &code));
}
static void call_palabra_struct_init(void)
{
    palabra_event event;
    EVERY_OK(palabra_struct_init(&event, sizeof event));
}
static void call_palabra_has_feature(void) { CHECK(palabra_has_feature("decoders") >= 0); }

static void call_palabra_client_new(void)
{
    palabra_client_config config = PALABRA_CLIENT_CONFIG_INIT;
    palabra_client *made = NULL;

    config.credentials.client_id = "id";
    config.credentials.client_secret = TALK_SECRET;
    config.api_url = "https://localhost:1/";
    if (access("/etc/ssl/certs/ca-certificates.crt", R_OK) == 0)
        config.ca_file = "/etc/ssl/certs/ca-certificates.crt";
    config.proxy_url = "http://user:password@localhost:1";
    EVERY_OK(palabra_client_new(&config, &made, &every.error));
}
static void call_palabra_client_set_credentials(void)
{
    palabra_credentials credentials = {NULL, "id", TALK_SECRET, NULL, {0}};
    EVERY_OK(palabra_client_set_credentials(every.client, &credentials, &every.error));
}
DO(palabra_client_free, every.client)

static void call_palabra_rest_session_create(void)
{
    palabra_rest_session made = PALABRA_REST_SESSION_INIT;
    EVERY_OK(palabra_rest_session_create(every.client, &made, EVERY_TIMEOUT, &every.error));
    EVERY_OK(palabra_rest_session_delete(every.client, made.id, EVERY_TIMEOUT, &every.error));
    EVERY_OK(palabra_rest_session_release(&made));
}
static void call_palabra_rest_session_list(void)
{
    palabra_rest_session made = PALABRA_REST_SESSION_INIT;
    palabra_rest_sessions list = PALABRA_REST_SESSIONS_INIT;
    EVERY_OK(palabra_rest_session_create(every.client, &made, EVERY_TIMEOUT, &every.error));
    EVERY_OK(palabra_rest_session_list(every.client, &list, EVERY_TIMEOUT, &every.error));
    EVERY_OK(palabra_rest_session_set_ttl(every.client, made.id, 60000, EVERY_TIMEOUT, &every.error));
    EVERY_OK(palabra_rest_session_release(&made));
    EVERY_OK(palabra_rest_session_get(every.client, list.items[0]->id, &made, EVERY_TIMEOUT, &every.error));
    EVERY_OK(palabra_rest_session_release(&made));
    EVERY_OK(palabra_rest_sessions_release(&list));
}

static void call_palabra_session_open_translation(void) { open_translation(); }
static void call_palabra_session_open_tts(void) { open_tts(); }
static void call_palabra_session_open_stt(void) { open_stt(); }
DO(palabra_session_wait_ready, every.session, EVERY_TIMEOUT)
DO(palabra_session_get_state, every.session)
DO(palabra_session_get_error, every.session, &every.error)
DO(palabra_session_end, every.session)
DO(palabra_session_close, every.session, 200)
DO(palabra_session_finalize, every.session, 1)
static void call_palabra_translation_build_task(void)
{
    static char text[8192];
    palabra_translation_config config = every_translation();
    EVERY_OK(palabra_translation_build_task(&config, text, sizeof text, &every.error));
}
static const palabra_audio_format format_of_lines = {PALABRA_ENCODING_ALAW, 8000, 1, 0, {0}};
DO(palabra_session_send_audio, every.session, every.pcm, 441)
DO(palabra_session_set_input_format, every.session, &format_of_lines)
DO(palabra_session_get_input_space, every.session)
DO(palabra_session_skip, every.session, 441)
DO(palabra_session_flush_input, every.session)
DO(palabra_session_send_encoded, every.session, every.pcm, 441)
DO(palabra_session_send_encoded_paced, every.session, every.pcm, 441, 20, 0, EVERY_TIMEOUT)
DO(palabra_session_set_output_format, every.session, NULL, &format_of_lines)

/* Some speech, in each format, with the original mixed under it. */
static void call_palabra_session_read_audio(void)
{
    static const palabra_encoding encodings[] = {PALABRA_ENCODING_F32, PALABRA_ENCODING_S16, PALABRA_ENCODING_MULAW,
                                    PALABRA_ENCODING_ALAW};
    static float out[2 * 480];
    int64_t deadline = clock_now_ms() + CLOCK_PATIENCE_MS;
    int i, spoke = 0;

    EVERY_OK(palabra_session_speak(every.session, "Hello, how are you?", "es", 0, 0));
    for (i = 0; (i < 2000 ? spoke < 40 : spoke == 0) && clock_now_ms() < deadline; i++) {
        if (i % 10 == 0) {
            palabra_audio_format format = {encodings[i / 10 % 4], i % 20 == 0 ? 44100 : 11025, 1 + i / 20 % 2, 0, {0}};
            EVERY_OK(palabra_session_set_output_format(every.session, "es", &format));
        }
        EVERY_OK(palabra_session_send_audio(every.session, every.pcm, 441));
        spoke += (palabra_session_read_audio(every.session, "es", out, 220) & PALABRA_SOUND_SPEECH) != 0;
        usleep(5000);
    }
    CHECK(spoke > 0);
}
static void call_palabra_session_set_original(void)
{
    palabra_original_options quieter = {50, 10, 0, 0, {0}};
    EVERY_OK(palabra_session_set_original(every.session, &quieter));
}
DO(palabra_session_silence, every.session, NULL, 0)
static void call_palabra_session_get_playout_stats(void)
{
    palabra_playout_stats stats = PALABRA_PLAYOUT_STATS_INIT;
    EVERY_OK(palabra_session_get_playout_stats(every.session, "es", &stats));
}
static void call_palabra_session_start_recording(void)
{
    palabra_recording_options options = PALABRA_RECORDING_OPTIONS_INIT;

    options.language = "es";
    EVERY_OK(palabra_session_start_recording(every.session, "every_call.wav", &options, &every.error));
    EVERY_OK(palabra_session_pause_recording(every.session));
    EVERY_OK(palabra_session_resume_recording(every.session));
    EVERY_OK(palabra_session_stop_recording(every.session, EVERY_TIMEOUT, &every.error));
    unlink("every_call.wav");
}
DO(palabra_session_speak, every.session, "Hello", "es", 0, 1)
DO(palabra_session_interrupt, every.session, "es", 0, 1)
DO(palabra_session_pause, every.session, 1)
DO(palabra_session_resume, every.session, 1)
/* The same task as that of the session. */
static void call_palabra_session_set_task(void)
{
    static char task[8192];
    palabra_translation_config config = every_translation();

    EVERY_OK(palabra_translation_build_task(&config, task, sizeof task, &every.error));
    EVERY_OK(palabra_session_set_task(every.session, task, 1, &every.error));
}
DO(palabra_session_get_task, every.session, 1)
DO(palabra_session_send_text, every.session, "Hello, how are you?", 0, "g", NULL, 1, &every.error)
DO(palabra_session_cancel, every.session, NULL, 1)
DO(palabra_session_cancel_tagged, every.session, 7)
DO(palabra_cancel, &every.error)
DO(palabra_file_result_release, NULL)
static void call_palabra_session_synthesize(void)
{
    EVERY_OK(palabra_session_synthesize(every.session, "Hello", 0, NULL, 0, &every.wav, EVERY_TIMEOUT, &every.error));
    EVERY_OK(palabra_audio_release(&every.wav));
}
static void call_palabra_session_poll_event(void)
{
    EVERY_OK(palabra_session_poll_event(every.session, &every.event, EVERY_TIMEOUT));
    EVERY_OK(palabra_event_release(&every.event));
}
static void on_wakeup(void *unused) { (void)unused; }
DO(palabra_queue_new, 0, &every.queue, &every.error)
DO(palabra_client_check, every.client, EVERY_TIMEOUT, &every.error)
DO(palabra_metrics_text, every.client, NULL, 0)
DO(palabra_client_drain, every.client, EVERY_TIMEOUT, &every.error)
DO(palabra_queue_poll_event, every.queue, &every.event, 10)
static void call_palabra_queue_poll_ready(void)
{
    palabra_ready ready = PALABRA_READY_INIT;
    palabra_queue *names = NULL;

    EVERY_OK(palabra_queue_new(PALABRA_QUEUE_NAMES, &names, &every.error));
    EVERY_OK(palabra_queue_poll_ready(names, &ready, 10));
    EVERY_OK(palabra_queue_free(names));
}
DO(palabra_queue_wakeup, every.queue)
DO(palabra_queue_get_event_fd, every.queue)
DO(palabra_queue_set_wakeup_callback, every.queue, on_wakeup, NULL)
DO(palabra_queue_free, every.queue)
DO(palabra_log_open, every.queue, PALABRA_LOG_DEBUG, &every.error)
DO(palabra_session_wakeup, every.session)
DO(palabra_session_get_event_fd, every.session)
DO(palabra_session_set_wakeup_callback, every.session, on_wakeup, NULL)
static void call_palabra_session_get_event_handle(void)
{
    void *handle;
    (void)palabra_session_get_event_handle(every.session, &handle);
}
static void call_palabra_queue_get_event_handle(void)
{
    void *handle;
    (void)palabra_queue_get_event_handle(every.queue, &handle);
}
static void call_palabra_session_get_stats(void)
{
    palabra_session_stats stats = PALABRA_SESSION_STATS_INIT;
    EVERY_OK(palabra_session_get_stats(every.session, &stats));
}
static void call_palabra_audio_read_wav(void)
{
    EVERY_OK(palabra_audio_read_wav(getenv("PALABRA_WAV"), &every.wav, &every.error));
    EVERY_OK(palabra_audio_release(&every.wav));
}
static void call_palabra_audio_write_wav(void)
{
    EVERY_OK(palabra_audio_write_wav("every_call.wav", every.pcm, 24000, 24000, 2, &every.error));
    unlink("every_call.wav");
}
DO(palabra_session_send_paced, every.session, every.pcm, 441, 0, 1000)
DO(palabra_session_send_file, every.session, getenv("PALABRA_WAV"), 60000, 1000, &every.error)
static int32_t on_progress(const palabra_progress *progress, void *unused)
{
    (void)unused;
    return progress->position_ms > 300;
}
static void call_palabra_translate_file(void)
{
    palabra_translation_config config = talk_config();
    palabra_file_options options = PALABRA_FILE_OPTIONS_INIT;
    palabra_file_result result = PALABRA_FILE_RESULT_INIT;

    options.progress = on_progress;
    options.pace_percent = 1000;
    CHECK_STATUS(palabra_translate_file(every.client, &config, getenv("PALABRA_WAV"), "every_call.wav", &options, &result,
                                        EVERY_TIMEOUT, NULL),
                 PALABRA_ERR_CLOSED);
    unlink("every_call.wav");
}
static void call_palabra_voice_create(void)
{
    create_voice();
    EVERY_OK(palabra_voice_wait_ready(every.client, every.voice.id, &every.voice, EVERY_TIMEOUT, &every.error));
    EVERY_OK(palabra_voice_release(&every.voice));
}
DO(palabra_voice_get, every.client, every.voice.id, &every.voice, EVERY_TIMEOUT, &every.error)
static void call_palabra_voice_update(void)
{
    palabra_voice_config change = PALABRA_VOICE_CONFIG_INIT;
    change.mood = "calm";
    EVERY_OK(palabra_voice_update(every.client, every.voice.id, &change, &every.voice, EVERY_TIMEOUT, &every.error));
}
DO(palabra_voice_delete, every.client, every.voice.id, EVERY_TIMEOUT, &every.error)
static void call_palabra_voice_list(void)
{
    palabra_voices list = PALABRA_VOICES_INIT;
    EVERY_OK(palabra_voice_list(every.client, "voice", "en", &list, EVERY_TIMEOUT, &every.error));
    EVERY_OK(palabra_voices_release(&list));
}
static void call_palabra_voice_list_builtin(void)
{
    palabra_voices list = PALABRA_VOICES_INIT;
    EVERY_OK(palabra_voice_list_builtin(every.client, &list, EVERY_TIMEOUT, &every.error));
    EVERY_OK(palabra_voices_release(&list));
}
static void call_palabra_glossary_create(void)
{
    create_glossary();
    EVERY_OK(palabra_glossary_release(&every.glossary));
}
DO(palabra_glossary_get, every.client, every.glossary.id, &every.glossary, EVERY_TIMEOUT, &every.error)
DO(palabra_glossary_update, every.client, every.glossary.id, "Beasts", 1, &every.glossary, EVERY_TIMEOUT, &every.error)
DO(palabra_glossary_delete, every.client, every.glossary.id, EVERY_TIMEOUT, &every.error)
static void call_palabra_glossary_list(void)
{
    palabra_glossaries list = PALABRA_GLOSSARIES_INIT;
    EVERY_OK(palabra_glossary_list(every.client, &list, EVERY_TIMEOUT, &every.error));
    EVERY_OK(palabra_glossaries_release(&list));
}
static void call_palabra_glossary_download(void)
{
    palabra_glossary_csv csv = PALABRA_GLOSSARY_CSV_INIT;
    EVERY_OK(palabra_glossary_download(every.client, every.glossary.id, &csv, EVERY_TIMEOUT, &every.error));
    EVERY_OK(palabra_glossary_csv_release(&csv));
}
static void call_palabra_call_open(void)
{
    palabra_call_config config = PALABRA_CALL_CONFIG_INIT;
    palabra_leg_config party = PALABRA_LEG_CONFIG_INIT;
    palabra_leg_stats stats = PALABRA_LEG_STATS_INIT;
    palabra_call_recording_options recording = PALABRA_CALL_RECORDING_OPTIONS_INIT;
    palabra_translation_config translation = every_translation();
    palabra_call *call = NULL;
    palabra_leg *legs[2] = {NULL, NULL};

    translation.source_language = translation.target_languages = NULL;
    memset(&translation.input.format, 0, sizeof translation.input.format);
    memset(&translation.output.format, 0, sizeof translation.output.format);
    EVERY_OK(palabra_call_open(every.client, &config, &translation, &call, &every.error));
    party.language = "en";
    EVERY_OK(palabra_leg_join(call, &party, &legs[0], &every.error));
    party.language = "es";
    party.input.encoding = PALABRA_ENCODING_F32;
    party.input.sample_rate = 44100;
    EVERY_OK(palabra_leg_join(call, &party, &legs[1], &every.error));
    EVERY_OK(palabra_call_poll_event(call, &every.event, EVERY_TIMEOUT));
    EVERY_OK(palabra_event_release(&every.event));
    EVERY_OK(palabra_leg_exchange(legs[0], every.pcm, 160, every.pcm + 24000, 160));
    EVERY_OK(palabra_leg_exchange(legs[1], every.pcm, 441, every.pcm + 24000, 441));
    EVERY_OK(palabra_leg_exchange_at(legs[0], every.pcm, 160, 0, every.pcm + 24000, 160));
    EVERY_OK(palabra_leg_send_audio(legs[0], every.pcm, 160));
    EVERY_OK(palabra_leg_skip(legs[0], 160));
    EVERY_OK(palabra_leg_read_audio(legs[0], every.pcm, 160));
    EVERY_OK(palabra_leg_get_number(legs[0]));
    EVERY_OK(palabra_leg_get_stats(legs[0], &stats));
    EVERY_OK(palabra_call_get_stats_json(call, NULL, 0));
    EVERY_OK(palabra_leg_set_input_format(legs[0], &party.input));
    EVERY_OK(palabra_leg_set_output_format(legs[0], &party.input));
    EVERY_OK(palabra_leg_set_original(legs[0], &translation.output.original));
    EVERY_OK(palabra_leg_set_muted(legs[0], 1));
    EVERY_OK(palabra_leg_hold(legs[0]));
    EVERY_OK(palabra_leg_resume(legs[0]));
    EVERY_OK(palabra_leg_silence(legs[0], 0));
    CHECK(palabra_leg_speak(legs[0], "hello", 0) <= 0);
    CHECK(palabra_leg_interrupt(legs[0], 0) <= 0);
    EVERY_OK(palabra_call_wakeup(call));
    EVERY_OK(palabra_call_get_event_fd(call));
    EVERY_OK(palabra_call_set_wakeup_callback(call, on_wakeup, NULL));
    EVERY_OK(palabra_call_get_state(call));
    EVERY_OK(palabra_call_start_recording(call, "every_call.wav", &recording, &every.error));
    EVERY_OK(palabra_call_pause_recording(call));
    EVERY_OK(palabra_call_resume_recording(call));
    EVERY_OK(palabra_call_stop_recording(call, EVERY_TIMEOUT, &every.error));
    unlink("every_call.wav");
    EVERY_OK(palabra_leg_close(legs[0]));
    EVERY_OK(palabra_call_end(call));
    EVERY_OK(palabra_call_close(call, 1000));
}
DO(palabra_shutdown, 200)
static void call_palabra_runtime_configure(void)
{
    palabra_runtime_config config = PALABRA_RUNTIME_CONFIG_INIT;
    EVERY_OK(palabra_runtime_configure(&config, &every.error));
}

#define EVERY(function, needs) {#function, needs, call_##function}
/* Functions that a listed call uses as well are not listed again. */
static const every_call every_calls[] = {
    EVERY(palabra_version_string, NOTHING), EVERY(palabra_status_name, NOTHING), EVERY(palabra_status_text, NOTHING),
    EVERY(palabra_event_kind_name, NOTHING), EVERY(palabra_version_check, NOTHING),
    EVERY(palabra_has_feature, NOTHING), EVERY(palabra_struct_init, NOTHING), EVERY(palabra_status_flags, NOTHING),
    EVERY(palabra_status_list, NOTHING),








 EVERY(palabra_client_new, NOTHING), EVERY(palabra_client_free, CLIENT),
    EVERY(palabra_client_set_credentials, CLIENT), EVERY(palabra_client_check, CLIENT),
    EVERY(palabra_metrics_text, CLIENT), EVERY(palabra_client_drain, CLIENT),
    EVERY(palabra_rest_session_create, CLIENT), EVERY(palabra_rest_session_list, CLIENT),
    EVERY(palabra_session_open_translation, CLIENT),
    EVERY(palabra_session_open_tts, CLIENT), EVERY(palabra_session_open_stt, CLIENT),
    EVERY(palabra_session_wait_ready, TRANSLATION), EVERY(palabra_session_get_state, TRANSLATION),
    EVERY(palabra_session_get_error, TRANSLATION), EVERY(palabra_session_end, TRANSLATION),
    EVERY(palabra_session_close, TRANSLATION), EVERY(palabra_session_finalize, TEXT),
    EVERY(palabra_translation_build_task, NOTHING),
    EVERY(palabra_session_send_audio, TRANSLATION), EVERY(palabra_session_set_input_format, TRANSLATION),
    EVERY(palabra_session_skip, TRANSLATION), EVERY(palabra_session_flush_input, TRANSLATION),
    EVERY(palabra_session_send_encoded, ENCODED), EVERY(palabra_session_send_encoded_paced, ENCODED),
    EVERY(palabra_session_get_input_space, TRANSLATION), EVERY(palabra_session_set_output_format, TRANSLATION),
    EVERY(palabra_session_read_audio, TRANSLATION), EVERY(palabra_session_set_original, TRANSLATION), EVERY(palabra_session_silence, TRANSLATION),
    EVERY(palabra_session_get_playout_stats, TRANSLATION),
    EVERY(palabra_session_start_recording, TRANSLATION), EVERY(palabra_session_speak, TRANSLATION),
    EVERY(palabra_session_interrupt, TRANSLATION), EVERY(palabra_session_pause, TRANSLATION),
    EVERY(palabra_session_resume, TRANSLATION), EVERY(palabra_session_set_task, TRANSLATION),
    EVERY(palabra_session_get_task, TRANSLATION), EVERY(palabra_session_send_text, SPEECH),
    EVERY(palabra_session_cancel, SPEECH), EVERY(palabra_session_cancel_tagged, SPEECH), EVERY(palabra_cancel, NOTHING),
    EVERY(palabra_file_result_release, NOTHING), EVERY(palabra_session_synthesize, SPEECH),
    EVERY(palabra_session_poll_event, TRANSLATION), EVERY(palabra_queue_new, NOTHING),
    EVERY(palabra_queue_poll_event, QUEUE), EVERY(palabra_queue_poll_ready, NOTHING),
    EVERY(palabra_queue_wakeup, QUEUE),
    EVERY(palabra_queue_get_event_fd, QUEUE),
    EVERY(palabra_queue_get_event_handle, QUEUE), EVERY(palabra_queue_set_wakeup_callback, QUEUE),
    EVERY(palabra_queue_free, QUEUE), EVERY(palabra_log_open, QUEUE), EVERY(palabra_session_wakeup, TRANSLATION),
    EVERY(palabra_session_get_event_fd, TRANSLATION), EVERY(palabra_session_get_event_handle, TRANSLATION),
    EVERY(palabra_session_set_wakeup_callback, TRANSLATION), EVERY(palabra_session_get_stats, TRANSLATION),
    EVERY(palabra_audio_read_wav, NOTHING), EVERY(palabra_audio_write_wav, NOTHING),
    EVERY(palabra_session_send_paced, TRANSLATION),
    EVERY(palabra_session_send_file, TRANSLATION), EVERY(palabra_translate_file, CLIENT),
    EVERY(palabra_voice_create, ACCOUNT), EVERY(palabra_voice_get, VOICE), EVERY(palabra_voice_update, VOICE),
    EVERY(palabra_voice_delete, VOICE), EVERY(palabra_voice_list, VOICE), EVERY(palabra_voice_list_builtin, ACCOUNT),
    EVERY(palabra_glossary_create, ACCOUNT), EVERY(palabra_glossary_get, GLOSSARY),
    EVERY(palabra_glossary_update, GLOSSARY), EVERY(palabra_glossary_delete, GLOSSARY),
    EVERY(palabra_glossary_list, GLOSSARY), EVERY(palabra_glossary_download, GLOSSARY),
    EVERY(palabra_call_open, CLIENT),
    EVERY(palabra_runtime_configure, NOTHING), EVERY(palabra_shutdown, TRANSLATION),
};

#endif
