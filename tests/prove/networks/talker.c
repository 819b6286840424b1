/* One conversation over a network that somebody else makes bad.
 *
 *     talker PRODUCT FLAGS LIVENESS_MS
 *
 * PRODUCT is translation, speech or text; FLAGS has "d" for PALABRA_SESSION_DROP_OLDEST and "p" for playout. The
 * program speaks in real time until "end" is read from standard input, or until CLOSED. It prints a line of JSON for each
 * event and for its statistics four times a second, and one that begins with "left" when all is closed. "close" closes
 * the session at once. tests/prove/networks judges the lines. */
#define _GNU_SOURCE
#include <palabra.h>

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "process.h"

#define TICK_MS 20
#define FRAMES 320
#define SAMPLE_TICKS 12
/* A sentence in each four seconds. */
#define TURN_TICKS 200
#define SPEECH_TICKS 150

static struct {
    palabra_session *session;
    int64_t begun;
    int is_speech_out, is_playout, ended, closed, after, gaps;
    uint64_t seq;
    int64_t told_dropped, refused;
    int16_t speech[FRAMES], silence[FRAMES];
} talker;

static int64_t now_ms(void)
{
    return clock_now_ms() - talker.begun;
}

static void fail(const char *what, const palabra_error *error)
{
    printf("{\"failed\": \"%s\", \"code\": %d}\n", what, (int)error->code);
    exit(1);
}

static void open_session(const char *product, const char *flags, int liveness_ms)
{
    palabra_client_config client_config = PALABRA_CLIENT_CONFIG_INIT;
    palabra_error error = PALABRA_ERROR_INIT;
    palabra_client *client = NULL;
    palabra_status status;
    uint32_t bits = strchr(flags, 'd') != NULL ? PALABRA_SESSION_DROP_OLDEST : 0;
    int mode = strchr(flags, 'p') != NULL ? PALABRA_OUTPUT_PLAYOUT : PALABRA_OUTPUT_EVENTS;

    /* Everything else comes from the environment. */
    if (palabra_client_new(&client_config, &client, &error) != PALABRA_OK)
        fail("client", &error);
    talker.is_playout = mode == PALABRA_OUTPUT_PLAYOUT;
    talker.is_speech_out = strcmp(product, "speech") == 0;
    if (strcmp(product, "translation") == 0) {
        palabra_translation_config config = PALABRA_TRANSLATION_CONFIG_INIT;
        config.source_language = "en";
        config.target_languages = "es";
        config.input.format.sample_rate = 16000;
        config.flags = bits;
        config.output.mode = mode;
        config.timeouts.liveness_ms = liveness_ms;
        status = palabra_session_open_translation(client, &config, &talker.session, &error);
    } else if (talker.is_speech_out) {
        palabra_tts_config config = PALABRA_TTS_CONFIG_INIT;
        config.language = "en";
        config.output.mode = mode;
        config.timeouts.liveness_ms = liveness_ms;
        status = palabra_session_open_tts(client, &config, &talker.session, &error);
    } else {
        palabra_stt_config config = PALABRA_STT_CONFIG_INIT;
        config.language = "en";
        config.input.format.sample_rate = 16000;
        config.flags = bits;
        config.timeouts.liveness_ms = liveness_ms;
        status = palabra_session_open_stt(client, &config, &talker.session, &error);
    }
    if (status != PALABRA_OK)
        fail("open", &error);
    palabra_client_free(client);
}

static void say(int64_t tick)
{
    if (talker.ended)
        return;
    if (talker.is_speech_out) {
        if (tick % TURN_TICKS == 0)
            palabra_session_send_text(talker.session, "The doors close in a minute.", PALABRA_TEXT_EOS, NULL, NULL, 1, NULL);
    } else {
        const int16_t *block = tick % TURN_TICKS < SPEECH_TICKS ? talker.speech : talker.silence;
        int32_t taken = palabra_session_send_audio(talker.session, block, FRAMES);
        talker.refused += FRAMES - (taken > 0 ? taken : 0);
    }
}

static void take_events(void)
{
    palabra_event event = PALABRA_EVENT_INIT;

    while (palabra_session_poll_event(talker.session, &event, 0) == 1) {
        talker.after += talker.closed;
        talker.closed += event.kind == PALABRA_EVENT_CLOSED;
        talker.gaps += event.seq != ++talker.seq;
        if (event.kind == PALABRA_EVENT_WARNING && (event.flags & PALABRA_FLAG_DROPPED) != 0)
            talker.told_dropped += event.dropped;
        printf("{\"ms\": %lld, \"event\": \"%s\", \"code\": %d, \"flags\": %u, \"dropped\": %lld}\n", (long long)now_ms(),
               palabra_event_kind_name(event.kind), (int)event.code, (unsigned)event.flags, (long long)event.dropped);
        palabra_event_release(&event);
    }
}

static void print_stats(const char *name)
{
    palabra_session_stats stats = PALABRA_SESSION_STATS_INIT;

    if (palabra_session_get_stats(talker.session, &stats) != PALABRA_OK)
        return;
    printf("{\"ms\": %lld, \"%s\": %lld, \"taken\": %lld, \"sent\": %lld, \"dropped\": %lld, \"told\": %lld, \"refused\": %lld, "
           "\"round_trip_us\": %lld, \"heard\": %lld, \"ready_ms\": %lld}\n",
           (long long)now_ms(), name, (long long)stats.input_queue_ms, (long long)stats.input_frames_taken,
           (long long)stats.input_frames_sent, (long long)stats.input_frames_dropped, (long long)talker.told_dropped,
           (long long)talker.refused, (long long)stats.round_trip_us, (long long)stats.audio_frames_received,
           (long long)stats.ready_ms);
}

/* What the line says: 'e' for the end, 'c' for close, 0 for nothing. */
static int wish(void)
{
    struct pollfd input = {0, POLLIN, 0};
    char line[64];
    ssize_t count;

    if (poll(&input, 1, 0) <= 0)
        return 0;
    count = read(0, line, sizeof line);
    return count <= 0 ? 'c' : line[0];
}

int main(int argc, char **argv)
{
    int descriptors = process_descriptors(), threads = process_threads();
    int64_t tick = 0, due, closing;
    int16_t heard[FRAMES * 2];
    palabra_status status;

    if (argc != 4)
        return 2;
    setvbuf(stdout, NULL, _IOLBF, 0);
    talker.begun = clock_now_ms();
    for (int n = 0; n < FRAMES; n++)
        talker.speech[n] = (int16_t)(n % 40 < 20 ? 6000 : -6000);
    open_session(argv[1], argv[2], atoi(argv[3]));
    due = clock_now_ms();
    while (!talker.closed) {
        int word = wish();
        say(tick);
        if (talker.is_playout)
            palabra_session_read_audio(talker.session, NULL, heard, 480);
        take_events();
        if (++tick % SAMPLE_TICKS == 0)
            print_stats("queue_ms");
        if (word == 'e' && !talker.ended) {
            talker.ended = 1;
            printf("{\"ms\": %lld, \"ended\": %d}\n", (long long)now_ms(), (int)palabra_session_end(talker.session));
        }
        if (word == 'c')
            break;
        due += TICK_MS;
        if (due > clock_now_ms())
            clock_sleep_ms(due - clock_now_ms());
        else if (clock_now_ms() - due > 1000)
            /* The process was stopped: what was not said then is not said. */
            due = clock_now_ms();
    }
    take_events();
    print_stats("last_queue_ms");
    closing = clock_now_ms();
    palabra_session_close(talker.session, 0);
    closing = clock_now_ms() - closing;
    status = palabra_shutdown(20000);
    printf("{\"left\": %d, \"threads\": %d, \"closed\": %d, \"after\": %d, \"gaps\": %d, \"shutdown\": %d, \"closing_ms\": %lld}\n",
           process_descriptors() - descriptors, process_threads() - threads, talker.closed, talker.after, talker.gaps,
           (int)status, (long long)closing);
    return 0;
}
