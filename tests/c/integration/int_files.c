/* Files that block or are refused: pipes, sessions that end meanwhile, names that are not UTF-8, unusual samples. */
#define _POSIX_C_SOURCE 200809L
#include "clock.h"
#include "process.h"
#include "talk.h"

#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

#define FRAMES 800u

static char fifo[] = "palabra-fifo-XXXXXX";
static char wav[] = "palabra-wav-\xff-XXXXXX"; /* no UTF-8 */

static palabra_session *ready(const char *id)
{
    palabra_session *session = talk_open_as(id);
    CHECK_STATUS(palabra_session_wait_ready(session, CLOCK_PATIENCE_MS), PALABRA_OK);
    return session;
}

static uint64_t taken(palabra_session *session)
{
    palabra_session_stats stats = PALABRA_SESSION_STATS_INIT;
    CHECK_STATUS(palabra_session_get_stats(session, &stats), PALABRA_OK);
    return stats.input_frames_taken;
}

static void nobody_writes(palabra_session *session)
{
    palabra_translation_config config = talk_config();
    palabra_error error = PALABRA_ERROR_INIT;
    palabra_client *client = talk_client("id");

    CHECK_STATUS(palabra_session_send_file(session, fifo, 0, 0, &error), PALABRA_ERR_TIMEOUT);
    CHECK_STATUS(palabra_session_send_file(session, fifo, 0, 200, &error), PALABRA_ERR_TIMEOUT);
    CHECK_CONTAINS(error.text, fifo);
    CHECK_STATUS(palabra_translate_file(client, &config, fifo, NULL, NULL, NULL, 200, &error), PALABRA_ERR_TIMEOUT);
    CHECK_EQ(taken(session), 0);
    CHECK_STATUS(palabra_client_free(client), PALABRA_OK);
}

static void *write_pipe(void *unused)
{
    static int16_t pcm[FRAMES];
    CHECK_STATUS(palabra_audio_write_wav(wav, pcm, FRAMES, 8000, 1, NULL), PALABRA_OK);
    FILE *from = fopen(wav, "rb"), *to = fopen(fifo, "wb");
    char bytes[100];
    size_t size;

    while (from != NULL && to != NULL && (size = fread(bytes, 1, sizeof bytes, from)) > 0) {
        fwrite(bytes, 1, size, to);
        fflush(to);
    }
    if (from != NULL)
        fclose(from);
    if (to != NULL)
        fclose(to);
    return unused;
}

static void somebody_writes(palabra_session *session)
{
    palabra_error error = PALABRA_ERROR_INIT;
    palabra_audio read = PALABRA_AUDIO_INIT;
    pthread_t writer;

    REQUIRE(pthread_create(&writer, NULL, write_pipe, NULL) == 0);
    CHECK_EQ(palabra_session_send_file(session, fifo, 1000, 20000, &error), FRAMES);
    CHECK_TEXT(error.text, "");
    pthread_join(writer, NULL);
    CHECK_EQ(taken(session), FRAMES);
    CHECK_EQ(palabra_session_send_file(session, wav, 1000, 20000, &error), FRAMES);
    CHECK_STATUS(palabra_audio_read_wav(wav, &read, &error), PALABRA_OK);
    CHECK_EQ(read.frames, FRAMES);
    CHECK_STATUS(palabra_audio_release(&read), PALABRA_OK);
}

/* 24 bits in containers of four bytes, without a field that says which three bytes are used. */
static void strange_samples(palabra_session *session)
{
    static const char head[] = "RIFF\x64\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\0\x7d\0\0\x04\0\x18\0data\x40\0\0\0";
    static const char body[64] = {0};
    palabra_error error = PALABRA_ERROR_INIT;
    FILE *file = fopen(wav, "wb");
    uint64_t before = taken(session);

    REQUIRE(file != NULL);
    fwrite(head, 1, sizeof head - 1, file);
    fwrite(body, 1, sizeof body, file);
    fclose(file);
    CHECK_STATUS(palabra_session_send_file(session, wav, 0, 10000, &error), PALABRA_ERR_UNSUPPORTED);
    CHECK_CONTAINS(error.text, "24 bits in 4 bytes");
    CHECK_EQ(taken(session), before);
}

/* Ends the session once the main thread waits for the pipe. */
static void *end_while_it_waits(void *session)
{
    process_await_waiting(getpid());
    CHECK_STATUS(palabra_session_end(session), PALABRA_OK);
    return NULL;
}

/* A call that waits for a pipe returns when its session is over. */
static void sessions_that_are_over(void)
{
    palabra_error error = PALABRA_ERROR_INIT;
    int16_t audio[160] = {0};
    pthread_t ender;
    palabra_session *session = ready("id");
    talk_fate fate = {0};
    palabra_status lost;

    REQUIRE(pthread_create(&ender, NULL, end_while_it_waits, session) == 0);
    CHECK_STATUS(palabra_session_send_file(session, fifo, 0, -1, &error), PALABRA_ERR_ENDED);
    pthread_join(ender, NULL);
    CHECK_STATUS(palabra_session_close(session, 0), PALABRA_OK);
    session = talk_open_as("dev~reset_after_ms=300");
    lost = palabra_session_send_file(session, fifo, 0, -1, &error);
    CHECK(lost == PALABRA_ERR_CLOSED || lost == PALABRA_ERR_CONNECTION_LOST); /* the latter if it was not READY yet */
    CHECK_STATUS(palabra_session_close(session, 0), PALABRA_OK);
    session = talk_open_as("dev~rest_status=401");
    CHECK_STATUS(palabra_session_send_file(session, fifo, 0, -1, &error), PALABRA_ERR_AUTH);
    talk_until_closed(session, &fate, CLOCK_PATIENCE_MS);
    CHECK_STATUS(fate.code, PALABRA_ERR_AUTH);
    CHECK_STATUS(palabra_session_send_paced(session, audio, 160, 0, -1), PALABRA_ERR_AUTH);
    CHECK_STATUS(palabra_session_send_file(session, wav, 0, -1, &error), PALABRA_ERR_AUTH);
    CHECK_STATUS(palabra_session_close(session, 0), PALABRA_OK);
}

int main(void)
{
    palabra_session *session;
    int fd = mkstemp(fifo);

    REQUIRE(fd >= 0);
    close(fd);
    REQUIRE(unlink(fifo) == 0 && mkfifo(fifo, 0600) == 0);
    fd = mkstemp(wav);
    REQUIRE(fd >= 0);
    close(fd);
    session = ready("id");
    nobody_writes(session);
    somebody_writes(session);
    strange_samples(session);
    CHECK_STATUS(palabra_session_close(session, 0), PALABRA_OK);
    sessions_that_are_over();
    palabra_shutdown(1000);
    unlink(fifo);
    unlink(wav);
    return check_result();
}
