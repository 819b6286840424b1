/* Looks for what keeps a machine from using Palabra's service. */
#include "account.h"
#include "conversation.h"
#include "network.h"
#include "options.h"
#include "report.h"
#include "speech.h"

#include <palabra.h>

#include <stdlib.h>

#ifdef _WIN32
#include <winsock2.h>
#endif

/* Where the hosted service is, as the library knows it. */
#define API_URL "https://api.palabra.ai"
#define TRANSLATION_URL "wss://streaming.palabra.ai"

/* The first text that is set. */
static const char *first(const char *given, const char *variable, const char *usual) {
    const char *value = given != NULL ? given : getenv(variable);

    return value != NULL && value[0] != '\0' ? value : usual;
}

static void check_place(struct report *report, const char *what, const char *url, int has_proxy) {
    struct place place;

    if (network_read_url(url, &place))
        network_check(report, what, &place, has_proxy);
    else
        report_add(report, what, STATE_FAILED, -1, "an address is like https://host or wss://host/path", "%s is no address",
                   url);
}

static palabra_client *make_client(struct report *report, const struct options *options) {
    palabra_client_config config = PALABRA_CLIENT_CONFIG_INIT;
    palabra_error error = PALABRA_ERROR_INIT;
    palabra_client *client = NULL;

    config.credentials.region = options->region;
    config.api_url = options->api_url;
    config.translation_url = options->translation_url;
    config.tts_url = options->tts_url;
    config.ca_file = options->ca_file;
    config.proxy_url = options->proxy;
    config.binding_name = "doctor";
    if (palabra_client_new(&config, &client, &error) < 0)
        report_add(report, "settings", STATE_FAILED, -1, "", "%s", error.text);
    return client;
}

static void check_speech(struct report *report, palabra_client *client, const struct options *options) {
    palabra_audio audio = PALABRA_AUDIO_INIT;
    struct said said = {options->source, options->target, NULL, options->recording};

    if (options->has_speech && options->recording == NULL &&
        speech_make(report, client, options->source, options->sentence, &audio))
        said.audio = &audio;
    conversation_check(report, client, &said);
    palabra_audio_release(&audio);
}

static void check_service(struct report *report, palabra_client *client, const struct options *options, int has_proxy) {
    char stream_url[1024] = "";
    int has_key = getenv("PALABRA_API_KEY") != NULL;

    if (!account_check(report, client))
        return;
    if (has_key)
        report_add(report, "clock", STATE_SKIPPED, -1, "", "with an API key the service does not say what time it is");
    else
        account_check_clock(report, client, stream_url, sizeof stream_url);
    if (has_key || stream_url[0] != '\0')
        check_place(report, "stream",
                    has_key ? first(options->translation_url, "PALABRA_TRANSLATION_URL", TRANSLATION_URL) : stream_url,
                    has_proxy);
    check_speech(report, client, options);
}

int main(int count, char **arguments) {
    struct options options = {0};
    static struct report report;
    palabra_client *client;
    int has_proxy, code;
#ifdef _WIN32
    WSADATA ignored;

    WSAStartup(MAKEWORD(2, 2), &ignored);
#endif
    options.source = "en";
    options.target = "es";
    options.sentence = "Good morning. The train to the coast leaves at seven.";
    options.has_speech = 1;
    code = options_read(&options, count, arguments);
    if (code >= 0)
        return code;
    report.is_json = options.is_json;
    report_add(&report, "library", STATE_OK, -1, "", "libpalabra %s", palabra_version_string());
    has_proxy = network_check_proxy(&report, options.proxy);
    check_place(&report, "network", first(options.api_url, "PALABRA_API_URL", API_URL), has_proxy);
    client = make_client(&report, &options);
    if (client != NULL)
        check_service(&report, client, &options, has_proxy);
    palabra_client_free(client);
    palabra_shutdown(2000);
    return report_finish(&report);
}
