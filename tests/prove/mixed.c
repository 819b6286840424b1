/* Sessions of all three products that talk to a server which may say anything: tests/prove/mutating_proxy.py and
 * flood.py are such servers.
 *
 *     mixed SESSIONS SECONDS [SEED]
 *
 * How a session goes is the server's affair. Here it is checked that its events are whole and in order, that it closes
 * once and says nothing after that, and that the library has no fault of its own. */
#include "clock.h"
#include "random.h"
#include "talk.h"

#define SESSIONS_MOST 200
#define TICK_MS 20
#define FRAMES 480
/* How long a session is kept, and when it is told to end, in ticks. */
#define LIFE_TICKS 300
#define END_TICKS 200

enum { TRANSLATION, SPEECH, TEXT, PRODUCTS };

typedef struct {
    palabra_session *session;
    int64_t age;
    uint64_t seq;
    int closed;
} guest;

static struct {
    palabra_client *client;
    palabra_queue *queue;
    guest guests[SESSIONS_MOST];
    int count;
    uint64_t draws;
    int16_t speech[FRAMES];
    long ready[PRODUCTS], events, ends[1000];
} mixed;

static palabra_status open_guest(int number, palabra_session **session)
{
    uint64_t draw = random_next(&mixed.draws);
    int mode = (int)(draw % 3);
    palabra_error error = PALABRA_ERROR_INIT;

    if (number % PRODUCTS == TRANSLATION) {
        palabra_translation_config config = talk_config();
        config.queue = mixed.queue;
        config.session_tag = (uint64_t)number;
        config.flags = PALABRA_TRANSLATION_PARTIALS |
                       (draw & 16 ? PALABRA_TRANSLATION_ZLIB_OUTPUT : 0);
        config.output.mode = mode;
        return palabra_session_open_translation(mixed.client, &config, session, &error);
    }
    if (number % PRODUCTS == SPEECH) {
        palabra_tts_config config = PALABRA_TTS_CONFIG_INIT;
        config.queue = mixed.queue;
        config.session_tag = (uint64_t)number;
        config.language = "en";
        config.output.mode = mode;
        return palabra_session_open_tts(mixed.client, &config, session, &error);
    } else {
        palabra_stt_config config = PALABRA_STT_CONFIG_INIT;
        config.queue = mixed.queue;
        config.session_tag = (uint64_t)number;
        config.language = "en";
        config.target_languages = "es";
        return palabra_session_open_stt(mixed.client, &config, session, &error);
    }
}

/* What each call answers depends on what the server did to the session. */
static void use(palabra_session *session, int number, int64_t tick)
{
    int16_t heard[FRAMES];
    uint64_t draw = random_next(&mixed.draws) % 100;

    palabra_session_read_audio(session, NULL, heard, FRAMES);
    if (number % PRODUCTS == SPEECH) {
        if (draw < 3)
            palabra_session_send_text(session, "Hello there. How are you?", draw == 0 ? 0 : PALABRA_TEXT_EOS, NULL, NULL,
                                      (uint64_t)tick, NULL);
        if (draw == 4)
            palabra_session_cancel(session, NULL, 0);
        return;
    }
    palabra_session_send_audio(session, mixed.speech, FRAMES);
    if (number % PRODUCTS == TEXT) {
        if (draw == 0)
            palabra_session_finalize(session, (uint64_t)tick);
    } else if (draw < 3) {
        palabra_session_speak(session, "hola", "es", 0, (uint64_t)tick);
    } else if (draw == 4) {
        palabra_session_interrupt(session, NULL, 0, (uint64_t)tick);
    } else if (draw == 5) {
        palabra_session_get_task(session, (uint64_t)tick);
    }
}

static void attend(int number, int64_t tick)
{
    guest *one = &mixed.guests[number];

    if (one->session != NULL && (one->closed != 0 || one->age > LIFE_TICKS)) {
        CHECK_STATUS(palabra_session_close(one->session, 0), PALABRA_OK);
        memset(one, 0, sizeof *one);
    }
    if (one->session == NULL) {
        CHECK_STATUS(open_guest(number, &one->session), PALABRA_OK);
        return;
    }
    if (++one->age == END_TICKS)
        palabra_session_end(one->session);
    use(one->session, number, tick);
}

static void check_text_of(const char *text, int32_t length)
{
    CHECK_EQ(strlen(text), length);
}

static void take(const palabra_event *event)
{
    guest *one = &mixed.guests[event->session_tag];

    mixed.events++;
    CHECK_EQ(one->closed, 0);
    CHECK_EQ(event->seq, one->seq + 1);
    one->seq = event->seq;
    check_text_of(event->text, event->text_len);
    check_text_of(event->language, event->language_len);
    check_text_of(event->id, event->id_len);
    check_text_of(event->service_code, event->service_code_len);
    check_text_of(event->json, event->json_len);
    mixed.ready[event->session_tag % PRODUCTS] += event->kind == PALABRA_EVENT_READY;
    if (event->kind != PALABRA_EVENT_CLOSED)
        return;
    one->closed = 1;
    if (event->code == PALABRA_ERR_INTERNAL)
        fprintf(stderr, "%s\n", event->text);
    CHECK(event->code != PALABRA_ERR_INTERNAL);
    mixed.ends[-event->code % 1000]++;
}

static void run(int64_t seconds)
{
    int64_t begin_ms = clock_now_ms(), tick;
    palabra_event event = PALABRA_EVENT_INIT;
    int number;

    for (tick = 0; tick < seconds * 1000 / TICK_MS && check_failures == 0; tick++) {
        for (number = 0; number < mixed.count; number++)
            attend(number, tick);
        /* A flood must not keep the sessions from being used. */
        do {
            int taken = 0;
            while (taken < 10000 && palabra_queue_poll_event(mixed.queue, &event, 0) > 0) {
                take(&event);
                palabra_event_release(&event);
                taken++;
            }
            if (clock_now_ms() < begin_ms + (tick + 1) * TICK_MS)
                clock_sleep_ms(1);
        } while (clock_now_ms() < begin_ms + (tick + 1) * TICK_MS);
        if (clock_now_ms() - begin_ms > seconds * 1000)
            break;
    }
}

int main(int argc, char **argv)
{
    palabra_client_config config = PALABRA_CLIENT_CONFIG_INIT;
    int i;

    if (argc < 3 || atoi(argv[1]) > SESSIONS_MOST) {
        fprintf(stderr, "usage: %s SESSIONS SECONDS [SEED]\n", argv[0]);
        return 2;
    }
    mixed.count = atoi(argv[1]);
    mixed.draws = argc > 3 ? (uint64_t)atoi(argv[3]) : 1;
    for (i = 0; i < FRAMES; i++)
        mixed.speech[i] = (int16_t)(i % 40 * 500 - 10000);
    CHECK_STATUS(palabra_client_new(&config, &mixed.client, NULL), PALABRA_OK);
    CHECK_STATUS(palabra_queue_new(0, &mixed.queue, NULL), PALABRA_OK);
    run(atoi(argv[2]));
    for (i = 0; i < mixed.count; i++)
        if (mixed.guests[i].session != NULL)
            CHECK_STATUS(palabra_session_close(mixed.guests[i].session, 0), PALABRA_OK);
    CHECK_STATUS(palabra_queue_free(mixed.queue), PALABRA_OK);
    CHECK_STATUS(palabra_client_free(mixed.client), PALABRA_OK);
    CHECK_STATUS(palabra_shutdown(CLOCK_PATIENCE_MS), PALABRA_OK);
    printf("READY %ld, %ld, %ld, events %ld; ends:", mixed.ready[TRANSLATION], mixed.ready[SPEECH], mixed.ready[TEXT],
           mixed.events);
    for (i = 0; i < 1000; i++)
        if (mixed.ends[i] > 0)
            printf(" %s %ld", palabra_status_name(-i), mixed.ends[i]);
    printf("\n");
    /* Otherwise the server said nothing that could do harm. */
    for (i = 0; i < PRODUCTS && i < mixed.count; i++)
        CHECK(mixed.ready[i] > 0);
    return check_result();
}
