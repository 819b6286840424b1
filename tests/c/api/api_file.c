/* Paced sending and whole files: invalid arguments give an error code with a text, and the structs are sized. */
#define _POSIX_C_SOURCE 200809L
#include "clock.h"
#include "peers.h"
#include "talk.h"

#include <unistd.h>

static palabra_client *client;
static palabra_session *session; /* never READY: its server never answers */
static char wav[] = "palabra-file-XXXXXX";

static void paced_sending(void)
{
    int16_t audio[160] = {0};
    int64_t start = clock_now_ms();

    CHECK_STATUS(palabra_session_send_paced(NULL, audio, 160, 0, 0), PALABRA_ERR_BAD_HANDLE);
    CHECK_STATUS(palabra_session_send_paced((palabra_session *)client, audio, 160, 0, -1), PALABRA_ERR_BAD_HANDLE);
    CHECK_STATUS(palabra_session_send_paced(session, NULL, 160, 0, -1), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(palabra_session_send_paced(session, audio, 160, 60001, -1), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(palabra_session_send_paced(session, audio, 160, 60000, 0), PALABRA_ERR_TIMEOUT);
    CHECK_STATUS(palabra_session_send_paced(session, audio, 160, 0, 100), PALABRA_ERR_TIMEOUT);
    CHECK_WITHIN(clock_now_ms() - start, 100, clock_limit_ms(5000));
}

static void sending_files(void)
{
    palabra_error error = PALABRA_ERROR_INIT;

    CHECK_STATUS(palabra_session_send_file(NULL, wav, 0, 0, &error), PALABRA_ERR_BAD_HANDLE);
    CHECK_STATUS(error.code, PALABRA_ERR_BAD_HANDLE);
    CHECK_STATUS(palabra_session_send_file(session, NULL, 0, 0, &error), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_CONTAINS(error.text, "path");
    CHECK_STATUS(palabra_session_send_file(session, "no-such-\xff.wav", 0, 0, NULL), PALABRA_ERR_IO); /* bytes */
    CHECK_STATUS(palabra_session_send_file(session, wav, 60001, 0, &error), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_CONTAINS(error.text, "lead_ms");
    CHECK_STATUS(palabra_session_send_file(session, "no-such.wav", 0, 0, &error), PALABRA_ERR_IO);
    CHECK_CONTAINS(error.text, "no-such.wav");
    CHECK_STATUS(palabra_session_send_file(session, wav, 0, 50, &error), PALABRA_ERR_TIMEOUT);
    CHECK(error.text[0] != '\0');
}

static void refused(const char *input, const char *output, const palabra_file_options *options, palabra_status wanted,
                    const char *part)
{
    palabra_translation_config config = talk_config();
    palabra_error error = PALABRA_ERROR_INIT;

    CHECK_STATUS(palabra_translate_file(client, &config, input, output, options, NULL, 1000, &error), wanted);
    CHECK_STATUS(error.code, wanted);
    CHECK_CONTAINS(error.text, part);
}

static void translating_files(void)
{
    palabra_translation_config config = talk_config();
    palabra_file_options options = PALABRA_FILE_OPTIONS_INIT;
    palabra_error error = PALABRA_ERROR_INIT;

    CHECK_STATUS(palabra_translate_file(NULL, &config, wav, NULL, NULL, NULL, 0, NULL), PALABRA_ERR_BAD_HANDLE);
    CHECK_STATUS(palabra_translate_file(client, NULL, wav, NULL, NULL, NULL, 0, NULL), PALABRA_ERR_INVALID_ARGUMENT);
    refused(NULL, NULL, NULL, PALABRA_ERR_INVALID_ARGUMENT, "input_path");
    refused("no-such-\xff.wav", NULL, NULL, PALABRA_ERR_IO, "no-such-");
    refused(wav, "no-such-\xff/out.wav", NULL, PALABRA_ERR_IO, "no-such-");
    refused("no-such.wav", NULL, NULL, PALABRA_ERR_IO, "no-such.wav");
    refused(wav, "no-such-folder/out.wav", NULL, PALABRA_ERR_IO, "no-such-folder");
    options.pace_percent = 9;
    refused(wav, NULL, &options, PALABRA_ERR_INVALID_ARGUMENT, "pace_percent");
    options.pace_percent = 1001;
    refused(wav, NULL, &options, PALABRA_ERR_INVALID_ARGUMENT, "pace_percent");
    options.pace_percent = 0;
    options.lead_ms = 60001;
    refused(wav, NULL, &options, PALABRA_ERR_INVALID_ARGUMENT, "lead_ms");
    options.lead_ms = 0;
    options.struct_size = 3;
    refused(wav, NULL, &options, PALABRA_ERR_INVALID_ARGUMENT, "");
    refused(wav, NULL, NULL, PALABRA_ERR_TIMEOUT, "longer");
    CHECK_STATUS(palabra_queue_new(0, &config.queue, &error), PALABRA_OK);
    CHECK_STATUS(palabra_translate_file(client, &config, wav, NULL, NULL, NULL, 0, &error),
                 PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_CONTAINS(error.text, "queue");
    CHECK_STATUS(palabra_queue_free(config.queue), PALABRA_OK);
}

static void results(void)
{
    palabra_translation_config config = talk_config();
    palabra_file_result result = PALABRA_FILE_RESULT_INIT, by_call;

    CHECK_STATUS(palabra_struct_init(&by_call, sizeof by_call), PALABRA_OK);
    CHECK_EQ(memcmp(&by_call, &result, sizeof result), 0);
    CHECK_STATUS(palabra_struct_init(NULL, sizeof result), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(palabra_struct_init(&result, 7), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(palabra_struct_init(NULL, sizeof(palabra_file_options)), PALABRA_ERR_INVALID_ARGUMENT);
    result.output_capacity = 1; /* an empty result array */
    CHECK_STATUS(palabra_translate_file(client, &config, wav, NULL, NULL, &result, 0, NULL),
                 PALABRA_ERR_INVALID_ARGUMENT);
    result.output_capacity = 0;
    result.output_count = 77;
    CHECK_STATUS(palabra_translate_file(client, &config, wav, NULL, NULL, &result, 0, NULL), PALABRA_ERR_TIMEOUT);
    CHECK_EQ(result.output_count, 0);
    CHECK_EQ(result.input_sample_rate, 8000);
    result.struct_size = 5;
    CHECK_STATUS(palabra_translate_file(client, &config, wav, NULL, NULL, &result, 0, NULL),
                 PALABRA_ERR_INVALID_ARGUMENT);
}

int main(void)
{
    static int16_t silence[8000];
    char url[64];
    int port = 0;
    int peer = peers_silent(&port);
    int fd = mkstemp(wav);

    REQUIRE(peer >= 0 && fd >= 0);
    close(fd);
    setenv("PALABRA_API_URL", peers_url(url, sizeof url, "http", port), 1);
    client = talk_client("id");
    session = talk_open(client, NULL);
    CHECK_STATUS(palabra_audio_write_wav(wav, silence, 8000, 8000, 1, NULL), PALABRA_OK);
    paced_sending();
    sending_files();
    translating_files();
    results();
    CHECK_STATUS(palabra_session_close(session, 0), PALABRA_OK);
    CHECK_STATUS(palabra_client_free(client), PALABRA_OK);
    palabra_shutdown(0);
    unlink(wav);
    close(peer);
    return check_result();
}
