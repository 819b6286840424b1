/* libpalabra in the peer benchmark: N sessions, one queue, one thread of the application.
 *
 * peer_client --url ws://HOST:PORT/PATH?token=T --rate 24000 --sessions N --seconds S [--frame-ms F]
 *             [--aggregate-ms A] [--hold-s H] (--fast | --realtime) [--latency] [--ca FILE]
 *
 * Prints one line of JSON with the counts, CPU times and latencies that the harness compares.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <palabra.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define PERIOD 65536u

struct options {
    const char *url, *ca;
    int rate, sessions, frame_ms, aggregate_ms, realtime, latency;
    double seconds, hold_s;
    palabra_runtime_config runtime;
};

struct samples {
    uint64_t *ns;
    size_t count, room;
};

struct peer {
    palabra_session *handle;
    uint64_t sent; /* frames */
    int ready, closed, stream_ended;
};

static struct {
    uint64_t messages, audio_events, text_events, pcm_bytes, clean_ends, errors;
    struct samples event_latency, send_call;
} result;

static uint64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static double cpu_user_s, cpu_sys_s;

static void read_cpu(void)
{
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    cpu_user_s = (double)u.ru_utime.tv_sec + (double)u.ru_utime.tv_usec * 1e-6;
    cpu_sys_s = (double)u.ru_stime.tv_sec + (double)u.ru_stime.tv_usec * 1e-6;
}

static long status_kb(const char *file, const char *pattern)
{
    char line[256];
    long kb = 0;
    FILE *f = fopen(file, "r");
    while (f && fgets(line, sizeof line, f))
        if (sscanf(line, pattern, &kb) == 1)
            break;
    if (f)
        fclose(f);
    return kb;
}

static void add_sample(struct samples *s, uint64_t ns)
{
    if (s->count == s->room) {
        s->room = s->room ? 2 * s->room : 4096;
        s->ns = realloc(s->ns, s->room * sizeof *s->ns);
        if (!s->ns)
            abort();
    }
    s->ns[s->count++] = ns;
}

static int by_value(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static void print_samples(const char *name, struct samples *s)
{
    if (!s->count)
        return;
    qsort(s->ns, s->count, sizeof *s->ns, by_value);
    printf(",\"%s\":{\"n\":%zu,\"p50\":%.2f,\"p99\":%.2f,\"max\":%.2f}", name, s->count,
           (double)s->ns[s->count / 2] / 1e3, (double)s->ns[(size_t)((double)(s->count - 1) * 0.99)] / 1e3,
           (double)s->ns[s->count - 1] / 1e3);
}

static int parse(int argc, char **argv, struct options *o)
{
    static const struct options usual = {NULL, NULL, 24000, 1, 320, 0, 0, 0, 10, 0, PALABRA_RUNTIME_CONFIG_INIT};
    int i;
    *o = usual;
    for (i = 1; i < argc; i++) {
        const char *key = argv[i], *value = i + 1 < argc ? argv[i + 1] : NULL;
        if (!strcmp(key, "--fast") || !strcmp(key, "--realtime")) {
            o->realtime = key[2] == 'r';
            continue;
        }
        if (!strcmp(key, "--latency")) {
            o->latency = 1;
            continue;
        }
        if (!value)
            return -1;
        i++;
        if (!strcmp(key, "--url"))
            o->url = value;
        else if (!strcmp(key, "--ca"))
            o->ca = value;
        else if (!strcmp(key, "--rate"))
            o->rate = atoi(value);
        else if (!strcmp(key, "--sessions"))
            o->sessions = atoi(value);
        else if (!strcmp(key, "--frame-ms"))
            o->frame_ms = atoi(value);
        else if (!strcmp(key, "--aggregate-ms"))
            o->aggregate_ms = atoi(value);
        else if (!strcmp(key, "--seconds"))
            o->seconds = atof(value);
        else if (!strcmp(key, "--hold-s"))
            o->hold_s = atof(value);
        else if (!strcmp(key, "--shards"))
            o->runtime.shards = atoi(value);
        else
            return -1;
    }
    return o->url && o->sessions > 0 ? 0 : -1;
}

/* The harness writes the server's clock into the id: "ts" and 20 digits. */
static uint64_t stamp(const palabra_event *e)
{
    return e->id_len >= 22 && e->id[0] == 't' ? strtoull(e->id + 2, NULL, 10) : 0;
}

static void take(struct peer *peers, const palabra_event *e, const struct options *o)
{
    struct peer *peer = &peers[e->session_tag];
    switch (e->kind) {
    case PALABRA_EVENT_READY:
        peer->ready = 1;
        break;
    case PALABRA_EVENT_AUDIO:
        result.audio_events++;
        result.pcm_bytes += 2u * e->pcm_frames;
        break;
    case PALABRA_EVENT_TRANSCRIPT:
        result.text_events++;
        break;
    case PALABRA_EVENT_STREAM_END:
        peer->stream_ended = 1;
        break;
    case PALABRA_EVENT_ERROR:
    case PALABRA_EVENT_OVERFLOW:
        fprintf(stderr, "%s: %s\n", palabra_event_kind_name(e->kind), e->text);
        result.errors++;
        break;
    case PALABRA_EVENT_CLOSED:
        peer->closed = 1;
        result.clean_ends += (uint64_t)peer->stream_ended;
        if (e->code < 0) {
            fprintf(stderr, "closed: %s\n", e->text);
            result.errors++;
        }
        break;
    default:
        break;
    }
    if (o->latency && (e->kind == PALABRA_EVENT_AUDIO || e->kind == PALABRA_EVENT_TRANSCRIPT) && stamp(e))
        add_sample(&result.event_latency, now_ns() - stamp(e));
}

/* Takes all queued events; waits for the first one for at most timeout_ms. */
static int pump(palabra_queue *queue, struct peer *peers, const struct options *o, int timeout_ms)
{
    palabra_event event = PALABRA_EVENT_INIT;
    int taken = 0;
    while (palabra_queue_poll_event(queue, &event, taken ? 0 : timeout_ms) == 1) {
        take(peers, &event, o);
        palabra_event_release(&event);
        taken++;
    }
    return taken;
}

static uint64_t send_frames(struct peer *peer, const int16_t *pattern, uint64_t frames, const struct options *o)
{
    uint64_t start = o->latency ? now_ns() : 0;
    palabra_status taken =
        palabra_session_send_audio(peer->handle, pattern + peer->sent % PERIOD, (uint32_t)frames);
    if (o->latency)
        add_sample(&result.send_call, now_ns() - start);
    if (taken < 0) {
        fprintf(stderr, "send: %s\n", palabra_status_name(taken));
        result.errors++;
        peer->closed = 1;
        return 0;
    }
    peer->sent += (uint64_t)taken;
    return (uint64_t)taken;
}

/* Fills every ring buffer, and reads events meanwhile. */
static void send_fast(palabra_queue *queue, struct peer *peers, const int16_t *pattern, const struct options *o)
{
    uint64_t total = (uint64_t)(o->seconds * o->rate + 0.5), frame = (uint64_t)(o->rate * o->frame_ms / 1000);
    int busy = 1, i;
    while (busy) {
        int moved = 0;
        busy = 0;
        for (i = 0; i < o->sessions; i++) {
            while (!peers[i].closed && peers[i].sent < total) {
                uint64_t want = total - peers[i].sent < frame ? total - peers[i].sent : frame;
                uint64_t taken = send_frames(&peers[i], pattern, want, o);
                moved |= taken > 0;
                if (taken < want)
                    break;
            }
            busy |= !peers[i].closed && peers[i].sent < total;
        }
        pump(queue, peers, o, moved ? 0 : 5);
    }
}

/* Frame k of session i is due at start + (k + i/N) frames. As the other clients it wakes for what is due by the millisecond. */
static void send_realtime(palabra_queue *queue, struct peer *peers, const int16_t *pattern, const struct options *o)
{
    uint64_t total = (uint64_t)(o->seconds * o->rate + 0.5), frame = (uint64_t)(o->rate * o->frame_ms / 1000);
    uint64_t period_ns = (uint64_t)o->frame_ms * 1000000u, start = now_ns(), slot = 0;
    uint64_t slots = (total + frame - 1) / frame * (uint64_t)o->sessions;
    while (slot < slots) {
        uint64_t due = start + slot * period_ns / (uint64_t)o->sessions, now = now_ns();
        if (now < due) {
            pump(queue, peers, o, (int)((due - now + 999999u) / 1000000u));
            continue;
        }
        struct peer *peer = &peers[slot % (uint64_t)o->sessions];
        uint64_t want = total - peer->sent < frame ? total - peer->sent : frame;
        if (!peer->closed && send_frames(peer, pattern, want, o) < want) {
            fprintf(stderr, "ring full in real time\n");
            result.errors++;
        }
        slot++;
    }
}

static int count_ready(const struct peer *peers, const struct options *o)
{
    int i, ready = 0;
    for (i = 0; i < o->sessions; i++)
        ready += peers[i].ready || peers[i].closed;
    return ready;
}

static int count_closed(const struct peer *peers, const struct options *o)
{
    int i, closed = 0;
    for (i = 0; i < o->sessions; i++)
        closed += peers[i].closed;
    return closed;
}

static int open_all(palabra_client *client, palabra_queue *queue, struct peer *peers, const struct options *o)
{
    palabra_translation_config config = PALABRA_TRANSLATION_CONFIG_INIT;
    palabra_error error = PALABRA_ERROR_INIT;
    char *url = strdup(o->url), *token = strstr(url, "?token=");
    int i;
    if (token)
        *token = '\0';
    config.source_language = "en";
    config.target_languages = "es";
    config.stream.url = url;
    config.stream.token = token ? token + strlen("?token=") : "bench";
    config.input.format.sample_rate = (uint32_t)o->rate;
    config.input.chunk_ms = (uint32_t)(o->aggregate_ms > 0 ? o->aggregate_ms : o->frame_ms);
    config.queue = queue;
    for (i = 0; i < o->sessions; i++) {
        config.session_tag = (uint64_t)i;
        if (palabra_session_open_translation(client, &config, &peers[i].handle, &error) < 0) {
            fprintf(stderr, "open: %s\n", error.text);
            return -1;
        }
    }
    free(url);
    return 0;
}

int main(int argc, char **argv)
{
    struct options o;
    palabra_client_config client_config = PALABRA_CLIENT_CONFIG_INIT;
    palabra_error error = PALABRA_ERROR_INIT;
    palabra_client *client = NULL;
    palabra_queue *queue = NULL;
    struct peer *peers;
    int16_t *pattern = malloc(2 * PERIOD * sizeof *pattern);
    long hold_rss = 0;
    uint64_t t0, t_ready, t_end, frames_sent = 0, hold_until;
    double setup_s, user_s, sys_s;
    int i;

    if (parse(argc, argv, &o) < 0 || !pattern) {
        fprintf(stderr, "see the head of peer_client.c\n");
        return 2;
    }
    for (i = 0; i < (int)(2 * PERIOD); i++)
        pattern[i] = (int16_t)(uint16_t)(31u * (unsigned)i);
    peers = calloc((size_t)o.sessions, sizeof *peers);
    client_config.ca_file = o.ca;
    if (!peers || palabra_runtime_configure(&o.runtime, &error) < 0 ||
        palabra_client_new(&client_config, &client, &error) < 0 ||
        palabra_queue_new(0, &queue, &error) < 0) {
        fprintf(stderr, "%s\n", error.text);
        return 1;
    }
    t0 = now_ns();
    if (open_all(client, queue, peers, &o) < 0)
        return 1;
    while (count_ready(peers, &o) < o.sessions)
        pump(queue, peers, &o, 100);
    read_cpu();
    setup_s = cpu_user_s + cpu_sys_s;
    user_s = cpu_user_s;
    sys_s = cpu_sys_s;
    t_ready = now_ns();

    if (o.seconds > 0 && o.realtime)
        send_realtime(queue, peers, pattern, &o);
    else if (o.seconds > 0)
        send_fast(queue, peers, pattern, &o);
    for (hold_until = now_ns() + (uint64_t)(o.hold_s * 1e9); o.hold_s > 0 && now_ns() < hold_until;)
        pump(queue, peers, &o, 50);
    if (o.hold_s > 0)
        hold_rss = status_kb("/proc/self/status", "VmRSS: %ld");
    for (i = 0; i < o.sessions; i++)
        palabra_session_end(peers[i].handle);
    while (count_closed(peers, &o) < o.sessions)
        pump(queue, peers, &o, 100);
    read_cpu();
    t_end = now_ns();

    for (i = 0; i < o.sessions; i++) {
        palabra_session_stats stats = PALABRA_SESSION_STATS_INIT;
        frames_sent += peers[i].sent;
        if (palabra_session_get_stats(peers[i].handle, &stats) >= 0)
            result.messages += (uint64_t)stats.chunks_sent; /* the first chunk is sent in two messages */
        palabra_session_close(peers[i].handle, 0);
    }
    printf("{\"client\":\"libpalabra\",\"mode\":\"%s\",\"sessions\":%d,\"audio_s_sent\":%.3f,\"msgs_sent\":%llu,"
           "\"audio_events\":%llu,\"text_events\":%llu,\"pcm_bytes_recv\":%llu,\"clean_ends\":%llu,\"errors\":%llu,"
           "\"cpu_setup_s\":%.6f,\"cpu_run_user_s\":%.6f,\"cpu_run_sys_s\":%.6f,\"cpu_total_s\":%.6f,"
           "\"wall_setup_s\":%.4f,\"wall_run_s\":%.4f,\"peak_rss_kb\":%ld,\"hold_rss_kb\":%ld",
           o.realtime ? "realtime" : "fast", o.sessions, (double)frames_sent / o.rate,
           (unsigned long long)result.messages, (unsigned long long)result.audio_events,
           (unsigned long long)result.text_events, (unsigned long long)result.pcm_bytes,
           (unsigned long long)result.clean_ends, (unsigned long long)result.errors, setup_s, cpu_user_s - user_s,
           cpu_sys_s - sys_s, cpu_user_s + cpu_sys_s, (double)(t_ready - t0) / 1e9,
           (double)(t_end - t_ready) / 1e9, status_kb("/proc/self/status", "VmHWM: %ld"), hold_rss);
    print_samples("event_latency_us", &result.event_latency);
    print_samples("send_call_us", &result.send_call);
    printf("}\n");
    palabra_shutdown(2000);
    palabra_queue_free(queue);
    palabra_client_free(client);
    free(peers);
    free(pattern);
    return result.errors > 0;
}
