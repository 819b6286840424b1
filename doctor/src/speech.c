#include "speech.h"

#include "advice.h"
#include "clock.h"

#include <stddef.h>

enum { PATIENCE_MS = 30000 };

int speech_make(struct report *report, palabra_client *client, const char *language, const char *sentence,
                palabra_audio *audio) {
    palabra_tts_config config = PALABRA_TTS_CONFIG_INIT;
    palabra_error error = PALABRA_ERROR_INIT;
    palabra_session *session = NULL;
    int64_t begun = clock_ms();
    palabra_status status;

    config.language = language;
    status = palabra_session_open_tts(client, &config, &session, &error);
    if (status == PALABRA_OK)
        status = palabra_session_synthesize(session, sentence, 0, NULL, 1, audio, PATIENCE_MS, &error);
    palabra_session_close(session, 2000);
    if (status != PALABRA_OK || audio->frames == 0) {
        report_add(report, "text-to-speech", STATE_WARNING, clock_ms() - begun, advice_for(status), "%s: %s",
                   palabra_status_name(status), status == PALABRA_OK ? "no speech came" : error.text);
        return 0;
    }
    report_add(report, "text-to-speech", STATE_OK, clock_ms() - begun, "", "%.1f s of speech for \"%s\"",
               (double)audio->frames / audio->sample_rate, sentence);
    return 1;
}
