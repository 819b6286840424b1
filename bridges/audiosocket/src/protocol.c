#include "protocol.h"

#include <stdio.h>

int message_read(const unsigned char *bytes, int count, struct message *message) {
    if (count < HEAD_BYTES)
        return 0;
    message->kind = bytes[0];
    message->payload_bytes = bytes[1] << 8 | bytes[2];
    message->payload = bytes + HEAD_BYTES;
    return count < HEAD_BYTES + message->payload_bytes ? 0 : HEAD_BYTES + message->payload_bytes;
}

void message_write_head(unsigned char head[HEAD_BYTES], int kind, int payload_bytes) {
    head[0] = (unsigned char)kind;
    head[1] = (unsigned char)(payload_bytes >> 8);
    head[2] = (unsigned char)payload_bytes;
}

int32_t message_sample_rate(int kind) {
    static const int32_t rates[] = {8000, 12000, 16000, 24000, 32000, 44100, 48000, 96000, 192000};
    int n = kind - MESSAGE_AUDIO;

    return n >= 0 && n < (int)(sizeof rates / sizeof *rates) ? rates[n] : 0;
}

void message_swap_samples(unsigned char *samples, int bytes) {
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    for (int n = 0; n + 1 < bytes; n += 2) {
        unsigned char low = samples[n];
        samples[n] = samples[n + 1];
        samples[n + 1] = low;
    }
#else
    (void)samples, (void)bytes;
#endif
}

void uuid_write(const unsigned char uuid[UUID_BYTES], char text[UUID_CHARACTERS + 1]) {
    for (int n = 0; n < UUID_BYTES; n++)
        text += sprintf(text, "%s%02x", n == 4 || n == 6 || n == 8 || n == 10 ? "-" : "", uuid[n]);
}
