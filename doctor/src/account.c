#include "account.h"

#include "advice.h"
#include "clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    PATIENCE_MS = 30000,
    /* Certificates and tokens are judged by the clock, to some minutes. */
    MOST_SECONDS_OFF = 60
};

int account_check(struct report *report, palabra_client *client) {
    palabra_error error = PALABRA_ERROR_INIT;
    int64_t begun = clock_ms();
    palabra_status status = palabra_client_check(client, PATIENCE_MS, &error);

    if (status == PALABRA_OK)
        report_add(report, "REST API", STATE_OK, clock_ms() - begun, "", "it answers and accepts the credentials");
    else
        report_add(report, "REST API", STATE_FAILED, clock_ms() - begun, advice_for(status), "%s: %s",
                   palabra_status_name(status), error.text);
    return status == PALABRA_OK;
}

static void compare(struct report *report, const char *created_at) {
    int64_t theirs = clock_read_iso(created_at), off = (int64_t)time(NULL) - theirs;

    if (theirs < 0)
        report_add(report, "clock", STATE_SKIPPED, -1, "", "the service does not say what time it is");
    else if (llabs(off) > MOST_SECONDS_OFF)
        report_add(report, "clock", STATE_WARNING, -1, "set the clock, best by NTP: certificates are judged by it",
                   "this machine's clock is %lld s %s", (long long)llabs(off), off > 0 ? "ahead" : "behind");
    else
        report_add(report, "clock", STATE_OK, -1, "", "within %d s of the service's", MOST_SECONDS_OFF);
}

void account_check_clock(struct report *report, palabra_client *client, char *stream_url, size_t capacity) {
    palabra_rest_session made = PALABRA_REST_SESSION_INIT;
    palabra_error error = PALABRA_ERROR_INIT;
    palabra_status status = palabra_rest_session_create(client, &made, PATIENCE_MS, &error);

    if (status != PALABRA_OK) {
        report_add(report, "REST session", STATE_FAILED, -1, advice_for(status), "%s: %s", palabra_status_name(status),
                   error.text);
        return;
    }
    compare(report, made.created_at);
    snprintf(stream_url, capacity, "%s", made.stream_url);
    palabra_rest_session_delete(client, made.id, PATIENCE_MS, NULL);
    palabra_rest_session_release(&made);
}
