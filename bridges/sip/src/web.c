#include "web.h"

#include "admission.h"
#include "conversations.h"
#include "media.h"

#include <stdio.h>

enum { METRICS_BYTES = 32768, LIVE_MS = 2000, ADDRESS_BYTES = 64 };

#define TEXT_TYPE "text/plain; version=0.0.4"

static struct {
    struct http_sock *socket;
    palabra_client *client;
} web;

/* --- Figures ------------------------------------------------------------------------------------------------------ */

static int print_number(struct re_printf *to, const char *name, const char *type, const char *help, unsigned long long value) {
    return re_hprintf(to, "# HELP palabra_sip_%s %s\n# TYPE palabra_sip_%s %s\npalabra_sip_%s %llu\n", name, help, name, type, name, value);
}

static int print_refused(struct re_printf *to) {
    int failed = re_hprintf(to, "# HELP palabra_sip_refused_total Calls that were refused.\n# TYPE palabra_sip_refused_total counter\n");

    for (int n = REFUSED_NOT + 1; n < REFUSALS; n++)
        failed |= re_hprintf(to, "palabra_sip_refused_total{why=\"%s\"} %u\n", refusal_names[n], admission_counted((enum refusal)n));
    return failed;
}

static int print_own(struct re_printf *to, void *unused) {
    struct ticks ticks = media_ticks();
    enum refusal refusal = admission_room();
    int failed = print_number(to, "calls", "gauge", "Calls that are open.", conversations_count());

    (void)unused;
    failed |= print_number(to, "calls_limit", "gauge", "Calls that may be open.", conversations_limit());
    failed |= print_number(to, "calls_total", "counter", "Calls that were opened.", conversations_opened());
    failed |= print_number(to, "ready", "gauge", "1 if a new call would be taken.", refusal == REFUSED_NOT);
    failed |= print_number(to, "draining", "gauge", "1 if no new calls are taken because the program is to end.", refusal == REFUSED_DRAINING);
    failed |= print_number(to, "account_wait_seconds", "gauge", "How long new calls are still refused because the service refuses sessions for the account.",
                           admission_account_wait_s());
    failed |= print_number(to, "ticks_total", "counter", "Exchanges of 20 ms.", ticks.all);
    failed |= print_number(to, "late_ticks_total", "counter", "Exchanges that came later than palabra_late_ms.", ticks.late);
    return failed | print_refused(to);
}

static void reply_metrics(struct http_conn *to) {
    static char text[METRICS_BYTES];
    int32_t length = palabra_metrics_text(web.client, text, METRICS_BYTES);

    if (length < 0 || length >= METRICS_BYTES)
        text[0] = '\0'; /* a later version of the library that has more to say */
    http_creply(to, 200, "OK", TEXT_TYPE, "%s%H", text, print_own, NULL);
}

/* --- State -------------------------------------------------------------------------------------------------------- */

static void reply_ready(struct http_conn *to) {
    enum refusal refusal = admission_room();

    if (refusal == REFUSED_NOT)
        http_creply(to, 200, "OK", TEXT_TYPE, "ready\n");
    else
        http_reply(to, 503, "Service Unavailable", "Retry-After: %u\r\nContent-Type: text/plain\r\nContent-Length: %zu\r\n\r\n%s\n", admission_wait_s(),
                   str_len(refusal_names[refusal]) + 1, refusal_names[refusal]);
}

static void reply_live(struct http_conn *to) {
    if (media_quiet_ms() < LIVE_MS)
        http_creply(to, 200, "OK", TEXT_TYPE, "live\n");
    else
        http_creply(to, 500, "Internal Server Error", TEXT_TYPE, "the media thread hangs\n");
}

static void on_request(struct http_conn *from, const struct http_msg *request, void *unused) {
    (void)unused;
    if (pl_strcmp(&request->path, "/metrics") == 0)
        reply_metrics(from);
    else if (pl_strcmp(&request->path, "/ready") == 0)
        reply_ready(from);
    else if (pl_strcmp(&request->path, "/live") == 0)
        reply_live(from);
    else
        http_ereply(from, 404, "Not Found");
}

int web_start(palabra_client *client) {
    char text[ADDRESS_BYTES] = "";
    struct sa address;
    int failed;

    web.client = client;
    if (conf_get_str(conf_cur(), "palabra_http", text, sizeof text) != 0)
        return 0;
    failed = sa_decode(&address, text, str_len(text));
    if (failed == 0)
        failed = http_listen(&web.socket, &address, on_request, NULL);
    if (failed != 0)
        warning("palabra: palabra_http %s: %m\n", text, failed);
    return failed;
}

void web_stop(void) {
    web.socket = mem_deref(web.socket);
}
