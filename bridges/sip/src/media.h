/*
 * The audio of the lines: one thread for all of them exchanges 20 ms every 20 ms. baresip decodes what arrives, and encodes and
 * sends what is heard; a line is the source and the player of its call.
 */
#ifndef PALABRA_SIP_MEDIA_H
#define PALABRA_SIP_MEDIA_H

#include "baresip_api.h"

#include <palabra.h>

enum { PARTIES = 2, DEVICE_BYTES = 32 };

/* One party's audio. Counted by re's memory. */
struct line {
    struct le le;
    char device[DEVICE_BYTES]; /* by which baresip's source and player find it */
    unsigned conversation;
    int slot;
    /* Protected by the lock of the media thread. */
    palabra_leg *leg; /* NULL: its party is out of the call */
    struct ausrc_st *source;
    struct auplay_st *player;
    bool is_over; /* everything was heard, and that was told */
};

/* Called on re's thread when a party has heard everything. */
typedef void (*media_over)(unsigned conversation, int slot);

/* Ticks of the thread since it began. Late are those that came later than media_start was told. */
struct ticks {
    unsigned long long all, late;
};

int media_start(media_over over, uint32_t late_ms);
void media_stop(void);

struct ticks media_ticks(void);

/* How long ago the latest one was; one that does not come in time belongs to a thread that hangs. */
uint64_t media_quiet_ms(void);

struct line *media_new_line(unsigned conversation, int slot);

/* Gives a line its leg, or takes it away (NULL): when it returns, no exchange of the old one is under way. */
void media_set_leg(struct line *line, palabra_leg *leg);

#endif
