/* The library's threads start with the system's defaults, not with the scheduling of the thread that calls first. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "peers.h"
#include "talk.h"

#include <dirent.h>
#include <netdb.h>
#include <pthread.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define IOPRIO_WHO_THREAD 1
#define IOPRIO_IDLE (3 << 13)

static int silent_port;
static int opened, looked;

/* Settings of an audio thread; those that the system refuses to this user remain unchanged. */
static void become_odd(void)
{
    struct sched_param priority;
    cpu_set_t one;

    memset(&priority, 0, sizeof priority);
    priority.sched_priority = 50;
    setpriority(PRIO_PROCESS, 0, -5);
    if (pthread_setschedparam(pthread_self(), SCHED_FIFO, &priority) != 0) {
        priority.sched_priority = 0;
        pthread_setschedparam(pthread_self(), SCHED_BATCH, &priority);
    }
    CPU_ZERO(&one);
    CPU_SET(sched_getcpu(), &one);
    pthread_setaffinity_np(pthread_self(), sizeof one, &one);
    prctl(PR_SET_TIMERSLACK, 20000000UL);
    syscall(SYS_ioprio_set, IOPRIO_WHO_THREAD, 0, IOPRIO_IDLE);
}

/* The first line of a file of this task; empty when there is none. */
static const char *read_line(char line[64], const char *directory, int task, const char *name)
{
    char path[80];
    FILE *file;

    line[0] = '\0';
    snprintf(path, sizeof path, "%s/%d/%s", directory, task, name);
    file = fopen(path, "r");
    if (file != NULL) {
        if (fgets(line, 64, file) == NULL)
            line[0] = '\0';
        fclose(file);
    }
    line[strcspn(line, "\n")] = '\0';
    return line;
}

static int has_default_processors(int task)
{
    cpu_set_t wanted, set;

    CPU_ZERO(&wanted);
    CPU_ZERO(&set);
    return sched_getaffinity(getpid(), sizeof wanted, &wanted) == 0 && sched_getaffinity(task, sizeof set, &set) == 0 &&
           CPU_EQUAL(&wanted, &set);
}

/* Returns 0, or the property that differs from the default. */
static const char *oddity(int task)
{
    char slack[64];

    if (sched_getscheduler(task) != SCHED_OTHER)
        return "scheduling class";
    if (getpriority(PRIO_PROCESS, (id_t)task) != 0)
        return "niceness";
    if (!has_default_processors(task))
        return "processors";
    if (syscall(SYS_ioprio_get, IOPRIO_WHO_THREAD, task) == IOPRIO_IDLE)
        return "disk priority";
    if (read_line(slack, "/proc", task, "timerslack_ns")[0] != '\0' && atol(slack) != 50000)
        return "timer slack";
    return NULL;
}

/* A new thread gets its defaults a moment after its start. */
static void check_thread(int task)
{
    const char *odd = NULL;
    char name[64];
    int tries;

    /* The host's own threads have names of their own. */
    if (strncmp(read_line(name, "/proc/self/task", task, "comm"), "palabra", 7) != 0)
        return;
    looked++;
    for (tries = 0; tries < 1000 && (odd = oddity(task)) != NULL; tries++)
        usleep(10000);
    if (odd != NULL)
        fprintf(stderr, "%s has another %s\n", name, odd);
    CHECK(odd == NULL);
}

static void check_threads(void)
{
    struct dirent *entry;
    DIR *tasks = opendir("/proc/self/task");

    REQUIRE(tasks != NULL);
    while ((entry = readdir(tasks)) != NULL)
        if (entry->d_name[0] != '.')
            check_thread(atoi(entry->d_name));
    closedir(tasks);
}

/* Replaces the system's function, which may answer too quickly: the thread that asks stays alive for inspection. */
static volatile int may_answer;

int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints, struct addrinfo **found)
{
    (void)name, (void)service, (void)hints, (void)found;
    while (!may_answer)
        usleep(1000);
    return EAI_NONAME;
}

/* A thread gets its name a moment after its start. */
static void check_three_threads(void)
{
    int tries;

    for (tries = 0; tries < 1000 && looked < 3; tries++) {
        looked = 0;
        usleep(10000);
        check_threads();
    }
}

/* Starts every kind of thread from here: the library's own, one that resolves names, one that writes a file. */
static void *odd_thread(void *unused)
{
    char url[64];
    palabra_client *client;
    palabra_session *session, *unresolved;
    palabra_translation_config recorded = talk_config(), direct = talk_config();

    (void)unused;
    pthread_setname_np(pthread_self(), "odd");
    become_odd();
    client = talk_client_at("id", peers_url(url, sizeof url, "http", silent_port), 0);
    recorded.output.mode = PALABRA_OUTPUT_PLAYOUT;
    session = talk_open(client, &recorded);
    direct.stream.url = "wss://nohost.invalid/";
    direct.stream.token = "token";
    unresolved = talk_open(client, &direct);
    CHECK_STATUS(palabra_session_wait_ready(session, 100), PALABRA_ERR_TIMEOUT);
    CHECK_STATUS(palabra_session_start_recording(session, "life_thread_defaults.wav", NULL, NULL), PALABRA_OK);
    opened = 1;
    check_three_threads();
    may_answer = 1;
    CHECK_STATUS(palabra_session_close(session, 0), PALABRA_OK);
    CHECK_STATUS(palabra_session_close(unresolved, 0), PALABRA_OK);
    CHECK_STATUS(palabra_client_free(client), PALABRA_OK);
    return NULL;
}

int main(void)
{
    pthread_t odd;

    if (access("/proc/self/task", R_OK) != 0)
        return check_skip("there is no /proc/self/task");
    REQUIRE(peers_silent(&silent_port) >= 0);
    REQUIRE(pthread_create(&odd, NULL, odd_thread, NULL) == 0);
    REQUIRE(pthread_join(odd, NULL) == 0);
    CHECK(opened);
    CHECK_WITHIN(looked, 3, 100);
    palabra_shutdown(0);
    unlink("life_thread_defaults.wav");
    return check_result();
}
