/* Compiled as C and as C++, from the oldest to the newest standard: the header twice, and every start value. */
#include <palabra.h>
#include <palabra.h>

int main(void)
{
    palabra_error error = PALABRA_ERROR_INIT;
    palabra_client_config client = PALABRA_CLIENT_CONFIG_INIT;
    palabra_rest_session rest_session = PALABRA_REST_SESSION_INIT;
    palabra_translation_config translation = PALABRA_TRANSLATION_CONFIG_INIT;
    palabra_event event = PALABRA_EVENT_INIT;
    palabra_audio wav = PALABRA_AUDIO_INIT;
    palabra_voice_config voice_config = PALABRA_VOICE_CONFIG_INIT;
    palabra_voice voice = PALABRA_VOICE_INIT;
    palabra_voices voices = PALABRA_VOICES_INIT;
    palabra_glossary_config glossary_config = PALABRA_GLOSSARY_CONFIG_INIT;
    palabra_glossary glossary = PALABRA_GLOSSARY_INIT;
    palabra_glossaries glossaries = PALABRA_GLOSSARIES_INIT;
    palabra_glossary_csv csv = PALABRA_GLOSSARY_CSV_INIT;

    return error.struct_size != sizeof error || client.struct_size != sizeof client ||
           rest_session.struct_size != sizeof rest_session || translation.struct_size != sizeof translation ||
           event.struct_size != sizeof event || wav.struct_size != sizeof wav ||
           voice_config.struct_size != sizeof voice_config || voice.struct_size != sizeof voice ||
           voices.struct_size != sizeof voices || glossary_config.struct_size != sizeof glossary_config ||
           glossary.struct_size != sizeof glossary || glossaries.struct_size != sizeof glossaries ||
           csv.struct_size != sizeof csv ||
           palabra_api_version() != PALABRA_API_VERSION;
}
