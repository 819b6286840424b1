/* How a session ends: outcome end|stay [CA_FILE [SYSTEM_CA_FILE]]. `end` speaks a text, and ends the session; `stay` only
 * waits. A CA_FILE "store:FILE" is put into Windows' store of roots, in DER format. Prints the status and the text of CLOSED. */
#include <palabra.h>

#include <stdio.h>
#include <string.h>
#include <windows.h>

#include <wincrypt.h>

#define PATIENCE_MS 120000

static const char *given(int argc, char **argv, int number) {
    return argc > number && argv[number][0] != '\0' ? argv[number] : NULL;
}

static HCERTSTORE roots;

/* The library opens the store anew. */
static void commit(void) {
    CertControlStore(roots, 0, CERT_STORE_CTRL_COMMIT, NULL);
}

/* The certificate in the store; NULL if it is not there. */
static PCCERT_CONTEXT store(const char *path) {
    static BYTE certificate[8192];
    PCCERT_CONTEXT stored = NULL;
    FILE *file = fopen(path, "rb");
    size_t size = file == NULL ? 0 : fread(certificate, 1, sizeof certificate, file);

    if (file != NULL)
        fclose(file);
    roots = CertOpenSystemStoreW(0, L"ROOT");
    CertAddEncodedCertificateToStore(roots, X509_ASN_ENCODING, certificate, (DWORD)size, CERT_STORE_ADD_REPLACE_EXISTING, &stored);
    commit();
    return stored;
}

/* Another run has another authority of the same name. */
static void forget(PCCERT_CONTEXT stored) {
    if (stored != NULL)
        CertDeleteCertificateFromStore(stored);
    if (roots != NULL) {
        commit();
        CertCloseStore(roots, 0);
    }
}

/* Until the session is closed. */
static void print_outcome(palabra_session *session) {
    palabra_event event = PALABRA_EVENT_INIT;

    while (palabra_session_poll_event(session, &event, PATIENCE_MS) > 0) {
        if (event.kind == PALABRA_EVENT_CLOSED)
            printf("%s %s\n", palabra_status_name(event.code), event.text);
        palabra_event_release(&event);
    }
}

int main(int argc, char **argv) {
    palabra_client_config config = PALABRA_CLIENT_CONFIG_INIT;
    palabra_translation_config translation = PALABRA_TRANSLATION_CONFIG_INIT;
    palabra_error error = PALABRA_ERROR_INIT;
    palabra_client *client = NULL;
    palabra_session *session = NULL;
    PCCERT_CONTEXT stored = NULL;

    config.connect_timeout_ms = config.rest_timeout_ms = 5000;
    config.ca_file = given(argc, argv, 2);
    config.system_ca_file = given(argc, argv, 3);
    if (config.ca_file != NULL && strncmp(config.ca_file, "store:", 6) == 0) {
        stored = store(config.ca_file + 6);
        config.ca_file = NULL;
    }
    translation.source_language = "en";
    translation.target_languages = "es";
    translation.end_silence_ms = 1000;
    translation.timeouts.liveness_ms = 5000;
    if (palabra_client_new(&config, &client, &error) < 0 ||
        palabra_session_open_translation(client, &translation, &session, &error) < 0) {
        printf("%s %s\n", palabra_status_name(error.code), error.text);
        forget(stored);
        return 0;
    }
    if (strcmp(argv[1], "end") == 0) {
        palabra_session_speak(session, "Good evening", "es", 0, 0);
        palabra_session_end(session);
    }
    print_outcome(session);
    palabra_session_close(session, 1000);
    palabra_client_free(client);
    palabra_shutdown(1000);
    forget(stored);
    return 0;
}
