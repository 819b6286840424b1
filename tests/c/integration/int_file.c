/* A recording translated in one call: files and statistics agree; the callback can stop or cancel it, and can make no
 * other calls. */
#define _POSIX_C_SOURCE 200809L
#include "report.h"
#include "talk.h"
#include "tones.h"

#include <unistd.h>

#define PHRASES 2u
#define SPEECH_MS 1000u

typedef struct {
    int32_t calls, stop_after_ms, transcripts, finals;
    int64_t position_ms;
    palabra_session *other;
    palabra_error *cancels; /* of the call that the callback cancels */
} watch;

static char input[] = "palabra-file-XXXXXX";
static uint32_t input_frames;

static int32_t on_progress(const palabra_progress *progress, void *user_data)
{
    watch *w = user_data;

    CHECK_EQ(progress->struct_size, sizeof *progress);
    CHECK_EQ(progress->total_ms, (int64_t)input_frames * 1000 / TONES_RATE);
    CHECK(progress->position_ms >= w->position_ms && progress->position_ms <= progress->total_ms);
    CHECK_WITHIN(progress->state, PALABRA_STATE_CONNECTING, PALABRA_STATE_CLOSED);
    if (progress->transcripts > w->transcripts) {
        CHECK(progress->text[0] != '\0' && progress->language[0] != '\0');
        w->finals += (progress->flags & PALABRA_FLAG_FINAL) != 0;
    }
    CHECK_STATUS(palabra_session_get_state(w->other), PALABRA_ERR_REENTRANT);
    w->transcripts = progress->transcripts;
    w->position_ms = progress->position_ms;
    w->calls++;
    if (w->cancels != NULL)
        CHECK_EQ(palabra_cancel(w->cancels), 1);
    return w->stop_after_ms > 0 && w->position_ms > w->stop_after_ms;
}

static palabra_status translate(const char *pattern, const char *targets, watch *w, palabra_file_result *result,
                                palabra_error *error)
{
    palabra_translation_config config = talk_config();
    palabra_file_options options = PALABRA_FILE_OPTIONS_INIT;
    palabra_client *client = talk_client("id");
    palabra_status status;

    config.target_languages = targets;
    options.pace_percent = 300;
    config.end_silence_ms = 1000;
    options.progress = on_progress;
    options.user_data = w;
    status = palabra_translate_file(client, &config, input, pattern, &options, result, CLOCK_PATIENCE_MS, error);
    CHECK_STATUS(palabra_client_free(client), PALABRA_OK);
    return status;
}

static void check_speech(const palabra_file_output *output)
{
    char path[512];
    palabra_audio wav = PALABRA_AUDIO_INIT;

    snprintf(path, sizeof path, "%s_%s.wav", input, output->language);
    CHECK_STATUS(palabra_audio_read_wav(path, &wav, NULL), PALABRA_OK);
    CHECK_EQ(wav.frames, output->frames);
    CHECK_WITHIN(wav.frames, PHRASES * SPEECH_MS * 24 * 8 / 10, PHRASES * SPEECH_MS * 24 * 12 / 10);
    CHECK_STATUS(palabra_audio_release(&wav), PALABRA_OK);
    unlink(path);
}

static void two_targets(palabra_session *other)
{
    palabra_file_output outputs[4] = {0};
    palabra_file_result result = PALABRA_FILE_RESULT_INIT;
    palabra_error error = PALABRA_ERROR_INIT;
    char pattern[80];
    watch w = {0};
    uint32_t i;

    w.other = other;
    result.outputs = outputs;
    result.output_capacity = 4;
    snprintf(pattern, sizeof pattern, "%s.wav", input);
    CHECK_STATUS(translate(pattern, "es,fr", &w, &result, &error), PALABRA_OK);
    CHECK_TEXT(error.text, "");
    CHECK_EQ(result.input_frames, input_frames);
    CHECK_EQ(result.input_sample_rate, TONES_RATE);
    CHECK_EQ(result.output_sample_rate, 24000);
    CHECK_EQ(result.events_dropped, 0);
    CHECK(result.first_audio_ms > 0);
    CHECK_EQ(result.transcripts, w.transcripts);
    CHECK(w.finals >= (int32_t)PHRASES * 3 && w.calls > result.transcripts);
    REQUIRE(result.output_count == 2);
    CHECK_EQ(result.output_frames, outputs[0].frames + outputs[1].frames);
    for (i = 0; i < 2; i++)
        check_speech(&outputs[i]);
    CHECK(strcmp(outputs[0].language, outputs[1].language) != 0);
}

/* With space for one target of two, and without output paths. */
static void stopped_by_the_callback(palabra_session *other)
{
    palabra_file_output output;
    palabra_file_result result = PALABRA_FILE_RESULT_INIT;
    palabra_error error = PALABRA_ERROR_INIT;
    watch w = {0};

    memset(&output, 0, sizeof output);
    w.other = other;
    w.stop_after_ms = 500;
    result.outputs = &output;
    result.output_capacity = 1;
    CHECK_STATUS(translate(NULL, "es,fr", &w, &result, &error), PALABRA_ERR_CLOSED);
    CHECK_CONTAINS(error.text, "callback");
    CHECK(result.input_frames > 0 && result.input_frames < input_frames);
}

/* At once: not when the callback is called the next time. */
static void cancelled_by_the_callback(palabra_session *other)
{
    palabra_file_result result = PALABRA_FILE_RESULT_INIT;
    palabra_error error = PALABRA_ERROR_INIT;
    watch w = {0};

    w.other = other;
    w.cancels = &error;
    CHECK_STATUS(translate(NULL, "es", &w, &result, &error), PALABRA_ERR_CLOSED);
    CHECK_CONTAINS(error.text, "palabra_cancel()");
    CHECK_EQ(w.calls, 1);
}

/* Exactly the frames that are due by the clock, then the rest of the file. */
static void paced(palabra_session *session)
{
    static int16_t second[TONES_RATE];
    palabra_error error = PALABRA_ERROR_INIT;
    int64_t start = clock_now_ms();

    CHECK_EQ(palabra_session_send_paced(session, second, TONES_RATE, 100, -1), TONES_RATE);
    CHECK_WITHIN(clock_now_ms() - start, 890, clock_limit_ms(3000));
    CHECK_WITHIN(palabra_session_send_paced(session, second, TONES_RATE, 0, 300), 1, TONES_RATE / 2);
    CHECK_WITHIN(palabra_session_send_file(session, input, 0, 500, &error), 1, TONES_RATE);
    CHECK_TEXT(error.text, "");
    CHECK_STATUS(palabra_session_end(session), PALABRA_OK);
    CHECK_STATUS(palabra_session_send_paced(session, second, TONES_RATE, 0, -1), PALABRA_ERR_ENDED);
    CHECK_STATUS(palabra_session_send_file(session, input, 0, -1, &error), PALABRA_ERR_ENDED);
}

int main(void)
{
    static int16_t pcm[TONES_RATE * 8];
    palabra_session *other;
    uint32_t phrase;
    int fd;

    if (getenv("PALABRA_API_URL") == NULL)
        return check_skip("there is no devserver");
    fd = mkstemp(input);
    REQUIRE(fd >= 0);
    close(fd);
    for (phrase = 0; phrase < PHRASES; phrase++)
        input_frames += tones_phrase(pcm + input_frames, 900, SPEECH_MS);
    CHECK_STATUS(palabra_audio_write_wav(input, pcm, input_frames, TONES_RATE, 1, NULL), PALABRA_OK);
    other = talk_open_as("id");
    CHECK_STATUS(palabra_session_wait_ready(other, CLOCK_PATIENCE_MS), PALABRA_OK);
    two_targets(other);
    stopped_by_the_callback(other);
    cancelled_by_the_callback(other);
    paced(other);
    CHECK_STATUS(palabra_session_close(other, 5000), PALABRA_OK);
    CHECK_STATUS(palabra_shutdown(5000), PALABRA_OK);
    /* The one that was cancelled had one or had none. */
    CHECK_WITHIN(report_count("\"deleted\":1"), 3, 4);
    CHECK_EQ(report_count("\"deleted\":0"), 0);
    unlink(input);
    return check_result();
}
