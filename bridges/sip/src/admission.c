#include "admission.h"

#include "drain.h"
#include "media.h"

enum {
    WAIT_S = 2,       /* until another node, or the same one after a call, can take it */
    RATE_MS = 10000,  /* how long no new calls are taken if the service refused one and did not say for how long */
    FULL_SECONDS = 5, /* late for so long: full */
    SECOND_MS = 1000
};

const char *const refusal_names[REFUSALS] = {"", "full", "draining", "account"};

static struct {
    uint32_t calls, late_ms;
    unsigned (*count)(void);
    uint64_t account_until_ms;
    unsigned late_seconds, counted[REFUSALS];
    struct ticks before;
    struct tmr looks;
} admission;

/* A second counts as late when more than 1 % of its ticks were. */
static void look(void *unused) {
    struct ticks now = media_ticks();
    bool is_late = 100 * (now.late - admission.before.late) > now.all - admission.before.all;

    admission.late_seconds = admission.late_ms > 0 && is_late ? admission.late_seconds + 1 : 0;
    admission.before = now;
    tmr_start(&admission.looks, SECOND_MS, look, unused);
}

void admission_start(const struct options *options, unsigned (*count)(void)) {
    admission.calls = options->calls;
    admission.late_ms = options->late_ms;
    admission.count = count;
    tmr_init(&admission.looks);
    look(NULL);
}

void admission_stop(void) {
    tmr_cancel(&admission.looks);
}

static uint64_t account_wait_ms(void) {
    uint64_t now = tmr_jiffies();

    return admission.account_until_ms > now ? admission.account_until_ms - now : 0;
}

enum refusal admission_room(void) {
    if (drain_has_begun())
        return REFUSED_DRAINING;
    if (admission.count() >= admission.calls || admission.late_seconds >= FULL_SECONDS)
        return REFUSED_FULL;
    return account_wait_ms() > 0 ? REFUSED_ACCOUNT : REFUSED_NOT;
}

unsigned admission_account_wait_s(void) {
    return (unsigned)((account_wait_ms() + SECOND_MS - 1) / SECOND_MS);
}

unsigned admission_wait_s(void) {
    return admission_room() == REFUSED_ACCOUNT ? admission_account_wait_s() : WAIT_S;
}

/* The sessions of all nodes with this account count: a new call would wait for nothing, at another node, too. */
void admission_note(const palabra_event *event) {
    if (event->kind == PALABRA_EVENT_LINK_UP)
        admission.account_until_ms = 0;
    else if (event->kind == PALABRA_EVENT_LINK_DOWN && event->code == PALABRA_ERR_RATE)
        admission.account_until_ms = tmr_jiffies() + (uint64_t)(event->retry_after_ms > 0 ? event->retry_after_ms : RATE_MS);
}

void admission_count(enum refusal refusal) {
    admission.counted[refusal]++;
}

unsigned admission_counted(enum refusal refusal) {
    return admission.counted[refusal];
}
