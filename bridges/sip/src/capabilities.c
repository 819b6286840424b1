#include "capabilities.h"

#include "baresip_api.h"

#include <string.h>

enum { WORD_BYTES = 16 };

/* Returns which one of the words the setting has, the first one if it is not there; -1: none of them. */
static int read_word(const char *name, const char *const *words) {
    char value[WORD_BYTES];
    int failed = conf_get_str(conf_cur(), name, value, sizeof value);

    if (failed == ENOENT)
        return 0;
    for (int n = 0; failed == 0 && words[n] != NULL; n++)
        if (strcmp(words[n], value) == 0)
            return n;
    return -1;
}

static int refuse(const char *text) {
    warning("palabra: %s\n", text);
    return EINVAL;
}

int capabilities_read(struct options *options) {
    static const palabra_barge_in barge_ins[] = {PALABRA_BARGE_IN_NONE, PALABRA_BARGE_IN_ON_SPEECH};
    static const palabra_echo echoes[] = {PALABRA_ECHO_OFF, PALABRA_ECHO_MEASURE, PALABRA_ECHO_CANCEL};
    int barge_in = read_word("palabra_barge_in", (const char *const[]){"none", "speech", NULL});
    int echo = read_word("palabra_echo", (const char *const[]){"off", "measure", "cancel", NULL});

    if (barge_in < 0)
        return refuse("palabra_barge_in is none or speech");
    if (echo < 0)
        return refuse("palabra_echo is off, measure or cancel");
    if (barge_in > 0 && !palabra_has_feature("vad"))
        return refuse("palabra_barge_in speech requires a library that was built with -DPALABRA_WITH_VAD=ON");
    if (echo > 0 && !palabra_has_feature("echo"))
        return refuse("palabra_echo requires a library that was built with -DPALABRA_WITH_ECHO=ON");
    options->barge_in = barge_ins[barge_in];
    options->echo = echoes[echo];
    return 0;
}
