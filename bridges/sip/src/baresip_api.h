/*
 * What this module uses of the interface of baresip 1.0. Debian packages baresip without its header, so this one states the
 * few types and functions; it fits version 1.0 alone.
 */
#ifndef PALABRA_BARESIP_API_H
#define PALABRA_BARESIP_API_H

#include <re.h>

struct account;
struct audio;
struct ausrc;
struct ausrc_st;
struct auplay;
struct auplay_st;
struct call;
struct media_ctx;
struct stream;
struct ua;

/* --- Audio -------------------------------------------------------------------------------------------------------- */

enum { SAMPLES_S16 = 0 };

struct auframe {
    int fmt;
    void *sampv;
    size_t sampc;
    uint64_t timestamp; /* in us */
};

struct ausrc_prm {
    uint32_t srate;
    uint8_t ch;
    uint32_t ptime; /* in ms */
    int fmt;
};

struct auplay_prm {
    uint32_t srate;
    uint8_t ch;
    uint32_t ptime;
    int fmt;
};

typedef void(ausrc_read_h)(struct auframe *frame, void *arg);
typedef void(ausrc_error_h)(int error, const char *text, void *arg);
typedef int(ausrc_alloc_h)(struct ausrc_st **state, const struct ausrc *source, struct media_ctx **context, struct ausrc_prm *parameters,
                           const char *device, ausrc_read_h *read, ausrc_error_h *error, void *arg);
typedef void(auplay_write_h)(void *samples, size_t count, void *arg);
typedef int(auplay_alloc_h)(struct auplay_st **state, const struct auplay *player, struct auplay_prm *parameters, const char *device,
                            auplay_write_h *write, void *arg);

int ausrc_register(struct ausrc **source, struct list *list, const char *name, ausrc_alloc_h *alloc);
int auplay_register(struct auplay **player, struct list *list, const char *name, auplay_alloc_h *alloc);
struct list *baresip_ausrcl(void);
struct list *baresip_auplayl(void);
int audio_set_devicename(struct audio *audio, const char *source, const char *player);
struct stream *audio_strm(const struct audio *audio);
struct sdp_media *stream_sdpmedia(const struct stream *stream);

/* --- Calls -------------------------------------------------------------------------------------------------------- */

enum call_event {
    CALL_EVENT_INCOMING,
    CALL_EVENT_RINGING,
    CALL_EVENT_PROGRESS,
    CALL_EVENT_ESTABLISHED,
    CALL_EVENT_CLOSED
    /* and later ones */
};

enum vidmode { VIDMODE_OFF = 0 };

typedef void(call_event_h)(struct call *call, enum call_event event, const char *text, void *arg);
typedef void(call_dtmf_h)(struct call *call, char key, void *arg);

int call_answer(struct call *call, uint16_t code, enum vidmode video);
void call_hangup(struct call *call, uint16_t code, const char *reason);
void call_set_handlers(struct call *call, call_event_h *event, call_dtmf_h *key, void *arg);
int call_send_digit(struct call *call, char key);
uint16_t call_scode(const struct call *call);
const char *call_id(const struct call *call);
const char *call_peeruri(const struct call *call);
struct audio *call_audio(const struct call *call);

/* --- User agents -------------------------------------------------------------------------------------------------- */

enum ua_event { UA_EVENT_SHUTDOWN = 5, UA_EVENT_CALL_INCOMING = 7 };

typedef void(ua_event_h)(struct ua *ua, enum ua_event event, struct call *call, const char *parameter, void *arg);

int ua_connect(struct ua *ua, struct call **call, const char *from, const char *to, enum vidmode video);
struct account *ua_account(const struct ua *ua);
struct ua *uag_find(const struct pl *user);
struct sip *uag_sip(void);
const char *account_extra(const struct account *account);
int uag_event_register(ua_event_h *handler, void *arg);
void uag_event_unregister(ua_event_h *handler);
void ua_stop_all(bool forced);

/* --- The program -------------------------------------------------------------------------------------------------- */

struct conf *conf_cur(void);
void info(const char *format, ...);
void warning(const char *format, ...);

#endif
