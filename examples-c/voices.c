/*
 * The voices of an account: cloned from a recording, listed, renamed, deleted. Needs an API key.
 *
 *     PALABRA_API_KEY=... ./voices clone FILE NAME LANGUAGE
 *     PALABRA_API_KEY=... ./voices list
 *     PALABRA_API_KEY=... ./voices rename ID NAME
 *     PALABRA_API_KEY=... ./voices delete ID
 *
 * FILE has 5 to 30 seconds of one speaker, as wav, mp3, flac, m4a, webm or mp4. Set `voice_id` of
 * palabra_translation_config to the id of a voice that is ready.
 */
#include <palabra.h>

#include <stdio.h>
#include <string.h>

#define TIMEOUT_MS 30000
#define CLONE_TIMEOUT_MS 300000 /* processing takes the service a while */

static int print_error(const palabra_error *error) {
    fprintf(stderr, "%s: %s\n", palabra_status_name(error->code), error->text);
    if (error->flags & PALABRA_FLAG_RETRIABLE)
        fprintf(stderr, "Trying again later can help.\n");
    return 1;
}

static const char *status_name(palabra_voice_status status) {
    switch (status) {
    case PALABRA_VOICE_STATUS_CREATED: return "created";
    case PALABRA_VOICE_STATUS_PENDING: return "pending";
    case PALABRA_VOICE_STATUS_READY: return "ready";
    case PALABRA_VOICE_STATUS_FAILED: return "failed";
    default: return "unknown";
    }
}

static void print_voice(const palabra_voice *voice) {
    printf("%s  %s  [%s]  %s\n", voice->id, status_name(voice->status), voice->language, voice->name);
}

static int clone_voice(palabra_client *client, const char *file, const char *name, const char *language) {
    palabra_voice_config config = PALABRA_VOICE_CONFIG_INIT;
    palabra_voice voice = PALABRA_VOICE_INIT;
    palabra_error error = PALABRA_ERROR_INIT;
    int failed = 0;

    config.sample_path = file;
    config.name = name;
    config.language = language;
    /* Uploads the file and waits until the voice is ready. */
    if (palabra_voice_create(client, &config, &voice, CLONE_TIMEOUT_MS, &error) < 0) {
        failed = print_error(&error);
        /* A voice that has an id exists, even if its processing failed or takes longer. */
        if (voice.id != NULL)
            fprintf(stderr, "The voice is %s: wait for it or delete %s\n", status_name(voice.status), voice.id);
    } else {
        print_voice(&voice);
        if (voice.warnings[0] != '\0')
            printf("warning: %s\n", voice.warnings);
    }
    palabra_voice_release(&voice);
    return failed;
}

static void print_list(const char *title, const palabra_voices *list) {
    int32_t i;

    printf("%s: %d\n", title, (int)list->count);
    for (i = 0; i < list->count; i++)
        print_voice(list->items[i]);
}

static int list_voices(palabra_client *client) {
    palabra_voices own = PALABRA_VOICES_INIT, builtin = PALABRA_VOICES_INIT;
    palabra_error error = PALABRA_ERROR_INIT;
    int failed = 0;

    /* Returns all pages. NULL: any name, any language. */
    if (palabra_voice_list(client, NULL, NULL, &own, TIMEOUT_MS, &error) < 0 ||
        palabra_voice_list_builtin(client, &builtin, TIMEOUT_MS, &error) < 0) {
        failed = print_error(&error);
    } else {
        print_list("your voices", &own);
        print_list("built-in voices", &builtin);
    }
    palabra_voices_release(&own);
    palabra_voices_release(&builtin);
    return failed;
}

static int rename_voice(palabra_client *client, const char *id, const char *name) {
    palabra_voice_config change = PALABRA_VOICE_CONFIG_INIT; /* NULL: unchanged */
    palabra_voice voice = PALABRA_VOICE_INIT;
    palabra_error error = PALABRA_ERROR_INIT;
    int failed = 0;

    change.name = name;
    if (palabra_voice_update(client, id, &change, &voice, TIMEOUT_MS, &error) < 0)
        failed = print_error(&error);
    else
        print_voice(&voice);
    palabra_voice_release(&voice);
    return failed;
}

static int delete_voice(palabra_client *client, const char *id) {
    palabra_error error = PALABRA_ERROR_INIT;

    return palabra_voice_delete(client, id, TIMEOUT_MS, &error) < 0 ? print_error(&error) : 0;
}

int main(int argc, char **argv) {
    const char *command = argc > 1 ? argv[1] : "";
    palabra_client *client = NULL;
    palabra_error error = PALABRA_ERROR_INIT;
    int failed = 2;

    if (palabra_client_new(NULL, &client, &error) < 0)
        return print_error(&error);
    if (strcmp(command, "clone") == 0 && argc == 5)
        failed = clone_voice(client, argv[2], argv[3], argv[4]);
    else if (strcmp(command, "list") == 0 && argc == 2)
        failed = list_voices(client);
    else if (strcmp(command, "rename") == 0 && argc == 4)
        failed = rename_voice(client, argv[2], argv[3]);
    else if (strcmp(command, "delete") == 0 && argc == 3)
        failed = delete_voice(client, argv[2]);
    else
        fprintf(stderr, "usage: %s clone FILE NAME LANGUAGE | list | rename ID NAME | delete ID\n", argv[0]);
    palabra_client_free(client);
    palabra_shutdown(1000);
    return failed;
}
