/* A spoken sentence: made by text-to-speech. */
#ifndef DOCTOR_SPEECH_H
#define DOCTOR_SPEECH_H

#include "report.h"

#include <palabra.h>

/* Has the sentence spoken. Returns whether `audio` has speech, to be released. */
int speech_make(struct report *report, palabra_client *client, const char *language, const char *sentence,
                palabra_audio *audio);

#endif
