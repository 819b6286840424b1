#include "media.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>

enum { BLOCK_MS = 20, MOST_FRAMES = 48000 / 1000 * BLOCK_MS, MOST_CHANNELS = 2, MOST_LATE_MS = 100 };

struct ausrc_st {
    const struct ausrc *kind; /* baresip expects it first */
    struct line *line;
    struct ausrc_prm format;
    ausrc_read_h *read;
    void *arg;
};

struct auplay_st {
    const struct auplay *kind;
    struct line *line;
    struct auplay_prm format;
    auplay_write_h *write;
    void *arg;
};

static struct {
    pthread_mutex_t lock;
    pthread_t thread;
    bool is_over;
    struct list lines;
    struct mqueue *told;
    media_over over;
    uint32_t late_ms;
    atomic_ullong ticks, late_ticks, ticked_ms;
    struct ausrc *source;
    struct auplay *player;
} media = {.lock = PTHREAD_MUTEX_INITIALIZER};

/* --- The exchange ------------------------------------------------------------------------------------------------- */

static void exchange(struct line *line, uint64_t now_us) {
    int16_t said[MOST_FRAMES * MOST_CHANNELS], heard[MOST_FRAMES * MOST_CHANNELS];
    int32_t said_frames = 0, heard_frames = 0, sound;

    if (line->player != NULL) {
        said_frames = (int32_t)line->player->format.srate / 1000 * BLOCK_MS;
        line->player->write(said, (size_t)said_frames * line->player->format.ch, line->player->arg);
    }
    if (line->source != NULL)
        heard_frames = (int32_t)line->source->format.srate / 1000 * BLOCK_MS;
    sound = palabra_leg_exchange(line->leg, said, said_frames, heard, heard_frames);
    if (line->source != NULL) {
        struct auframe frame = {.fmt = SAMPLES_S16, .sampv = heard, .sampc = (size_t)heard_frames * line->source->format.ch, .timestamp = now_us};
        line->source->read(&frame, line->source->arg);
    }
    if (sound >= 0 && sound & PALABRA_SOUND_ENDED && !line->is_over) {
        line->is_over = true;
        mqueue_push(media.told, line->slot, (void *)(uintptr_t)line->conversation);
    }
}

static bool exchange_all(uint64_t now_us) {
    bool is_over;

    pthread_mutex_lock(&media.lock);
    for (struct le *le = media.lines.head; le != NULL; le = le->next) {
        struct line *line = le->data;
        if (line->leg != NULL && (line->source != NULL || line->player != NULL))
            exchange(line, now_us);
    }
    is_over = media.is_over;
    pthread_mutex_unlock(&media.lock);
    return !is_over;
}

static int64_t since_ms(const struct timespec *due) {
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)(now.tv_sec - due->tv_sec) * 1000 + (now.tv_nsec - due->tv_nsec) / 1000000;
}

static void count_tick(const struct timespec *due) {
    atomic_fetch_add_explicit(&media.ticks, 1, memory_order_relaxed);
    if (media.late_ms > 0 && since_ms(due) >= media.late_ms)
        atomic_fetch_add_explicit(&media.late_ticks, 1, memory_order_relaxed);
    atomic_store_explicit(&media.ticked_ms, tmr_jiffies(), memory_order_relaxed);
}

struct ticks media_ticks(void) {
    return (struct ticks){.all = atomic_load_explicit(&media.ticks, memory_order_relaxed), .late = atomic_load_explicit(&media.late_ticks, memory_order_relaxed)};
}

uint64_t media_quiet_ms(void) {
    unsigned long long ticked_ms = atomic_load_explicit(&media.ticked_ms, memory_order_relaxed), now_ms = tmr_jiffies();

    return now_ms > ticked_ms ? now_ms - ticked_ms : 0;
}

static void *serve(void *unused) {
    struct timespec due;

    (void)unused;
    clock_gettime(CLOCK_MONOTONIC, &due);
    while (exchange_all((uint64_t)due.tv_sec * 1000000 + (uint64_t)due.tv_nsec / 1000)) {
        due.tv_nsec += BLOCK_MS * 1000000;
        due.tv_sec += due.tv_nsec / 1000000000;
        due.tv_nsec %= 1000000000;
        if (since_ms(&due) > MOST_LATE_MS)
            clock_gettime(CLOCK_MONOTONIC, &due); /* rather a gap than packets in a row */
        clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, NULL);
        count_tick(&due);
    }
    return NULL;
}

/* --- Lines -------------------------------------------------------------------------------------------------------- */

static void remove_line(void *data) {
    struct line *line = data;

    pthread_mutex_lock(&media.lock);
    list_unlink(&line->le);
    pthread_mutex_unlock(&media.lock);
}

struct line *media_new_line(unsigned conversation, int slot) {
    struct line *line = mem_zalloc(sizeof *line, remove_line);

    if (line == NULL)
        return NULL;
    line->conversation = conversation;
    line->slot = slot;
    re_snprintf(line->device, sizeof line->device, "%u/%d", conversation, slot);
    pthread_mutex_lock(&media.lock);
    list_append(&media.lines, &line->le, line);
    pthread_mutex_unlock(&media.lock);
    return line;
}

static struct line *find(const char *device) {
    struct line *found = NULL;

    pthread_mutex_lock(&media.lock);
    for (struct le *le = media.lines.head; le != NULL && device != NULL; le = le->next)
        if (strcmp(((struct line *)le->data)->device, device) == 0)
            found = mem_ref(le->data);
    pthread_mutex_unlock(&media.lock);
    return found;
}

/* With the lock held: no exchange is under way. */
static void set_formats(struct line *line) {
    palabra_audio_format format = {.encoding = PALABRA_ENCODING_S16};

    if (line->leg == NULL)
        return;
    if (line->player != NULL) {
        format.sample_rate = (int32_t)line->player->format.srate;
        format.channels = line->player->format.ch;
        palabra_leg_set_input_format(line->leg, &format);
    }
    if (line->source != NULL) {
        format.sample_rate = (int32_t)line->source->format.srate;
        format.channels = line->source->format.ch;
        palabra_leg_set_output_format(line->leg, &format);
    }
}

void media_set_leg(struct line *line, palabra_leg *leg) {
    pthread_mutex_lock(&media.lock);
    line->leg = leg;
    set_formats(line);
    pthread_mutex_unlock(&media.lock);
}

/* --- baresip's source and player ----------------------------------------------------------------------------------- */

static bool is_possible(uint32_t rate, uint8_t channels, int format) {
    return format == SAMPLES_S16 && rate >= 8000 && rate <= 48000 && channels >= 1 && channels <= MOST_CHANNELS;
}

static void remove_source(void *data) {
    struct ausrc_st *state = data;

    pthread_mutex_lock(&media.lock);
    if (state->line != NULL && state->line->source == state)
        state->line->source = NULL;
    pthread_mutex_unlock(&media.lock);
    mem_deref(state->line);
}

static void remove_player(void *data) {
    struct auplay_st *state = data;

    pthread_mutex_lock(&media.lock);
    if (state->line != NULL && state->line->player == state)
        state->line->player = NULL;
    pthread_mutex_unlock(&media.lock);
    mem_deref(state->line);
}

static int new_source(struct ausrc_st **result, const struct ausrc *kind, struct media_ctx **context, struct ausrc_prm *parameters,
                      const char *device, ausrc_read_h *read, ausrc_error_h *error, void *arg) {
    struct ausrc_st *state;

    (void)context, (void)error;
    if (!is_possible(parameters->srate, parameters->ch, parameters->fmt))
        return ENOTSUP;
    if ((state = mem_zalloc(sizeof *state, remove_source)) == NULL)
        return ENOMEM;
    state->kind = kind;
    state->format = *parameters;
    state->read = read;
    state->arg = arg;
    if ((state->line = find(device)) == NULL) {
        mem_deref(state);
        return ENODEV;
    }
    pthread_mutex_lock(&media.lock);
    state->line->source = state;
    set_formats(state->line);
    pthread_mutex_unlock(&media.lock);
    *result = state;
    return 0;
}

static int new_player(struct auplay_st **result, const struct auplay *kind, struct auplay_prm *parameters, const char *device,
                      auplay_write_h *write, void *arg) {
    struct auplay_st *state;

    if (!is_possible(parameters->srate, parameters->ch, parameters->fmt))
        return ENOTSUP;
    if ((state = mem_zalloc(sizeof *state, remove_player)) == NULL)
        return ENOMEM;
    state->kind = kind;
    state->format = *parameters;
    state->write = write;
    state->arg = arg;
    if ((state->line = find(device)) == NULL) {
        mem_deref(state);
        return ENODEV;
    }
    pthread_mutex_lock(&media.lock);
    state->line->player = state;
    set_formats(state->line);
    pthread_mutex_unlock(&media.lock);
    *result = state;
    return 0;
}

/* --- The thread --------------------------------------------------------------------------------------------------- */

static void on_told(int slot, void *data, void *unused) {
    (void)unused;
    media.over((unsigned)(uintptr_t)data, slot);
}

int media_start(media_over over, uint32_t late_ms) {
    int error = mqueue_alloc(&media.told, on_told, NULL);

    media.over = over;
    media.late_ms = late_ms;
    atomic_store_explicit(&media.ticked_ms, tmr_jiffies(), memory_order_relaxed);
    media.is_over = false;
    if (error == 0)
        error = ausrc_register(&media.source, baresip_ausrcl(), "palabra", new_source);
    if (error == 0)
        error = auplay_register(&media.player, baresip_auplayl(), "palabra", new_player);
    return error != 0 ? error : pthread_create(&media.thread, NULL, serve, NULL);
}

void media_stop(void) {
    pthread_mutex_lock(&media.lock);
    media.is_over = true;
    pthread_mutex_unlock(&media.lock);
    pthread_join(media.thread, NULL);
    media.source = mem_deref(media.source);
    media.player = mem_deref(media.player);
    media.told = mem_deref(media.told);
}
