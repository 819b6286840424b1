#include "translate.h"

/* How often the pad says that nothing was said, so that what waits for it goes on. */
#define PASS (500 * GST_MSECOND)
/* Texts and events that wait for the next element. */
#define MOST_WAITING 1000

GstStaticPadTemplate *text_template(void) {
    static GstStaticPadTemplate template =
        GST_STATIC_PAD_TEMPLATE("text", GST_PAD_SRC, GST_PAD_REQUEST, GST_STATIC_CAPS("text/x-raw, format = (string) utf8"));

    return &template;
}

/*
 * Events and buffers wait for a thread of their own, so that a next element that waits for the first of them, or takes them
 * slowly, does not keep the audio.
 */

static void push_waiting(gpointer owner) {
    GstPad *pad = owner;
    PalabraTranslate *self = PALABRA_TRANSLATE(GST_PAD_PARENT(pad));
    GstMiniObject *waiting = g_async_queue_pop(self->texts);

    if (GST_IS_BUFFER(waiting)) {
        gst_pad_push(pad, GST_BUFFER(waiting)); /* whether somebody reads them does not concern the audio */
        return;
    }
    if (GST_EVENT_TYPE(waiting) == GST_EVENT_UNKNOWN) { /* the end of the thread */
        gst_mini_object_unref(waiting);
        gst_pad_pause_task(pad);
        return;
    }
    gst_pad_push_event(pad, GST_EVENT(waiting));
}

static void drop_waiting(PalabraTranslate *self) {
    GstMiniObject *waiting;

    while ((waiting = g_async_queue_try_pop(self->texts)) != NULL)
        gst_mini_object_unref(waiting);
}

static gboolean start(GstPad *pad) {
    return gst_pad_start_task(pad, push_waiting, pad, NULL);
}

/* The pad is flushing: nothing keeps the thread but an empty queue. */
static void stop(PalabraTranslate *self, GstPad *pad) {
    g_async_queue_push(self->texts, gst_event_new_custom(GST_EVENT_UNKNOWN, NULL));
    GST_PAD_STREAM_LOCK(pad);
    GST_PAD_STREAM_UNLOCK(pad);
}

/* --- The pad ------------------------------------------------------------------------------------------------------ */

static gboolean activate(GstPad *pad, GstObject *parent, GstPadMode mode, gboolean is_active) {
    PalabraTranslate *self = PALABRA_TRANSLATE(parent);
    gboolean is_done;

    if (mode != GST_PAD_MODE_PUSH)
        return FALSE;
    if (is_active)
        return start(pad);
    g_async_queue_push(self->texts, gst_event_new_custom(GST_EVENT_UNKNOWN, NULL));
    is_done = gst_pad_stop_task(pad);
    drop_waiting(self);
    return is_done;
}

GstPad *text_request(GstElement *element, GstPadTemplate *template, const gchar *name, const GstCaps *caps) {
    PalabraTranslate *self = PALABRA_TRANSLATE(element);
    GstPad *pad = NULL;

    (void)name, (void)caps;
    g_mutex_lock(&self->lock);
    if (self->text == NULL) {
        pad = self->text = gst_pad_new_from_template(template, "text");
        self->must_begin_text = TRUE;
    }
    g_mutex_unlock(&self->lock);
    if (pad == NULL)
        return NULL;
    gst_pad_use_fixed_caps(pad);
    gst_pad_set_activatemode_function(pad, activate);
    gst_element_add_pad(element, pad); /* which activates it if the element is active */
    return pad;
}

void text_release(GstElement *element, GstPad *pad) {
    PalabraTranslate *self = PALABRA_TRANSLATE(element);

    g_mutex_lock(&self->lock);
    self->text = NULL;
    g_mutex_unlock(&self->lock);
    gst_pad_set_active(pad, FALSE);
    gst_element_remove_pad(element, pad);
}

static GstPad *text_pad(PalabraTranslate *self) {
    GstPad *pad;

    g_mutex_lock(&self->lock);
    pad = self->text == NULL ? NULL : gst_object_ref(self->text);
    g_mutex_unlock(&self->lock);
    return pad;
}

/* Whether the next element keeps up; what it does not take is left out. */
static gboolean has_space(PalabraTranslate *self) {
    return g_async_queue_length(self->texts) < MOST_WAITING;
}

static void begin(PalabraTranslate *self, GstPad *pad, GstClockTime now) {
    gchar *id = gst_pad_create_stream_id(pad, GST_ELEMENT(self), "text");
    GstEvent *start = gst_event_new_stream_start(id);
    GstCaps *caps = gst_static_pad_template_get_caps(text_template());
    GstSegment segment;

    gst_event_set_stream_flags(start, GST_STREAM_FLAG_SPARSE);
    gst_segment_init(&segment, GST_FORMAT_TIME);
    g_async_queue_push(self->texts, start);
    g_async_queue_push(self->texts, gst_event_new_caps(caps));
    g_async_queue_push(self->texts, gst_event_new_segment(&segment));
    g_async_queue_push(self->texts, gst_event_new_gap(now, 0));
    gst_caps_unref(caps);
    g_free(id);
    self->must_begin_text = FALSE;
    self->text_until = now;
}

/* --- What is said ------------------------------------------------------------------------------------------------- */

static void tell_bus(PalabraTranslate *self, const palabra_event *event) {
    GstStructure *structure = gst_structure_new(
        "palabra-transcript", "text", G_TYPE_STRING, event->text, "language", G_TYPE_STRING, event->language, "translation", G_TYPE_BOOLEAN,
        (event->flags & PALABRA_FLAG_TRANSLATION) != 0, "final", G_TYPE_BOOLEAN, (event->flags & PALABRA_FLAG_FINAL) != 0, "phrase", G_TYPE_UINT64,
        event->phrase, "start-ms", G_TYPE_INT64, event->start_ms, "end-ms", G_TYPE_INT64, event->end_ms, NULL);

    gst_element_post_message(GST_ELEMENT(self), gst_message_new_element(GST_OBJECT(self), structure));
}

void text_push(PalabraTranslate *self, const palabra_event *event, GstClockTime now) {
    const guint32 wanted = PALABRA_FLAG_FINAL | PALABRA_FLAG_TRANSLATION;
    GstPad *pad = (event->flags & wanted) == wanted ? text_pad(self) : NULL;
    GstBuffer *buffer;

    tell_bus(self, event);
    if (pad == NULL)
        return;
    if (self->must_begin_text)
        begin(self, pad, now);
    buffer = gst_buffer_new_memdup(event->text, (gsize)event->text_len);
    GST_BUFFER_PTS(buffer) = now;
    GST_BUFFER_DURATION(buffer) = GST_CLOCK_TIME_NONE;
    if (has_space(self))
        g_async_queue_push(self->texts, buffer);
    else
        gst_buffer_unref(buffer);
    self->text_until = now;
    gst_object_unref(pad);
}

void text_pass(PalabraTranslate *self, GstClockTime now) {
    GstPad *pad = text_pad(self);

    if (pad == NULL)
        return;
    if (self->must_begin_text)
        begin(self, pad, now);
    if (now >= self->text_until + PASS && has_space(self)) {
        g_async_queue_push(self->texts, gst_event_new_gap(self->text_until, now - self->text_until));
        self->text_until = now;
    }
    gst_object_unref(pad);
}

void text_end(PalabraTranslate *self) {
    GstPad *pad = text_pad(self);

    if (pad == NULL)
        return;
    if (self->must_begin_text)
        begin(self, pad, 0);
    g_async_queue_push(self->texts, gst_event_new_eos());
    gst_object_unref(pad);
}

void text_begin_flush(PalabraTranslate *self) {
    GstPad *pad = text_pad(self);

    if (pad == NULL)
        return;
    gst_pad_push_event(pad, gst_event_new_flush_start());
    stop(self, pad);
    gst_object_unref(pad);
}

void text_end_flush(PalabraTranslate *self, gboolean reset_time) {
    GstPad *pad = text_pad(self);

    if (pad == NULL)
        return;
    drop_waiting(self);
    gst_pad_push_event(pad, gst_event_new_flush_stop(reset_time));
    start(pad);
    gst_object_unref(pad);
}
