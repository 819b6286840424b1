/* The shim of the C API; README.md describes its input and output. */
#define _POSIX_C_SOURCE 200809L
#include "shim.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

FILE *out;
static palabra_session *session;
static palabra_queue *names; /* with `names` */
static palabra_client *asking; /* with `ask` */
static char answer[64];        /* the id that it gets */
static uint64_t phrase_frames[8]; /* of the phrase that is arriving, by target */
static char phrase_language[8][16];
static uint64_t phrase_bytes; /* of the phrase that is arriving, if it is encoded */
static int has_overflowed;

static const char *name_of(int32_t status)
{
    const char *name = palabra_status_name(status < 0 ? status : PALABRA_OK);
    return strncmp(name, "PALABRA_", 8) == 0 ? name + 8 : name;
}

void told(const char *what, int32_t status)
{
    fprintf(out, "%s %s\n", what, name_of(status));
}

void told_refusal(const char *what, int32_t status, const palabra_error *error)
{
    const char *option = status < 0 ? strstr(error->text, "PALABRA_WITH_") : NULL;

    fprintf(out, "%s %s", what, name_of(status));
    if (option != NULL)
        fprintf(out, " %.*s", (int)strspn(option, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_"), option);
    fprintf(out, "\n");
}

palabra_echo echo_of(const char *word)
{
    return strcmp(word, "cancel") == 0 ? PALABRA_ECHO_CANCEL : strcmp(word, "measure") == 0 ? PALABRA_ECHO_MEASURE : PALABRA_ECHO_OFF;
}

uint32_t cleaning_of(const char *word)
{
    return strcmp(word, "noise") == 0 ? PALABRA_TRANSLATION_SUPPRESS_NOISE : strcmp(word, "gain") == 0 ? PALABRA_TRANSLATION_CONTROL_GAIN : 0;
}

unsigned to_100_ms(uint64_t frames)
{
    return (unsigned)((frames * 1000 / RATE + 50) / 100 * 100);
}

static void open_session(const char *command, char *arguments)
{
    palabra_client_config account = PALABRA_CLIENT_CONFIG_INIT;
    palabra_translation_config config = PALABRA_TRANSLATION_CONFIG_INIT;
    palabra_tts_config speaker = PALABRA_TTS_CONFIG_INIT;
    palabra_stt_config listener = PALABRA_STT_CONFIG_INIT;
    palabra_client *client = NULL;
    palabra_error error = PALABRA_ERROR_INIT;
    palabra_status status = PALABRA_OK;
    char *word;

    config.end_silence_ms = 1000;
    config.input.buffer_ms = listener.input.buffer_ms = 20000;
    listener.input.format.sample_rate = RATE;
    for (word = strtok(arguments, " "); word; word = strtok(NULL, " ")) {
        char *value = strchr(word, '=');
        if (!value)
            continue;
        *value++ = '\0';
        if (strcmp(word, "id") == 0)
            account.credentials.client_id = value;
        else if (strcmp(word, "ask") == 0) {
            account.flags |= PALABRA_CLIENT_ASK_CREDENTIALS;
            snprintf(answer, sizeof answer, "%s", value);
        }
        else if (strcmp(word, "source") == 0)
            config.source_language = value;
        else if (strcmp(word, "targets") == 0)
            config.target_languages = value;
        else if (strcmp(word, "language") == 0)
            speaker.language = listener.language = value;
        else if (strcmp(word, "format") == 0 && strcmp(value, "mp3") == 0) {
            palabra_audio_format none = {0};
            speaker.format = PALABRA_TTS_FORMAT_MP3;
            listener.format = PALABRA_STT_FORMAT_MP3;
            listener.input.format = none;
        } else if (strcmp(word, "translate") == 0)
            listener.target_languages = value;
        else if (strcmp(word, "output") == 0)
            config.output.mode = strcmp(value, "playout") == 0 ? PALABRA_OUTPUT_PLAYOUT : PALABRA_OUTPUT_EVENTS;
        else if (strcmp(word, "reader_lag") == 0)
            config.output.reader_lag_ms = atoi(value);
        else if (strcmp(word, "event_limit") == 0)
            config.limits.event_count = atoi(value);
        else if (strcmp(word, "message_bytes") == 0)
            config.limits.message_bytes = atoi(value);
        else if (strcmp(word, "liveness") == 0)
            config.timeouts.liveness_ms = atoi(value);
        else if (strcmp(word, "drop_oldest") == 0)
            config.flags |= PALABRA_SESSION_DROP_OLDEST;
        else if (strcmp(word, "echo") == 0)
            config.echo = echo_of(value);
        else if (cleaning_of(word) != 0)
            config.flags |= cleaning_of(word);
        else if (strcmp(word, "names") == 0)
            status = palabra_queue_new(PALABRA_QUEUE_NAMES, &names, NULL);
    }
    config.queue = names;
    account.credentials.client_secret = account.credentials.client_id ? "secret" : NULL;
    if (status >= 0)
        status = palabra_client_new(&account, &client, NULL);
    if (status >= 0 && strcmp(command, "open_tts") == 0)
        status = palabra_session_open_tts(client, &speaker, &session, NULL);
    else if (status >= 0 && strcmp(command, "open_stt") == 0)
        status = palabra_session_open_stt(client, &listener, &session, NULL);
    else if (status >= 0)
        status = palabra_session_open_translation(client, &config, &session, &error);
    if (account.flags & PALABRA_CLIENT_ASK_CREDENTIALS)
        asking = client;
    else
        palabra_client_free(client);
    told_refusal(command, status, &error);
}

/* What a token source does in other languages. */
static void give_credentials(void)
{
    palabra_credentials fresh = {0};

    fprintf(out, "CREDENTIALS_NEEDED\n");
    fresh.client_id = answer;
    fresh.client_secret = "secret";
    palabra_client_set_credentials(asking, &fresh, NULL);
}

/* With half a period of 60 frames, or of one that changes. */
static int16_t *wave(unsigned sound, unsigned silence, int changes)
{
    int16_t *samples = calloc(sound + silence + 1, sizeof *samples);
    unsigned n;

    for (n = 0; samples && n < sound; n++)
        samples[n] = n / (changes ? 80 + n / 1200 % 5 * 8 : 60) % 2 ? 4000 : -4000;
    return samples;
}

int16_t *square_wave(unsigned sound, unsigned silence)
{
    return wave(sound, silence, 0);
}

int16_t *sung_wave(unsigned sound, unsigned silence)
{
    return wave(sound, silence, 1);
}

static void say(const char *arguments)
{
    unsigned sound = 0, silence = 0;
    int16_t *samples;
    int32_t taken;

    sscanf(arguments, "%u %u", &sound, &silence);
    sound *= RATE / 1000;
    silence *= RATE / 1000;
    samples = square_wave(sound, silence);
    taken = palabra_session_send_audio(session, samples, sound + silence);
    free(samples);
    if (taken < 0)
        told("say", taken);
    else
        printf("say %d\n", (int)taken);
}

static void skip(const char *arguments)
{
    int32_t taken = palabra_session_skip(session, atoi(arguments) * (RATE / 1000));

    if (taken < 0)
        told("skip", taken);
    else
        printf("skip %d\n", (int)taken);
}

static void synthesize(const char *text)
{
    palabra_audio speech = PALABRA_AUDIO_INIT;
    palabra_status status = palabra_session_synthesize(session, text, 0, NULL, 5, &speech, PATIENCE_MS, NULL);

    if (status < 0)
        told("synthesize", status);
    else
        printf("synthesize %u\n", to_100_ms((uint64_t)speech.frames));
    palabra_audio_release(&speech);
}

static palabra_error call_error = PALABRA_ERROR_INIT; /* names the call */
static palabra_status call_status;

static void *wait_for_speech(void *text)
{
    palabra_audio speech = PALABRA_AUDIO_INIT;

    call_status = palabra_session_synthesize(session, text, 0, NULL, 6, &speech, PATIENCE_MS, &call_error);
    palabra_audio_release(&speech);
    return NULL;
}

static void end_call(char *text)
{
    struct timespec look = {0, 1000000};
    pthread_t caller;

    if (pthread_create(&caller, NULL, wait_for_speech, text) != 0)
        return;
    while (!palabra_cancel(&call_error))
        nanosleep(&look, NULL);
    pthread_join(caller, NULL);
    told("end_call", call_status);
}

palabra_client *client_of(const char *id)
{
    palabra_client_config account = PALABRA_CLIENT_CONFIG_INIT;
    palabra_client *client = NULL;

    account.credentials.client_id = id;
    account.credentials.client_secret = "secret";
    palabra_client_new(&account, &client, NULL);
    return client;
}

static void rest_sessions(const char *id)
{
    palabra_client *client = client_of(id);
    palabra_rest_session made = PALABRA_REST_SESSION_INIT, seen = PALABRA_REST_SESSION_INIT;
    palabra_rest_sessions list = PALABRA_REST_SESSIONS_INIT;

    printf("rest %s", name_of(palabra_rest_session_create(client, &made, PATIENCE_MS, NULL)));
    printf(" %s", name_of(palabra_rest_session_list(client, &list, PATIENCE_MS, NULL)));
    printf(" %s", name_of(palabra_rest_session_get(client, made.id, &seen, PATIENCE_MS, NULL)));
    printf(" %s", name_of(palabra_rest_session_set_ttl(client, made.id, 60000, PATIENCE_MS, NULL)));
    palabra_rest_session_release(&seen);
    printf(" %s", name_of(palabra_rest_session_get(client, "never made", &seen, PATIENCE_MS, NULL)));
    printf(" %s\n", name_of(palabra_rest_session_delete(client, made.id, PATIENCE_MS, NULL)));
    palabra_rest_session_release(&made);
    palabra_rest_sessions_release(&list);
    palabra_client_free(client);
}

static void translate_file(const char *arguments)
{
    palabra_translation_config config = PALABRA_TRANSLATION_CONFIG_INIT;
    palabra_file_options options = PALABRA_FILE_OPTIONS_INIT;
    palabra_file_result result = PALABRA_FILE_RESULT_INIT;
    palabra_file_output output;
    palabra_client *client;
    palabra_status status;
    unsigned sound = 0, silence = 0;
    int16_t *samples;
    char id[64], path[64];

    sscanf(arguments, "%63s %u %u", id, &sound, &silence);
    snprintf(path, sizeof path, "/tmp/palabra-shim-c-%ld.wav", (long)getpid());
    sound *= RATE / 1000;
    silence *= RATE / 1000;
    samples = square_wave(sound, silence);
    palabra_audio_write_wav(path, samples, sound + silence, RATE, 1, NULL);
    free(samples);
    config.source_language = "en";
    config.target_languages = "es";
    config.end_silence_ms = 1000;
    options.flags = PALABRA_FILE_AUDIO | PALABRA_FILE_NO_FOLLOW;
    options.pace_percent = 1000;
    result.outputs = &output;
    result.output_capacity = 1;
    client = client_of(id);
    status = palabra_translate_file(client, &config, path, NULL, &options, &result, PATIENCE_MS, NULL);
    remove(path);
    printf("file %s", name_of(status));
    if (result.output_count > 0 && output.pcm != NULL)
        printf(" %s %u", output.language, to_100_ms((uint64_t)output.frames));
    printf("\n");
    palabra_file_result_release(&result);
    palabra_client_free(client);
}

static void bytes(const char *arguments)
{
    unsigned count = 0, ms = 0;
    unsigned char *data;
    int32_t taken;

    sscanf(arguments, "%u %u", &count, &ms);
    data = calloc(count + 1, 1);
    taken = ms ? palabra_session_send_encoded_paced(session, data, count, ms, 0, PATIENCE_MS)
               : palabra_session_send_encoded(session, data, count);
    free(data);
    if (taken < 0)
        told("bytes", taken);
    else
        printf("bytes %d\n", (int)taken);
}

static uint64_t *frames_of(const char *language)
{
    int i = 0;
    while (i < 7 && phrase_language[i][0] && strcmp(phrase_language[i], language) != 0)
        i++;
    snprintf(phrase_language[i], sizeof phrase_language[i], "%s", language);
    return &phrase_frames[i];
}

void print_event(const palabra_event *event)
{
    const char *name = palabra_event_kind_name(event->kind);

    switch (event->kind) {
    case PALABRA_EVENT_READY:
    case PALABRA_EVENT_LINK_UP:
    case PALABRA_EVENT_STREAM_END:
    case PALABRA_EVENT_SPEECH_STARTED:
    case PALABRA_EVENT_SPEECH_ENDED:
    case PALABRA_EVENT_OVERFLOW:
        has_overflowed |= event->kind == PALABRA_EVENT_OVERFLOW;
        fprintf(out, "%s\n", name);
        break;
    case PALABRA_EVENT_TRANSCRIPT:
        if (event->flags & PALABRA_FLAG_FINAL) {
            fprintf(out, "%s %s %s%s", name, event->language, event->text,
                   event->flags & PALABRA_FLAG_TRANSLATION ? " translation" : "");
            if (event->user_tag != 0)
                fprintf(out, " %u", (unsigned)event->user_tag);
            fprintf(out, "\n");
        }
        break;
    case PALABRA_EVENT_AUDIO:
        *frames_of(event->language) += event->pcm_frames;
        phrase_bytes += event->data_len;
        if (event->flags & PALABRA_FLAG_LAST_CHUNK) {
            fprintf(out, "%s %s", name, event->language);
            if (phrase_bytes > 0)
                fprintf(out, " %u bytes", (unsigned)phrase_bytes);
            else if (!has_overflowed)
                fprintf(out, " %u", to_100_ms(*frames_of(event->language)));
            fprintf(out, "\n");
            *frames_of(event->language) = phrase_bytes = 0;
        }
        break;
    case PALABRA_EVENT_SPEAK_STATUS:
    case PALABRA_EVENT_TASK_STATUS:
        fprintf(out, "%s %s %u\n", name, event->text, (unsigned)event->user_tag);
        break;
    case PALABRA_EVENT_TASK_INFO:
        if (event->user_tag != 0)
            fprintf(out, "%s %u%s\n", name, (unsigned)event->user_tag, event->flags & PALABRA_FLAG_PAUSED ? " paused" : "");
        break;
    case PALABRA_EVENT_PLAYOUT_CUT:
    case PALABRA_EVENT_PLAYOUT_FINISHED:
        fprintf(out, "%s %s\n", name, event->language);
        break;
    case PALABRA_EVENT_ERROR:
    case PALABRA_EVENT_LINK_DOWN:
    case PALABRA_EVENT_CLOSED:
        told(name, event->code);
        break;
    default:
        break;
    }
}

/* In a queue of names the session is polled when it is named. */
static int32_t next_event(palabra_event *event)
{
    palabra_ready ready = PALABRA_READY_INIT;
    int32_t polled = palabra_session_poll_event(session, event, names == NULL ? PATIENCE_MS : 0);

    while (names != NULL && polled == 0 && palabra_queue_poll_ready(names, &ready, PATIENCE_MS) > 0)
        polled = palabra_session_poll_event(ready.handle, event, 0);
    return polled;
}

static void until(const char *kind)
{
    palabra_event event = PALABRA_EVENT_INIT;
    int found = 0;

    while (!found) {
        int32_t polled = next_event(&event);
        if (polled <= 0) {
            told("until", polled < 0 ? polled : PALABRA_ERR_TIMEOUT);
            return;
        }
        found = strcmp(palabra_event_kind_name(event.kind), kind) == 0;
        print_event(&event);
        if (event.kind == PALABRA_EVENT_CREDENTIALS_NEEDED)
            give_credentials();
        palabra_event_release(&event);
    }
}

/* Waits until nothing more will happen; the events remain queued. */
static void over(void)
{
    struct timespec look = {0, 5000000};
    int32_t state;

    while ((state = palabra_session_get_state(session)) >= 0 && state != PALABRA_STATE_CLOSED)
        nanosleep(&look, NULL);
    told("over", state);
}

/* The cut of what was ready is told at a read, and a read before everything is missed would hear some of it. */
static void miss(const char *language, int64_t ms)
{
    const struct timespec rest = {0, 5000000};
    palabra_playout_stats stats = PALABRA_PLAYOUT_STATS_INIT;
    int16_t tick[RATE / 100];
    palabra_status status;
    int looks = 0;

    while ((status = palabra_session_get_playout_stats(session, language, &stats)) == PALABRA_OK && stats.phrases_dropped == 0) {
        if (++looks > 200 && stats.skipped_ms >= ms && stats.buffered_ms == 0) {
            palabra_session_read_audio(session, language, tick, RATE / 100);
            looks = 0;
        }
        nanosleep(&rest, NULL);
    }
    told("miss", status);
}

static void play(const char *language)
{
    int16_t tick[RATE / 100];
    uint64_t loud = 0;
    int32_t sound;
    size_t n;

    while ((sound = palabra_session_read_audio(session, language, tick, RATE / 100)) >= 0 &&
           !(sound & PALABRA_SOUND_ENDED))
        for (n = 0; n < RATE / 100; n++)
            loud += tick[n] != 0;
    if (sound < 0)
        told("play", sound);
    else
        printf("play %u\n", to_100_ms(loud));
}

const char *recording(void)
{
    static char path[64];
    snprintf(path, sizeof path, "/tmp/palabra-conformance-%ld.wav", (long)getpid());
    return path;
}

static void record(const char *rate)
{
    palabra_recording_options options = PALABRA_RECORDING_OPTIONS_INIT;

    options.sample_rate = atoi(rate);
    told("record", palabra_session_start_recording(session, recording(), &options, NULL));
}

static void obey(char *line)
{
    char *rest = strchr(line, ' ');

    if (rest)
        *rest++ = '\0';
    else
        rest = line + strlen(line);
    if (strncmp(line, "call_", 5) == 0)
        obey_call(line, rest);
    else if (strncmp(line, "open", 4) == 0)
        open_session(line, rest);
    else if (strcmp(line, "text") == 0) {
        char *text = strchr(rest, ' ');
        if (text) {
            *text++ = '\0';
            told(line, palabra_session_send_text(session, text, PALABRA_TEXT_EOS, rest, NULL, 9, NULL));
        }
    } else if (strcmp(line, "cancel") == 0)
        told(line, palabra_session_cancel(session, rest, 9));
    else if (strcmp(line, "cancel_tagged") == 0)
        told(line, palabra_session_cancel_tagged(session, (uint64_t)atoi(rest)));
    else if (strcmp(line, "synthesize") == 0)
        synthesize(rest);
    else if (strcmp(line, "end_call") == 0)
        end_call(rest);
    else if (strcmp(line, "rest") == 0)
        rest_sessions(rest);
    else if (strcmp(line, "file") == 0)
        translate_file(rest);
    else if (strcmp(line, "finalize") == 0)
        told(line, palabra_session_finalize(session, 9));
    else if (strcmp(line, "ready") == 0)
        told(line, palabra_session_wait_ready(session, PATIENCE_MS));
    else if (strcmp(line, "over") == 0)
        over();
    else if (strcmp(line, "say") == 0)
        say(rest);
    else if (strcmp(line, "skip") == 0)
        skip(rest);
    else if (strcmp(line, "flush_input") == 0)
        told(line, palabra_session_flush_input(session));
    else if (strcmp(line, "bytes") == 0)
        bytes(rest);
    else if (strcmp(line, "speak") == 0) {
        char *text = strchr(rest, ' ');
        if (text) {
            *text++ = '\0';
            told(line, palabra_session_speak(session, text, rest, 0, 7));
        }
    } else if (strcmp(line, "pause") == 0)
        told(line, palabra_session_pause(session, 8));
    else if (strcmp(line, "resume") == 0)
        told(line, palabra_session_resume(session, 8));
    else if (strcmp(line, "interrupt") == 0)
        told(line, palabra_session_interrupt(session, NULL, 0, 8));
    else if (strcmp(line, "rate") == 0) {
        palabra_audio_format format = {PALABRA_ENCODING_S16, atoi(rest), 1, 0, {0}};
        told(line, palabra_session_set_output_format(session, NULL, &format));
    } else if (strcmp(line, "original") == 0) {
        palabra_original_options original = {atoi(rest), 0, 0, 0, {0}};
        told(line, palabra_session_set_original(session, &original));
    } else if (strcmp(line, "silence") == 0)
        told(line, palabra_session_silence(session, NULL, PALABRA_SILENCE_ALL));
    else if (strcmp(line, "get_task") == 0)
        told(line, palabra_session_get_task(session, 8));
    else if (strcmp(line, "end") == 0)
        told(line, palabra_session_end(session));
    else if (strcmp(line, "until") == 0)
        until(rest);
    else if (strcmp(line, "miss") == 0) {
        char *ms = strchr(rest, ' ');
        if (ms) {
            *ms++ = '\0';
            miss(rest, atoi(ms));
        }
    } else if (strcmp(line, "play") == 0)
        play(rest);
    else if (strcmp(line, "record") == 0)
        record(rest);
    else if (strcmp(line, "pause_recording") == 0)
        told(line, palabra_session_pause_recording(session));
    else if (strcmp(line, "resume_recording") == 0)
        told(line, palabra_session_resume_recording(session));
    else if (strcmp(line, "stop_recording") == 0) {
        told(line, palabra_session_stop_recording(session, PATIENCE_MS, NULL));
        remove(recording());
    } else if (strcmp(line, "close") == 0)
        told(line, palabra_session_close(session, 1000));
}

int main(void)
{
    char line[1024];

    out = stdout;
    while (fgets(line, sizeof line, stdin)) {
        line[strcspn(line, "\n")] = '\0';
        obey(line);
        fflush(stdout);
    }
    palabra_session_close(session, 0);
    close_call();
    palabra_client_free(asking);
    palabra_shutdown(2000);
    return 0;
}
