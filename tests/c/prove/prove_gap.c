/* PALABRA_GAP_SILENCE keeps real time: on telephone legs that lose packets, pause or have another clock, the amount of
 * audio sent equals the time passed, within a chunk. A loss that the caller states is exact.
 * devserver: --no-rate-limits */
#define _POSIX_C_SOURCE 200809L
#include "clock.h"
#include "random.h"
#include "talk.h"

#include <pthread.h>
#include <string.h>

#define RATE 8000
#define WIRE_RATE 16000
#define PACKET 160
#define PACKET_MS 20
#define PACKETS 1000 /* 20 s */
#define CHUNK_MS 320
#define BURST 10 /* packets at a time; shorter than the wait before silence is inserted */

typedef struct {
    const char *name;
    int percent_lost, per_mille_slow, talk, pause; /* talk, pause: in packets */
    int burst, states_losses;
    palabra_session *session;
    pthread_t thread;
    int64_t begun, wall_ms, sent_ms, least_ms, most_ms; /* least and most that the audio sent was ahead of the clock */
} leg;

static leg legs[] = {
    {.name = "5 % lost", .percent_lost = 5},
    {.name = "1 % lost", .percent_lost = 1},
    {.name = "clock 2 % slow", .per_mille_slow = 20},
    {.name = "clock 0.5 % slow", .per_mille_slow = 5},
    {.name = "DTX", .talk = 8, .pause = 12},
    {.name = "DTMF", .talk = 94, .pause = 6},
    {.name = "packets in bursts", .burst = 1},
    {.name = "5 % lost, stated", .percent_lost = 5, .states_losses = 1},
    {.name = "DTX, stated late", .talk = 8, .pause = 40, .states_losses = 1},
};
#define LEGS ((int)(sizeof legs / sizeof *legs))

static int64_t on_the_wire_ms(palabra_session *session)
{
    palabra_session_stats stats = PALABRA_SESSION_STATS_INIT;
    CHECK_STATUS(palabra_session_get_stats(session, &stats), PALABRA_OK);
    return stats.input_frames_taken * 1000 / RATE + stats.silence_frames_sent * 1000 / WIRE_RATE;
}

static void look(leg *l)
{
    /* The thread may be preempted between reading the clock and the statistics. */
    int64_t before = clock_now_ms() - l->begun, sent = on_the_wire_ms(l->session);
    int64_t least = sent - before, most = sent - (clock_now_ms() - l->begun);
    l->least_ms = least < l->least_ms ? least : l->least_ms;
    l->most_ms = most > l->most_ms ? most : l->most_ms;
}

static void send(leg *l, int32_t frames)
{
    static const int16_t audio[BURST * PACKET];
    CHECK_EQ(palabra_session_send_audio(l->session, audio, frames), frames);
}

static void *talk_on_leg(void *of)
{
    leg *l = of;
    uint64_t random = 7;
    int packet, is_lost, lost = 0, clock_off = 0;
    int64_t start = clock_now_ms();

    l->begun = start;
    for (packet = 1; packet <= PACKETS; packet++) {
        int64_t due = start + (int64_t)packet * PACKET_MS - clock_now_ms();
        if (due > 0)
            clock_sleep_ms(due);
        else if (due < -2 * PACKET_MS)
            start -= due; /* a late thread does not catch up: its leg counts as paused */
        is_lost = (int)(random_next(&random) % 100) < l->percent_lost;
        is_lost = is_lost || (l->pause > 0 && packet % (l->talk + l->pause) >= l->talk);
        clock_off += PACKET * l->per_mille_slow;
        if (l->burst)
            send(l, packet % BURST == 0 ? BURST * PACKET : 0);
        if (is_lost)
            lost++;
        else if (!l->burst) {
            if (l->states_losses && lost > 0)
                CHECK_EQ(palabra_session_skip(l->session, lost * PACKET), lost * PACKET);
            lost = 0;
            send(l, PACKET - clock_off / 1000);
            clock_off %= 1000;
        }
        look(l);
    }
    l->wall_ms = clock_now_ms() - l->begun;
    l->sent_ms = on_the_wire_ms(l->session);
    return NULL;
}

static void begin(leg *l, palabra_client *client)
{
    palabra_translation_config config = talk_config();

    config.input.format.sample_rate = RATE;
    config.wire_sample_rate = WIRE_RATE;
    config.input.gap.policy = PALABRA_GAP_SILENCE;
    l->session = talk_open(client, &config);
    CHECK_STATUS(palabra_session_wait_ready(l->session, CLOCK_PATIENCE_MS), PALABRA_OK);
    REQUIRE(pthread_create(&l->thread, NULL, talk_on_leg, l) == 0);
}

static void report(leg *l)
{
    /* In a long pause whose loss is stated late, silence leaves a chunk at a time, seen to a packet and a tick. */
    int64_t most = CHUNK_MS + (l->states_losses && l->pause > 0 ? 2 * PACKET_MS : 0);

    pthread_join(l->thread, NULL);
    printf("%-18s %lld ms passed, %lld ms sent; ahead by %lld to %lld ms\n", l->name, (long long)l->wall_ms,
           (long long)l->sent_ms, (long long)l->least_ms, (long long)l->most_ms);
    CHECK_WITHIN(l->sent_ms - l->wall_ms, -most, most);
    CHECK_WITHIN(l->least_ms, -CHUNK_MS - 3 * PACKET_MS, 0);
    CHECK_WITHIN(l->most_ms, 0, most);
    CHECK_STATUS(palabra_session_close(l->session, 0), PALABRA_OK);
}

int main(void)
{
    palabra_client *client = talk_client("id");
    int i;

    for (i = 0; i < LEGS; i++)
        begin(&legs[i], client);
    for (i = 0; i < LEGS; i++)
        report(&legs[i]);
    CHECK_STATUS(palabra_client_free(client), PALABRA_OK);
    palabra_shutdown(1000);
    return check_result();
}
