#include "translate.h"

#define BLOCK (BLOCK_MS * GST_MSECOND)

GstStaticPadTemplate *output_template(void) {
    static GstStaticPadTemplate template = GST_STATIC_PAD_TEMPLATE("src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS(AUDIO_CAPS));

    return &template;
}

void output_wake(PalabraTranslate *self) {
    if (self->wait != NULL)
        gst_clock_id_unschedule(self->wait);
    g_cond_broadcast(&self->changed);
}

/* --- The beginning of the stream ---------------------------------------------------------------------------------- */

/* What the next element takes, as near to the input as it allows. */
static GstCaps *choose_caps(PalabraTranslate *self) {
    GstCaps *caps = gst_pad_get_allowed_caps(self->source);
    GstStructure *first;
    GstAudioInfo input;

    if (caps == NULL)
        caps = gst_pad_get_pad_template_caps(self->source);
    caps = gst_caps_truncate(gst_caps_make_writable(caps));
    if (gst_caps_is_empty(caps))
        return caps;
    g_mutex_lock(&self->lock);
    input = self->input;
    g_mutex_unlock(&self->lock);
    first = gst_caps_get_structure(caps, 0);
    gst_structure_fixate_field_string(first, "format", GST_AUDIO_INFO_IS_FLOAT(&input) ? GST_AUDIO_NE(F32) : GST_AUDIO_NE(S16));
    gst_structure_fixate_field_nearest_int(first, "rate", GST_AUDIO_INFO_RATE(&input));
    gst_structure_fixate_field_nearest_int(first, "channels", 1);
    caps = gst_caps_fixate(caps);
    /* More than two channels need their places, which a voice does not have. */
    first = gst_caps_get_structure(caps, 0);
    gint channels = 1;
    if (gst_structure_get_int(first, "channels", &channels) && channels > 2 && !gst_structure_has_field(first, "channel-mask"))
        gst_structure_set(first, "channel-mask", GST_TYPE_BITMASK, (guint64)0, NULL);
    return caps;
}

static gboolean negotiate(PalabraTranslate *self) {
    GstCaps *caps = choose_caps(self);
    gboolean is_done = !gst_caps_is_empty(caps) && gst_audio_info_from_caps(&self->output, caps) && gst_pad_push_event(self->source, gst_event_new_caps(caps));
    palabra_audio_format format = format_of(&self->output);

    gst_caps_unref(caps);
    return is_done && palabra_session_set_output_format(self->session, NULL, &format) == PALABRA_OK;
}

static void begin(PalabraTranslate *self) {
    gchar *id = gst_pad_create_stream_id(self->source, GST_ELEMENT(self), "translation");

    gst_pad_push_event(self->source, gst_event_new_stream_start(id));
    g_free(id);
}

static gboolean begin_segment(PalabraTranslate *self) {
    GstSegment segment;

    gst_segment_init(&segment, GST_FORMAT_TIME);
    return gst_pad_push_event(self->source, gst_event_new_segment(&segment));
}

/* Stream, format and segment, as far as they are due. */
static gboolean prepare(PalabraTranslate *self) {
    gboolean must_begin = self->must_begin;

    if (must_begin)
        begin(self);
    if ((gst_pad_check_reconfigure(self->source) || must_begin) && !negotiate(self)) {
        gst_pad_mark_reconfigure(self->source);
        return FALSE;
    }
    if (must_begin)
        begin_segment(self);
    self->must_begin = FALSE;
    return TRUE;
}

/* Here the thread that pushes waits for a session. */
gboolean output_end(PalabraTranslate *self) {
    if (self->must_begin)
        begin(self);
    self->must_begin = FALSE;
    text_end(self);
    return gst_pad_push_event(self->source, gst_event_new_eos());
}

/* --- What happened ------------------------------------------------------------------------------------------------ */

static void tell_end(PalabraTranslate *self, const palabra_event *event) {
    if (event->code == PALABRA_OK)
        return;
    GST_ELEMENT_ERROR(self, RESOURCE, FAILED, ("%s", event->text),
                      ("%s, service code %s, HTTP status %d", palabra_status_name(event->code), event->service_code, (int)event->http_status));
}

static void tell_echo(PalabraTranslate *self, const palabra_event *event) {
    GstStructure *structure = gst_structure_new("palabra-echo", "text", G_TYPE_STRING, event->text, "delay-ms", G_TYPE_INT, (gint)event->delay_ms, "level-db",
                                                G_TYPE_INT, (gint)event->level_db, NULL);

    gst_element_post_message(GST_ELEMENT(self), gst_message_new_element(GST_OBJECT(self), structure));
}

static void take_event(PalabraTranslate *self, const palabra_event *event, GstClockTime now) {
    switch (event->kind) {
    case PALABRA_EVENT_TRANSCRIPT:
        text_push(self, event, now);
        break;
    case PALABRA_EVENT_ECHO:
        tell_echo(self, event);
        break;
    case PALABRA_EVENT_WARNING:
    case PALABRA_EVENT_ERROR:
    case PALABRA_EVENT_OVERFLOW:
        GST_ELEMENT_WARNING(self, RESOURCE, FAILED, ("%s", event->text), ("%s, service code %s", palabra_event_kind_name(event->kind), event->service_code));
        break;
    case PALABRA_EVENT_CLOSED:
        tell_end(self, event);
        break;
    default:
        break;
    }
}

static void take_events(PalabraTranslate *self, GstClockTime now) {
    palabra_event event = PALABRA_EVENT_INIT;

    while (palabra_session_poll_event(self->session, &event, 0) > 0) {
        take_event(self, &event, now);
        palabra_event_release(&event);
    }
}

static gboolean is_flushing(PalabraTranslate *self) {
    gboolean is_flushing;

    g_mutex_lock(&self->lock);
    is_flushing = self->is_flushing;
    g_mutex_unlock(&self->lock);
    return is_flushing;
}

/* --- The thread --------------------------------------------------------------------------------------------------- */

/* Waits for a session, and for the time of the next block. Returns FALSE if the thread has to look again. */
static gboolean wait_for_block(PalabraTranslate *self) {
    GstClock *clock;

    g_mutex_lock(&self->lock);
    while (!self->is_flushing && (!self->is_playing || self->session == NULL))
        g_cond_wait(&self->changed, &self->lock);
    clock = self->is_flushing ? NULL : gst_element_get_clock(GST_ELEMENT(self));
    if (clock == NULL) {
        g_mutex_unlock(&self->lock);
        return FALSE;
    }
    if (!GST_CLOCK_TIME_IS_VALID(self->due))
        self->due = running_time(self);
    self->wait = gst_clock_new_single_shot_id(clock, gst_element_get_base_time(GST_ELEMENT(self)) + self->due);
    gst_object_unref(clock);
    g_mutex_unlock(&self->lock);
    GstClockReturn waited = gst_clock_id_wait(self->wait, NULL);
    g_mutex_lock(&self->lock);
    gst_clock_id_unref(self->wait);
    self->wait = NULL;
    gboolean is_due = waited != GST_CLOCK_UNSCHEDULED && self->is_playing && !self->is_flushing;
    g_mutex_unlock(&self->lock);
    return is_due;
}

/* After a long stop of the next element what was missed is left out: the session has dropped it, too. */
static gboolean catch_up(PalabraTranslate *self) {
    gint buffer_ms = self->options.buffer_ms > 0 ? self->options.buffer_ms : BUFFER_MS;
    GstClockTime now = running_time(self);

    if (!GST_CLOCK_TIME_IS_VALID(now) || now < self->due + (GstClockTime)buffer_ms * GST_MSECOND)
        return FALSE;
    self->due = now;
    return TRUE;
}

/* NULL: there is no memory. */
static GstBuffer *new_block(PalabraTranslate *self, gint32 *sound) {
    gint frames = (gint)gst_util_uint64_scale((guint64)GST_AUDIO_INFO_RATE(&self->output), BLOCK, GST_SECOND);
    GstBuffer *buffer = gst_buffer_new_allocate(NULL, (gsize)(frames * GST_AUDIO_INFO_BPF(&self->output)), NULL);
    GstMapInfo map;

    if (buffer == NULL || !gst_buffer_map(buffer, &map, GST_MAP_WRITE)) {
        gst_clear_buffer(&buffer);
        return NULL;
    }
    *sound = palabra_session_read_audio(self->session, NULL, map.data, frames);
    gst_buffer_unmap(buffer, &map);
    GST_BUFFER_PTS(buffer) = self->due;
    GST_BUFFER_DURATION(buffer) = BLOCK;
    /* Silence that need not be encoded or sent. */
    if (*sound == 0)
        GST_BUFFER_FLAG_SET(buffer, GST_BUFFER_FLAG_GAP);
    return buffer;
}

static void finish(PalabraTranslate *self) {
    g_atomic_int_set(&self->is_over, TRUE);
    text_end(self);
    gst_pad_push_event(self->source, gst_event_new_eos());
    gst_pad_pause_task(self->source);
}

static void stop_for(PalabraTranslate *self, GstFlowReturn flow) {
    if (flow == GST_FLOW_NOT_LINKED || flow < GST_FLOW_EOS)
        GST_ELEMENT_FLOW_ERROR(self, flow);
    if (flow == GST_FLOW_EOS)
        g_atomic_int_set(&self->is_over, TRUE);
    gst_pad_pause_task(self->source);
}

static void push_block(PalabraTranslate *self) {
    gboolean is_discont = self->must_begin | catch_up(self);
    gint32 sound = 0;
    GstFlowReturn flow;
    GstBuffer *buffer;

    if (!prepare(self)) {
        stop_for(self, is_flushing(self) ? GST_FLOW_FLUSHING : GST_FLOW_NOT_NEGOTIATED);
        return;
    }
    take_events(self, self->due);
    text_pass(self, self->due);
    buffer = new_block(self, &sound);
    if (buffer == NULL) {
        stop_for(self, GST_FLOW_ERROR);
        return;
    }
    if (is_discont)
        GST_BUFFER_FLAG_SET(buffer, GST_BUFFER_FLAG_DISCONT);
    self->due += BLOCK;
    flow = gst_pad_push(self->source, buffer);
    if (flow != GST_FLOW_OK)
        stop_for(self, flow);
    else if (sound >= 0 && sound & PALABRA_SOUND_ENDED) {
        take_events(self, self->due);
        finish(self);
    }
}

static void serve(gpointer owner) {
    PalabraTranslate *self = owner;

    if (wait_for_block(self))
        push_block(self);
    else if (is_flushing(self))
        gst_pad_pause_task(self->source);
}

gboolean output_start(PalabraTranslate *self) {
    return gst_pad_start_task(self->source, serve, self, NULL);
}

void output_stop(PalabraTranslate *self) {
    gst_pad_pause_task(self->source);
    /* Until the thread is outside. */
    GST_PAD_STREAM_LOCK(self->source);
    GST_PAD_STREAM_UNLOCK(self->source);
}

/* --- The pad ------------------------------------------------------------------------------------------------------ */

static gboolean activate(GstPad *pad, GstObject *parent, GstPadMode mode, gboolean is_active) {
    PalabraTranslate *self = PALABRA_TRANSLATE(parent);

    if (mode != GST_PAD_MODE_PUSH)
        return FALSE;
    if (is_active)
        return output_start(self);
    g_mutex_lock(&self->lock);
    self->is_flushing = TRUE;
    output_wake(self);
    g_mutex_unlock(&self->lock);
    return gst_pad_stop_task(pad);
}

/*
 * A block is pushed when its time has come, with that time: it needs no latency but that of the thread. How long the
 * translation takes is no latency of the stream, whose time goes on meanwhile. If the next element holds a block back,
 * the session buffers what comes after it.
 */
static gboolean take_query(GstPad *pad, GstObject *parent, GstQuery *query) {
    PalabraTranslate *self = PALABRA_TRANSLATE(parent);
    gint buffer_ms = self->options.buffer_ms > 0 ? self->options.buffer_ms : BUFFER_MS;

    if (GST_QUERY_TYPE(query) != GST_QUERY_LATENCY)
        return gst_pad_query_default(pad, parent, query);
    gst_query_set_latency(query, TRUE, BLOCK, (GstClockTime)buffer_ms * GST_MSECOND);
    return TRUE;
}

void output_init(PalabraTranslate *self) {
    self->source = gst_pad_new_from_static_template(output_template(), "src");
    gst_pad_set_activatemode_function(self->source, activate);
    gst_pad_set_query_function(self->source, take_query);
    gst_element_add_pad(GST_ELEMENT(self), self->source);
}
