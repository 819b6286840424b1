/*
 * The messages of AudioSocket: a kind of one byte, the length of the payload (16 bits, the most significant byte first), the
 * payload. https://docs.asterisk.org/Configuration/Channel-Drivers/AudioSocket/
 */
#ifndef BRIDGE_PROTOCOL_H
#define BRIDGE_PROTOCOL_H

#include <stdint.h>

enum { HEAD_BYTES = 3, UUID_BYTES = 16, UUID_CHARACTERS = 36 };

enum message_kind {
    MESSAGE_HANG_UP = 0x00,
    MESSAGE_UUID = 0x01,
    MESSAGE_DIGIT = 0x03,
    MESSAGE_AUDIO = 0x10, /* 8 kHz; the next ones are other rates */
    MESSAGE_ERROR = 0xFF
};

struct message {
    int kind;
    int payload_bytes;
    const unsigned char *payload;
};

/* Returns the size of the first message, in bytes; 0: it is not complete. */
int message_read(const unsigned char *bytes, int count, struct message *message);

void message_write_head(unsigned char head[HEAD_BYTES], int kind, int payload_bytes);

/* Returns the frames per second of audio of this kind; 0: it is no audio. */
int32_t message_sample_rate(int kind);

/* AudioSocket's samples are little-endian; those of the library are the machine's. */
void message_swap_samples(unsigned char *samples, int bytes);

/* In lower case, with hyphens. */
void uuid_write(const unsigned char uuid[UUID_BYTES], char text[UUID_CHARACTERS + 1]);

#endif
