/* The library's threads block all signals, so the host's handlers run on its own threads; no disposition changes. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "peers.h"
#include "talk.h"

#include <dirent.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#define SIGNALS 65

static pthread_t main_thread;
static volatile sig_atomic_t handled, handled_elsewhere;

static void on_signal(int number)
{
    (void)number;
    handled = handled + 1;
    if (!pthread_equal(pthread_self(), main_thread))
        handled_elsewhere = handled_elsewhere + 1;
}

static int is_fault(int number)
{
    return number == SIGSEGV || number == SIGBUS || number == SIGFPE || number == SIGILL || number == SIGTRAP;
}

/* Signals that cannot be blocked, and those reserved by the C library. */
static int is_out_of_reach(int number)
{
    return number == SIGKILL || number == SIGSTOP || (number >= 32 && number < SIGRTMIN);
}

static void remember_actions(struct sigaction actions[SIGNALS])
{
    int number;
    memset(actions, 0, SIGNALS * sizeof actions[0]);
    for (number = 1; number < SIGNALS; number++)
        (void)sigaction(number, NULL, &actions[number]);
}

static void check_mask(const char *thread, unsigned long long blocked)
{
    int number;
    for (number = 1; number < SIGNALS; number++) {
        int is_blocked = (int)(blocked >> (number - 1) & 1);
        if (is_out_of_reach(number) || is_fault(number))
            continue;
        if (!is_blocked)
            fprintf(stderr, "thread %s: signal %d\n", thread, number);
        CHECK(is_blocked);
    }
}

/* Returns 1 when this task is one of the library's. */
static int look_at_task(const char *task)
{
    char path[300], line[300], name[64] = "";
    unsigned long long blocked = 0;
    FILE *status;

    snprintf(path, sizeof path, "/proc/self/task/%s/status", task);
    status = fopen(path, "r");
    if (status == NULL)
        return 0;
    while (fgets(line, sizeof line, status) != NULL) {
        sscanf(line, "Name: %63s", name);
        sscanf(line, "SigBlk: %llx", &blocked);
    }
    fclose(status);
    if (atoi(task) == getpid())
        return 0;
    check_mask(name, blocked);
    return 1;
}

static int look_at_tasks(void)
{
    int found = 0;
    struct dirent *entry;
    DIR *tasks = opendir("/proc/self/task");

    if (tasks == NULL)
        return -1;
    while ((entry = readdir(tasks)) != NULL)
        if (entry->d_name[0] != '.')
            found += look_at_task(entry->d_name);
    closedir(tasks);
    return found;
}

static void signals_land_on_the_host(void)
{
    static const int numbers[] = {SIGUSR1, SIGUSR2, SIGHUP, SIGINT, SIGTERM, SIGALRM, SIGCHLD, SIGWINCH, SIGPIPE};
    struct sigaction action;
    size_t i;
    int round, sent = 0;

    memset(&action, 0, sizeof action);
    action.sa_handler = on_signal;
    for (i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        CHECK_EQ(sigaction(numbers[i], &action, NULL), 0);
    for (round = 0; round < 50; round++) {
        for (i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
            int before = handled;
            kill(getpid(), numbers[i]);
            sent += handled == before + 1; /* delivered before kill() returned: it was delivered to this thread */
        }
    }
    CHECK_EQ(handled, sent);
    CHECK_EQ(handled_elsewhere, 0);
    CHECK_EQ(sent, 50 * sizeof numbers / sizeof numbers[0]);
}

int main(void)
{
    static struct sigaction before[SIGNALS], after[SIGNALS];
    char url[64];
    int port = 0, number, tasks;
    sigset_t mask_before, mask_after;
    palabra_client *client;
    palabra_session *session, *unresolved;
    palabra_translation_config direct = talk_config();

    main_thread = pthread_self();
    REQUIRE(peers_silent(&port) >= 0);
    remember_actions(before);
    /* The kernel fills only a part of the set. */
    memset(&mask_before, 0, sizeof mask_before);
    memset(&mask_after, 0, sizeof mask_after);
    pthread_sigmask(SIG_SETMASK, NULL, &mask_before);
    client = talk_client_at("id", peers_url(url, sizeof url, "http", port), 0);
    session = talk_open(client, NULL);
    direct.stream.url = "wss://nohost.invalid/"; /* brings the helper that resolves names to life */
    direct.stream.token = "token";
    unresolved = talk_open(client, &direct);
    CHECK_STATUS(palabra_session_wait_ready(session, 200), PALABRA_ERR_TIMEOUT);
    tasks = look_at_tasks();
    if (tasks < 0)
        return check_skip("there is no /proc/self/task");
    CHECK_WITHIN(tasks, 1, 100);
    remember_actions(after);
    for (number = 1; number < SIGNALS; number++)
        CHECK(before[number].sa_handler == after[number].sa_handler && before[number].sa_flags == after[number].sa_flags);
    pthread_sigmask(SIG_SETMASK, NULL, &mask_after);
    CHECK_EQ(memcmp(&mask_before, &mask_after, sizeof mask_after), 0);
    signals_land_on_the_host();
    CHECK_STATUS(palabra_session_close(session, 0), PALABRA_OK);
    CHECK_STATUS(palabra_session_close(unresolved, 0), PALABRA_OK);
    CHECK_STATUS(palabra_client_free(client), PALABRA_OK);
    palabra_shutdown(0);
    return check_result();
}
