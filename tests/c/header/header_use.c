/* Compiled as C and as C++ in every standard: includes the header twice and uses every initializer. */
#include <palabra.h>
#include <palabra.h>

#define STARTS(type, value) type##_starts_with_its_size(void) { type s = value; return s.struct_size == sizeof s; }

static int STARTS(palabra_error, PALABRA_ERROR_INIT)
static int STARTS(palabra_client_config, PALABRA_CLIENT_CONFIG_INIT)
static int STARTS(palabra_audio, PALABRA_AUDIO_INIT)
static int STARTS(palabra_playout_stats, PALABRA_PLAYOUT_STATS_INIT)
static int STARTS(palabra_session_stats, PALABRA_SESSION_STATS_INIT)
static int STARTS(palabra_event, PALABRA_EVENT_INIT)
static int STARTS(palabra_translation_config, PALABRA_TRANSLATION_CONFIG_INIT)
static int STARTS(palabra_tts_config, PALABRA_TTS_CONFIG_INIT)
static int STARTS(palabra_stt_config, PALABRA_STT_CONFIG_INIT)
static int STARTS(palabra_file_options, PALABRA_FILE_OPTIONS_INIT)
static int STARTS(palabra_file_result, PALABRA_FILE_RESULT_INIT)
static int STARTS(palabra_rest_session, PALABRA_REST_SESSION_INIT)
static int STARTS(palabra_rest_sessions, PALABRA_REST_SESSIONS_INIT)
static int STARTS(palabra_voice_config, PALABRA_VOICE_CONFIG_INIT)
static int STARTS(palabra_voice, PALABRA_VOICE_INIT)
static int STARTS(palabra_voices, PALABRA_VOICES_INIT)
static int STARTS(palabra_glossary_config, PALABRA_GLOSSARY_CONFIG_INIT)
static int STARTS(palabra_glossary, PALABRA_GLOSSARY_INIT)
static int STARTS(palabra_glossaries, PALABRA_GLOSSARIES_INIT)
static int STARTS(palabra_glossary_csv, PALABRA_GLOSSARY_CSV_INIT)

int main(void)
{
    const int all = palabra_error_starts_with_its_size() && palabra_client_config_starts_with_its_size() &&
                    palabra_audio_starts_with_its_size() && palabra_playout_stats_starts_with_its_size() &&
                    palabra_session_stats_starts_with_its_size() && palabra_event_starts_with_its_size() &&
                    palabra_translation_config_starts_with_its_size() && palabra_tts_config_starts_with_its_size() &&
                    palabra_stt_config_starts_with_its_size() && palabra_file_options_starts_with_its_size() &&
                    palabra_file_result_starts_with_its_size() && palabra_rest_session_starts_with_its_size() &&
                    palabra_rest_sessions_starts_with_its_size() &&
                    palabra_voice_config_starts_with_its_size() && palabra_voice_starts_with_its_size() &&
                    palabra_voices_starts_with_its_size() && palabra_glossary_config_starts_with_its_size() &&
                    palabra_glossary_starts_with_its_size() && palabra_glossaries_starts_with_its_size() &&
                    palabra_glossary_csv_starts_with_its_size();

    return !all ||
           palabra_version_check(PALABRA_VERSION_MAJOR, PALABRA_VERSION_MINOR, PALABRA_VERSION_PATCH) != PALABRA_OK;
}
