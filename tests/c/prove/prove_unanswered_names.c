/* A name server that never answers: lookups use at most eight threads, every session ends with PALABRA_ERR_DNS at its
 * timeout, local names still resolve, and the threads end when the system's resolver returns. Runs in a network
 * namespace of its own, because the system's resolver asks the configured name servers. */
#define _GNU_SOURCE
#include "direct.h"
#include "peers.h"
#include "process.h"

#ifdef __linux__

#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mount.h>

#define NAMES 40
#define HELPERS 8
#define TIMEOUT_MS 3000
#define STUCK_MS 120000

static int write_file(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    int written = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

    if (fd >= 0)
        close(fd);
    return written;
}

/* A network with this machine only, and a resolver that asks it. */
static int enter_network(void)
{
    char path[] = "/tmp/palabra-resolv-XXXXXX", map[64];
    struct ifreq loopback = {0};
    int fd, privileged = geteuid() == 0;

    snprintf(map, sizeof map, "0 %d 1", (int)geteuid());
    if (unshare((privileged ? 0 : CLONE_NEWUSER) | CLONE_NEWNET | CLONE_NEWNS) != 0)
        return 0;
    if (!privileged && (!write_file("/proc/self/setgroups", "deny") || !write_file("/proc/self/uid_map", map)))
        return 0;
    fd = socket(AF_INET, SOCK_DGRAM, 0);
    strcpy(loopback.ifr_name, "lo");
    loopback.ifr_flags = IFF_UP | IFF_RUNNING;
    if (ioctl(fd, SIOCSIFFLAGS, &loopback) != 0)
        return 0;
    close(fd);
    fd = mkstemp(path);
    if (fd < 0 || dprintf(fd, "nameserver 127.0.0.1\n") < 0)
        return 0;
    close(fd);
    return mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
           mount(path, "/etc/resolv.conf", NULL, MS_BIND, NULL) == 0 && unlink(path) == 0;
}

/* Receives queries and never answers. */
static int silent_name_server(void)
{
    struct sockaddr_in address = {0};
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    address.sin_family = AF_INET;
    address.sin_port = htons(53);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return fd >= 0 && bind(fd, (struct sockaddr *)&address, sizeof address) == 0;
}

static palabra_session *open_at(palabra_client *client, const char *url)
{
    palabra_translation_config config = talk_config();

    config.stream.url = url;
    config.stream.token = "token";
    config.timeouts.connect_ms = TIMEOUT_MS;
    return talk_open(client, &config);
}

int main(void)
{
    palabra_client_config nothing = PALABRA_CLIENT_CONFIG_INIT;
    palabra_client *client = NULL;
    palabra_session *sessions[NAMES], *local;
    char url[96];
    int i, threads, most = 0, refusing = 0;
    int64_t deadline, begun;

    if (!enter_network() || !silent_name_server())
        return check_skip("a network of its own is not allowed here");
    REQUIRE(peers_refusing(&refusing) >= 0);
    nothing.flags = PALABRA_CLIENT_IGNORE_ENVIRONMENT;
    CHECK_STATUS(palabra_client_new(&nothing, &client, NULL), PALABRA_OK);
    begun = clock_now_ms();
    for (i = 0; i < NAMES; i++) {
        snprintf(url, sizeof url, "ws://name%d.example./", i / 2);
        sessions[i] = open_at(client, url);
    }
    snprintf(url, sizeof url, "ws://localhost:%d/", refusing);
    local = open_at(client, url);
    CHECK_STATUS(palabra_session_wait_ready(local, STUCK_MS), PALABRA_ERR_CONNECT);
    for (i = 0; i < NAMES; i++) {
        while (palabra_session_wait_ready(sessions[i], 10) == PALABRA_ERR_TIMEOUT) {
            threads = process_threads();
            /* Later, the thread of a name that nobody waits for any more leaves its place to another. */
            if (clock_now_ms() < begun + TIMEOUT_MS && threads > most)
                most = threads;
        }
        CHECK_STATUS(palabra_session_wait_ready(sessions[i], 0), PALABRA_ERR_DNS);
        CHECK_STATUS(palabra_session_close(sessions[i], 0), PALABRA_OK);
    }
    printf("at most %d threads for %d names\n", most, NAMES / 2);
    CHECK_WITHIN(most, 3, 2 + HELPERS); /* this thread and the library's */
    CHECK_STATUS(palabra_session_close(local, 0), PALABRA_OK);
    CHECK_STATUS(palabra_client_free(client), PALABRA_OK);
    CHECK_STATUS(palabra_shutdown(5000), PALABRA_OK);
    deadline = clock_now_ms() + STUCK_MS;
    while (process_threads() > 1 && clock_now_ms() < deadline)
        clock_sleep_ms(50);
    CHECK_EQ(process_threads(), 1);
    return check_result();
}

#else

int main(void)
{
    return check_skip("networks of their own are made for Linux only");
}

#endif
