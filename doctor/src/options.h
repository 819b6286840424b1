#ifndef DOCTOR_OPTIONS_H
#define DOCTOR_OPTIONS_H

struct options {
    const char *api_url;
    const char *translation_url;
    const char *tts_url;
    const char *region;
    const char *ca_file;
    const char *proxy;
    const char *source;
    const char *target;
    const char *sentence;
    const char *recording;
    int is_json;
    int has_speech;
};

/* Reads the command line. Returns -1, or the exit code of a program that has nothing else to do. */
int options_read(struct options *options, int count, char **arguments);

#endif
