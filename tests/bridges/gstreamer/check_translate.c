/*
 * The element palabratranslate, by GStreamer's own test library. The address of a devserver is in the environment
 * (tests/c/support/with_devserver.py), the plugin's folder in GST_PLUGIN_PATH.
 */
#include <gst/audio/audio.h>
#include <gst/check/gstcheck.h>
#include <gst/check/gstharness.h>
#include <math.h>

#define RATE 16000
#define INPUT "audio/x-raw,format=" GST_AUDIO_NE(S16) ",layout=interleaved,rate=16000,channels=1"
#define TONE 700
#define BLOCK (20 * GST_MSECOND)
#define PATIENCE (60 * GST_SECOND)

/* --- What is said, and what is heard ------------------------------------------------------------------------------ */

static GstBuffer *sound(gint hertz, gint ms) {
    gint frames = RATE / 1000 * ms;
    gint16 *samples = g_new0(gint16, (gsize)frames);

    for (gint n = 0; hertz > 0 && n < frames; n++)
        samples[n] = (gint16)(8000 * sin(2 * G_PI * hertz * n / RATE));
    return gst_buffer_new_wrapped(samples, (gsize)frames * 2);
}

/* The level of one frequency in a block of 16-bit samples. */
static gdouble level(GstBuffer *buffer, gint rate, gint hertz) {
    gdouble turn = 2 * cos(2 * G_PI * hertz / rate), one = 0, two = 0;
    GstMapInfo map;
    gsize count;

    gst_buffer_map(buffer, &map, GST_MAP_READ);
    count = map.size / 2;
    for (gsize n = 0; n < count; n++) {
        gdouble next = ((const gint16 *)(const void *)map.data)[n] + turn * one - two;
        two = one;
        one = next;
    }
    gst_buffer_unmap(buffer, &map);
    return sqrt(fabs(one * one + two * two - turn * one * two)) * 2 / (gdouble)MAX(count, 1);
}

static GstHarness *started(const gchar *sink_caps) {
    GstHarness *harness = gst_harness_new("palabratranslate");

    gst_harness_use_systemclock(harness);
    g_object_set(harness->element, "source", "en", "target", "es", NULL);
    /* With the format of the input the element begins: what the next one takes is known before. */
    if (sink_caps != NULL)
        gst_harness_set_sink_caps_str(harness, sink_caps);
    gst_harness_set_src_caps_str(harness, INPUT);
    gst_harness_play(harness);
    return harness;
}

static gboolean has_ended(GstHarness *harness) {
    GstEvent *event = gst_pad_get_sticky_event(harness->sinkpad, GST_EVENT_EOS, 0);

    if (event != NULL)
        gst_event_unref(event);
    return event != NULL;
}

struct heard {
    gint blocks, loud;
    gdouble loudest;
    GstClockTime first, last;
};

/* Reads until the end of the stream, and checks that its time has no gap. */
static struct heard hear_to_the_end(GstHarness *harness) {
    struct heard heard = {0};
    GstBuffer *buffer;

    while (!has_ended(harness) || gst_harness_buffers_in_queue(harness) > 0) {
        if ((buffer = gst_harness_try_pull(harness)) == NULL) {
            g_usleep(1000);
            continue;
        }
        fail_unless_equals_uint64(GST_BUFFER_DURATION(buffer), BLOCK);
        if (heard.blocks++ == 0)
            heard.first = GST_BUFFER_PTS(buffer);
        else
            fail_unless_equals_uint64(GST_BUFFER_PTS(buffer), heard.last + BLOCK);
        heard.last = GST_BUFFER_PTS(buffer);
        gdouble found = level(buffer, RATE, TONE);
        heard.loud += found > 1000;
        heard.loudest = MAX(heard.loudest, found);
        gst_buffer_unref(buffer);
    }
    return heard;
}

/* --- The tests ---------------------------------------------------------------------------------------------------- */

GST_START_TEST(the_tail_is_heard_before_the_end) {
    GstHarness *harness = started(NULL);
    struct heard heard;

    fail_unless_equals_int(gst_harness_push(harness, sound(0, 200)), GST_FLOW_OK);
    fail_unless_equals_int(gst_harness_push(harness, sound(TONE, 1000)), GST_FLOW_OK);
    fail_unless(gst_harness_push_event(harness, gst_event_new_eos()));
    heard = hear_to_the_end(harness);
    /* A second of it, to some blocks at its edges. */
    fail_unless(heard.loud >= 45 && heard.loud <= 60, "%d blocks of the tone in %d", heard.loud, heard.blocks);
    gst_harness_teardown(harness);
}
GST_END_TEST

GST_START_TEST(a_stream_without_audio_ends) {
    GstHarness *harness = started(NULL);

    gst_harness_push_event(harness, gst_event_new_flush_start());
    gst_harness_push_event(harness, gst_event_new_flush_stop(TRUE));
    fail_unless(gst_harness_push_event(harness, gst_event_new_eos()));
    fail_unless(has_ended(harness));
    gst_harness_teardown(harness);
}
GST_END_TEST

GST_START_TEST(a_block_is_pushed_every_20_ms_also_when_nothing_is_said) {
    /* The element begins in `started`. */
    GstClockTime begin = gst_util_get_timestamp();
    GstHarness *harness = started(NULL);

    gst_harness_push(harness, sound(0, 20));
    for (gint n = 0; n < 25; n++) {
        GstBuffer *buffer = gst_harness_pull(harness);
        fail_unless(n == 0 || GST_BUFFER_FLAG_IS_SET(buffer, GST_BUFFER_FLAG_GAP));
        gst_buffer_unref(buffer);
    }
    fail_unless(gst_util_get_timestamp() - begin >= 24 * BLOCK - 5 * GST_MSECOND);
    gst_harness_teardown(harness);
}
GST_END_TEST

GST_START_TEST(the_latency_is_a_block) {
    GstHarness *harness = started(NULL);
    GstQuery *query = gst_query_new_latency();
    GstClockTime least, most;
    gboolean is_live;

    fail_unless(gst_pad_peer_query(harness->sinkpad, query));
    gst_query_parse_latency(query, &is_live, &least, &most);
    fail_unless(is_live);
    fail_unless_equals_uint64(least, BLOCK);
    fail_unless_equals_uint64(most, 30 * GST_SECOND);
    gst_query_unref(query);
    gst_harness_teardown(harness);
}
GST_END_TEST

/* Each block comes when its time has come: not before, and within the latency that was told. */
GST_START_TEST(the_latency_is_true) {
    GstHarness *harness = started(NULL);
    gint late = 0;

    gst_harness_push(harness, sound(0, 20));
    for (gint n = 0; n < 50; n++) {
        GstBuffer *buffer = gst_harness_pull(harness);
        GstClock *clock = gst_element_get_clock(harness->element);
        GstClockTime now = gst_clock_get_time(clock) - gst_element_get_base_time(harness->element);
        fail_unless(now >= GST_BUFFER_PTS(buffer));
        late += now > GST_BUFFER_PTS(buffer) + BLOCK;
        gst_object_unref(clock);
        gst_buffer_unref(buffer);
    }
    fail_unless(late <= 5, "%d of 50 blocks were late", late);
    gst_harness_teardown(harness);
}
GST_END_TEST

static void check_format(const gchar *wanted, gint block_bytes) {
    GstHarness *harness = started(wanted);
    GstBuffer *buffer;
    GstCaps *caps;

    gst_harness_push(harness, sound(0, 20));
    buffer = gst_harness_pull(harness);
    caps = gst_pad_get_current_caps(harness->sinkpad);
    fail_unless_equals_int((gint)gst_buffer_get_size(buffer), block_bytes);
    GstCaps *expected = gst_caps_from_string(wanted);
    fail_unless(gst_caps_can_intersect(caps, expected));
    gst_caps_unref(expected);
    gst_caps_unref(caps);
    gst_buffer_unref(buffer);
    gst_harness_teardown(harness);
}

GST_START_TEST(the_next_element_chooses_the_format) {
    check_format("audio/x-raw,format=" GST_AUDIO_NE(F32) ",layout=interleaved,rate=48000,channels=2", 48000 / 50 * 2 * 4);
    check_format("audio/x-raw,format=" GST_AUDIO_NE(S16) ",layout=interleaved,rate=[8000,11025],channels=1", 11025 / 50 * 2);
    check_format("audio/x-raw", RATE / 50 * 2);
}
GST_END_TEST

GST_START_TEST(a_format_that_is_not_known_is_refused) {
    GstHarness *harness = gst_harness_new("palabratranslate");
    GstCaps *caps = gst_caps_from_string("audio/x-raw,format=U8,layout=interleaved,rate=16000,channels=1");

    fail_if(gst_pad_query_accept_caps(GST_PAD_PEER(harness->srcpad), caps));
    gst_caps_unref(caps);
    gst_harness_teardown(harness);
}
GST_END_TEST

GST_START_TEST(the_input_may_change_its_format) {
    GstHarness *harness = started(INPUT);
    GstCaps *caps = gst_caps_from_string("audio/x-raw,format=" GST_AUDIO_NE(F32) ",layout=interleaved,rate=48000,channels=2,channel-mask=(bitmask)3");
    gsize count = 48000 * 2;
    gfloat *samples = g_new0(gfloat, count);
    struct heard heard;

    for (gsize n = 0; n < count; n++)
        samples[n] = (gfloat)(0.3 * sin(2 * G_PI * TONE * (gdouble)(n / 2) / 48000));
    gst_harness_push(harness, sound(0, 200));
    fail_unless(gst_harness_push_event(harness, gst_event_new_caps(caps)));
    fail_unless_equals_int(gst_harness_push(harness, gst_buffer_new_wrapped(samples, count * sizeof *samples)), GST_FLOW_OK);
    gst_harness_push_event(harness, gst_event_new_eos());
    heard = hear_to_the_end(harness);
    fail_unless(heard.loud >= 45 && heard.loudest > 5000, "%d blocks, the loudest %f", heard.loud, heard.loudest);
    gst_caps_unref(caps);
    gst_harness_teardown(harness);
}
GST_END_TEST

/* What is flushed is not heard any more, and the stream begins again. */
GST_START_TEST(a_flush_discards_what_was_said) {
    GstHarness *harness = started(NULL);
    GstSegment segment;
    struct heard heard;

    gst_segment_init(&segment, GST_FORMAT_TIME);
    gst_harness_push(harness, sound(TONE, 1000));
    gst_buffer_unref(gst_harness_pull(harness));
    fail_unless(gst_harness_push_event(harness, gst_event_new_flush_start()));
    fail_unless(gst_harness_push_event(harness, gst_event_new_flush_stop(TRUE)));
    while (gst_harness_buffers_in_queue(harness) > 0)
        gst_buffer_unref(gst_harness_pull(harness));
    fail_unless(gst_harness_push_event(harness, gst_event_new_segment(&segment)));
    fail_unless_equals_int(gst_harness_push(harness, sound(0, 200)), GST_FLOW_OK);
    gst_harness_push_event(harness, gst_event_new_eos());
    heard = hear_to_the_end(harness);
    fail_unless(heard.blocks > 0);
    fail_unless_equals_int(heard.loud, 0);
    gst_harness_teardown(harness);
}
GST_END_TEST

GST_START_TEST(after_the_end_a_flush_begins_anew) {
    GstHarness *harness = started(NULL);
    GstSegment segment;
    struct heard heard;

    gst_segment_init(&segment, GST_FORMAT_TIME);
    gst_harness_push(harness, sound(0, 200));
    gst_harness_push_event(harness, gst_event_new_eos());
    hear_to_the_end(harness);
    fail_unless(gst_harness_push_event(harness, gst_event_new_flush_start()));
    fail_unless(gst_harness_push_event(harness, gst_event_new_flush_stop(TRUE)));
    fail_unless(gst_harness_push_event(harness, gst_event_new_segment(&segment)));
    fail_unless_equals_int(gst_harness_push(harness, sound(TONE, 1000)), GST_FLOW_OK);
    gst_harness_push_event(harness, gst_event_new_eos());
    heard = hear_to_the_end(harness);
    fail_unless(heard.loud >= 45, "%d blocks", heard.loud);
    gst_harness_teardown(harness);
}
GST_END_TEST

/* --- Pipelines ---------------------------------------------------------------------------------------------------- */

static GstMessage *wait_for(GstElement *pipeline, GstMessageType types) {
    GstBus *bus = gst_element_get_bus(pipeline);
    GstMessage *message = gst_bus_timed_pop_filtered(bus, PATIENCE, types);

    gst_object_unref(bus);
    fail_unless(message != NULL, "nothing came on the bus");
    return message;
}

static void on_text(GstElement *sink, GstBuffer *buffer, GstPad *pad, gpointer texts) {
    GstMapInfo map;

    (void)sink, (void)pad;
    gst_buffer_map(buffer, &map, GST_MAP_READ);
    g_string_append_len(texts, (const gchar *)map.data, (gssize)map.size);
    gst_buffer_unmap(buffer, &map);
}

GST_START_TEST(texts_come_on_their_pad_and_on_the_bus) {
    GString *texts = g_string_new(NULL);
    GstElement *pipeline = gst_parse_launch("audiotestsrc num-buffers=60 samplesperbuffer=480 freq=500 ! " INPUT
                                            " ! palabratranslate source=en target=es name=t ! fakesink sync=true  t.text ! fakesink signal-handoffs=true name=texts",
                                            NULL);
    GstElement *sink = gst_bin_get_by_name(GST_BIN(pipeline), "texts");
    gint told = 0;

    g_signal_connect(sink, "handoff", G_CALLBACK(on_text), texts);
    fail_if(gst_element_set_state(pipeline, GST_STATE_PLAYING) == GST_STATE_CHANGE_FAILURE);
    for (gboolean is_over = FALSE; !is_over;) {
        GstMessage *message = wait_for(pipeline, GST_MESSAGE_EOS | GST_MESSAGE_ERROR | GST_MESSAGE_ELEMENT);
        fail_if(GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR);
        is_over = GST_MESSAGE_TYPE(message) == GST_MESSAGE_EOS;
        told += !is_over && gst_structure_has_name(gst_message_get_structure(message), "palabra-transcript");
        gst_message_unref(message);
    }
    fail_unless(g_str_has_prefix(texts->str, "[es] phrase 1"), "the text was: %s", texts->str);
    fail_unless(told >= 2, "%d texts on the bus", told);
    gst_element_set_state(pipeline, GST_STATE_NULL);
    gst_object_unref(sink);
    gst_object_unref(pipeline);
    g_string_free(texts, TRUE);
}
GST_END_TEST

static gint64 frames_taken(GstElement *element) {
    GstStructure *stats;
    gint64 frames = 0;

    g_object_get(element, "stats", &stats, NULL);
    gst_structure_get_int64(stats, "input-frames-taken", &frames);
    gst_structure_free(stats);
    return frames;
}

GST_START_TEST(a_file_is_sent_at_the_pace_of_speech) {
    GstElement *pipeline = gst_parse_launch("audiotestsrc ! " INPUT " ! palabratranslate source=en target=es name=t ! fakesink", NULL);
    GstElement *element = gst_bin_get_by_name(GST_BIN(pipeline), "t");
    gint64 frames = 0, begin = g_get_monotonic_time();

    gst_element_set_state(pipeline, GST_STATE_PLAYING);
    while (frames < RATE) {
        gint64 ms;
        g_usleep(10000);
        frames = frames_taken(element);
        ms = (g_get_monotonic_time() - begin) / 1000;
        fail_unless(frames * 1000 / RATE <= ms + 350, "%d frames in %d ms", (gint)frames, (gint)ms);
        fail_unless(ms < 60000);
    }
    gst_element_set_state(pipeline, GST_STATE_NULL);
    gst_object_unref(element);
    gst_object_unref(pipeline);
}
GST_END_TEST

/* Of an error, which it frees. */
static gchar *text_of(GstMessage *message) {
    GError *error = NULL;
    gchar *text;

    gst_message_parse_error(message, &error, NULL);
    text = g_strdup(error->message);
    g_error_free(error);
    gst_message_unref(message);
    return text;
}

static gchar *error_of(const gchar *properties) {
    gchar *line = g_strdup_printf("audiotestsrc num-buffers=100 ! " INPUT " ! palabratranslate %s ! fakesink", properties);
    GstElement *pipeline = gst_parse_launch(line, NULL);
    GstMessage *message;

    gst_element_set_state(pipeline, GST_STATE_PLAYING);
    message = wait_for(pipeline, GST_MESSAGE_ERROR | GST_MESSAGE_EOS);
    fail_unless(GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR);
    gst_element_set_state(pipeline, GST_STATE_NULL);
    gst_object_unref(pipeline);
    g_free(line);
    return text_of(message);
}

GST_START_TEST(what_is_wrong_is_told_on_the_bus) {
    gchar *refused = error_of("source=en target=es client-id=dev~rest_status=401 client-secret=x");
    gchar *missing = error_of("source=en");
    gchar *half = error_of("source=en target=es client-id=alone client-secret=\"\"");

    fail_unless(strstr(refused, "401") != NULL, "%s", refused);
    fail_unless(strstr(missing, "target languages") != NULL, "%s", missing);
    fail_unless(half[0] != '\0');
    g_free(refused);
    g_free(missing);
    g_free(half);
}
GST_END_TEST

/* Whether the library was built with it. Without it the element says in its way to PAUSED which option of the build that is. */
static gboolean knows_echo(void) {
    GstElement *element = gst_element_factory_make("palabratranslate", NULL);
    GstBus *bus = gst_bus_new();
    gboolean is_known;
    gchar *text = NULL;

    g_object_set(element, "source", "en", "target", "es", "echo", 2, NULL);
    gst_element_set_bus(element, bus);
    is_known = gst_element_set_state(element, GST_STATE_PAUSED) != GST_STATE_CHANGE_FAILURE;
    if (!is_known) {
        text = text_of(gst_bus_pop_filtered(bus, GST_MESSAGE_ERROR));
        fail_unless(strstr(text, "-DPALABRA_WITH_ECHO=ON") != NULL, "%s", text);
    }
    gst_element_set_state(element, GST_STATE_NULL);
    gst_element_set_bus(element, NULL);
    gst_object_unref(element);
    gst_object_unref(bus);
    g_free(text);
    return is_known;
}

#define LATE 7
#define FRAMES (RATE / 50)

/* Noise for a second in each four, and a half of what was heard LATE blocks before. */
static GstBuffer *said_in_a_room(gint16 heard[LATE][FRAMES], guint block, guint32 *seed) {
    gint16 *samples = g_new(gint16, FRAMES);

    for (gint n = 0; n < FRAMES; n++) {
        *seed = *seed * 1664525 + 1013904223;
        samples[n] = (gint16)(heard[block % LATE][n] / 2 + (block % 200 < 50 ? (gint16)(*seed >> 16) / 8 : 0));
    }
    return gst_buffer_new_wrapped(samples, FRAMES * sizeof *samples);
}

/* NULL: there is none. */
static GstStructure *told_echo(GstBus *bus) {
    GstMessage *message = gst_bus_pop_filtered(bus, GST_MESSAGE_ELEMENT);
    const GstStructure *structure = message == NULL ? NULL : gst_message_get_structure(message);
    GstStructure *echo = structure != NULL && gst_structure_has_name(structure, "palabra-echo") ? gst_structure_copy(structure) : NULL;

    gst_clear_message(&message);
    return echo;
}

GST_START_TEST(what_comes_back_through_the_microphone_is_told) {
    static gint16 heard[LATE][FRAMES];
    GstHarness *harness;
    GstStructure *echo = NULL;
    GstBus *bus;
    guint32 seed = 1;
    gint delay_ms = 0, level_db = 0;

    if (!knows_echo()) {
        fail_if(g_getenv("PALABRA_ALL_FEATURES") != NULL, "the library was built without echo");
        return;
    }
    harness = gst_harness_new("palabratranslate");
    bus = gst_bus_new();
    g_object_set(harness->element, "source", "en", "target", "es", "echo", 1, NULL);
    gst_element_set_bus(harness->element, bus);
    gst_harness_use_systemclock(harness);
    gst_harness_set_src_caps_str(harness, INPUT);
    gst_harness_play(harness);
    for (guint block = 0; echo == NULL && block < PATIENCE / BLOCK; block++) {
        fail_unless_equals_int(gst_harness_push(harness, said_in_a_room(heard, block, &seed)), GST_FLOW_OK);
        GstBuffer *buffer = gst_harness_pull(harness);
        gst_buffer_extract(buffer, 0, heard[block % LATE], sizeof heard[0]);
        gst_buffer_unref(buffer);
        echo = told_echo(bus);
    }
    fail_unless(echo != NULL && gst_structure_get_int(echo, "delay-ms", &delay_ms) && gst_structure_get_int(echo, "level-db", &level_db));
    /* Two blocks may wait in the harness. */
    fail_unless(delay_ms >= 100 && delay_ms <= 220 && level_db >= -9 && level_db <= -3, "%d dB after %d ms", level_db, delay_ms);
    gst_structure_free(echo);
    gst_element_set_bus(harness->element, NULL);
    gst_harness_teardown(harness);
    gst_object_unref(bus);
}
GST_END_TEST

/* A pipeline that is stopped in any state stops at once, wherever its threads wait. */
GST_START_TEST(every_change_of_state_ends) {
    static const GstState ways[][3] = {{GST_STATE_READY, GST_STATE_PAUSED, GST_STATE_NULL},
                                       {GST_STATE_PAUSED, GST_STATE_PLAYING, GST_STATE_PAUSED},
                                       {GST_STATE_PLAYING, GST_STATE_READY, GST_STATE_PLAYING}};
    GstElement *pipeline = gst_parse_launch("audiotestsrc ! " INPUT " ! palabratranslate source=en target=es name=t ! fakesink sync=true t.text ! fakesink", NULL);

    for (guint n = 0; n < 4 * G_N_ELEMENTS(ways); n++)
        for (guint at = 0; at < G_N_ELEMENTS(ways[0]); at++) {
            fail_if(gst_element_set_state(pipeline, ways[n % G_N_ELEMENTS(ways)][at]) == GST_STATE_CHANGE_FAILURE);
            g_usleep(n * 7000);
        }
    fail_unless_equals_int(gst_element_set_state(pipeline, GST_STATE_NULL), GST_STATE_CHANGE_SUCCESS);
    gst_object_unref(pipeline);
}
GST_END_TEST

/* What is heard goes on after a pause where it was. */
GST_START_TEST(a_pause_keeps_what_is_to_be_heard) {
    GstElement *pipeline = gst_parse_launch("audiotestsrc is-live=true num-buffers=100 samplesperbuffer=160 freq=700 ! " INPUT
                                            " ! palabratranslate source=en target=es ! level interval=20000000 post-messages=true ! fakesink sync=true",
                                            NULL);
    GstMessage *message;

    if (pipeline == NULL)
        return; /* no element level */
    gst_element_set_state(pipeline, GST_STATE_PLAYING);
    gst_message_unref(wait_for(pipeline, GST_MESSAGE_ELEMENT));
    fail_unless_equals_int(gst_element_set_state(pipeline, GST_STATE_PAUSED), GST_STATE_CHANGE_NO_PREROLL);
    g_usleep(200000);
    gst_element_set_state(pipeline, GST_STATE_PLAYING);
    message = wait_for(pipeline, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
    fail_unless(GST_MESSAGE_TYPE(message) == GST_MESSAGE_EOS);
    gst_message_unref(message);
    gst_element_set_state(pipeline, GST_STATE_NULL);
    gst_object_unref(pipeline);
}
GST_END_TEST

GST_START_TEST(secrets_are_not_read_back) {
    GstElement *element = gst_element_factory_make("palabratranslate", NULL);
    gchar *secret, *id;

    g_object_set(element, "client-id", "me", "client-secret", "hidden", NULL);
    g_object_get(element, "client-id", &id, "client-secret", &secret, NULL);
    fail_unless_equals_string(id, "me");
    fail_unless(secret == NULL);
    g_free(id);
    gst_object_unref(element);
}
GST_END_TEST

static Suite *translate_suite(void) {
    Suite *suite = suite_create("palabratranslate");
    TCase *chain = tcase_create("all");

    suite_add_tcase(suite, chain);
    tcase_set_timeout(chain, 120);
    tcase_add_test(chain, the_tail_is_heard_before_the_end);
    tcase_add_test(chain, a_stream_without_audio_ends);
    tcase_add_test(chain, a_block_is_pushed_every_20_ms_also_when_nothing_is_said);
    tcase_add_test(chain, the_latency_is_a_block);
    tcase_add_test(chain, the_latency_is_true);
    tcase_add_test(chain, the_next_element_chooses_the_format);
    tcase_add_test(chain, a_format_that_is_not_known_is_refused);
    tcase_add_test(chain, the_input_may_change_its_format);
    tcase_add_test(chain, a_flush_discards_what_was_said);
    tcase_add_test(chain, after_the_end_a_flush_begins_anew);
    tcase_add_test(chain, texts_come_on_their_pad_and_on_the_bus);
    tcase_add_test(chain, a_file_is_sent_at_the_pace_of_speech);
    tcase_add_test(chain, what_is_wrong_is_told_on_the_bus);
    tcase_add_test(chain, what_comes_back_through_the_microphone_is_told);
    tcase_add_test(chain, every_change_of_state_ends);
    tcase_add_test(chain, a_pause_keeps_what_is_to_be_heard);
    tcase_add_test(chain, secrets_are_not_read_back);
    return suite;
}

GST_CHECK_MAIN(translate)
