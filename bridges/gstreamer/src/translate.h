/*
 * The element palabratranslate: speech in, the same in another language out.
 *
 * Its files: translate.c has its states, options.c its properties, input.c what arrives, output.c the thread that reads and
 * pushes the translation, texts.c the pad and the messages of texts.
 */
#ifndef PALABRA_TRANSLATE_H
#define PALABRA_TRANSLATE_H

#include <gst/audio/audio.h>
#include <gst/gst.h>
#include <palabra.h>

G_BEGIN_DECLS

#define PALABRA_TYPE_TRANSLATE (palabra_translate_get_type())
G_DECLARE_FINAL_TYPE(PalabraTranslate, palabra_translate, PALABRA, TRANSLATE, GstElement)

/* What is taken, and what is heard. */
#define AUDIO_CAPS                                                                                                     \
    "audio/x-raw, format = (string) { " GST_AUDIO_NE(S16) ", " GST_AUDIO_NE(F32) " }, layout = (string) interleaved, " \
    "rate = (int) [ 8000, 192000 ], channels = (int) [ 1, 8 ]"
/* A block of what is heard. */
#define BLOCK_MS 20
/* What a session keeps of its translation when nobody reads, unless buffer-ms says otherwise. */
#define BUFFER_MS 30000

/* As its properties, which options.c describes. */
struct options {
    gchar *source, *target, *voice_id, *transcription_json, *targets_json, *task_json;
    gchar *api_key, *client_id, *client_secret, *region, *api_url, *translation_url, *proxy_url;
    gint original, duck, silence_threshold_ms, chunk_ms, gap, echo, prime_ms, target_ms, buffer_ms;
    gboolean partials;
};

struct _PalabraTranslate {
    GstElement element;
    GstPad *sink, *source;

    /* Protects everything below; `changed` is signalled when some of it changes. */
    GMutex lock;
    GCond changed;
    struct options options;
    palabra_client *client;
    palabra_session *session;
    GstClockID wait;             /* of the thread that pushes */
    gboolean is_playing, is_flushing;
    gint is_over;                /* nothing more is pushed; read without the lock */
    GstPad *text;                /* NULL: nobody wants it */

    /* Of the thread that pushes audio into `sink`. */
    GstAudioInfo input;          /* rate 0: nothing has arrived */
    GstClockTime input_end;      /* of what has arrived, in its running time */
    gboolean is_live;

    /* Of the thread that pushes the translation. */
    GstAudioInfo output;
    GstClockTime due;            /* of the next block, in running time */
    gboolean must_begin;         /* its stream has not begun yet, or again after a flush */
    gboolean must_begin_text;
    GstClockTime text_until;

    /* What waits for the thread of `text`: events and buffers. */
    GAsyncQueue *texts;
};

/* options.c */
void options_install(GObjectClass *class);
void options_init(struct options *options);
void options_clear(struct options *options);
/* Returns a client with these credentials; NULL: `error` says why. */
palabra_client *options_new_client(PalabraTranslate *self, palabra_error *error);
void options_to_config(PalabraTranslate *self, palabra_translation_config *config);
/* The format of a pad, as the library names it. */
palabra_audio_format format_of(const GstAudioInfo *info);

/* input.c */
void input_init(PalabraTranslate *self);
GstStaticPadTemplate *input_template(void);

/* output.c */
void output_init(PalabraTranslate *self);
GstStaticPadTemplate *output_template(void);
gboolean output_start(PalabraTranslate *self);
void output_stop(PalabraTranslate *self);
/* The stream ends, and nothing was said in it. */
gboolean output_end(PalabraTranslate *self);
/* Wakes the thread that pushes, wherever it waits. With the lock held. */
void output_wake(PalabraTranslate *self);

/* texts.c */
GstStaticPadTemplate *text_template(void);
GstPad *text_request(GstElement *element, GstPadTemplate *template, const gchar *name, const GstCaps *caps);
void text_release(GstElement *element, GstPad *pad);
/* Pushes a final translation, and tells every text on the bus. */
void text_push(PalabraTranslate *self, const palabra_event *event, GstClockTime now);
/* Says that nothing is said until now. */
void text_pass(PalabraTranslate *self, GstClockTime now);
void text_end(PalabraTranslate *self);
void text_begin_flush(PalabraTranslate *self);
void text_end_flush(PalabraTranslate *self, gboolean reset_time);

/* The running time of the pipeline; GST_CLOCK_TIME_NONE: it has no clock. */
GstClockTime running_time(PalabraTranslate *self);

G_END_DECLS

#endif
