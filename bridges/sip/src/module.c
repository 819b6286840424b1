/*
 * The module palabra of baresip 1.0: a call that comes in for an account with extra=LANGUAGE/LANGUAGE/URI is passed on to the
 * URI, and both parties talk, each in its own language. ../README.md tells how.
 */
#include "capabilities.h"
#include "conversations.h"
#include "drain.h"
#include "front.h"
#include "web.h"

static int start(void) {
    struct options options = {.calls = 100, .original = 100, .late_ms = 5};
    uint32_t drain_s = 600;
    int failed;

    conf_get_u32(conf_cur(), "palabra_calls", &options.calls);
    conf_get_u32(conf_cur(), "palabra_late_ms", &options.late_ms);
    conf_get_u32(conf_cur(), "palabra_original", &options.original);
    if (options.original > 100)
        options.original = 100;
    conf_get_u32(conf_cur(), "palabra_drain_s", &drain_s);
    if ((failed = capabilities_read(&options)) != 0)
        return failed;
    drain_start(drain_s, conversations_count);
    if ((failed = conversations_start(&options)) != 0 || (failed = front_start()) != 0)
        return failed;
    return web_start(conversations_client());
}

static int stop(void) {
    drain_stop();
    front_stop();
    web_stop();
    conversations_stop();
    return 0;
}

__attribute__((visibility("default"))) const struct mod_export exports = {"palabra", "application", start, stop};
