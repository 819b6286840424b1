/* A server that is killed while many sessions are open. */
#ifndef PALABRA_TESTS_KILLED_H
#define PALABRA_TESTS_KILLED_H

#include "process.h"
#include "server.h"
#include "talk.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define KILLED_MOST 200

typedef struct {
    palabra_queue *queue;
    palabra_session *sessions[KILLED_MOST];
    int closed[KILLED_MOST], count, ready, over, final, unexpected;
} killed_talk;

static inline void killed_open(killed_talk *talk, const char *url)
{
    palabra_client_config nothing = PALABRA_CLIENT_CONFIG_INIT;
    palabra_translation_config config = talk_config();
    palabra_client *client = NULL;
    int i;

    nothing.flags = PALABRA_CLIENT_IGNORE_ENVIRONMENT;
    nothing.connect_timeout_ms = TALK_CONNECT_MS;
    CHECK_STATUS(palabra_client_new(&nothing, &client, NULL), PALABRA_OK);
    CHECK_STATUS(palabra_queue_new(0, &talk->queue, NULL), PALABRA_OK);
    config.stream.url = url;
    config.stream.token = "dev";
    config.queue = talk->queue;
    config.input.format.sample_rate = 16000;
    for (i = 0; i < talk->count; i++) {
        config.session_tag = (uint64_t)i;
        config.output.mode = (palabra_output_mode)(i % 3);
        talk->sessions[i] = talk_open(client, &config);
    }
    CHECK_STATUS(palabra_client_free(client), PALABRA_OK);
}

static inline void killed_take(killed_talk *talk, const palabra_event *event)
{
    talk->ready += event->kind == PALABRA_EVENT_READY;
    if (event->kind != PALABRA_EVENT_CLOSED)
        return;
    talk->closed[event->session_tag]++;
    talk->over++;
    talk->final += (event->flags & PALABRA_FLAG_RETRIABLE) == 0;
    talk->unexpected += event->code != PALABRA_ERR_CONNECTION_LOST && event->code != PALABRA_ERR_CONNECT;
}

/* Talks in real time until this many sessions are READY or closed. */
static inline void killed_talk_until(killed_talk *talk, const int *figure)
{
    static const int16_t silence[320];
    int16_t heard[480];
    palabra_event event = PALABRA_EVENT_INIT;
    int64_t deadline = clock_now_ms() + CLOCK_PATIENCE_MS;
    int i;

    while (*figure < talk->count && clock_now_ms() < deadline) {
        for (i = 0; i < talk->count; i++) {
            palabra_session_send_audio(talk->sessions[i], silence, 320);
            palabra_session_read_audio(talk->sessions[i], NULL, heard, 480);
        }
        while (palabra_queue_poll_event(talk->queue, &event, 0) > 0) {
            killed_take(talk, &event);
            palabra_event_release(&event);
        }
        clock_sleep_ms(20);
    }
    CHECK_EQ(*figure, talk->count);
}

static inline void killed_by(int signal, int count)
{
    static killed_talk talk;
    char url[128];
    int i, descriptors, status;
    server its = server_start("0", NULL);

    server_address(&its, "ws_url", url, sizeof url);
    memset(&talk, 0, sizeof talk);
    talk.count = count;
    descriptors = process_descriptors();
    killed_open(&talk, url);
    killed_talk_until(&talk, &talk.ready);
    CHECK_EQ(kill(its.process, signal), 0);
    killed_talk_until(&talk, &talk.over);
    CHECK_EQ(waitpid(its.process, &status, 0), its.process);
    for (i = 0; i < count; i++) {
        CHECK_EQ(talk.closed[i], 1);
        CHECK_STATUS(palabra_session_close(talk.sessions[i], 0), PALABRA_OK);
    }
    /* Every error allows a retry elsewhere. */
    CHECK_EQ(talk.final, 0);
    CHECK_EQ(talk.unexpected, 0);
    CHECK_STATUS(palabra_queue_free(talk.queue), PALABRA_OK);
    CHECK_STATUS(palabra_shutdown(60000), PALABRA_OK);
    CHECK_EQ(process_descriptors(), descriptors);
    CHECK_EQ(process_threads(), 1);
    close(its.output);
}

static inline int killed(int count)
{
    struct rlimit limit;

    if (getenv("PALABRA_DEVSERVER") == NULL)
        return check_skip("there is no devserver to start");
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
    killed_by(SIGKILL, count);
    killed_by(SIGTERM, count);
    return check_result();
}

#endif
