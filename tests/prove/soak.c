/* Hours of conversation in one process: sessions that last, and others that come and go beside them.
 *
 *     soak LASTING SECONDS OPENS_PER_SECOND
 *
 * Prints a line of figures for each second; tools/checks/soak.py judges them. What has to be exact is checked here: a
 * session that lasts never closes, one that goes closes once, and in the end nothing is left. */
#include "clock.h"
#include "process.h"
#include "random.h"
#include "talk.h"

#include <malloc.h>
#include <sys/resource.h>

#define TICK_MS 20
#define RATE 16000
#define TICK_FRAMES (RATE / 1000 * TICK_MS)
#define LASTING_MOST 1000
#define PASSING_MOST 2000
#define LATENESSES_MOST 65536
/* Two seconds of speech and one of silence. */
#define SPEECH_TICKS 100
#define TURN_TICKS 150

typedef struct {
    palabra_session *session;
    int ready, closed, is_playout;
    /* When a session that passes is to end, and whether it ends with its answer. */
    int64_t ends_ms;
    int ends_softly;
} talker;

static struct {
    palabra_client *client;
    palabra_queue *lasting_queue, *passing_queue;
    talker lasting[LASTING_MOST], passing[PASSING_MOST];
    int lasting_count;
    uint64_t draws;
    int16_t speech[SPEECH_TICKS * TICK_FRAMES];
    /* Figures of the second that runs. */
    int64_t latenesses_us[LATENESSES_MOST];
    int lateness_count;
    int64_t send_max_us, tick_late_max_us;
    int64_t opened, closed, events, phrases, refused;
} soak;

static const int16_t silence[TICK_FRAMES];

static void open_talker(talker *one, palabra_queue *queue, int number, int is_playout)
{
    palabra_translation_config config = talk_config();

    config.queue = queue;
    config.session_tag = (uint64_t)number;
    config.input.format.sample_rate = RATE;
    config.output.mode = is_playout ? PALABRA_OUTPUT_PLAYOUT : PALABRA_OUTPUT_EVENTS;
    memset(one, 0, sizeof *one);
    one->is_playout = is_playout;
    one->session = talk_open(soak.client, &config);
}

static void take(talker *talkers, const palabra_event *event)
{
    talker *one = &talkers[event->session_tag];

    soak.events++;
    if (soak.lateness_count < LATENESSES_MOST)
        soak.latenesses_us[soak.lateness_count++] = ((int64_t)clock_now_ns() - event->time_ns) / 1000;
    one->ready += event->kind == PALABRA_EVENT_READY;
    soak.phrases += event->kind == PALABRA_EVENT_TRANSCRIPT && (event->flags & PALABRA_FLAG_FINAL) != 0;
    if (event->kind != PALABRA_EVENT_CLOSED)
        return;
    one->closed++;
    CHECK_EQ(one->closed, 1);
    if (!CHECK_STATUS(event->code, PALABRA_OK))
        fprintf(stderr, "%s\n", event->text);
}

static void poll_all(palabra_queue *queue, talker *talkers)
{
    palabra_event event = PALABRA_EVENT_INIT;

    while (palabra_queue_poll_event(queue, &event, 0) > 0) {
        take(talkers, &event);
        palabra_event_release(&event);
    }
}

/* Each talker is at another place of its turn. */
static void talk(talker *one, int64_t tick, int number)
{
    int64_t place = (tick + 7 * number) % TURN_TICKS;
    const int16_t *pcm = place < SPEECH_TICKS ? soak.speech + place * TICK_FRAMES : silence;
    int16_t heard[480];
    uint64_t begin;
    int64_t took_us;

    if (one->ready == 0 || one->closed != 0)
        return;
    begin = clock_now_ns();
    palabra_session_send_audio(one->session, pcm, TICK_FRAMES);
    took_us = (int64_t)(clock_now_ns() - begin) / 1000;
    soak.send_max_us = took_us > soak.send_max_us ? took_us : soak.send_max_us;
    if (one->is_playout)
        palabra_session_read_audio(one->session, NULL, heard, 480);
}

/* Some before they are READY, some in a sentence, some with their last answer. */
static void begin_passing(int64_t now_ms)
{
    int number = 0;
    uint64_t draw = random_next(&soak.draws);

    while (number < PASSING_MOST && soak.passing[number].session != NULL)
        number++;
    if (!CHECK(number < PASSING_MOST))
        return;
    open_talker(&soak.passing[number], soak.passing_queue, number, draw % 3 == 0);
    soak.passing[number].ends_ms = now_ms + (int64_t)(draw >> 8) % 2000;
    soak.passing[number].ends_softly = draw % 2 == 0;
    soak.opened++;
}

static void end_passing(talker *one, int64_t now_ms)
{
    if (one->session == NULL)
        return;
    if (one->closed == 0 && now_ms >= one->ends_ms) {
        if (one->ends_softly) {
            palabra_session_end(one->session);
            one->ends_ms = INT64_MAX;
            return;
        }
    } else if (one->closed == 0) {
        return;
    }
    CHECK_STATUS(palabra_session_close(one->session, 0), PALABRA_OK);
    one->session = NULL;
    soak.closed++;
}

static int ascending(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
    return (a > b) - (a < b);
}

static int64_t lateness_us(int permille)
{
    int last = soak.lateness_count - 1;
    return last < 0 ? 0 : soak.latenesses_us[(int64_t)last * permille / 1000];
}

static int count_open(void)
{
    int count = 0, i;
    for (i = 0; i < PASSING_MOST; i++)
        count += soak.passing[i].session != NULL;
    return count;
}

static int64_t dropped_frames(void)
{
    int64_t dropped = 0;
    int i;

    for (i = 0; i < soak.lasting_count; i++) {
        palabra_session_stats stats = PALABRA_SESSION_STATS_INIT;
        palabra_session_get_stats(soak.lasting[i].session, &stats);
        dropped += stats.input_frames_dropped + stats.events_dropped;
    }
    return dropped;
}

/* What glibc keeps of a peak, such as a second in which the service stands still, is no leak. */
static void return_freed_memory(int64_t second)
{
#ifdef __GLIBC__
    if (second % 10 == 0)
        malloc_trim(0);
#endif
}

static void print_second(int64_t second)
{
    return_freed_memory(second);
    qsort(soak.latenesses_us, (size_t)soak.lateness_count, sizeof *soak.latenesses_us, ascending);
    printf("%lld,%ld,%d,%d,%d,%lld,%lld,%lld,%lld,%lld,%lld,%lld,%lld,%lld,%lld\n", (long long)second, process_rss_kb(),
           process_descriptors(), process_threads(), count_open(), (long long)soak.opened, (long long)soak.closed,
           (long long)soak.events, (long long)soak.phrases, (long long)dropped_frames(), (long long)lateness_us(500),
           (long long)lateness_us(990), (long long)lateness_us(1000), (long long)soak.send_max_us,
           (long long)soak.tick_late_max_us);
    fflush(stdout);
    soak.lateness_count = 0;
    soak.send_max_us = soak.tick_late_max_us = 0;
}

static void run(int64_t seconds, int opens_per_second)
{
    int64_t begin_ms = clock_now_ms(), ticks = seconds * 1000 / TICK_MS, tick, opens = 0;
    int i;

    for (tick = 0; tick < ticks; tick++) {
        int64_t due_ms = begin_ms + tick * TICK_MS, late_us;

        /* Events are taken as they come, up to the next tick. */
        while (clock_now_ms() < due_ms) {
            poll_all(soak.lasting_queue, soak.lasting);
            poll_all(soak.passing_queue, soak.passing);
            clock_sleep_ms(1);
        }
        late_us = (int64_t)(clock_now_ns() / 1000) - due_ms * 1000;
        soak.tick_late_max_us = late_us > soak.tick_late_max_us ? late_us : soak.tick_late_max_us;
        for (i = 0; i < soak.lasting_count; i++)
            talk(&soak.lasting[i], tick, i);
        for (i = 0; i < PASSING_MOST; i++) {
            if (soak.passing[i].session != NULL)
                talk(&soak.passing[i], tick, i);
            end_passing(&soak.passing[i], due_ms);
        }
        for (; opens < tick * TICK_MS * opens_per_second / 1000; opens++)
            begin_passing(due_ms);
        if (tick % (1000 / TICK_MS) == 0)
            print_second(tick * TICK_MS / 1000);
    }
}

static void begin(int lasting)
{
    palabra_client_config nothing = PALABRA_CLIENT_CONFIG_INIT;
    uint32_t n;
    int i;

    for (n = 0; n < sizeof soak.speech / sizeof *soak.speech; n++)
        soak.speech[n] = (int16_t)((int)(n % 100) * 120 - 6000);
    soak.draws = 1;
    nothing.connect_timeout_ms = TALK_CONNECT_MS;
    CHECK_STATUS(palabra_client_new(&nothing, &soak.client, NULL), PALABRA_OK);
    CHECK_STATUS(palabra_queue_new(0, &soak.lasting_queue, NULL), PALABRA_OK);
    CHECK_STATUS(palabra_queue_new(0, &soak.passing_queue, NULL), PALABRA_OK);
    soak.lasting_count = lasting;
    for (i = 0; i < lasting; i++)
        open_talker(&soak.lasting[i], soak.lasting_queue, i, i % 3 == 0);
}

static void end(void)
{
    int i;

    for (i = 0; i < PASSING_MOST; i++)
        if (soak.passing[i].session != NULL)
            CHECK_STATUS(palabra_session_close(soak.passing[i].session, 0), PALABRA_OK);
    for (i = 0; i < soak.lasting_count; i++) {
        CHECK_EQ(soak.lasting[i].ready, 1);
        CHECK_EQ(soak.lasting[i].closed, 0);
        CHECK_STATUS(palabra_session_close(soak.lasting[i].session, 0), PALABRA_OK);
    }
    CHECK_STATUS(palabra_queue_free(soak.passing_queue), PALABRA_OK);
    CHECK_STATUS(palabra_queue_free(soak.lasting_queue), PALABRA_OK);
    CHECK_STATUS(palabra_client_free(soak.client), PALABRA_OK);
    CHECK_STATUS(palabra_shutdown(CLOCK_PATIENCE_MS), PALABRA_OK);
}

int main(int argc, char **argv)
{
    struct rlimit limit;
    int descriptors = process_descriptors();

    if (argc != 4 || atoi(argv[1]) > LASTING_MOST) {
        fprintf(stderr, "usage: %s LASTING SECONDS OPENS_PER_SECOND\n", argv[0]);
        return 2;
    }
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
    printf("second,rss_kb,descriptors,threads,passing,opened,closed,events,phrases,dropped,late_p50_us,late_p99_us,"
           "late_max_us,send_max_us,tick_late_max_us\n");
    begin(atoi(argv[1]));
    run(atol(argv[2]), atoi(argv[3]));
    end();
    CHECK_EQ(process_descriptors(), descriptors);
    CHECK_EQ(process_threads(), 1);
    return check_result();
}
