/*
 * One connection of AudioSocket, and the leg that it feeds: what a media thread does with it.
 *
 * Its party hears a block every 20 ms. The blocks follow a grid of their own. A packet that arrives within half a block of
 * its time brings the exchange with it, and moves the grid a little, so that the grid follows the clock of the line; where
 * none arrives, the timer of the thread makes the exchange. So each party hears exactly one block per 20 ms, whether its
 * packets come in bursts, late, or not at all.
 */
#ifndef BRIDGE_LINE_H
#define BRIDGE_LINE_H

#include "address.h"
#include "posts.h"
#include "protocol.h"

#include <palabra.h>
#include <stdatomic.h>
#include <stdint.h>

enum {
    BLOCK_MS = 20,
    BLOCK_BYTES = HEAD_BYTES + 192000 / 1000 * BLOCK_MS * 2, /* at the highest rate */
    /* The longest message that is taken: 100 ms at the highest rate. */
    MESSAGE_BYTES = HEAD_BYTES + 192000 / 1000 * 100 * 2
};

/* Of all lines of a media thread. Only that thread writes them, any thread reads them. */
struct media_figures {
    atomic_llong blocks_sent, blocks_dropped, blocks_skipped, packets_taken;
};

struct line {
    /* Of the control thread, but constant while a media thread has the line. */
    struct call *call;
    palabra_leg *leg;
    int fd, slot;
    int answer_ms, quiet_ms; /* of the configuration; quiet_ms 0: not told */
    char uuid[UUID_CHARACTERS + 1], peer[ADDRESS_TEXT];
    int digit_count; /* keys that were pressed */
    struct line *next;

    /* The control thread asks for the end of the line. */
    atomic_int is_unwanted;

    /* Of the media thread, and after POST_OVER of the control thread. */
    struct posts *posts;
    struct media_figures *figures;
    const char *why;        /* it is over; NULL: it is not */
    int is_told;            /* the peer does not know that yet, and can be told */
    int kind;               /* of its audio */
    int32_t block_frames;   /* of 20 ms at its rate */
    int is_answered, is_quiet, is_held_up;
    int64_t began_ns, due_ns, heard_ns, held_up_ns;
    int64_t blocks_sent, blocks_dropped, blocks_skipped, packets_taken;
    int rest_bytes;         /* of a block that the peer has not taken as a whole */
    int input_bytes;
    unsigned char rest[BLOCK_BYTES];
    unsigned char input[MESSAGE_BYTES];
};

/* A media thread begins with it. */
void line_begin(struct line *line, int64_t now);

/* Something has arrived, or the connection has ended. */
void line_read(struct line *line, int64_t now);

/* Each few ms. */
void line_look(struct line *line, int64_t now);

#endif
