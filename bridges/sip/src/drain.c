#include "drain.h"

#include <signal.h>

enum { LOOK_MS = 100 };

static struct {
    volatile sig_atomic_t signals; /* that have come */
    bool has_begun, is_over;
    uint32_t seconds;
    unsigned (*count)(void);
    uint64_t until_ms;
    struct tmr timer;
} drain;

static void on_signal(int number) {
    (void)number;
    drain.signals++;
}

static void begin(void) {
    drain.has_begun = true;
    drain.until_ms = tmr_jiffies() + 1000ull * drain.seconds;
    info("palabra: draining: no new calls, %u go on\n", drain.count());
}

static void look(void *unused) {
    if (drain.signals > 0 && !drain.has_begun)
        begin();
    if (drain.has_begun && !drain.is_over && (drain.count() == 0 || tmr_jiffies() >= drain.until_ms || drain.signals > 1)) {
        drain.is_over = true;
        ua_stop_all(false); /* as baresip itself does at a signal */
    }
    tmr_start(&drain.timer, LOOK_MS, look, unused);
}

/* baresip takes the signals for itself after its modules were loaded. */
static void take_signals(void *unused) {
    signal(SIGTERM, on_signal);
    signal(SIGINT, on_signal);
    look(unused);
}

void drain_start(uint32_t seconds, unsigned (*count)(void)) {
    drain.seconds = seconds;
    drain.count = count;
    tmr_init(&drain.timer);
    tmr_start(&drain.timer, 0, take_signals, NULL);
}

void drain_stop(void) {
    tmr_cancel(&drain.timer);
}

bool drain_has_begun(void) {
    return drain.has_begun;
}
