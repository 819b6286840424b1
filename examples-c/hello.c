/*
 * The shortest complete program: speaks a text in Spanish and prints every event.
 *
 *     cc hello.c $(pkg-config --cflags --libs palabra) -o hello
 *     PALABRA_CLIENT_ID=... PALABRA_CLIENT_SECRET=... ./hello
 */
#include <palabra.h>

#include <stdio.h>

static void print_event(const palabra_event *event) {
    const char *name = palabra_event_kind_name(event->kind);

    if (event->kind == PALABRA_EVENT_AUDIO)
        printf("%s [%s] %.2f s\n", name, event->language, (double)event->pcm_frames / event->sample_rate);
    else if (event->kind == PALABRA_EVENT_TRANSCRIPT)
        printf("%s [%s] %s\n", name, event->language, event->text);
    else if (event->kind == PALABRA_EVENT_CLOSED)
        printf("%s %s %s\n", name, palabra_status_name(event->code), event->text);
    else
        printf("%s %s\n", name, event->text);
}

int main(void) {
    palabra_client *client = NULL;
    palabra_session *session = NULL;
    palabra_translation_config config = PALABRA_TRANSLATION_CONFIG_INIT;
    palabra_event event = PALABRA_EVENT_INIT;
    palabra_error error = PALABRA_ERROR_INIT;
    palabra_status outcome = PALABRA_ERR_CLOSED;

    config.source_language = "en";
    config.target_languages = "es";
    if (palabra_client_new(NULL, &client, &error) < 0 ||
        palabra_session_open_translation(client, &config, &session, &error) < 0) {
        fprintf(stderr, "%s: %s\n", palabra_status_name(error.code), error.text);
        palabra_client_free(client);
        return 1;
    }
    palabra_session_speak(session, "Good evening", "es", 0, 0);
    palabra_session_end(session); /* no more input: the rest is delivered, then CLOSED */
    while (palabra_session_poll_event(session, &event, -1) > 0) {
        print_event(&event);
        if (event.kind == PALABRA_EVENT_CLOSED)
            outcome = event.code;
        palabra_event_release(&event);
    }
    palabra_session_close(session, 1000);
    palabra_client_free(client);
    palabra_shutdown(1000);
    return outcome == PALABRA_OK ? 0 : 1;
}
