/*
 * Translates a recording with one blocking call: prints final texts as they arrive and writes a WAV file per target
 * language (OUTPUT_es.wav and so on if there are several). translate_file.c does the same step by step.
 *
 *     PALABRA_CLIENT_ID=... PALABRA_CLIENT_SECRET=... ./translate_whole_file INPUT OUTPUT.wav SOURCE TARGET[,TARGET...]
 */
#include <palabra.h>
#include <stdio.h>

/* Called on this thread, inside palabra_translate_file(). A value other than 0 would stop the translation. */
static int32_t on_progress(const palabra_progress *progress, void *user_data) {
    int32_t *printed_count = user_data;
    if (progress->transcripts > *printed_count && (progress->flags & PALABRA_FLAG_FINAL))
        printf("%5.1f of %.1f s [%s] %s\n", (double)progress->position_ms / 1000, (double)progress->total_ms / 1000,
               progress->language, progress->text);
    *printed_count = progress->transcripts;
    return 0;
}

int main(int argc, char **argv) {
    palabra_client *client = NULL;
    palabra_error error = PALABRA_ERROR_INIT;
    palabra_translation_config config = PALABRA_TRANSLATION_CONFIG_INIT;
    palabra_file_options options = PALABRA_FILE_OPTIONS_INIT;
    palabra_file_result result = PALABRA_FILE_RESULT_INIT;
    palabra_file_output outputs[8];
    int32_t printed_count = 0;
    int failed;

    if (argc != 5) {
        fprintf(stderr, "usage: %s INPUT.wav OUTPUT.wav SOURCE TARGET[,TARGET...]\n", argv[0]);
        return 2;
    }
    config.source_language = argv[3];
    config.target_languages = argv[4];
    options.progress = on_progress;
    options.user_data = &printed_count;
    result.outputs = outputs;
    result.output_capacity = 8;
    failed = palabra_client_new(NULL, &client, &error) < 0 ||
             palabra_translate_file(client, &config, argv[1], argv[2], &options, &result, -1, &error) < 0;
    if (failed)
        fprintf(stderr, "%s: %s\n", palabra_status_name(error.code), error.text);
    for (int32_t i = 0; i < result.output_count && i < 8; i++)
        printf("%s: %.1f s of speech\n", outputs[i].language, (double)outputs[i].frames / result.output_sample_rate);
    palabra_client_free(client);
    palabra_shutdown(1000);
    return failed;
}
