/* Every status has a name and a text, and the list holds them all. */
#include "check.h"

#define STATUS(name) {name, #name}

static const struct {
    palabra_status code;
    const char *name;
} known[] = {
    STATUS(PALABRA_OK),
    STATUS(PALABRA_ERR_INVALID_ARGUMENT),
    STATUS(PALABRA_ERR_BAD_HANDLE),
    STATUS(PALABRA_ERR_INVALID_UTF8),
    STATUS(PALABRA_ERR_UNSUPPORTED),
    STATUS(PALABRA_ERR_CLOSED),
    STATUS(PALABRA_ERR_ENDED),
    STATUS(PALABRA_ERR_AGAIN),
    STATUS(PALABRA_ERR_BUSY),
    STATUS(PALABRA_ERR_TIMEOUT),
    STATUS(PALABRA_ERR_FORKED),
    STATUS(PALABRA_ERR_SHUTDOWN),
    STATUS(PALABRA_ERR_REENTRANT),
    STATUS(PALABRA_ERR_DRAINING),
    STATUS(PALABRA_ERR_DNS),
    STATUS(PALABRA_ERR_CONNECT),
    STATUS(PALABRA_ERR_CONNECTION_LOST),
    STATUS(PALABRA_ERR_CONNECTION_DEAD),
    STATUS(PALABRA_ERR_TLS),
    STATUS(PALABRA_ERR_AUTH),
    STATUS(PALABRA_ERR_PROTOCOL),
    STATUS(PALABRA_ERR_SESSION),
    STATUS(PALABRA_ERR_NOT_READY),
    STATUS(PALABRA_ERR_TASK),
    STATUS(PALABRA_ERR_SERVICE),
    STATUS(PALABRA_ERR_RATE),
    STATUS(PALABRA_ERR_LIMIT),
    STATUS(PALABRA_ERR_IO),
    STATUS(PALABRA_ERR_INTERNAL),
};

#define KNOWN (sizeof known / sizeof known[0])

static void every_status_is_described(void)
{
    size_t i, other;
    for (i = 0; i < KNOWN; i++) {
        CHECK_TEXT(palabra_status_name(known[i].code), known[i].name);
        CHECK(strlen(palabra_status_text(known[i].code)) > 0);
        for (other = 0; other < i; other++) {
            CHECK(known[i].code != known[other].code);
            CHECK(strcmp(palabra_status_text(known[i].code), palabra_status_text(known[other].code)) != 0);
        }
    }
}

static void the_list_is_complete(void)
{
    palabra_status code = 12345;
    int32_t index;

    for (index = 0; palabra_status_list(index, &code) == PALABRA_OK; index++) {
        size_t i = 0;
        while (i < KNOWN && known[i].code != code)
            i++;
        CHECK(i < KNOWN);
    }
    CHECK_EQ(index, KNOWN);
    code = 12345;
    CHECK_STATUS(palabra_status_list(index, &code), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(palabra_status_list(-1, &code), PALABRA_ERR_INVALID_ARGUMENT);
    CHECK_EQ(code, 12345);
    CHECK_STATUS(palabra_status_list(0, NULL), PALABRA_ERR_INVALID_ARGUMENT);
}

static void unknown_numbers_are_harmless(void)
{
    static const palabra_status unknown[] = {-1, -99, -104, -899, -901, INT32_MIN};
    size_t i;
    for (i = 0; i < sizeof unknown / sizeof unknown[0]; i++) {
        CHECK_TEXT(palabra_status_name(unknown[i]), "PALABRA_UNKNOWN");
        CHECK(strlen(palabra_status_text(unknown[i])) > 0);
        CHECK_EQ(palabra_status_flags(unknown[i]), 0);
    }
    /* Positive values are counts, hence successes. */
    CHECK_TEXT(palabra_status_name(960), "PALABRA_OK");
    CHECK_EQ(palabra_status_flags(960), 0);
}

static void flags_say_what_helps(void)
{
    CHECK(palabra_status_flags(PALABRA_ERR_CONNECT) & PALABRA_FLAG_RETRIABLE);
    CHECK(palabra_status_flags(PALABRA_ERR_DNS) & PALABRA_FLAG_RETRIABLE);
    CHECK(palabra_status_flags(PALABRA_ERR_NOT_READY) & PALABRA_FLAG_RETRIABLE);
    CHECK_EQ(palabra_status_flags(PALABRA_ERR_AUTH) & PALABRA_FLAG_RETRIABLE, 0);
    CHECK(palabra_status_flags(PALABRA_ERR_AUTH) & PALABRA_FLAG_FATAL);
    CHECK_EQ(palabra_status_flags(PALABRA_ERR_BUSY) & PALABRA_FLAG_FATAL, 0);
    CHECK_EQ(palabra_status_flags(PALABRA_OK), 0);
}

static void event_kinds_have_names(void)
{
    int32_t kind;
    CHECK_TEXT(palabra_event_kind_name(PALABRA_EVENT_NONE), "NONE");
    CHECK_TEXT(palabra_event_kind_name(PALABRA_EVENT_TRANSCRIPT), "TRANSCRIPT");
    CHECK_TEXT(palabra_event_kind_name(PALABRA_EVENT_CLOSED), "CLOSED");
    for (kind = -3; kind < 100; kind++)
        CHECK(strlen(palabra_event_kind_name(kind)) > 0);
    CHECK_TEXT(palabra_event_kind_name(-1), "UNKNOWN");
    CHECK_TEXT(palabra_event_kind_name(INT32_MAX), "UNKNOWN");
}

int main(void)
{
    every_status_is_described();
    the_list_is_complete();
    unknown_numbers_are_harmless();
    flags_say_what_helps();
    event_kinds_have_names();
    return check_result();
}
