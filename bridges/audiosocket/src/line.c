#include "line.h"

#include <errno.h>
#include <string.h>

#define MS 1000000ll

static const int64_t BLOCK_NS = BLOCK_MS * MS;
/* How early or late a packet still brings the exchange of a block. */
static const int64_t REACH_NS = BLOCK_MS / 2 * MS;
/* A packet moves the grid by a part of its distance, and never by more. */
enum { GRID_PART = 16 };
static const int64_t GRID_MOST_NS = MS / 2;
/* More blocks than this are not made up for: they would arrive all at once. */
enum { MOST_BLOCKS_LATE = 3 };
/* A peer that takes nothing for so long is gone. */
static const int64_t HELD_UP_NS = 10000 * MS;

static void end(struct line *line, const char *why, int is_told) {
    if (line->why != NULL)
        return;
    line->why = why;
    line->is_told = is_told && line->rest_bytes == 0;
}

static void set_kind(struct line *line, int kind) {
    line->kind = kind;
    line->block_frames = message_sample_rate(kind) / 1000 * BLOCK_MS;
    if (message_sample_rate(kind) == 44100)
        line->block_frames = 882;
}

void line_begin(struct line *line, int64_t now) {
    set_kind(line, MESSAGE_AUDIO);
    line->began_ns = line->heard_ns = now;
}

/* --- What the party hears ---------------------------------------------------------------------------------------- */

/* Returns 1 if nothing is left of an earlier block. */
static int send_rest(struct line *line) {
    ssize_t sent = line->rest_bytes == 0 ? 0 : send(line->fd, line->rest, (size_t)line->rest_bytes, MSG_NOSIGNAL | MSG_DONTWAIT);

    if (sent > 0) {
        line->rest_bytes -= (int)sent;
        memmove(line->rest, line->rest + sent, (size_t)line->rest_bytes);
    }
    return line->rest_bytes == 0;
}

/* Asterisk plays what it gets at once, so what cannot be sent now is dropped rather than sent later. */
static void drop_block(struct line *line, int64_t now) {
    line->blocks_dropped++;
    atomic_fetch_add_explicit(&line->figures->blocks_dropped, 1, memory_order_relaxed);
    if (!line->is_held_up)
        line->held_up_ns = now;
    line->is_held_up = 1;
    if (now - line->held_up_ns > HELD_UP_NS)
        end(line, "the peer does not read", 0);
}

static void send_block(struct line *line, const unsigned char *block, int bytes, int64_t now) {
    ssize_t sent = send_rest(line) ? send(line->fd, block, (size_t)bytes, MSG_NOSIGNAL | MSG_DONTWAIT) : 0;

    if (sent <= 0) {
        if (sent < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)
            end(line, "the connection broke", 0);
        else
            drop_block(line, now);
        return;
    }
    line->is_held_up = 0;
    line->rest_bytes = bytes - (int)sent;
    memcpy(line->rest, block + sent, (size_t)line->rest_bytes);
    line->blocks_sent++;
    atomic_fetch_add_explicit(&line->figures->blocks_sent, 1, memory_order_relaxed);
}

/* --- The exchange ------------------------------------------------------------------------------------------------ */

static void skip_blocks(struct line *line, int64_t now) {
    int64_t late = (now - line->due_ns) / BLOCK_NS;

    if (late < MOST_BLOCKS_LATE)
        return;
    line->due_ns += late * BLOCK_NS;
    line->blocks_skipped += late;
    atomic_fetch_add_explicit(&line->figures->blocks_skipped, late, memory_order_relaxed);
}

/* A block of what the party hears, for what it has said. */
static void exchange(struct line *line, const unsigned char *said, int32_t frames, int64_t now) {
    unsigned char block[BLOCK_BYTES];
    int bytes = 2 * line->block_frames;
    int32_t sound;

    skip_blocks(line, now);
    sound = palabra_leg_exchange(line->leg, said, frames, block + HEAD_BYTES, line->block_frames);
    line->due_ns += BLOCK_NS;
    if (sound < 0) {
        end(line, palabra_status_name(sound), 1);
        return;
    }
    message_write_head(block, line->kind, bytes);
    message_swap_samples(block + HEAD_BYTES, bytes);
    send_block(line, block, HEAD_BYTES + bytes, now);
    if (sound & PALABRA_SOUND_ENDED)
        end(line, "everything was heard", 1);
}

static void answer(struct line *line, int64_t now) {
    line->is_answered = 1;
    line->due_ns = now;
}

/* The format of a line that is not 8 kHz, or has changed. */
static void change_kind(struct line *line, int kind) {
    palabra_audio_format format = {.encoding = PALABRA_ENCODING_S16, .sample_rate = message_sample_rate(kind), .channels = 1};
    palabra_status status = palabra_leg_set_input_format(line->leg, &format);

    if (status == PALABRA_OK)
        status = palabra_leg_set_output_format(line->leg, &format);
    /* After the end of the call only what is heard can change. */
    if (status != PALABRA_OK && status != PALABRA_ERR_ENDED && status != PALABRA_ERR_CLOSED) {
        end(line, palabra_status_name(status), 1);
        return;
    }
    set_kind(line, kind);
    posts_add(line->posts, POST_FORMAT, line, format.sample_rate);
}

static void move_grid(struct line *line, int64_t now) {
    int64_t move = (now - line->due_ns) / GRID_PART;

    if (move > GRID_MOST_NS)
        move = GRID_MOST_NS;
    if (move < -GRID_MOST_NS)
        move = -GRID_MOST_NS;
    line->due_ns += move;
}

static void take_audio(struct line *line, const struct message *message, int64_t now) {
    int32_t frames = message->payload_bytes / 2;

    if (frames > message_sample_rate(message->kind) / 2)
        end(line, "a message is too long", 1);
    if (line->why == NULL && message->kind != line->kind)
        change_kind(line, message->kind);
    if (line->why != NULL)
        return;
    if (!line->is_answered)
        answer(line, now);
    line->heard_ns = now;
    line->packets_taken++;
    atomic_fetch_add_explicit(&line->figures->packets_taken, 1, memory_order_relaxed);
    if (line->is_quiet)
        posts_add(line->posts, POST_SOUND, line, 0);
    line->is_quiet = 0;
    message_swap_samples(line->input + (message->payload - line->input), message->payload_bytes);
    if (now < line->due_ns - REACH_NS) {
        palabra_leg_exchange(line->leg, message->payload, frames, NULL, 0);
        return;
    }
    if (now < line->due_ns + REACH_NS)
        move_grid(line, now);
    exchange(line, message->payload, frames, now);
}

/* --- What arrives ------------------------------------------------------------------------------------------------ */

static void take_message(struct line *line, const struct message *message, int64_t now) {
    if (message_sample_rate(message->kind) > 0)
        take_audio(line, message, now);
    else if (message->kind == MESSAGE_HANG_UP)
        end(line, "the party hung up", 0);
    else if (message->kind == MESSAGE_ERROR)
        end(line, "Asterisk told an error", 0);
    else if (message->kind == MESSAGE_DIGIT && message->payload_bytes == 1 && message->payload[0] > ' ' && message->payload[0] < 0x7F)
        posts_add(line->posts, POST_DIGIT, line, message->payload[0]);
    /* Other kinds of later versions are skipped. */
}

static void take_messages(struct line *line, int64_t now) {
    struct message message;
    int at = 0, size;

    while (line->why == NULL && (size = message_read(line->input + at, line->input_bytes - at, &message)) > 0) {
        take_message(line, &message, now);
        at += size;
    }
    line->input_bytes -= at;
    memmove(line->input, line->input + at, (size_t)line->input_bytes);
    if (line->input_bytes == MESSAGE_BYTES)
        end(line, "a message is too long", 1);
}

void line_read(struct line *line, int64_t now) {
    ssize_t count = recv(line->fd, line->input + line->input_bytes, (size_t)(MESSAGE_BYTES - line->input_bytes), MSG_DONTWAIT);

    if (count > 0) {
        line->input_bytes += (int)count;
        take_messages(line, now);
    } else if (count == 0)
        end(line, "the party hung up", 0);
    else if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)
        end(line, "the connection broke", 0);
}

void line_look(struct line *line, int64_t now) {
    if (atomic_load_explicit(&line->is_unwanted, memory_order_acquire))
        end(line, "the bridge hung up", 1);
    /* A telephone that sends nothing during silence is there, too. */
    if (!line->is_answered && now - line->began_ns >= line->answer_ms * MS)
        answer(line, now);
    if (line->quiet_ms > 0 && !line->is_quiet && now - line->heard_ns >= line->quiet_ms * MS) {
        line->is_quiet = 1;
        posts_add(line->posts, POST_QUIET, line, 0);
    }
    if (line->why == NULL && line->is_answered && now >= line->due_ns + REACH_NS)
        exchange(line, NULL, 0, now);
}
