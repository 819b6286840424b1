/* What a session takes of the heap while nothing is said, to 3 %: more is a fault, or a new figure below, with its reason in
 * the commit. In blocks of this allocator, so that what else the process holds does not show.
 *
 * devserver: --no-rate-limits
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "talk.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define OTHER_ALLOCATOR
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define OTHER_ALLOCATOR
#endif

#if defined(__GLIBC__) && defined(__x86_64__) && !defined(OTHER_ALLOCATOR)
#if __GLIBC_PREREQ(2, 33) /* mallinfo2 */
#define FIGURES_HOLD
#endif
#endif

#ifdef FIGURES_HOLD

#include <malloc.h>
#include <stdio.h>

#define FEW 16
#define MANY 56
/* Bytes. */
#define EVENTS 38800
#define PLAYOUT 87300

/* All that is allocated. Small blocks that were freed count as long as their thread keeps them for the next request. */
static long allocated(void)
{
    struct mallinfo2 info = mallinfo2();
    return (long)(info.uordblks + info.hblkhd);
}

static void open_some(palabra_client *client, palabra_output_mode mode, palabra_session **sessions, int from, int to)
{
    palabra_translation_config config = talk_config();
    int i;

    config.output.mode = mode;
    for (i = from; i < to; i++)
        sessions[i] = talk_open(client, &config);
    for (i = from; i < to; i++)
        CHECK_STATUS(palabra_session_wait_ready(sessions[i], CLOCK_PATIENCE_MS), PALABRA_OK);
}

/* What connecting needed is freed a moment after a session is READY. */
static long settled(void)
{
    int64_t until = clock_now_ms() + CLOCK_PATIENCE_MS;
    long bytes = allocated();
    int same = 0;

    while (same < 5 && clock_now_ms() < until) {
        long before = bytes;
        clock_sleep_ms(20);
        bytes = allocated();
        same = bytes == before ? same + 1 : 0;
    }
    CHECK_EQ(same, 5);
    return bytes;
}

static void measure(const char *name, palabra_client *client, palabra_output_mode mode, long figure)
{
    palabra_session *sessions[MANY];
    long few, many, most = figure + figure * 3 / 100;
    int i;

    open_some(client, mode, sessions, 0, FEW);
    few = settled();
    open_some(client, mode, sessions, FEW, MANY);
    many = settled();
    printf("%s: %ld bytes a session, at most %ld\n", name, (many - few) / (MANY - FEW), most);
    CHECK((many - few) / (MANY - FEW) <= most);
    for (i = 0; i < MANY; i++)
        CHECK_STATUS(palabra_session_close(sessions[i], CLOCK_PATIENCE_MS), PALABRA_OK);
}

int main(void)
{
    palabra_client *client = talk_client("id");

    measure("events", client, PALABRA_OUTPUT_EVENTS, EVENTS);
    measure("playout", client, PALABRA_OUTPUT_PLAYOUT, PLAYOUT);
    CHECK_STATUS(palabra_client_free(client), PALABRA_OK);
    palabra_shutdown(1000);
    return check_result();
}

#else

int main(void)
{
    return check_skip("the figures are those of glibc's allocator, with pointers of 64 bits");
}

#endif
