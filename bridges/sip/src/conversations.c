#include "conversations.h"

#include "admission.h"
#include "media.h"

#include <string.h>

enum { STATS_BYTES = 32768, LOOK_MS = 200, CALLER = 0, CALLEE = 1, LANGUAGE_BYTES = 32, URI_BYTES = 256, END_MS = 2000 };

/* What an account says: CALLER'S LANGUAGE/CALLEE'S LANGUAGE/URI OF THE CALLEE. */
struct service {
    char languages[PARTIES][LANGUAGE_BYTES];
    char uri[URI_BYTES];
};

struct conversation {
    struct le le;
    unsigned number;
    struct ua *agent;
    struct service service;
    palabra_call *handle;
    struct call *calls[PARTIES];
    struct line *lines[PARTIES];
    palabra_leg *legs[PARTIES];
    bool is_held[PARTIES], is_answered, is_ending, has_failed;
};

static struct {
    struct options options;
    struct list all;
    unsigned count, last;
    palabra_client *client;
    palabra_queue *queue;
    int event_fd;
    struct tmr looks;
} here;

/* --- The end ------------------------------------------------------------------------------------------------------ */

static void log_figures(const struct conversation *conversation) {
    static char stats[STATS_BYTES];

    if (palabra_call_get_stats_json(conversation->handle, stats, sizeof stats) > 0)
        info("palabra: call %s\n", stats);
}

static void finish(struct conversation *conversation) {
    log_figures(conversation);
    palabra_call_close(conversation->handle, 0);
    for (int slot = 0; slot < PARTIES; slot++)
        conversation->lines[slot] = mem_deref(conversation->lines[slot]);
    list_unlink(&conversation->le);
    here.count--;
    mem_deref(conversation);
}

/* The party is out of the call; its call at SIP is over, or ends now. */
static void take_out(struct conversation *conversation, int slot) {
    if (conversation->lines[slot] != NULL)
        media_set_leg(conversation->lines[slot], NULL);
    palabra_leg_close(conversation->legs[slot]);
    conversation->legs[slot] = NULL;
    conversation->calls[slot] = mem_deref(conversation->calls[slot]);
}

static void hang_up(struct conversation *conversation, int slot, uint16_t code, const char *reason) {
    if (conversation->calls[slot] == NULL)
        return;
    call_hangup(conversation->calls[slot], code, reason);
    take_out(conversation, slot);
}

/* The other party hears the rest of what was said; one that was never connected hears nothing. */
static void on_closed(struct conversation *conversation, int slot) {
    uint16_t code = call_scode(conversation->calls[slot]);

    take_out(conversation, slot);
    if (!conversation->is_answered)
        hang_up(conversation, !slot, code >= 400 ? code : 487, "Not connected");
    if (conversation->calls[!slot] == NULL) {
        finish(conversation);
        return;
    }
    if (!conversation->is_ending)
        palabra_call_end(conversation->handle);
    conversation->is_ending = true;
}

static void on_heard(unsigned number, int slot) {
    for (struct le *le = here.all.head; le != NULL; le = le->next) {
        struct conversation *conversation = le->data;
        if (conversation->number != number)
            continue;
        hang_up(conversation, slot, 0, NULL);
        if (conversation->calls[!slot] == NULL)
            finish(conversation);
        return;
    }
}

/* --- While it lasts ----------------------------------------------------------------------------------------------- */

static void join(struct conversation *conversation, int slot) {
    palabra_leg_config config = PALABRA_LEG_CONFIG_INIT;
    palabra_error error = PALABRA_ERROR_INIT;

    if (conversation->legs[slot] != NULL)
        return;
    config.language = conversation->service.languages[slot];
    config.barge_in = here.options.barge_in;
    config.echo = here.options.echo;
    if (palabra_leg_join(conversation->handle, &config, &conversation->legs[slot], &error) < 0) {
        warning("palabra: %s\n", error.text);
        conversation->has_failed = true; /* baresip still uses its call: both end when it has returned */
    }
    media_set_leg(conversation->lines[slot], conversation->legs[slot]);
}

static int slot_of(const struct conversation *conversation, const struct call *call) {
    return conversation->calls[CALLER] == call ? CALLER : CALLEE;
}

static void on_call(struct call *call, enum call_event event, const char *text, void *arg) {
    struct conversation *conversation = arg;
    int slot = slot_of(conversation, call);

    switch (event) {
    case CALL_EVENT_RINGING:
    case CALL_EVENT_PROGRESS:
        join(conversation, slot); /* the sessions are connected while it rings */
        break;
    case CALL_EVENT_ESTABLISHED:
        join(conversation, slot);
        if (slot == CALLEE && !conversation->is_answered) {
            conversation->is_answered = true;
            call_answer(conversation->calls[CALLER], 200, VIDMODE_OFF);
        }
        break;
    case CALL_EVENT_CLOSED:
        info("palabra: %u/%d ended: %s\n", conversation->number, slot, text);
        on_closed(conversation, slot);
        break;
    default:
        break;
    }
}

/* The other party hears keys as such. */
static void on_key(struct call *call, char key, void *arg) {
    struct conversation *conversation = arg;
    struct call *other = conversation->calls[!slot_of(conversation, call)];

    if (other != NULL)
        call_send_digit(other, key);
}

/* re tells the direction as it is for us: who sends only lets us receive only. */
static bool is_held(const struct call *call) {
    enum sdp_dir direction = sdp_media_rdir(stream_sdpmedia(audio_strm(call_audio(call))));

    return direction == SDP_RECVONLY || direction == SDP_INACTIVE;
}

static void look_at(struct conversation *conversation, int slot) {
    bool held;

    if (conversation->calls[slot] == NULL || !conversation->is_answered)
        return;
    held = is_held(conversation->calls[slot]);
    if (held == conversation->is_held[slot])
        return;
    conversation->is_held[slot] = held;
    if (held)
        palabra_leg_hold(conversation->legs[slot]);
    else
        palabra_leg_resume(conversation->legs[slot]);
    info("palabra: %u/%d %s\n", conversation->number, slot, held ? "hold" : "resume");
}

static void end_now(struct conversation *conversation, uint16_t code, const char *reason) {
    for (int slot = 0; slot < PARTIES; slot++)
        hang_up(conversation, slot, code, reason);
    finish(conversation);
}

/* baresip tells of no hold; the description of the session shows it. */
static void look_at_all(void *unused) {
    for (struct le *le = here.all.head, *next; le != NULL; le = next) {
        struct conversation *conversation = le->data;
        next = le->next;
        for (int slot = 0; slot < PARTIES; slot++)
            look_at(conversation, slot);
        if (conversation->has_failed)
            end_now(conversation, 500, "Not possible");
    }
    tmr_start(&here.looks, LOOK_MS, look_at_all, unused);
}

static void take_event(const palabra_event *event) {
    admission_note(event);
    if (event->kind == PALABRA_EVENT_LINK_UP)
        info("palabra: %s/%d is translated (session %s)\n", event->session_name, event->leg, event->id);
    else if (event->kind == PALABRA_EVENT_LINK_DOWN && event->code != PALABRA_OK)
        warning("palabra: %s/%d is not translated: %s: %s\n", event->session_name, event->leg, palabra_status_name(event->code), event->text);
    else if (event->kind == PALABRA_EVENT_PLAYOUT_CUT)
        info("palabra: %s/%d: the rest of a phrase is not heard\n", event->session_name, event->leg);
    else if (event->kind == PALABRA_EVENT_ECHO)
        info("palabra: %s/%d: %s\n", event->session_name, event->leg, event->text);
    else if (event->kind == PALABRA_EVENT_WARNING || event->kind == PALABRA_EVENT_ERROR)
        warning("palabra: %s/%d: %s %s\n", event->session_name, event->leg, event->service_code, event->text);
}

static void on_events(int flags, void *unused) {
    palabra_event event = PALABRA_EVENT_INIT;

    (void)flags, (void)unused;
    while (palabra_queue_poll_event(here.queue, &event, 0) > 0) {
        take_event(&event);
        palabra_event_release(&event);
    }
}

/* --- The beginning ------------------------------------------------------------------------------------------------ */

static bool read_service(const struct ua *ua, struct service *service) {
    const char *text = account_extra(ua_account(ua)), *rest;

    if (text == NULL)
        return false;
    for (int slot = 0; slot < PARTIES; slot++, text = rest + 1) {
        rest = strchr(text, '/');
        if (rest == NULL || rest == text || rest - text >= LANGUAGE_BYTES)
            return false;
        memcpy(service->languages[slot], text, (size_t)(rest - text));
        service->languages[slot][rest - text] = '\0';
    }
    re_snprintf(service->uri, sizeof service->uri, "%s", text);
    return *text != '\0' && strlen(text) < URI_BYTES;
}

static bool open_call(struct conversation *conversation) {
    palabra_call_config config = PALABRA_CALL_CONFIG_INIT;
    palabra_translation_config translation = PALABRA_TRANSLATION_CONFIG_INIT;
    palabra_error error = PALABRA_ERROR_INIT;
    char name[16];

    re_snprintf(name, sizeof name, "%u", conversation->number);
    config.flags = PALABRA_CALL_REOPEN | (here.options.original == 0 ? PALABRA_CALL_NO_ORIGINAL : 0);
    config.call_name = name;
    config.call_tag = conversation->number;
    config.queue = here.queue;
    translation.output.original.gain_percent = (int32_t)here.options.original;
    if (palabra_call_open(here.client, &config, &translation, &conversation->handle, &error) == PALABRA_OK)
        return true;
    warning("palabra: %s\n", error.text);
    return false;
}

static bool begin(struct conversation *conversation, struct ua *ua, struct call *incoming) {
    if (!open_call(conversation))
        return false;
    for (int slot = 0; slot < PARTIES; slot++)
        if ((conversation->lines[slot] = media_new_line(conversation->number, slot)) == NULL)
            return false;
    if (ua_connect(ua, &conversation->calls[CALLEE], NULL, conversation->service.uri, VIDMODE_OFF) != 0)
        return false;
    conversation->calls[CALLER] = incoming;
    for (int slot = 0; slot < PARTIES; slot++) {
        const char *device = conversation->lines[slot]->device;
        audio_set_devicename(call_audio(conversation->calls[slot]), device, device);
        call_set_handlers(conversation->calls[slot], on_call, on_key, conversation);
    }
    join(conversation, CALLER);
    info("palabra: %u: %s speaks %s, %s speaks %s\n", conversation->number, call_peeruri(incoming), conversation->service.languages[CALLER],
         conversation->service.uri, conversation->service.languages[CALLEE]);
    return true;
}

static void give_up(struct conversation *conversation) {
    palabra_call_close(conversation->handle, 0);
    for (int slot = 0; slot < PARTIES; slot++)
        mem_deref(conversation->lines[slot]);
    mem_deref(conversation);
}

unsigned conversations_count(void) {
    return here.count;
}

unsigned conversations_limit(void) {
    return here.options.calls;
}

unsigned conversations_opened(void) {
    return here.last;
}

palabra_client *conversations_client(void) {
    return here.client;
}

bool conversations_is_service(const struct ua *agent) {
    struct service service;

    return read_service(agent, &service);
}

static void on_incoming(struct ua *ua, struct call *call, const struct service *service) {
    struct conversation *conversation;
    enum refusal refusal = admission_room();

    if (refusal != REFUSED_NOT) {
        admission_count(refusal);
        call_hangup(call, 503, refusal_names[refusal]);
        return;
    }
    if ((conversation = mem_zalloc(sizeof *conversation, NULL)) == NULL) {
        call_hangup(call, 500, "No memory");
        return;
    }
    conversation->number = ++here.last;
    conversation->agent = ua;
    conversation->service = *service;
    if (!begin(conversation, ua, call)) {
        give_up(conversation);
        call_hangup(call, 500, "Not possible");
        return;
    }
    here.count++;
    list_append(&here.all, &conversation->le, conversation);
}

/* Those of one agent; NULL: of all. */
static void end_all(const struct ua *ua) {
    for (struct le *le = here.all.head, *next; le != NULL; le = next) {
        struct conversation *conversation = le->data;
        next = le->next;
        if (ua != NULL && conversation->agent != ua)
            continue;
        end_now(conversation, 0, NULL);
    }
}

static void on_ua(struct ua *ua, enum ua_event event, struct call *call, const char *parameter, void *unused) {
    struct service service;

    (void)parameter, (void)unused;
    if (event == UA_EVENT_SHUTDOWN)
        end_all(ua); /* its calls are freed next */
    if (event == UA_EVENT_CALL_INCOMING && read_service(ua, &service))
        on_incoming(ua, call, &service);
}

int conversations_start(const struct options *options) {
    palabra_client_config config = PALABRA_CLIENT_CONFIG_INIT;
    palabra_error error = PALABRA_ERROR_INIT;
    int failed;

    here.options = *options;
    config.binding_name = "baresip/" PALABRA_VERSION_STRING;
    if (palabra_client_new(&config, &here.client, &error) < 0 || palabra_queue_new(0, &here.queue, &error) < 0) {
        warning("palabra: %s\n", error.text);
        return EINVAL;
    }
    here.event_fd = palabra_queue_get_event_fd(here.queue);
    if ((failed = fd_listen(here.event_fd, FD_READ, on_events, NULL)) != 0 || (failed = media_start(on_heard, options->late_ms)) != 0)
        return failed;
    tmr_init(&here.looks);
    look_at_all(NULL);
    admission_start(options, conversations_count);
    return uag_event_register(on_ua, NULL);
}

void conversations_stop(void) {
    uag_event_unregister(on_ua);
    admission_stop();
    tmr_cancel(&here.looks);
    end_all(NULL);
    media_stop();
    fd_close(here.event_fd);
    palabra_shutdown(END_MS);
    palabra_queue_free(here.queue);
    palabra_client_free(here.client);
}
