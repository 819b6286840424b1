#include "front.h"

#include "admission.h"
#include "conversations.h"

static struct sip_lsnr *listener;

static void refuse(const struct sip_msg *request, enum refusal refusal) {
    sip_treplyf(NULL, NULL, uag_sip(), request, false, 503, refusal_names[refusal], "Retry-After: %u\r\nContent-Length: 0\r\n\r\n", admission_wait_s());
}

/* A full node is a good one, which has room again in a moment: only one that drains must not be asked for calls. */
static bool answer_probe(const struct sip_msg *request) {
    if (admission_room() == REFUSED_DRAINING)
        refuse(request, REFUSED_DRAINING);
    else
        sip_treply(NULL, uag_sip(), request, 200, "OK");
    return true;
}

static bool answer_call(const struct sip_msg *request) {
    const struct ua *agent = uag_find(&request->uri.user);
    enum refusal refusal = admission_room();

    if (agent == NULL || !conversations_is_service(agent) || refusal == REFUSED_NOT)
        return false;
    admission_count(refusal);
    refuse(request, refusal);
    return true;
}

static bool on_request(const struct sip_msg *request, void *unused) {
    (void)unused;
    if (pl_isset(&request->to.tag))
        return false;
    if (pl_strcmp(&request->met, "OPTIONS") == 0)
        return answer_probe(request);
    return pl_strcmp(&request->met, "INVITE") == 0 && answer_call(request);
}

/*
 * re asks its listeners in the order of a list and has no function that changes it. A listener begins with its element of that
 * list in the version that Debian has; another one is noticed here, and left as it is.
 */
static bool move_to_front(void) {
    struct le *element = (struct le *)listener;
    struct list *all = element->list;

    if (element->data != listener || all == NULL || all->tail != element)
        return false;
    list_unlink(element);
    list_prepend(all, element, listener);
    return true;
}

int front_start(void) {
    int failed = sip_listen(&listener, uag_sip(), true, on_request, NULL);

    if (failed == 0 && !move_to_front())
        warning("palabra: this version of re is not known: OPTIONS is answered with 200 also while no calls are taken\n");
    return failed;
}

void front_stop(void) {
    listener = mem_deref(listener);
}
