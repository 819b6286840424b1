/* The shim of the C API: calls. */
#define _POSIX_C_SOURCE 200809L
#include "shim.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define PLACES 4
#define TICK (RATE / 100)

struct party {
    palabra_leg *leg;
    int answered;
    uint64_t loud; /* frames with speech that were heard */
};

/* What is printed of an event, until somebody asks for the events of its leg. */
struct told_event {
    int32_t leg;
    palabra_event_kind kind;
    char *text;
    struct told_event *next;
};

static palabra_call *call;
static struct party parties[PLACES];
static struct told_event *told_events;

static void open_call(const char *command, char *arguments)
{
    palabra_call_config config = PALABRA_CALL_CONFIG_INIT;
    palabra_translation_config translation = PALABRA_TRANSLATION_CONFIG_INIT;
    palabra_client *client = NULL;
    char *word;

    config.flags = PALABRA_CALL_NO_ORIGINAL;
    translation.end_silence_ms = 1000;
    translation.input.buffer_ms = 20000;
    translation.output.prime_ms = 1000;
    translation.command_pace.task_interval_ms = translation.command_pace.pause_interval_ms = 1;
    for (word = strtok(arguments, " "); word; word = strtok(NULL, " ")) {
        if (strncmp(word, "id=", 3) == 0)
            client = client_of(word + 3);
        else if (strncmp(word, "source=", 7) == 0)
            translation.source_language = word + 7;
        else if (strncmp(word, "resend=", 7) == 0) {
            config.flags |= PALABRA_CALL_REOPEN;
            config.resend_ms = translation.output.target_ms = atoi(word + 7);
        }
    }
    told(command, palabra_call_open(client, &config, &translation, &call, NULL));
    palabra_client_free(client);
}

static void set_leg(palabra_leg_config *config, const char *word)
{
    if (strcmp(word, "barge_in=speech") == 0)
        config->barge_in = PALABRA_BARGE_IN_ON_SPEECH;
    else if (strcmp(word, "barge_in=none") == 0)
        config->barge_in = PALABRA_BARGE_IN_NONE;
    else if (strncmp(word, "echo=", 5) == 0)
        config->echo = echo_of(word + 5);
    else if (strcmp(word, "detect") == 0)
        config->flags |= PALABRA_LEG_DETECT_SPEECH;
    else
        config->flags |= cleaning_of(word);
}

static void join(const char *command, struct party *party, char *arguments)
{
    palabra_leg_config config = PALABRA_LEG_CONFIG_INIT;
    palabra_error error = PALABRA_ERROR_INIT;
    char *word;

    config.language = strtok(arguments, " ");
    config.input.sample_rate = RATE;
    while ((word = strtok(NULL, " ")) != NULL)
        set_leg(&config, word);
    party->answered = 0;
    told_refusal(command, palabra_leg_join(call, &config, &party->leg, &error), &error);
}

static int32_t tick(struct party *party)
{
    int16_t heard[TICK];
    int32_t n, sound = palabra_leg_exchange(party->leg, NULL, 0, heard, TICK);

    for (n = 0; sound >= 0 && sound & PALABRA_SOUND_SPEECH && n < (int32_t)TICK; n++)
        party->loud += heard[n] != 0;
    return sound;
}

static void say(const char *command, struct party *party, const char *arguments, int16_t *(*wave)(unsigned, unsigned))
{
    unsigned sound = 0, silence = 0;
    int16_t *samples;
    int32_t taken;

    sscanf(arguments, "%u %u", &sound, &silence);
    sound *= RATE / 1000;
    silence *= RATE / 1000;
    samples = wave(sound, silence);
    taken = palabra_leg_send_audio(party->leg, samples, (int32_t)(sound + silence));
    free(samples);
    if (taken < 0)
        told(command, taken);
    else
        printf("%s %d\n", command, (int)taken);
}

/* Packets of 20 ms with these numbers, one in a tick. */
static void packets(const char *command, struct party *party, char *numbers)
{
    int16_t *said = square_wave(2 * TICK, 0), heard[2 * TICK];
    int32_t sound = 0;
    char *number;

    for (number = strtok(numbers, " "); number && sound >= 0; number = strtok(NULL, " "))
        sound = palabra_leg_exchange_at(party->leg, said, 2 * TICK, (uint32_t)atoi(number) * 2 * TICK, heard, 2 * TICK);
    free(said);
    told(command, sound);
}

static void stats(const char *command, struct party *party)
{
    palabra_leg_stats now = PALABRA_LEG_STATS_INIT;
    int32_t status = palabra_leg_get_stats(party->leg, &now);

    if (status < 0)
        told(command, status);
    else
        printf("%s %d %d %d %d\n", command, (int)now.input_taken_ms, (int)now.input_lost_ms, (int)now.links_opened,
               (int)now.links_broken);
}

static void spoke(const char *command, struct party *party)
{
    palabra_leg_stats now = PALABRA_LEG_STATS_INIT;

    palabra_leg_get_stats(party->leg, &now);
    printf("%s %d %d\n", command, (int)now.spurts, (int)(now.spoke_ms < 0 ? -1 : (now.spoke_ms + 50) / 100 * 100));
}

/* Until some of the translation is heard. */
static void hear(const char *command, struct party *party)
{
    int32_t sound;

    while ((sound = tick(party)) >= 0 && !(sound & PALABRA_SOUND_SPEECH))
        continue;
    told(command, sound);
}

static void record(const char *command, const char *rate)
{
    palabra_call_recording_options options = PALABRA_CALL_RECORDING_OPTIONS_INIT;

    options.flags = PALABRA_RECORDING_TRANSLATIONS;
    options.sample_rate = atoi(rate);
    told(command, palabra_call_start_recording(call, recording(), &options, NULL));
}

/* What print_event() prints, with its NUL; through a file, as Windows has no streams in memory. */
static char *printed(const palabra_event *event)
{
    char *text;
    long length;

    out = tmpfile();
    if (out == NULL) {
        out = stdout;
        return NULL;
    }
    print_event(event);
    length = ftell(out);
    rewind(out);
    text = calloc((size_t)length + 1, 1);
    if (text != NULL && fread(text, 1, (size_t)length, out) != (size_t)length)
        text[0] = 0;
    fclose(out);
    out = stdout;
    return text;
}

/* The line of an event, which is not printed yet. */
static void keep(const palabra_event *event)
{
    struct told_event **last = &told_events, *kept = calloc(1, sizeof *kept);

    if (kept == NULL)
        return;
    kept->leg = event->leg;
    kept->kind = event->kind;
    /* Whether something was heard is not ordered with what is said meanwhile. */
    kept->text = event->kind == PALABRA_EVENT_PLAYOUT_FINISHED ? calloc(1, 1) : printed(event);
    while (*last != NULL)
        last = &(*last)->next;
    *last = kept;
}

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Waits for an event while the parties that have answered listen. */
static int32_t next_event(void)
{
    palabra_event event = PALABRA_EVENT_INIT;
    int64_t over = now_ms() + PATIENCE_MS;
    int32_t polled = 0;
    int n;

    while (polled == 0 && now_ms() < over) {
        for (n = 0; n < PLACES; n++)
            if (parties[n].answered)
                tick(&parties[n]);
        polled = palabra_call_poll_event(call, &event, 2);
    }
    if (polled > 0) {
        keep(&event);
        palabra_event_release(&event);
    }
    return polled == 0 ? PALABRA_ERR_TIMEOUT : polled;
}

/* The next event of this leg, which the caller frees; NULL: none was kept. */
static struct told_event *take_of(int32_t leg)
{
    struct told_event **place = &told_events, *found;

    while (*place != NULL && (*place)->leg != leg)
        place = &(*place)->next;
    if ((found = *place) != NULL)
        *place = found->next;
    return found;
}

static palabra_event_kind discard(struct told_event *taken)
{
    palabra_event_kind kind = taken->kind;

    free(taken->text);
    free(taken);
    return kind;
}

static void until(const char *command, int32_t leg, const char *wanted)
{
    for (;;) {
        struct told_event *taken = take_of(leg);
        int32_t status;
        if (taken == NULL && (status = next_event()) < 0) {
            told(command, status);
            return;
        }
        if (taken == NULL)
            continue;
        fputs(taken->text, stdout);
        if (strcmp(palabra_event_kind_name(discard(taken)), wanted) == 0)
            return;
    }
}

static void play(const char *command, struct party *party)
{
    int32_t sound;

    do
        sound = tick(party);
    while (sound >= 0 && !(sound & PALABRA_SOUND_ENDED));
    told(command, sound);
}

static void hang_up(const char *command, struct party *party)
{
    party->answered = 0;
    told(command, palabra_leg_close(party->leg));
}

void obey_call(const char *command, char *rest)
{
    int place = atoi(rest);
    struct party *party = &parties[place >= 0 && place < PLACES ? place : 0];
    char *more = strchr(rest, ' ');

    more = more ? more + 1 : rest + strlen(rest);
    if (strcmp(command, "call_open") == 0)
        open_call(command, rest);
    else if (strcmp(command, "call_join") == 0)
        join(command, party, more);
    else if (strcmp(command, "call_answer") == 0) {
        party->answered = 1;
        told(command, tick(party));
    } else if (strcmp(command, "call_say") == 0)
        say(command, party, more, square_wave);
    else if (strcmp(command, "call_sing") == 0)
        say(command, party, more, sung_wave);
    else if (strcmp(command, "call_spoke") == 0)
        spoke(command, party);
    else if (strcmp(command, "call_hear") == 0)
        hear(command, party);
    else if (strcmp(command, "call_packets") == 0)
        packets(command, party, more);
    else if (strcmp(command, "call_stats") == 0)
        stats(command, party);
    else if (strcmp(command, "call_record") == 0)
        record(command, rest);
    else if (strcmp(command, "call_pause_recording") == 0)
        told(command, palabra_call_pause_recording(call));
    else if (strcmp(command, "call_resume_recording") == 0)
        told(command, palabra_call_resume_recording(call));
    else if (strcmp(command, "call_stop_recording") == 0) {
        told(command, palabra_call_stop_recording(call, PATIENCE_MS, NULL));
        remove(recording());
    } else if (strcmp(command, "call_until") == 0)
        until(command, place, more);
    else if (strcmp(command, "call_heard") == 0) {
        printf("%s %u\n", command, to_100_ms(party->loud));
        party->loud = 0;
    } else if (strcmp(command, "call_hold") == 0)
        told(command, palabra_leg_hold(party->leg));
    else if (strcmp(command, "call_resume") == 0)
        told(command, palabra_leg_resume(party->leg));
    else if (strcmp(command, "call_mute") == 0)
        told(command, palabra_leg_set_muted(party->leg, 1));
    else if (strcmp(command, "call_silence") == 0)
        told(command, palabra_leg_silence(party->leg, PALABRA_SILENCE_ALL));
    else if (strcmp(command, "call_interrupt") == 0)
        told(command, palabra_leg_interrupt(party->leg, 8));
    else if (strcmp(command, "call_speak") == 0)
        told(command, palabra_leg_speak(party->leg, more, 7));
    else if (strcmp(command, "call_hang_up") == 0)
        hang_up(command, party);
    else if (strcmp(command, "call_end") == 0)
        told(command, palabra_call_end(call));
    else if (strcmp(command, "call_play") == 0)
        play(command, party);
    else if (strcmp(command, "call_close") == 0)
        told(command, palabra_call_close(call, 1000));
}

void close_call(void)
{
    palabra_call_close(call, 0);
    while (told_events != NULL)
        (void)discard(take_of(told_events->leg));
}
