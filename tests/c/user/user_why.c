/* Why sessions end, whether a retry helps, and when. */
#include <palabra.h>

#include <stdio.h>

/* Runs a session of this client to its end. */
static palabra_error end_of(const char *client_id, const char *api_url)
{
    palabra_client_config settings = PALABRA_CLIENT_CONFIG_INIT;
    palabra_translation_config config = PALABRA_TRANSLATION_CONFIG_INIT;
    palabra_client *client = NULL;
    palabra_session *session = NULL;
    palabra_event event = PALABRA_EVENT_INIT;
    palabra_error why = PALABRA_ERROR_INIT;

    settings.credentials.client_id = client_id;
    settings.credentials.client_secret = "dev";
    settings.api_url = api_url;
    config.source_language = "en";
    config.target_languages = "es";
    if (palabra_client_new(&settings, &client, &why) == PALABRA_OK &&
        palabra_session_open_translation(client, &config, &session, &why) == PALABRA_OK) {
        while (palabra_session_poll_event(session, &event, -1) > 0)
            palabra_event_release(&event);
        palabra_session_get_error(session, &why);
        palabra_session_close(session, 0);
    }
    palabra_client_free(client);
    return why;
}

static int is(const char *what, const palabra_error *why, palabra_status code, int again)
{
    int retriable = (why->flags & PALABRA_FLAG_RETRIABLE) != 0;

    printf("%s: %s, %s\n  %s\n  HTTP status %d, close code %d, error of the system %d, \"%s\"\n", what,
           palabra_status_name(why->code), palabra_status_text(why->code), why->text, (int)why->http_status,
           (int)why->close_code, (int)why->os_error, why->service_code);
    if (!retriable)
        printf("  do not try again\n");
    else if (why->retry_after_ms < 0)
        printf("  try again after 1000 ms, and twice as long after each failure\n");
    else
        printf("  try again after %d ms\n", (int)why->retry_after_ms);
    return why->code == code && retriable == again;
}

int main(void)
{
    palabra_error refused = end_of("dev~rest_status=401", NULL);
    palabra_error unreached = end_of("dev", "http://127.0.0.1:9");
    palabra_error broken = end_of("dev~close_code=1011~close_after_ms=200", NULL);
    int right = is("refused", &refused, PALABRA_ERR_AUTH, 0) && refused.http_status == 401;

    right &= is("no server", &unreached, PALABRA_ERR_CONNECT, 1) && unreached.os_error != 0;
    right &= is("closed by the server", &broken, PALABRA_ERR_CONNECTION_LOST, 1) && broken.close_code == 1011;
    return right ? 0 : 1;
}
