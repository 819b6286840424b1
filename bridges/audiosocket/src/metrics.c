#include "metrics.h"

#include "calls.h"
#include "clock.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

enum { LIVE_MS = 2000 };

#define PREFIX "palabra_audiosocket_"

struct page {
    char *text;
    int length;
};

__attribute__((format(printf, 2, 3))) static void add(struct page *page, const char *format, ...) {
    va_list values;
    int space = METRICS_BYTES - page->length, length;

    va_start(values, format);
    length = vsnprintf(page->text + page->length, (size_t)space, format, values);
    va_end(values);
    if (length < space)
        page->length += length;
    else
        page->text[page->length] = '\0';
}

static void add_head(struct page *page, const char *name, const char *type, const char *help) {
    add(page, "# HELP " PREFIX "%s %s\n# TYPE " PREFIX "%s %s\n", name, help, name, type);
}

static void add_number(struct page *page, const char *name, const char *type, const char *help, long long value) {
    add_head(page, name, type, help);
    add(page, PREFIX "%s %lld\n", name, value);
}

static void add_refused(struct page *page, const struct bridge *bridge) {
    add_head(page, "refused_total", "counter", "Connections that were refused.");
    for (int n = REFUSED_NOT + 1; n < REFUSALS; n++)
        add(page, PREFIX "refused_total{why=\"%s\"} %lld\n", refusal_names[n], (long long)bridge->refused[n]);
}

/* --- Of the media threads ---------------------------------------------------------------------------------------- */

static long long sum(const struct bridge *bridge, size_t place) {
    long long all = 0;

    for (int n = 0; n < bridge->config.threads; n++)
        all += atomic_load_explicit((atomic_llong *)(void *)((char *)&bridge->media[n] + place), memory_order_relaxed);
    return all;
}

#define SUM(bridge, field) sum(bridge, offsetof(struct media, field))

static void add_late(struct page *page, const struct bridge *bridge) {
    long long count = 0;

    add_head(page, "timer_late_seconds", "histogram", "How late the timers of the media threads were.");
    for (int step = 0; step < LATE_STEPS - 1; step++) {
        count += sum(bridge, offsetof(struct media, late) + (size_t)step * sizeof(atomic_llong));
        add(page, PREFIX "timer_late_seconds_bucket{le=\"%g\"} %lld\n", late_bounds_us[step] / 1e6, count);
    }
    count += sum(bridge, offsetof(struct media, late) + (LATE_STEPS - 1) * sizeof(atomic_llong));
    add(page, PREFIX "timer_late_seconds_bucket{le=\"+Inf\"} %lld\n", count);
    add(page, PREFIX "timer_late_seconds_sum %g\n" PREFIX "timer_late_seconds_count %lld\n", (double)SUM(bridge, late_sum_us) / 1e6, count);
}

static int lines(const struct bridge *bridge) {
    int all = 0;

    for (int n = 0; n < bridge->config.threads; n++)
        all += atomic_load(&bridge->media[n].count);
    return all;
}

int metrics_is_live(struct bridge *bridge) {
    for (int n = 0; n < bridge->config.threads; n++) {
        long long looked_ms = atomic_load_explicit(&bridge->media[n].looked_ms, memory_order_relaxed);
        if (atomic_load(&bridge->media[n].count) > 0 && looked_ms > 0 && clock_ms() - looked_ms > LIVE_MS)
            return 0;
    }
    return 1;
}

void metrics_write(struct bridge *bridge, char text[METRICS_BYTES]) {
    struct page page = {text, 0};

    page.length = palabra_metrics_text(bridge->client, text, METRICS_BYTES / 2);
    if (page.length < 0 || page.length >= METRICS_BYTES / 2)
        page.length = 0; /* a later version of the library that has more to say */
    add_number(&page, "calls", "gauge", "Calls that are open.", bridge->call_count);
    add_number(&page, "calls_limit", "gauge", "Calls that may be open.", bridge->config.calls);
    add_number(&page, "lines", "gauge", "Connections of parties.", lines(bridge));
    add_number(&page, "ready", "gauge", "1 if a new call would be admitted.", calls_room(bridge) == REFUSED_NOT);
    add_number(&page, "draining", "gauge", "1 if no new calls are admitted because the service is to end.", bridge->is_draining);
    add_number(&page, "account_wait_seconds", "gauge", "How long new calls are still refused because the service refuses sessions for the account.",
               (calls_wait_ms(bridge) + 999) / 1000);
    add_number(&page, "calls_total", "counter", "Calls that were opened.", bridge->calls_opened);
    add_number(&page, "lines_total", "counter", "Parties that joined.", bridge->lines_joined);
    add_refused(&page, bridge);
    add_number(&page, "packets_taken_total", "counter", "Audio messages that arrived.", SUM(bridge, figures.packets_taken));
    add_number(&page, "blocks_sent_total", "counter", "Blocks of 20 ms that were sent to parties.", SUM(bridge, figures.blocks_sent));
    add_number(&page, "blocks_dropped_total", "counter", "Blocks that a peer did not take in time.", SUM(bridge, figures.blocks_dropped));
    add_number(&page, "blocks_skipped_total", "counter", "Blocks that were left out because a thread was late.", SUM(bridge, figures.blocks_skipped));
    add_late(&page, bridge);
}
