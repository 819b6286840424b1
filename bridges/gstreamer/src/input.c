#include "translate.h"

/* A piece that is sent at a time, so that a flush ends the wait between two of them. */
#define PIECE_MS 100
/* How far ahead of the clock a file is sent. */
#define LEAD_MS 200
/* Input that begins so much later than the one before has ended was lost in between. */
#define LOSS (40 * GST_MSECOND)
#define LONGEST_LOSS (30 * GST_SECOND)

GstStaticPadTemplate *input_template(void) {
    static GstStaticPadTemplate template = GST_STATIC_PAD_TEMPLATE("sink", GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS(AUDIO_CAPS));

    return &template;
}

/* --- The session -------------------------------------------------------------------------------------------------- */

static gboolean ask_live(PalabraTranslate *self) {
    GstQuery *query = gst_query_new_latency();
    gboolean is_live = FALSE;

    if (gst_pad_peer_query(self->sink, query))
        gst_query_parse_latency(query, &is_live, NULL, NULL);
    gst_query_unref(query);
    return is_live;
}

static gboolean open_session(PalabraTranslate *self) {
    palabra_translation_config config = PALABRA_TRANSLATION_CONFIG_INIT;
    palabra_error error = PALABRA_ERROR_INIT;
    palabra_session *session = NULL;
    palabra_status status;

    self->is_live = ask_live(self);
    g_mutex_lock(&self->lock);
    if (self->is_flushing) { /* it would be open for nobody */
        g_mutex_unlock(&self->lock);
        return FALSE;
    }
    options_to_config(self, &config);
    config.session_name = GST_OBJECT_NAME(self);
    config.input.format = format_of(&self->input);
    if (self->is_live)
        config.flags |= PALABRA_SESSION_DROP_OLDEST;
    status = palabra_session_open_translation(self->client, &config, &session, &error);
    self->session = session;
    output_wake(self);
    g_mutex_unlock(&self->lock);
    if (status < 0)
        GST_ELEMENT_ERROR(self, RESOURCE, SETTINGS, ("%s", error.text), ("%s", palabra_status_name(status)));
    return status >= 0;
}

static gboolean set_format(PalabraTranslate *self, GstCaps *caps) {
    GstAudioInfo info;
    palabra_audio_format format;

    if (!gst_audio_info_from_caps(&info, caps))
        return FALSE;
    g_mutex_lock(&self->lock);
    self->input = info;
    g_mutex_unlock(&self->lock);
    if (self->session == NULL)
        return open_session(self);
    format = format_of(&info);
    return palabra_session_set_input_format(self->session, &format) == PALABRA_OK;
}

/* --- Audio -------------------------------------------------------------------------------------------------------- */

/* Returns FALSE while the element is being flushed. */
static gboolean wait_until_playing(PalabraTranslate *self) {
    gboolean is_flushing;

    g_mutex_lock(&self->lock);
    while (!self->is_playing && !self->is_flushing)
        g_cond_wait(&self->changed, &self->lock);
    is_flushing = self->is_flushing;
    g_mutex_unlock(&self->lock);
    return !is_flushing;
}

/* What comes from a file comes too fast: the service expects the pace of speech. */
static gboolean send_piece(PalabraTranslate *self, const guint8 *audio, gint frames) {
    gint frame_bytes = GST_AUDIO_INFO_BPF(&self->input);

    while (frames > 0) {
        gint32 sent;
        if (!wait_until_playing(self))
            return FALSE;
        sent = self->is_live ? palabra_session_send_audio(self->session, audio, frames)
                             : palabra_session_send_paced(self->session, audio, frames, LEAD_MS, PIECE_MS);
        if (sent == PALABRA_ERR_TIMEOUT)
            continue; /* it is not READY yet */
        if (sent < 0 || self->is_live)
            return TRUE; /* the session is over: the thread that pushes tells why */
        audio += sent * frame_bytes;
        frames -= sent;
    }
    return TRUE;
}

static void skip(PalabraTranslate *self, GstClockTime lost) {
    gint64 frames = (gint64)gst_util_uint64_scale(lost, (guint64)GST_AUDIO_INFO_RATE(&self->input), GST_SECOND);

    palabra_session_skip(self->session, (int32_t)frames);
}

static void note_time(PalabraTranslate *self, GstBuffer *buffer, gint frames) {
    GstClockTime begin = GST_BUFFER_PTS(buffer);

    if (GST_CLOCK_TIME_IS_VALID(begin) && GST_CLOCK_TIME_IS_VALID(self->input_end) && begin > self->input_end + LOSS && begin < self->input_end + LONGEST_LOSS)
        skip(self, begin - self->input_end);
    if (GST_CLOCK_TIME_IS_VALID(begin))
        self->input_end = begin + gst_util_uint64_scale((guint64)frames, GST_SECOND, (guint64)GST_AUDIO_INFO_RATE(&self->input));
}

static GstFlowReturn send_buffer(PalabraTranslate *self, GstBuffer *buffer) {
    gint frame_bytes = GST_AUDIO_INFO_BPF(&self->input), piece = GST_AUDIO_INFO_RATE(&self->input) / 1000 * PIECE_MS;
    gboolean is_there = TRUE;
    GstMapInfo map;

    if (!gst_buffer_map(buffer, &map, GST_MAP_READ))
        return GST_FLOW_ERROR;
    note_time(self, buffer, (gint)map.size / frame_bytes);
    for (gint at = 0, frames = (gint)map.size / frame_bytes; is_there && at < frames; at += piece)
        is_there = send_piece(self, map.data + at * frame_bytes, MIN(piece, frames - at));
    gst_buffer_unmap(buffer, &map);
    return is_there ? GST_FLOW_OK : GST_FLOW_FLUSHING;
}

static GstFlowReturn take_buffer(GstPad *pad, GstObject *parent, GstBuffer *buffer) {
    PalabraTranslate *self = PALABRA_TRANSLATE(parent);
    GstFlowReturn result = GST_FLOW_NOT_NEGOTIATED;

    (void)pad;
    if (g_atomic_int_get(&self->is_over))
        result = GST_FLOW_EOS;
    else if (GST_AUDIO_INFO_RATE(&self->input) > 0)
        result = self->session != NULL || open_session(self) ? send_buffer(self, buffer) : GST_FLOW_FLUSHING;
    gst_buffer_unref(buffer);
    return result;
}

/* --- Events ------------------------------------------------------------------------------------------------------- */

/* The rest is still to be heard: the thread that pushes sends EOS when it was. */
static gboolean end(PalabraTranslate *self) {
    if (self->session == NULL)
        return output_end(self);
    palabra_session_end(self->session);
    return TRUE;
}

static void begin_flush(PalabraTranslate *self) {
    g_mutex_lock(&self->lock);
    self->is_flushing = TRUE;
    output_wake(self);
    g_mutex_unlock(&self->lock);
    gst_pad_push_event(self->source, gst_event_new_flush_start());
    text_begin_flush(self);
    output_stop(self);
}

/* Nothing of what was said before is to be heard any more, also of what is on its way: the next audio opens another session. */
static gboolean end_flush(PalabraTranslate *self, gboolean reset_time) {
    palabra_session *old;

    gst_pad_push_event(self->source, gst_event_new_flush_stop(reset_time));
    text_end_flush(self, reset_time);
    g_mutex_lock(&self->lock);
    old = self->session;
    self->session = NULL;
    self->is_flushing = FALSE;
    g_atomic_int_set(&self->is_over, FALSE);
    self->must_begin = self->must_begin_text = TRUE;
    self->due = self->input_end = GST_CLOCK_TIME_NONE;
    g_mutex_unlock(&self->lock);
    palabra_session_close(old, 0);
    return output_start(self);
}

static void take_gap(PalabraTranslate *self, GstEvent *event) {
    GstClockTime begin, duration;

    gst_event_parse_gap(event, &begin, &duration);
    if (self->session == NULL || !GST_CLOCK_TIME_IS_VALID(duration) || duration > LONGEST_LOSS)
        return;
    skip(self, duration);
    self->input_end = begin + duration;
}

static gboolean take_event(GstPad *pad, GstObject *parent, GstEvent *event) {
    PalabraTranslate *self = PALABRA_TRANSLATE(parent);
    gboolean is_taken = TRUE, reset_time;
    GstCaps *caps;

    switch (GST_EVENT_TYPE(event)) {
    case GST_EVENT_CAPS:
        gst_event_parse_caps(event, &caps);
        is_taken = set_format(self, caps);
        break;
    case GST_EVENT_EOS:
        is_taken = end(self);
        break;
    case GST_EVENT_FLUSH_START:
        begin_flush(self);
        break;
    case GST_EVENT_FLUSH_STOP:
        gst_event_parse_flush_stop(event, &reset_time);
        is_taken = end_flush(self, reset_time);
        break;
    case GST_EVENT_GAP:
        take_gap(self, event);
        break;
    case GST_EVENT_SEGMENT:
        self->input_end = GST_CLOCK_TIME_NONE;
        break;
    case GST_EVENT_STREAM_START:
    case GST_EVENT_TAG:
        break; /* what is heard is a stream of its own, with a time of its own */
    default:
        return gst_pad_event_default(pad, parent, event);
    }
    gst_event_unref(event);
    return is_taken;
}

void input_init(PalabraTranslate *self) {
    self->sink = gst_pad_new_from_static_template(input_template(), "sink");
    gst_pad_set_chain_function(self->sink, take_buffer);
    gst_pad_set_event_function(self->sink, take_event);
    gst_element_add_pad(GST_ELEMENT(self), self->sink);
}
