/* What the two sources of the shim of the C API share. */
#ifndef PALABRA_SHIM_H
#define PALABRA_SHIM_H

#include <palabra.h>

#include <stdio.h>

#define RATE 24000u
#define PATIENCE_MS 20000

/* Where results and events are printed. */
extern FILE *out;

void told(const char *what, int32_t status);
/* As `told`, with the option of the build that the error asks for. */
void told_refusal(const char *what, int32_t status, const palabra_error *error);
palabra_echo echo_of(const char *word);
/* The bit of a flag of this name, in legs and translations; 0: there is none. */
uint32_t cleaning_of(const char *word);
unsigned to_100_ms(uint64_t frames);
/* Frames of a tone, and of silence. */
int16_t *square_wave(unsigned sound, unsigned silence);
/* The same of what is taken for speech. */
int16_t *sung_wave(unsigned sound, unsigned silence);
/* The path of a recording. */
const char *recording(void);
palabra_client *client_of(const char *id);
void print_event(const palabra_event *event);

/* Executes a command that begins with `call_`. */
void obey_call(const char *command, char *rest);
void close_call(void);

#endif
