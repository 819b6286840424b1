/* devserver: --no-rate-limits */
/* A program that holds a lock which its wake-up callback takes can make every call, except the three that document
 * otherwise: no call waits for the callback, and none runs it on the calling thread. */
#define _POSIX_C_SOURCE 200809L
#include "direct.h"
#include "playout.h"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int inside_callback;
static int calls; /* under the lock */
static const char *volatile doing = "nothing";

/* Of several phrases the last ones have not started playing: the call that cancels them reports it. */
#define TEXTS 4
#define TEXT "a text of some length, so that a few of them are more than is ever fed ahead to the player of the speech"
#define MORE_THAN_FED_MS 5000

#define HELD(call) (doing = #call, (call))

static void take_the_lock(void *user_data)
{
    (void)user_data;
    __atomic_store_n(&inside_callback, 1, __ATOMIC_SEQ_CST);
    pthread_mutex_lock(&lock);
    calls = calls + 1;
    pthread_mutex_unlock(&lock);
    __atomic_store_n(&inside_callback, 0, __ATOMIC_SEQ_CST);
}

static int is_inside(void)
{
    return __atomic_load_n(&inside_callback, __ATOMIC_SEQ_CST);
}

static void stuck(int signal_number)
{
    char text[120];
    int length = snprintf(text, sizeof text, "stuck in %s\n", doing);
    (void)signal_number;
    if (write(2, text, (size_t)length) < 0)
        _exit(3);
    _exit(2);
}

static void wait_for(int inside)
{
    int64_t deadline = clock_now_ms() + CLOCK_PATIENCE_MS;

    while (is_inside() != inside && clock_now_ms() < deadline)
        clock_sleep_ms(1);
    CHECK_EQ(is_inside(), inside);
}

static void wait_inside(void)
{
    wait_for(1);
}

static void wait_outside(void)
{
    wait_for(0);
}

/* Unread speech: the call that discards it reports it with events of its own. Nothing follows. */
static void wait_for_speech(palabra_session *session)
{
    palabra_event event = PALABRA_EVENT_INIT;
    int64_t deadline = clock_now_ms() + CLOCK_PATIENCE_MS;

    while (playout_stats(session, NULL).buffered_ms < MORE_THAN_FED_MS && clock_now_ms() < deadline)
        clock_sleep_ms(1);
    CHECK(playout_stats(session, NULL).buffered_ms >= MORE_THAN_FED_MS);
    CHECK_STATUS(palabra_session_set_wakeup_callback(session, take_the_lock, NULL), PALABRA_OK);
    while (palabra_session_poll_event(session, &event, 300) > 0)
        palabra_event_release(&event);
    wait_outside();
}

static palabra_session *speaking(void)
{
    palabra_translation_config config = playout_config();
    palabra_session *session = direct_open("dev~.host-lock", &config);
    int i;

    CHECK_STATUS(palabra_session_wait_ready(session, CLOCK_PATIENCE_MS), PALABRA_OK);
    for (i = 0; i < TEXTS; i++)
        CHECK_STATUS(palabra_session_speak(session, TEXT, "es", 0, 0), PALABRA_OK);
    wait_for_speech(session);
    return session;
}

/* First the call itself triggers the callback, then the callback is already running. */
static void calls_of_a_translation(void)
{
    palabra_session *session = speaking();
    palabra_session *other;
    palabra_event event = PALABRA_EVENT_INIT;
    palabra_session_stats stats = PALABRA_SESSION_STATS_INIT;
    int16_t pcm[480] = {0};

    pthread_mutex_lock(&lock);
    calls = 0;
    CHECK_STATUS(HELD(palabra_session_interrupt(session, NULL, 0, 0)), PALABRA_OK);
    CHECK_EQ(calls, 0);
    wait_inside();
    CHECK_STATUS(HELD(palabra_session_interrupt(session, NULL, 0, 0)), PALABRA_OK);
    CHECK_STATUS(HELD(palabra_session_pause(session, 0)), PALABRA_OK);
    CHECK_STATUS(HELD(palabra_session_resume(session, 0)), PALABRA_OK);
    CHECK_STATUS(HELD(talk_set_output(session, NULL, PALABRA_ENCODING_S16, 8000, 1)), PALABRA_OK);
    CHECK_STATUS(HELD(talk_set_input(session, PALABRA_ENCODING_S16, 16000, 1)), PALABRA_OK);
    CHECK_STATUS(HELD(palabra_session_send_audio(session, pcm, 160)), 160);
    CHECK(HELD(palabra_session_read_audio(session, NULL, pcm, 160)) >= 0);
    CHECK_STATUS(HELD(palabra_session_get_stats(session, &stats)), PALABRA_OK);
    CHECK_STATUS(HELD(palabra_session_wakeup(session)), PALABRA_OK);
    while (HELD(palabra_session_poll_event(session, &event, 0)) > 0)
        palabra_event_release(&event);
    other = HELD(direct_open("dev~.host-lock-2", NULL));
    CHECK_STATUS(HELD(palabra_session_wait_ready(other, 50)), PALABRA_ERR_TIMEOUT);
    CHECK_STATUS(HELD(palabra_session_close(other, 50)), PALABRA_OK);
    CHECK_STATUS(HELD(palabra_session_end(session)), PALABRA_OK);
    CHECK_STATUS(HELD(palabra_session_close(session, 0)), PALABRA_OK);
    CHECK(is_inside());
    pthread_mutex_unlock(&lock);
    wait_outside();
}

static void calls_of_text_to_speech(void)
{
    palabra_tts_config config = PALABRA_TTS_CONFIG_INIT;
    palabra_client *client = talk_client("id");
    palabra_error error = PALABRA_ERROR_INIT;
    palabra_session *session = NULL;
    char id[16];
    int i;

    config.language = "en";
    config.output.mode = PALABRA_OUTPUT_PLAYOUT;
    CHECK_STATUS(palabra_session_open_tts(client, &config, &session, &error), PALABRA_OK);
    REQUIRE(session != NULL);
    CHECK_STATUS(palabra_session_wait_ready(session, CLOCK_PATIENCE_MS), PALABRA_OK);
    for (i = 0; i < TEXTS; i++) {
        snprintf(id, sizeof id, "text-%d", i);
        CHECK_STATUS(palabra_session_send_text(session, TEXT, PALABRA_TEXT_EOS, id, NULL, 0, &error), PALABRA_OK);
    }
    wait_for_speech(session);
    pthread_mutex_lock(&lock);
    CHECK_STATUS(HELD(palabra_session_cancel(session, NULL, 0)), PALABRA_OK);
    wait_inside();
    CHECK_STATUS(HELD(palabra_session_cancel(session, NULL, 0)), PALABRA_OK);
    CHECK_STATUS(HELD(palabra_session_close(session, 0)), PALABRA_OK);
    CHECK_STATUS(HELD(palabra_client_free(client)), PALABRA_OK);
    pthread_mutex_unlock(&lock);
    wait_outside();
}

/* The library's thread cannot be stopped inside the program's callback, and no call waits for it. */
static void a_shutdown(void)
{
    palabra_session *session = speaking();
    int64_t before;

    pthread_mutex_lock(&lock);
    CHECK_STATUS(HELD(palabra_session_interrupt(session, NULL, 0, 0)), PALABRA_OK);
    wait_inside();
    before = clock_now_ms();
    CHECK_STATUS(HELD(palabra_shutdown(50)), PALABRA_ERR_TIMEOUT);
    CHECK(clock_now_ms() - before >= 49);
    CHECK_STATUS(HELD(palabra_session_close(session, 0)), PALABRA_OK);
    pthread_mutex_unlock(&lock);
    wait_outside();
    session = direct_open("dev~.host-lock-3", NULL);
    CHECK_STATUS(palabra_session_wait_ready(session, CLOCK_PATIENCE_MS), PALABRA_OK); /* the library starts again */
    CHECK_STATUS(palabra_session_close(session, 0), PALABRA_OK);
}

int main(void)
{
    if (getenv("PALABRA_API_URL") == NULL)
        return check_skip("there is no devserver");
    signal(SIGALRM, stuck);
    alarm(CLOCK_PATIENCE_MS / 1000);
    calls_of_a_translation();
    calls_of_text_to_speech();
    a_shutdown();
    palabra_shutdown(5000);
    return check_result();
}
