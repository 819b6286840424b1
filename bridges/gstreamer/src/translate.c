#include "translate.h"

G_DEFINE_TYPE(PalabraTranslate, palabra_translate, GST_TYPE_ELEMENT)

GstClockTime running_time(PalabraTranslate *self) {
    GstClock *clock = gst_element_get_clock(GST_ELEMENT(self));
    GstClockTime now, base = gst_element_get_base_time(GST_ELEMENT(self));

    if (clock == NULL)
        return GST_CLOCK_TIME_NONE;
    now = gst_clock_get_time(clock);
    gst_object_unref(clock);
    return now > base ? now - base : 0;
}

/* --- States ------------------------------------------------------------------------------------------------------- */

static gboolean open_client(PalabraTranslate *self) {
    palabra_error error = PALABRA_ERROR_INIT;
    palabra_client *client = options_new_client(self, &error);

    if (client == NULL) {
        GST_ELEMENT_ERROR(self, RESOURCE, SETTINGS, ("%s", error.text), (NULL));
        return FALSE;
    }
    g_mutex_lock(&self->lock);
    self->client = client;
    self->is_flushing = FALSE;
    g_atomic_int_set(&self->is_over, FALSE);
    self->must_begin = self->must_begin_text = TRUE;
    self->due = self->input_end = GST_CLOCK_TIME_NONE;
    gst_audio_info_init(&self->input);
    g_mutex_unlock(&self->lock);
    return TRUE;
}

static void close_client(PalabraTranslate *self) {
    palabra_session *session;
    palabra_client *client;

    g_mutex_lock(&self->lock);
    session = self->session;
    client = self->client;
    self->session = NULL;
    self->client = NULL;
    g_mutex_unlock(&self->lock);
    palabra_session_close(session, 0);
    palabra_client_free(client);
}

static void set_playing(PalabraTranslate *self, gboolean is_playing) {
    g_mutex_lock(&self->lock);
    self->is_playing = is_playing;
    output_wake(self);
    g_mutex_unlock(&self->lock);
}

/* Before the pads are deactivated: their threads must not wait any more. */
static void flush(PalabraTranslate *self) {
    g_mutex_lock(&self->lock);
    self->is_flushing = TRUE;
    output_wake(self);
    g_mutex_unlock(&self->lock);
}

static GstStateChangeReturn change_state(GstElement *element, GstStateChange change) {
    PalabraTranslate *self = PALABRA_TRANSLATE(element);
    GstStateChangeReturn result;

    if (change == GST_STATE_CHANGE_READY_TO_PAUSED && !open_client(self))
        return GST_STATE_CHANGE_FAILURE;
    if (change == GST_STATE_CHANGE_PLAYING_TO_PAUSED)
        set_playing(self, FALSE);
    if (change == GST_STATE_CHANGE_PAUSED_TO_READY)
        flush(self);
    result = GST_ELEMENT_CLASS(palabra_translate_parent_class)->change_state(element, change);
    if (change == GST_STATE_CHANGE_PAUSED_TO_PLAYING && result != GST_STATE_CHANGE_FAILURE)
        set_playing(self, TRUE);
    if (change == GST_STATE_CHANGE_PAUSED_TO_READY ||
        (change == GST_STATE_CHANGE_READY_TO_PAUSED && result == GST_STATE_CHANGE_FAILURE))
        close_client(self);
    /* It makes audio by the clock alone, as a live source does. */
    if ((change == GST_STATE_CHANGE_READY_TO_PAUSED || change == GST_STATE_CHANGE_PLAYING_TO_PAUSED) && result == GST_STATE_CHANGE_SUCCESS)
        result = GST_STATE_CHANGE_NO_PREROLL;
    return result;
}

/* --- The class ---------------------------------------------------------------------------------------------------- */

static void finalize(GObject *object) {
    PalabraTranslate *self = PALABRA_TRANSLATE(object);

    options_clear(&self->options);
    g_async_queue_unref(self->texts);
    g_mutex_clear(&self->lock);
    g_cond_clear(&self->changed);
    G_OBJECT_CLASS(palabra_translate_parent_class)->finalize(object);
}

static void palabra_translate_class_init(PalabraTranslateClass *class) {
    GstElementClass *element = GST_ELEMENT_CLASS(class);

    G_OBJECT_CLASS(class)->finalize = finalize;
    element->change_state = change_state;
    element->request_new_pad = text_request;
    element->release_pad = text_release;
    options_install(G_OBJECT_CLASS(class));
    gst_element_class_add_static_pad_template(element, input_template());
    gst_element_class_add_static_pad_template(element, output_template());
    gst_element_class_add_static_pad_template(element, text_template());
    gst_element_class_set_static_metadata(element, "Palabra translation", "Filter/Converter/Audio",
                                          "Speech in, the same in another language out, by Palabra AI's real-time service", "The libpalabra authors");
}

static void palabra_translate_init(PalabraTranslate *self) {
    g_mutex_init(&self->lock);
    g_cond_init(&self->changed);
    self->texts = g_async_queue_new_full((GDestroyNotify)gst_mini_object_unref);
    options_init(&self->options);
    input_init(self);
    output_init(self);
}
