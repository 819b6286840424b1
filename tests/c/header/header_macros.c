/* Includes the header after the macros that other headers are known for. */
#include <stdint.h>

#include "../support/macros_of_others.h"

#include <palabra.h>

int use_behind_macros(palabra_session *session);

int use_behind_macros(palabra_session *session)
{
    palabra_error error = PALABRA_ERROR_INIT;
    palabra_event event = PALABRA_EVENT_INIT;
    palabra_translation_config config = PALABRA_TRANSLATION_CONFIG_INIT;

    config.source_language = "en";
    config.input.gap.policy = PALABRA_GAP_NONE;
    return palabra_session_get_error(session, &error) == PALABRA_OK && error.code == PALABRA_OK &&
           palabra_session_poll_event(session, &event, 0) > 0 && event.kind == PALABRA_EVENT_ERROR &&
           event.log_level == PALABRA_LOG_ERROR && config.flags == 0;
}
