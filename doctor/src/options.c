#include "options.h"

#include <palabra.h>

#include <stdio.h>
#include <string.h>

/* For wrong arguments, as sysexits.h has it. */
enum { WRONG_USE = 64 };

static const char USAGE[] =
    "usage: palabra-doctor [OPTION...]\n"
    "Looks for what keeps this machine from using Palabra's service, and says what to do about it.\n"
    "\n"
    "  --api-url URL          another REST API than the hosted one, such as http://127.0.0.1:8000 (PALABRA_API_URL)\n"
    "  --translation-url URL  another translation stream, with an API key (PALABRA_TRANSLATION_URL)\n"
    "  --tts-url URL          another text-to-speech stream (PALABRA_TTS_URL)\n"
    "  --region NAME          region of the API key (PALABRA_REGION; eu)\n"
    "  --ca-file FILE         certificates to trust besides the system's\n"
    "  --proxy URL            proxy for everything\n"
    "  --source LANGUAGE      language that is spoken (en)\n"
    "  --target LANGUAGE      language to translate to (es)\n"
    "  --sentence TEXT        what is spoken, in the source language\n"
    "  --recording FILE       a WAV file in place of the sentence\n"
    "  --no-speech            speak and translate nothing\n"
    "  --json                 the result as JSON\n"
    "  --version, --help\n"
    "\n"
    "Credentials come from the environment: PALABRA_API_KEY, or PALABRA_CLIENT_ID and PALABRA_CLIENT_SECRET.\n"
    "Exit codes: 0 all is well, 1 there are warnings, 2 the service cannot be used, 64 wrong options.\n";

/* The field of an option that has a value; NULL: it has none. */
static const char **field(struct options *options, const char *name) {
    const struct {
        const char *name;
        const char **field;
    } fields[] = {
        {"--api-url", &options->api_url},
        {"--translation-url", &options->translation_url},
        {"--tts-url", &options->tts_url},
        {"--region", &options->region},
        {"--ca-file", &options->ca_file},
        {"--proxy", &options->proxy},
        {"--source", &options->source},
        {"--target", &options->target},
        {"--sentence", &options->sentence},
        {"--recording", &options->recording},
    };
    size_t i;

    for (i = 0; i < sizeof fields / sizeof fields[0]; i++)
        if (strcmp(name, fields[i].name) == 0)
            return fields[i].field;
    return NULL;
}

int options_read(struct options *options, int count, char **arguments) {
    int i;

    for (i = 1; i < count; i++) {
        const char **value = field(options, arguments[i]);

        if (value != NULL && i + 1 < count) {
            *value = arguments[++i];
        } else if (strcmp(arguments[i], "--json") == 0) {
            options->is_json = 1;
        } else if (strcmp(arguments[i], "--no-speech") == 0) {
            options->has_speech = 0;
        } else if (strcmp(arguments[i], "--version") == 0) {
            printf("palabra-doctor %s\n", palabra_version_string());
            return 0;
        } else if (strcmp(arguments[i], "--help") == 0) {
            fputs(USAGE, stdout);
            return 0;
        } else {
            fprintf(stderr, "palabra-doctor: %s%s\n\n%s", arguments[i],
                    value != NULL ? " needs a value" : " is no option", USAGE);
            return WRONG_USE;
        }
    }
    return -1;
}
