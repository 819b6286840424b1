/* Recordings that follow each other immediately, in three sessions with input and output. */
#ifndef PALABRA_TESTS_ROTATE_H
#define PALABRA_TESTS_ROTATE_H

#include "talk.h"

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#define ROTATE_SESSIONS 3

typedef struct {
    palabra_session *session;
    int number, rotations, done, refused_reads;
    atomic_int over;
} rotate_talk;

/* Every ms, so that rotations fall on all moments of audio processing. */
static void *rotate_play(void *argument)
{
    rotate_talk *talk = argument;
    int16_t silence[24] = {0}, heard[24];

    while (!talk->over) {
        talk->refused_reads += palabra_session_read_audio(talk->session, NULL, heard, 24) < 0;
        palabra_session_send_audio(talk->session, silence, 24);
        clock_sleep_ms(1);
    }
    return NULL;
}

static void *rotate_record(void *argument)
{
    rotate_talk *talk = argument;
    palabra_error error = PALABRA_ERROR_INIT;
    char path[64];

    snprintf(path, sizeof path, "rotate-%ld-%d.wav", (long)getpid(), talk->number);
    for (; talk->done < talk->rotations; talk->done++) {
        if (!CHECK_STATUS(palabra_session_start_recording(talk->session, path, NULL, &error), PALABRA_OK))
            break;
        if (!CHECK_STATUS(palabra_session_stop_recording(talk->session, 60000, &error), PALABRA_OK))
            break;
    }
    CHECK_TEXT(error.text, "");
    unlink(path);
    return NULL;
}

static inline int rotate(int rotations)
{
    static rotate_talk talks[ROTATE_SESSIONS];
    pthread_t players[ROTATE_SESSIONS], recorders[ROTATE_SESSIONS];
    palabra_translation_config config = talk_config();
    palabra_client *client = talk_client("id");
    talk_fate fate;

    config.output.mode = PALABRA_OUTPUT_PLAYOUT;
    for (int i = 0; i < ROTATE_SESSIONS; i++) {
        talks[i].session = talk_open(client, &config);
        talks[i].number = i;
        talks[i].rotations = (rotations + ROTATE_SESSIONS - 1) / ROTATE_SESSIONS;
        CHECK_STATUS(palabra_session_wait_ready(talks[i].session, 60000), PALABRA_OK);
    }
    for (int i = 0; i < ROTATE_SESSIONS; i++) {
        REQUIRE(pthread_create(&players[i], NULL, rotate_play, &talks[i]) == 0);
        REQUIRE(pthread_create(&recorders[i], NULL, rotate_record, &talks[i]) == 0);
    }
    for (int i = 0; i < ROTATE_SESSIONS; i++)
        pthread_join(recorders[i], NULL);
    for (int i = 0; i < ROTATE_SESSIONS; i++) {
        talks[i].over = 1;
        pthread_join(players[i], NULL);
        CHECK_EQ(talks[i].done, talks[i].rotations);
        CHECK_EQ(talks[i].refused_reads, 0);
        CHECK_STATUS(palabra_session_end(talks[i].session), PALABRA_OK);
    }
    /* The library's thread still serves all of them. */
    for (int i = 0; i < ROTATE_SESSIONS; i++) {
        memset(&fate, 0, sizeof fate);
        talk_until_closed(talks[i].session, &fate, 60000);
        CHECK_STATUS(fate.code, PALABRA_OK);
        CHECK_STATUS(palabra_session_close(talks[i].session, 0), PALABRA_OK);
    }
    CHECK_STATUS(palabra_client_free(client), PALABRA_OK);
    CHECK_STATUS(palabra_shutdown(60000), PALABRA_OK);
    return check_result();
}

#endif
