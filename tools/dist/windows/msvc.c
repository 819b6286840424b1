/* Compiled for Microsoft's ABI and linked with palabra.lib alone: a session, without a C library. Prints CLOSED and its status. */
#include <palabra.h>

#include <stddef.h>

#define DWORD unsigned long

__declspec(dllimport) void *__stdcall GetStdHandle(DWORD number);
__declspec(dllimport) int __stdcall WriteFile(void *file, const void *bytes, DWORD size, DWORD *written, void *overlapped);
__declspec(dllimport) __declspec(noreturn) void __stdcall ExitProcess(unsigned code);

#define STD_OUTPUT_HANDLE ((DWORD)-11)

/* Compilers call them for structs. */
void *memset(void *to, int value, size_t count) {
    volatile char *bytes = to;

    while (count-- > 0)
        bytes[count] = (char)value;
    return to;
}

void *memcpy(void *to, const void *from, size_t count) {
    volatile char *bytes = to;
    const char *others = from;

    while (count-- > 0)
        bytes[count] = others[count];
    return to;
}

static void print(const char *text) {
    DWORD size = 0, written;

    while (text[size] != '\0')
        size++;
    WriteFile(GetStdHandle(STD_OUTPUT_HANDLE), text, size, &written, 0);
}

void start(void) {
    static palabra_event event = PALABRA_EVENT_INIT;
    static palabra_translation_config config = PALABRA_TRANSLATION_CONFIG_INIT;
    palabra_client *client = 0;
    palabra_session *session = 0;
    palabra_status outcome = PALABRA_ERR_CLOSED;

    config.source_language = "en";
    config.target_languages = "es";
    config.end_silence_ms = 1000;
    if (palabra_client_new(0, &client, 0) < 0 || palabra_session_open_translation(client, &config, &session, 0) < 0)
        ExitProcess(1);
    palabra_session_speak(session, "Good evening", "es", 0, 0);
    palabra_session_end(session);
    while (palabra_session_poll_event(session, &event, -1) > 0) {
        if (event.kind == PALABRA_EVENT_CLOSED)
            outcome = event.code;
        palabra_event_release(&event);
    }
    palabra_session_close(session, 1000);
    palabra_client_free(client);
    palabra_shutdown(1000);
    print("CLOSED ");
    print(palabra_status_name(outcome));
    print("\r\n");
    ExitProcess(outcome == PALABRA_OK ? 0 : 2);
}
