#include "translate.h"

#include <stddef.h>

/* What a property is called, and where in `struct options` it is. */
struct option {
    const gchar *name, *what;
    gsize place;
    gint least, most, usual; /* of numbers */
    gboolean is_secret;
};

#define PLACE(field) offsetof(struct options, field)

static const struct option texts[] = {
    {.name = "source", .what = "Language spoken, such as en, or auto", .place = PLACE(source)},
    {.name = "target", .what = "Language to translate to, such as es", .place = PLACE(target)},
    {.name = "voice-id", .what = "Voice of the translation; NULL: the service's default", .place = PLACE(voice_id)},
    {.name = "transcription-json", .what = "Settings of the recognition: a JSON object", .place = PLACE(transcription_json)},
    {.name = "targets-json", .what = "Settings of the target: a JSON object of language to object", .place = PLACE(targets_json)},
    {.name = "task-json", .what = "Other settings of the task: a JSON object", .place = PLACE(task_json)},
    {.name = "api-key", .what = "API key; NULL: PALABRA_API_KEY", .place = PLACE(api_key), .is_secret = TRUE},
    {.name = "client-id", .what = "Client id; NULL: PALABRA_CLIENT_ID", .place = PLACE(client_id)},
    {.name = "client-secret", .what = "Client secret; NULL: PALABRA_CLIENT_SECRET", .place = PLACE(client_secret), .is_secret = TRUE},
    {.name = "region", .what = "Region of the API key; NULL: PALABRA_REGION, else eu", .place = PLACE(region)},
    {.name = "api-url", .what = "Address of the REST API; NULL: PALABRA_API_URL, else the hosted service", .place = PLACE(api_url)},
    {.name = "translation-url", .what = "Address of the stream for an API key; NULL: PALABRA_TRANSLATION_URL, else the region's", .place = PLACE(translation_url)},
    {.name = "proxy-url", .what = "Proxy for all connections; NULL: that of the environment", .place = PLACE(proxy_url)},
};

static const struct option numbers[] = {
    {"original", "Gain of the speaker's own voice under the translation, in percent; 0: it is not heard", PLACE(original), 0, 100, 0, FALSE},
    {"duck", "Gain of the speaker's own voice while the translation speaks, in percent; 0: 20; -1: muted", PLACE(duck), -1, 100, 0, FALSE},
    {"silence-threshold-ms", "Silence after which a phrase is complete, in ms; 0: the service's default", PLACE(silence_threshold_ms), 0, G_MAXINT, 0, FALSE},
    {"chunk-ms", "Audio in one message, in ms; 0: 320", PLACE(chunk_ms), 0, 1000, 0, FALSE},
    {"gap", "Input that is missing: 0 nothing, 1 silence takes its place, 2 the service is paused", PLACE(gap), 0, 2, PALABRA_GAP_SILENCE, FALSE},
    {"echo", "What a microphone picks up of the translation: 0 nothing is done, 1 it is measured, 2 it is taken out", PLACE(echo), 0, 2, 0, FALSE},
    {"prime-ms", "Speech that is buffered before a phrase starts, in ms; 0: 60", PLACE(prime_ms), 0, 2000, 0, FALSE},
    {"target-ms", "Waiting translation above which pauses are shortened, in ms; 0: no target", PLACE(target_ms), 0, 600000, 0, FALSE},
    {"buffer-ms", "Waiting translation above which phrases are dropped, in ms; 0: 30000", PLACE(buffer_ms), 0, 600000, 0, FALSE},
};

enum { FIRST_TEXT = 1, FIRST_NUMBER = FIRST_TEXT + (int)G_N_ELEMENTS(texts), PARTIALS = FIRST_NUMBER + (int)G_N_ELEMENTS(numbers), STATS };

/* --- Values ------------------------------------------------------------------------------------------------------- */

static gchar **text_at(struct options *options, const struct option *option) {
    return (gchar **)(void *)((gchar *)options + option->place);
}

static gint *number_at(struct options *options, const struct option *option) {
    return (gint *)(void *)((gchar *)options + option->place);
}

static void set_text(gchar **place, const gchar *value) {
    if (*place != NULL)
        memset(*place, 0, strlen(*place)); /* it may be a secret */
    g_free(*place);
    *place = g_strdup(value);
}

static void set_property(GObject *object, guint id, const GValue *value, GParamSpec *spec) {
    PalabraTranslate *self = PALABRA_TRANSLATE(object);

    g_mutex_lock(&self->lock);
    if (id < FIRST_NUMBER)
        set_text(text_at(&self->options, &texts[id - FIRST_TEXT]), g_value_get_string(value));
    else if (id < PARTIALS)
        *number_at(&self->options, &numbers[id - FIRST_NUMBER]) = g_value_get_int(value);
    else if (id == PARTIALS)
        self->options.partials = g_value_get_boolean(value);
    else
        G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
    g_mutex_unlock(&self->lock);
}

static GstStructure *read_stats(palabra_session *session) {
    palabra_session_stats stats = PALABRA_SESSION_STATS_INIT;
    palabra_playout_stats playout = PALABRA_PLAYOUT_STATS_INIT;

    palabra_session_get_stats(session, &stats);
    palabra_session_get_playout_stats(session, NULL, &playout);
    return gst_structure_new("palabra-stats", "ready-ms", G_TYPE_INT64, stats.ready_ms, "first-audio-ms", G_TYPE_INT64, stats.first_audio_ms,
                             "input-frames-taken", G_TYPE_INT64, stats.input_frames_taken, "input-frames-dropped", G_TYPE_INT64, stats.input_frames_dropped,
                             "bytes-sent", G_TYPE_INT64, stats.bytes_sent, "bytes-received", G_TYPE_INT64, stats.bytes_received, "service-queue-ms",
                             G_TYPE_INT64, stats.service_queue_ms, "echo-delay-ms", G_TYPE_INT64, stats.echo_delay_ms, "echo-level-db",
                             G_TYPE_INT64, stats.echo_level_db, "buffered-ms", G_TYPE_INT64, playout.buffered_ms, "phrases-finished", G_TYPE_INT64,
                             playout.phrases_finished, "phrases-dropped", G_TYPE_INT64, playout.phrases_dropped, NULL);
}

static void get_property(GObject *object, guint id, GValue *value, GParamSpec *spec) {
    PalabraTranslate *self = PALABRA_TRANSLATE(object);

    g_mutex_lock(&self->lock);
    if (id < FIRST_NUMBER)
        g_value_set_string(value, texts[id - FIRST_TEXT].is_secret ? NULL : *text_at(&self->options, &texts[id - FIRST_TEXT]));
    else if (id < PARTIALS)
        g_value_set_int(value, *number_at(&self->options, &numbers[id - FIRST_NUMBER]));
    else if (id == PARTIALS)
        g_value_set_boolean(value, self->options.partials);
    else if (id == STATS)
        g_value_take_boxed(value, read_stats(self->session));
    else
        G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
    g_mutex_unlock(&self->lock);
}

/* --- Properties --------------------------------------------------------------------------------------------------- */

void options_install(GObjectClass *class) {
    const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_READY;

    class->set_property = set_property;
    class->get_property = get_property;
    for (guint n = 0; n < G_N_ELEMENTS(texts); n++)
        g_object_class_install_property(class, FIRST_TEXT + n, g_param_spec_string(texts[n].name, texts[n].name, texts[n].what, NULL, flags));
    for (guint n = 0; n < G_N_ELEMENTS(numbers); n++)
        g_object_class_install_property(class, FIRST_NUMBER + n,
                                        g_param_spec_int(numbers[n].name, numbers[n].name, numbers[n].what, numbers[n].least, numbers[n].most, numbers[n].usual, flags));
    g_object_class_install_property(class, PARTIALS,
                                    g_param_spec_boolean("partials", "partials", "Tell partial transcripts and translations on the bus, too", FALSE, flags));
    g_object_class_install_property(class, STATS, g_param_spec_boxed("stats", "stats", "Statistics of the session", GST_TYPE_STRUCTURE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS));
}

void options_init(struct options *options) {
    for (guint n = 0; n < G_N_ELEMENTS(numbers); n++)
        *number_at(options, &numbers[n]) = numbers[n].usual;
}

void options_clear(struct options *options) {
    for (guint n = 0; n < G_N_ELEMENTS(texts); n++)
        set_text(text_at(options, &texts[n]), NULL);
}

static gboolean is_possible(const struct options *options, palabra_error *error) {
    if (options->echo == PALABRA_ECHO_OFF || palabra_has_feature("echo"))
        return TRUE;
    g_strlcpy(error->text, "echo requires a library that was built with -DPALABRA_WITH_ECHO=ON", sizeof error->text);
    return FALSE;
}

palabra_client *options_new_client(PalabraTranslate *self, palabra_error *error) {
    palabra_client_config config = PALABRA_CLIENT_CONFIG_INIT;
    palabra_client *client = NULL;
    const struct options *options = &self->options;

    g_mutex_lock(&self->lock);
    config.credentials.api_key = options->api_key;
    config.credentials.client_id = options->client_id;
    config.credentials.client_secret = options->client_secret;
    config.credentials.region = options->region;
    config.api_url = options->api_url;
    config.translation_url = options->translation_url;
    config.proxy_url = options->proxy_url;
    config.binding_name = "gstreamer/" PALABRA_VERSION_STRING;
    if (is_possible(options, error))
        palabra_client_new(&config, &client, error);
    g_mutex_unlock(&self->lock);
    return client;
}

void options_to_config(PalabraTranslate *self, palabra_translation_config *config) {
    const struct options *options = &self->options;

    config->source_language = options->source;
    config->target_languages = options->target;
    config->voice_id = options->voice_id;
    config->transcription_json = options->transcription_json;
    config->targets_json = options->targets_json;
    config->task_json = options->task_json;
    config->silence_threshold_ms = options->silence_threshold_ms;
    config->flags = options->partials ? PALABRA_TRANSLATION_PARTIALS : 0;
    config->input.chunk_ms = options->chunk_ms;
    config->input.gap.policy = (palabra_gap_policy)options->gap;
    config->echo = (palabra_echo)options->echo;
    config->output.mode = PALABRA_OUTPUT_PLAYOUT;
    config->output.prime_ms = options->prime_ms;
    config->output.target_ms = options->target_ms;
    config->output.buffer_ms = options->buffer_ms;
    config->output.original.gain_percent = options->original;
    config->output.original.duck_percent = options->duck;
}

palabra_audio_format format_of(const GstAudioInfo *info) {
    return (palabra_audio_format){
        .encoding = GST_AUDIO_INFO_IS_FLOAT(info) ? PALABRA_ENCODING_F32 : PALABRA_ENCODING_S16,
        .sample_rate = GST_AUDIO_INFO_RATE(info),
        .channels = GST_AUDIO_INFO_CHANNELS(info),
    };
}
