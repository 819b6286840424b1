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
    palabra_wav wav = PALABRA_WAV_INIT;

    return error.struct_size != sizeof error || client.struct_size != sizeof client ||
           rest_session.struct_size != sizeof rest_session || translation.struct_size != sizeof translation ||
           event.struct_size != sizeof event || wav.struct_size != sizeof wav ||
           palabra_api_version() != PALABRA_API_VERSION;
}
