/* Two shards: sessions and calls are spread over both, stay there, and end with a shutdown, after which the number may
 * change. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "process.h"
#include "talk.h"

#include <dirent.h>
#include <sched.h>
#include <stdlib.h>
#include <unistd.h>

#define SESSIONS 6
#define CALLS 2
#define LEGS 2

static palabra_client *client;
static palabra_session *sessions[SESSIONS];
static palabra_call *calls[CALLS];
static palabra_queue *queue;

static palabra_status configure(int32_t shards, uint32_t flags, palabra_error *error)
{
    palabra_runtime_config config = PALABRA_RUNTIME_CONFIG_INIT;

    config.shards = shards;
    config.flags = flags;
    return palabra_runtime_configure(&config, error);
}

/* The thread with this name; 0: there is none, -1: several. */
static long thread_named(const char *name)
{
    char path[300], line[32];
    long found = 0;
    struct dirent *entry;
    DIR *tasks = opendir("/proc/self/task");

    REQUIRE(tasks != NULL);
    while ((entry = readdir(tasks)) != NULL) {
        FILE *file;

        snprintf(path, sizeof path, "/proc/self/task/%s/comm", entry->d_name);
        file = entry->d_name[0] != '.' ? fopen(path, "r") : NULL;
        if (file == NULL)
            continue;
        if (fgets(line, sizeof line, file) != NULL) {
            line[strcspn(line, "\n")] = '\0';
            if (strcmp(line, name) == 0)
                found = found == 0 ? atol(entry->d_name) : -1;
        }
        fclose(file);
    }
    closedir(tasks);
    return found;
}

static int is_link_to(const char *fd, const char *kind)
{
    char path[300], target[64];
    ssize_t length;

    snprintf(path, sizeof path, "/proc/self/fd/%s", fd);
    length = readlink(path, target, sizeof target - 1);
    target[length > 0 ? length : 0] = '\0';
    return strncmp(target, kind, strlen(kind)) == 0;
}

/* How many sockets an epoll descriptor waits for. */
static int sockets_of(const char *fd)
{
    char path[300], line[128], number[16];
    int count = 0;
    FILE *file;

    snprintf(path, sizeof path, "/proc/self/fdinfo/%s", fd);
    file = fopen(path, "r");
    REQUIRE(file != NULL);
    while (fgets(line, sizeof line, file) != NULL)
        if (sscanf(line, "tfd: %15s", number) == 1)
            count += is_link_to(number, "socket:");
    fclose(file);
    return count;
}

/* Whether each thread that waits for sockets waits for so many. */
static int each_has(int sockets)
{
    int others = 0;
    struct dirent *entry;
    DIR *fds = opendir("/proc/self/fd");

    REQUIRE(fds != NULL);
    while ((entry = readdir(fds)) != NULL)
        if (is_link_to(entry->d_name, "anon_inode:[eventpoll]") && sockets_of(entry->d_name) > 0)
            others += sockets_of(entry->d_name) != sockets;
    closedir(fds);
    return others == 0;
}

static void the_first_call_decides(void)
{
    palabra_error error = PALABRA_ERROR_INIT;

    CHECK_STATUS(configure(-2, 0, &error), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_CONTAINS(error.text, "shards");
    CHECK_STATUS(configure(100000, 0, &error), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_CONTAINS(error.text, "100000 shards are more than the");
    CHECK_STATUS(configure(2, 1u << 31, NULL), PALABRA_ERR_UNSUPPORTED);
    CHECK_STATUS(configure(2, 0, &error), PALABRA_OK);
    CHECK_STATUS(configure(2, 0, NULL), PALABRA_OK);
    CHECK_STATUS(configure(1, 0, &error), PALABRA_ERR_BUSY);
    CHECK_CONTAINS(error.text, "until it is shut down");
    CHECK_STATUS(configure(2, PALABRA_RUNTIME_PINNED, NULL), PALABRA_ERR_BUSY);
    CHECK_STATUS(palabra_runtime_configure(NULL, NULL), PALABRA_ERR_BUSY);
}

static void open_call(palabra_call **call)
{
    palabra_call_config config = PALABRA_CALL_CONFIG_INIT;
    palabra_leg_config leg = PALABRA_LEG_CONFIG_INIT;
    palabra_leg *joined;
    int number;

    config.queue = queue;
    CHECK_STATUS(palabra_call_open(client, &config, NULL, call, NULL), PALABRA_OK);
    for (number = 0; number < LEGS; number++) {
        leg.language = number == 0 ? "en" : "es";
        CHECK_STATUS(palabra_leg_join(*call, &leg, &joined, NULL), PALABRA_OK);
    }
}

/* Takes events until there were so many of this kind; their code is `code`. */
static void await(palabra_event_kind kind, int wanted, palabra_status code)
{
    palabra_event event = PALABRA_EVENT_INIT;
    int64_t deadline = clock_now_ms() + CLOCK_PATIENCE_MS;

    while (wanted > 0 && clock_now_ms() < deadline) {
        if (palabra_queue_poll_event(queue, &event, 1000) == 1 && event.kind == kind) {
            CHECK_STATUS(event.code, code);
            wanted--;
        }
        palabra_event_release(&event);
    }
    CHECK_EQ(wanted, 0);
}

static void open_sessions(int count)
{
    palabra_translation_config config = talk_config();
    int number;

    config.queue = queue;
    for (number = 0; number < count; number++)
        sessions[number] = talk_open(client, &config);
}

static void close_sessions(int count)
{
    int number;

    for (number = 0; number < count; number++)
        CHECK_STATUS(palabra_session_close(sessions[number], 5000), PALABRA_OK);
}

static void all_are_spread(void)
{
    int number;
    int64_t deadline = clock_now_ms() + CLOCK_PATIENCE_MS;

    open_sessions(SESSIONS);
    await(PALABRA_EVENT_READY, SESSIONS, PALABRA_OK);
    for (number = 0; number < CALLS; number++) {
        open_call(&calls[number]);
        await(PALABRA_EVENT_LINK_UP, LEGS, PALABRA_OK);
    }
    CHECK(thread_named("palabra") > 0);
    CHECK(thread_named("palabra-2") > 0);
    CHECK_EQ(thread_named("palabra-3"), 0);
    /* Connections of REST requests may still be open for a moment. */
    while (!each_has((SESSIONS + CALLS * LEGS) / 2) && clock_now_ms() < deadline)
        clock_sleep_ms(10);
    CHECK(each_has((SESSIONS + CALLS * LEGS) / 2));
}

static void all_talk(void)
{
    static const int16_t audio[24000];
    int number;

    for (number = 0; number < SESSIONS; number++)
        CHECK_STATUS(palabra_session_speak(sessions[number], "hola", "es", 0, 1), PALABRA_OK);
    await(PALABRA_EVENT_SPEAK_STATUS, SESSIONS, PALABRA_OK);
    for (number = 0; number < SESSIONS; number++)
        CHECK_EQ(palabra_session_send_audio(sessions[number], audio, 24000), 24000);
}

static void a_shutdown_ends_both(void)
{
    int number;

    CHECK_STATUS(palabra_shutdown(CLOCK_PATIENCE_MS), PALABRA_OK);
    CHECK_EQ(thread_named("palabra"), 0);
    CHECK_EQ(thread_named("palabra-2"), 0);
    await(PALABRA_EVENT_CLOSED, SESSIONS + CALLS, PALABRA_ERR_SHUTDOWN);
    close_sessions(SESSIONS);
    for (number = 0; number < CALLS; number++)
        CHECK_STATUS(palabra_call_close(calls[number], 0), PALABRA_OK);
}

static void the_number_stays_or_changes(void)
{
    open_sessions(1); /* with two, as before */
    await(PALABRA_EVENT_READY, 1, PALABRA_OK);
    CHECK(thread_named("palabra-2") > 0);
    CHECK_STATUS(configure(1, 0, NULL), PALABRA_ERR_BUSY);
    close_sessions(1);
    CHECK_STATUS(palabra_shutdown(CLOCK_PATIENCE_MS), PALABRA_OK);
    CHECK_STATUS(configure(1, 0, NULL), PALABRA_OK);
    open_sessions(1);
    await(PALABRA_EVENT_READY, 1, PALABRA_OK);
    CHECK_EQ(thread_named("palabra-2"), 0);
    close_sessions(1);
    CHECK_STATUS(palabra_shutdown(CLOCK_PATIENCE_MS), PALABRA_OK);
}

static int processor_of(const char *name)
{
    cpu_set_t set;
    int number;

    REQUIRE(sched_getaffinity((pid_t)thread_named(name), sizeof set, &set) == 0);
    CHECK_EQ(CPU_COUNT(&set), 1);
    for (number = 0; number < CPU_SETSIZE - 1 && !CPU_ISSET(number, &set); number++)
        continue;
    return number;
}

static void each_has_a_processor(void)
{
    CHECK_STATUS(configure(2, PALABRA_RUNTIME_PINNED, NULL), PALABRA_OK);
    open_sessions(1);
    await(PALABRA_EVENT_READY, 1, PALABRA_OK);
    CHECK(processor_of("palabra") != processor_of("palabra-2"));
    close_sessions(1);
    CHECK_STATUS(palabra_shutdown(CLOCK_PATIENCE_MS), PALABRA_OK);
}

int main(void)
{
    cpu_set_t set;

    if (getenv("PALABRA_API_URL") == NULL)
        return check_skip("there is no devserver");
    REQUIRE(sched_getaffinity(0, sizeof set, &set) == 0);
    if (CPU_COUNT(&set) < 2)
        return check_skip("there is one processor");
    CHECK_STATUS(palabra_queue_new(0, &queue, NULL), PALABRA_OK);
    client = talk_client("id");
    the_first_call_decides();
    all_are_spread();
    all_talk();
    a_shutdown_ends_both();
    the_number_stays_or_changes();
    each_has_a_processor();
    CHECK_STATUS(palabra_queue_free(queue), PALABRA_OK);
    CHECK_STATUS(palabra_client_free(client), PALABRA_OK);
    return check_result();
}
