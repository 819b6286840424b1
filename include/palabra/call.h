/*
 * palabra/call.h - Two parties on one line, each in its own language
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 * Generated from src/ffi; do not edit.
 */

/*
 * Defaults of a call
 * ==================
 *
 * A call is made for two telephones. Where a field is 0, these are other values than in a session:
 *
 *   field                              call                         session
 *   leg: input.sample_rate             8000                         16000
 *   leg: output                        as the leg's input           24000 Hz, 1 channel
 *   input.chunk_ms                     100                          320
 *   input.gap.policy                   PALABRA_GAP_SILENCE          PALABRA_GAP_NONE
 *   input.gap.after_ms                 200                          200 for silence, 5000 for a pause
 *   PALABRA_SESSION_DROP_OLDEST        always                       if it is set
 *   input.buffer_ms                    2000                         2000
 *   output.mode                        PALABRA_OUTPUT_PLAYOUT       PALABRA_OUTPUT_EVENTS
 *   output.target_ms                   1500                         no target
 *   output.buffer_ms                   30000                        30000
 *   output.original.gain_percent       100                          0: not heard
 *   leg: jitter_ms                     60                           none
 *
 * Chunks. A shorter chunk reaches the service earlier and costs more. At 100 ms, speech waits for 50 ms on average.
 *
 * Lag. What was translated waits until what was said before it is heard. Above 1500 ms of it pauses are shortened,
 * above 3000 ms speech too, by up to 10 %, until less waits; nothing is dropped below 30000 ms. A lower
 * `output.buffer_ms` drops whole phrases sooner, also one that is alone and longer than that.
 *
 * Packets. A block without PALABRA_SOUND_* bits is silence and need not be sent (DTX). PALABRA_SOUND_TALKSPURT is
 * the marker of RTP: speech begins in that block. The library generates comfort noise for a
 * leg with PALABRA_LEG_COMFORT_NOISE alone.
 */
#ifndef PALABRA_CALL_H
#define PALABRA_CALL_H

#include <palabra/base.h>
#include <palabra/audio.h>
#include <palabra/playout.h>
#include <palabra/event.h>
#include <palabra/queue.h>
#include <palabra/translation.h>

/** What may silence the translation that a party hears. */
typedef enum palabra_barge_in PALABRA_INT32_ENUM {
    /** palabra_leg_silence() and palabra_leg_interrupt(), when they are called. */
    PALABRA_BARGE_IN_BY_CALL = 0,
    /** Nothing: both functions return PALABRA_ERR_UNSUPPORTED. The party hears everything that is translated for it.
     */
    PALABRA_BARGE_IN_NONE = 1,
    /** Both functions, and the party: when it begins to speak while translation sounds for it, all phrases that have
     *  begun to arrive are silenced for it alone, as by palabra_leg_silence() with PALABRA_SILENCE_ALL; PLAYOUT_CUT
     *  tells of each. What is translated after that is heard. It takes about 200 ms to notice speech. Requires the
     *  feature "vad".
     *
     *  What a loudspeaker plays and the microphone of the same party picks up is speech too, so the translation would
     *  silence itself. Use this for telephones and headsets, or with PALABRA_ECHO_CANCEL. */
    PALABRA_BARGE_IN_ON_SPEECH = 2
} palabra_barge_in;
PALABRA_ASSERT_INT32(palabra_barge_in);

/** The parties do not hear each other's own voices under the translation, unless palabra_leg_set_original() says so.
 */
#define PALABRA_CALL_NO_ORIGINAL 1u
/** When a session between the parties breaks, another one is opened, at once or when `connects_per_minute` and the
 *  service allow it; after sessions that were never READY less and less often, up to 30 s apart. LINK_DOWN has
 *  RETRIABLE then, and LINK_UP follows. What the parties say meanwhile is not translated later, unless `resend_ms` is
 *  set. */
#define PALABRA_CALL_REOPEN 2u

/** SPEECH_STARTED and SPEECH_ENDED tell when the party speaks, and `spoke_ms`, `spurts` and `overlap_ms` of
 *  palabra_leg_stats how much. Requires the feature "vad". */
#define PALABRA_LEG_DETECT_SPEECH 1u
/** The party hears noise where it would hear silence, as loud as the line of the other party is in its pauses, at most
 *  -46 dB of full scale: neither a translation nor the other's own voice sounds at that moment. palabra_leg_exchange()
 *  returns PALABRA_SOUND_COMFORT then. There is none before the other party's line was heard for 300 ms, and after
 *  CLOSED. */
#define PALABRA_LEG_COMFORT_NOISE 2u
/** Steady noise in what the party says is made fainter, by about 12 dB. What the line sends takes the way that
 *  PALABRA_ECHO_CANCEL describes, with or without that. Requires the feature "echo". */
#define PALABRA_LEG_SUPPRESS_NOISE 2048u
/** What the party says is made louder where it is faint. Otherwise as PALABRA_LEG_SUPPRESS_NOISE. */
#define PALABRA_LEG_CONTROL_GAIN 4096u

/** What each party hears of the translation is recorded too, on channels of its own. */
#define PALABRA_RECORDING_TRANSLATIONS 1u

/** Settings of a call. The translations have theirs: see palabra_call_open(). */
typedef struct palabra_call_config {
    uint32_t struct_size;
    /** PALABRA_CALL_* bits. */
    uint32_t flags;
    /** Any number; returned as `session_tag` in every event of the call. */
    uint64_t call_tag;
    /** Any text of up to 127 bytes, such as the UUID of the call; returned as `session_name` in every event and log
     *  line; NULL: none. */
    const char *call_name;
    /** Queue that the events are delivered to, or that names the call (PALABRA_QUEUE_NAMES), shared with other calls
     *  and sessions; NULL: the call has its own. */
    palabra_queue *queue;
    /** Pace at which sessions are opened, per minute, 1 to 6000, shared by the calls of the client that have one:
     *  after each of their sessions the next one waits for 60 s divided by this. 0: none, until the service refuses a
     *  session because there are too many (PALABRA_ERR_RATE). Then all calls of the client open 20 per minute, the
     *  first one after the time that the service has named, or 3 s, until it has refused none for 60 s and none waits.
     *  In either case the direction that has waited longest is the first. */
    int32_t connects_per_minute;
    /** With PALABRA_CALL_REOPEN: how much of the audio that was sent and was not final the session that takes the
     *  place of a broken one sends again, in ms, 1 to 5000; 0: none. It is audio behind the last phrase that is final
     *  or whose translation has begun to arrive, so that nothing is heard twice; none if the service has not said
     *  where that phrase ends. What the party says meanwhile is sent behind it, all of it as fast as it was said,
     *  without its pauses. What waits longer than `output.target_ms` is dropped and told by a WARNING with DROPPED. */
    int32_t resend_ms;
} palabra_call_config;

/** One party: what it speaks and hears, and what its line sends and takes. */
typedef struct palabra_leg_config {
    uint32_t struct_size;
    /** PALABRA_LEG_* bits. */
    uint32_t flags;
    /** Language that the party speaks, such as "en", or "auto", which requires `target_language`. */
    const char *language;
    /** Language that the party hears, such as "en-us"; NULL: `language`. */
    const char *target_language;
    /** Voice in which the other party hears this one; NULL: that of the translation's config. */
    const char *voice_id;
    /** Glossaries of words to listen for in what the party says: "all", "none", or ids separated by commas; NULL:
     *  those of the translation's config. */
    const char *hotwords_glossaries;
    /** Glossaries that correct what was recognized of the party; as above. */
    const char *verification_glossaries;
    /** Glossaries of the translation of what the party says; as above. */
    const char *translation_glossaries;
    /** What may silence the translation that the party hears. */
    palabra_barge_in barge_in;
    /** How long palabra_leg_exchange_at() waits for a packet that is missing, in ms, 1 to 200; 0: 60. */
    int32_t jitter_ms;
    /** Format of the audio that the party's line sends. Sample rate 0: 8000. */
    palabra_audio_format input;
    /** Format of the audio that the party's line takes. All fields 0: that of `input`. Sample rate 0: that of `input`.
     */
    palabra_audio_format output;
    /** What is done about what the party hears and its line picks up again. */
    palabra_echo echo;
    uint32_t reserved;
} palabra_leg_config;

/** Statistics of one party of a call, from palabra_leg_join() until now. A value that is not known is -1. */
typedef struct palabra_leg_stats {
    uint32_t struct_size;
    /** State of the link that carries what the party says, a palabra_state; 0: there is none now. */
    int32_t link_state;
    /** Links that were opened for what the party says: more than one when they were replaced. */
    int64_t links_opened;
    /** Links of those that ended with an error, or could not be opened. */
    int64_t links_broken;
    /** Audio that the line sent, muted or not, in ms. */
    int64_t input_taken_ms;
    /** Audio that palabra_leg_skip() stated as lost, in ms. */
    int64_t input_lost_ms;
    /** Audio that was sent to the service, silence included, in ms. */
    int64_t input_sent_ms;
    /** Silence of that, in place of input that was missing, in ms. */
    int64_t silence_sent_ms;
    /** Audio of the line that was dropped because it could not be sent in time, in ms. */
    int64_t input_dropped_ms;
    /** Times that the task was paused, as by palabra_leg_hold(). */
    int64_t gap_pauses;
    /** Speech received of the translation, which the other party hears, in ms. */
    int64_t speech_received_ms;
    /** Bytes written to the streams, WebSocket framing included. */
    int64_t bytes_sent;
    /** Bytes read from the streams. */
    int64_t bytes_received;
    /** Time from opening the latest link to LINK_UP, in ms. */
    int64_t ready_ms;
    /** Time from the first chunk on the latest link to the first speech received, in ms. */
    int64_t first_audio_ms;
    /** Last round trip to the server, in us. */
    int64_t round_trip_us;
    /** Speech that waits at the service, in ms. */
    int64_t service_queue_ms;
    /** Translation of the other party that this one has heard, in ms: of the phrases that are over. */
    int64_t heard_ms;
    /** Translation that waits to be heard, in ms. */
    int64_t buffered_ms;
    /** Times that it stopped because the rest of the phrase was not there. */
    int64_t underruns;
    /** Phrases that started to be heard. */
    int64_t phrases_started;
    /** Phrases that were heard to their end. */
    int64_t phrases_finished;
    /** Phrases that were taken back, heard in part or not at all. */
    int64_t phrases_cut;
    /** Phrases that were dropped, completely or from some point on, because `output.buffer_ms` was exceeded. */
    int64_t phrases_dropped;
    /** Speech and silence removed because of `output.target_ms`, in ms. */
    int64_t skipped_ms;
    /** How much of the other party's own voice waited before the last read, in ms: its lag. */
    int64_t original_lag_ms;
    /** The most that it ever was, in ms. */
    int64_t original_lag_most_ms;
    /** Voice that was made up where it was late or lost, in ms. */
    int64_t original_concealed_ms;
    /** Voice that was stated as lost, in ms. */
    int64_t original_lost_ms;
    /** Voice that was left out to end a lag, mostly in pauses, in ms. */
    int64_t original_skipped_ms;
    /** Time that the party spoke, pauses of up to 400 ms included, in ms; -1: that is not detected, see
     *  PALABRA_LEG_DETECT_SPEECH and PALABRA_BARGE_IN_ON_SPEECH. */
    int64_t spoke_ms;
    /** Times that it began to speak; -1: as above. */
    int64_t spurts;
    /** Time that it spoke while the other party spoke too, in ms, if speech of both is detected; -1: as above. */
    int64_t overlap_ms;
    /** How late what the party hears comes back from its line, in ms; -1: it does not, or that is not known. See
     *  PALABRA_ECHO_MEASURE. */
    int64_t echo_delay_ms;
    /** How loud that is, in dB of what the party hears, usually negative; 0 if `echo_delay_ms` is -1. */
    int64_t echo_level_db;
    /** Sound that was left out because the thread for signal processing was 2 s late, in ms: with PALABRA_ECHO_CANCEL
     *  it was not sent, otherwise not listened to. */
    int64_t overrun_ms;
} palabra_leg_stats;

/** What is recorded of a call. */
typedef struct palabra_call_recording_options {
    uint32_t struct_size;
    /** PALABRA_RECORDING_* bits. */
    uint32_t flags;
    /** Frames per second of the file, 8000 to 48000; 0: 24000. */
    int32_t sample_rate;
    uint32_t reserved;
} palabra_call_recording_options;

#ifdef __cplusplus
extern "C" {
#endif

/** Opens a call for two parties that speak different languages. They join it with palabra_leg_join(): when both have
 *  joined, a translation session is opened for each direction. Nothing is connected before.
 *
 *  The sessions belong to the call. Their events are delivered as events of the call, with `leg`; LINK_UP and
 *  LINK_DOWN take the place of READY and CLOSED. A session that ends does not end the call: the parties still hear
 *  each other's own voices, and with PALABRA_CALL_REOPEN another session takes its place.
 *
 *  @param config settings of the call; NULL: all defaults.
 *  @param translation settings of the translations, the same for both directions; NULL: all defaults. What the legs
 *    and the call have must not be set: languages, `targets_json`, both formats, `stream`, `queue`, `session_tag` and
 *    `session_name`. What 0 means in a call is in the table of palabra/call.h.
 *  @param call receives the handle; NULL on failure.
 *  @retval PALABRA_ERR_INVALID_ARGUMENT A number is out of range; `translation` sets what the legs and the call have.
 *  @retval PALABRA_ERR_LIMIT Too many calls, or no thread can be started.
 *  @retval PALABRA_ERR_DRAINING palabra_client_drain() was called.
 *  Example: call.c. */
PALABRA_API palabra_status PALABRA_CALL palabra_call_open(
    palabra_client *client, const palabra_call_config *config, const palabra_translation_config *translation,
    palabra_call **call, palabra_error *error);

/** Takes the next event of a call, waiting for one if there is none. As palabra_session_poll_event().
 *  @param call the call.
 *  @param event receives the event; its kind is PALABRA_EVENT_NONE on 0, and it is not touched on an error.
 *  @return 1: an event was taken; 0: there was none within the time, or palabra_call_wakeup() ended the wait. Release
 *    the event with palabra_event_release().
 *  @retval PALABRA_ERR_CLOSED No event follows: CLOSED was taken, or the call was closed meanwhile.
 *  @retval PALABRA_ERR_BUSY Another thread is polling this call.
 *  @retval PALABRA_ERR_UNSUPPORTED Its events are delivered to a shared queue of events.
 *  @retval PALABRA_ERR_LIMIT Too many events were not released.
 *  Threads: one at a time per call. Example: call.c. */
PALABRA_API int32_t PALABRA_CALL palabra_call_poll_event(palabra_call *call, palabra_event *event, int32_t timeout_ms);

/** As palabra_queue_wakeup(), for a call that is polled by itself.
 *  @param call the call.
 *  @retval PALABRA_ERR_UNSUPPORTED Its events are delivered to a shared queue of events.
 *  May be called from callbacks. */
PALABRA_API palabra_status PALABRA_CALL palabra_call_wakeup(palabra_call *call);

/** As palabra_queue_get_event_fd(), for a call that is polled by itself. The descriptor is closed with the call.
 *  @param call the call.
 *  @return the descriptor, 0 or more.
 *  @retval PALABRA_ERR_UNSUPPORTED On Windows, or its events are delivered to a shared queue of events.
 *  @retval PALABRA_ERR_LIMIT The process has no descriptor left. */
PALABRA_API int32_t PALABRA_CALL palabra_call_get_event_fd(palabra_call *call);

/** As palabra_queue_get_event_handle(), for a call that is polled by itself. The object is closed with the call.
 *  @param call the call.
 *  @retval PALABRA_ERR_UNSUPPORTED Not on Windows, or its events are delivered to a shared queue of events.
 *  @retval PALABRA_ERR_LIMIT The process has no handle left. */
PALABRA_API palabra_status PALABRA_CALL palabra_call_get_event_handle(palabra_call *call, void **handle);

/** As palabra_queue_set_wakeup_callback(), for a call that is polled by itself.
 *  @param call the call.
 *  @param callback the callback; NULL: none.
 *  @param user_data passed to the callback. It must remain valid until the callback is replaced. A call that is closed
 *    does not wait for a callback that is running: remove the callback first if `user_data` is to be freed.
 *  @retval PALABRA_ERR_UNSUPPORTED Its events are delivered to a shared queue of events.
 *  Threads: any, but not with a lock held that the callback takes. Blocks: while the callback before is running, and
 *    for its own call when events are queued. */
PALABRA_API palabra_status PALABRA_CALL palabra_call_set_wakeup_callback(
    palabra_call *call, palabra_wakeup_callback callback, void *user_data);

/** Returns the state of a call: PALABRA_STATE_CONNECTING until the first LINK_UP, then PALABRA_STATE_READY, also while
 *  no link is up; PALABRA_STATE_ENDING after palabra_call_end(); PALABRA_STATE_CLOSED when it is over.
 *  @param call the call.
 *  @return a palabra_state. */
PALABRA_API int32_t PALABRA_CALL palabra_call_get_state(palabra_call *call);

/** Explains why a call closed.
 *  @param call the call.
 *  @param error receives the explanation; its `code` is PALABRA_OK while the call is open, and when it closed without
 *    an error. What ended a link is in its LINK_DOWN alone. */
PALABRA_API palabra_status PALABRA_CALL palabra_call_get_error(palabra_call *call, palabra_error *error);

/** Ends a call: nothing more is taken of either party, and both hear the rest of what was said, each as
 *  palabra_session_end() describes, then CLOSED. Keep exchanging until PALABRA_SOUND_ENDED, and polling until CLOSED.
 *
 *  When a party has hung up and nobody takes its place, call palabra_leg_close() and then this: the other party hears
 *  the rest of what was said, and then PALABRA_SOUND_ENDED is returned.
 *
 *  @param call the call.
 *  @retval PALABRA_ERR_ENDED It was ended already.
 *  @retval PALABRA_ERR_CLOSED It is closed. */
PALABRA_API palabra_status PALABRA_CALL palabra_call_end(palabra_call *call);

/** Closes a call in any state, with its legs, and invalidates the handles of all of them. Events that were not polled
 *  are dropped, also those in a shared queue: only a poll of the queue that is under way may still return one. To have
 *  the parties hear the rest, call palabra_call_end() first and go on until CLOSED.
 *
 *  The handle is invalid as soon as the call begins: a thread that waits in another function on it returns with
 *  PALABRA_ERR_CLOSED, later ones return PALABRA_ERR_BAD_HANDLE.
 *
 *  @param call the call; NULL: nothing is done.
 *  @param timeout_ms how long to wait for the closing handshakes and the deletion of REST sessions, in ms; 0: they
 *    happen in the background.
 *  @retval PALABRA_ERR_INVALID_ARGUMENT `timeout_ms` is negative: the call is not closed.
 *  Example: call.c. */
PALABRA_API palabra_status PALABRA_CALL palabra_call_close(palabra_call *call, int32_t timeout_ms);

/** Adds a party to a call. When both have joined, the sessions between them are opened.
 *
 *  A party that has joined and has neither exchanged nor read audio is not on the line yet, as while its telephone
 *  rings: the sessions are connected meanwhile, but nothing of the other party is sent or heard. So join it when the
 *  telephone begins to ring, and exchange audio when it is answered. The first exchange puts it on the line, also one
 *  of 0 frames.
 *
 *  For a transfer close the leg and join another: it can have another language and other formats.
 *
 *  @param call the call.
 *  @param config settings of the party.
 *  @param leg receives the handle; NULL on failure.
 *  @retval PALABRA_ERR_INVALID_ARGUMENT `language` is missing; a number is out of range.
 *  @retval PALABRA_ERR_UNSUPPORTED The call has two legs already, or `config` asks for a feature that was not built
 *    into the library: palabra_has_feature().
 *  @retval PALABRA_ERR_AUTH There are no credentials.
 *  @retval PALABRA_ERR_ENDED palabra_call_end() was called.
 *  @retval PALABRA_ERR_CLOSED The call is closed.
 *  @retval PALABRA_ERR_LIMIT Too many legs, or no memory for the buffers.
 *  Example: call.c. */
PALABRA_API palabra_status PALABRA_CALL palabra_leg_join(
    palabra_call *call, const palabra_leg_config *config, palabra_leg **leg, palabra_error *error);

/** Returns the number of a leg, which events call `leg`. A leg that joins in the place of a closed one has its number.
 *  @param leg the leg.
 *  @return 0 or 1. */
PALABRA_API int32_t PALABRA_CALL palabra_leg_get_number(palabra_leg *leg);

/** One tick of a party's line: takes what the party says, and fills exactly `output_frames` frames with what it is to
 *  hear: the translation of the other party, and the other's own voice under it, as palabra_session_read_audio() does.
 *
 *  Call it once per tick or audio callback. The two numbers of frames are independent: `output_frames` is what the
 *  line plays in a tick, and `input_frames` what has arrived since the tick before. Input is always taken: what cannot
 *  be delivered in time is dropped, the oldest first, and told by a WARNING with DROPPED; it is ignored after
 *  palabra_call_end(), so the same loop plays the rest. The other party hears what is said while a session connects,
 *  and after one has ended, too.
 *
 *  @param leg the leg.
 *  @param input `input_frames` frames in the input format, with any alignment; may be NULL if `input_frames` is 0.
 *  @param input_frames number of frames, 0 or more, at most 500 ms of audio; 0: nothing arrived.
 *  @param output receives `output_frames` frames in the output format, with any alignment; it must not overlap
 *    `input`; may be NULL if `output_frames` is 0.
 *  @param output_frames number of frames, 0 or more, at most 500 ms of audio.
 *  @return a set of PALABRA_SOUND_* bits; 0: all frames are silence. PALABRA_SOUND_ENDED: the call is closed and
 *    everything was heard. Check for an error first: its bits mean nothing. After an error nothing was taken, and
 *    `output` is silence too, unless the handle is bad or `output_frames` is out of range.
 *  @retval PALABRA_ERR_INVALID_ARGUMENT A number of frames is out of range, or `output` overlaps `input`.
 *  @retval PALABRA_ERR_BUSY Another thread is sending or reading on this leg, or changing a format.
 *  Real-time safe. Threads: one at a time per leg. Example: call.c. */
PALABRA_API int32_t PALABRA_CALL palabra_leg_exchange(
    palabra_leg *leg, const void *input, int32_t input_frames, void *output, int32_t output_frames);

/** As palabra_leg_exchange(), for a packet with an RTP timestamp, so that packets may come late, out of order, twice
 *  or never. Use one of both functions on a leg.
 *
 *  A packet that comes before its turn waits for those before it, up to `jitter_ms` of the leg's config: then they
 *  were lost, as after palabra_leg_skip(). What comes after that, and what was said before, is dropped. A gap that is
 *  longer, as where silence is not sent (DTX), is a loss at once. A timestamp that is more than 30 s away begins
 *  another stream.
 *
 *  @param leg the leg.
 *  @param input as for palabra_leg_exchange(); the payload of one packet.
 *  @param input_frames number of frames, 0 or more, at most 500 ms of audio; 0: nothing arrived. If more than one
 *    packet has arrived since the last tick, call the function for each of them, with `output_frames` 0 for all but
 *    one.
 *  @param rtp_timestamp the packet's, in frames of the input format, modulo 2^32; ignored if `input_frames` is 0. A
 *    codec whose RTP clock has another rate than its audio, such as G.722, needs it converted.
 *  @param output as for palabra_leg_exchange().
 *  @param output_frames number of frames, 0 or more, at most 500 ms of audio. Time passes by them: call the function
 *    once per tick also if nothing has arrived.
 *  @return as palabra_leg_exchange() returns it.
 *  @retval PALABRA_ERR_BUSY Another thread is sending or reading on this leg, or changing a format.
 *  Real-time safe. Threads: one at a time per leg. */
PALABRA_API int32_t PALABRA_CALL palabra_leg_exchange_at(
    palabra_leg *leg, const void *input, int32_t input_frames, uint32_t rtp_timestamp, void *output,
    int32_t output_frames);

/** The half of palabra_leg_exchange() that takes what the party says, for lines that send and read on two threads.
 *  @param leg the leg.
 *  @param audio `frames` frames in the input format, with any alignment; may be NULL if `frames` is 0.
 *  @return number of frames taken, 0 to `frames`: all of them, at the pace of speech.
 *  @retval PALABRA_ERR_BUSY Another thread is sending on this leg, or changing its input format.
 *  @retval PALABRA_ERR_ENDED palabra_call_end() was called.
 *  @retval PALABRA_ERR_CLOSED The call is closed.
 *  Real-time safe. Threads: one sender at a time per leg. */
PALABRA_API int32_t PALABRA_CALL palabra_leg_send_audio(palabra_leg *leg, const void *audio, int32_t frames);

/** The half of palabra_leg_exchange() that fills what the party is to hear.
 *  @param leg the leg.
 *  @param audio receives `frames` frames in the output format, with any alignment; may be NULL if `frames` is 0.
 *  @param frames number of frames, 0 or more, at most 500 ms of audio.
 *  @return as palabra_leg_exchange() returns it.
 *  @retval PALABRA_ERR_BUSY Another thread is reading on this leg, or changing its output format.
 *  Real-time safe. Threads: one reader at a time per leg. */
PALABRA_API int32_t PALABRA_CALL palabra_leg_read_audio(palabra_leg *leg, void *audio, int32_t frames);

/** States that frames of what the party says were lost, as palabra_session_skip() does.
 *  @param leg the leg.
 *  @return number of frames taken, 0 to `frames`.
 *  @retval PALABRA_ERR_BUSY Another thread is sending on this leg, or changing its input format.
 *  @retval PALABRA_ERR_ENDED palabra_call_end() was called.
 *  @retval PALABRA_ERR_CLOSED The call is closed.
 *  Real-time safe. Threads: one sender at a time per leg. */
PALABRA_API int32_t PALABRA_CALL palabra_leg_skip(palabra_leg *leg, int32_t frames);

/** Changes the format of the audio that a party's line sends from now on, as palabra_session_set_input_format() does.
 *  @param leg the leg.
 *  @param format the new format. `sample_rate` is required. `channel` must be 0: the selected channel stays; with
 *    fewer channels than that they are mixed.
 *  @return PALABRA_OK, also if nothing changes. After an error the format is what it was.
 *  @retval PALABRA_ERR_BUSY Another thread is sending on this leg.
 *  @retval PALABRA_ERR_AGAIN 16 changes are pending already.
 *  @retval PALABRA_ERR_UNSUPPORTED The encoding is not known.
 *  @retval PALABRA_ERR_ENDED palabra_call_end() was called.
 *  @retval PALABRA_ERR_CLOSED The call is closed.
 *  Threads: preferably the one that sends, which alone knows the first frame of the new format; not real-time threads.
 */
PALABRA_API palabra_status PALABRA_CALL palabra_leg_set_input_format(
    palabra_leg *leg, const palabra_audio_format *format);

/** Changes the format of the audio that a party's line takes from now on, as palabra_session_set_output_format() does.
 *  @param leg the leg.
 *  @param format the new format. `sample_rate` is required.
 *  @return PALABRA_OK, also if nothing changes.
 *  @retval PALABRA_ERR_BUSY Another thread is reading on this leg: nothing was changed.
 *  @retval PALABRA_ERR_UNSUPPORTED The encoding is not known.
 *  Threads: preferably the one that reads, which alone knows the first frame of the new format; not real-time threads.
 */
PALABRA_API palabra_status PALABRA_CALL palabra_leg_set_output_format(
    palabra_leg *leg, const palabra_audio_format *format);

/** Changes how a party hears the other's own voice under the translation: its gain, also to 0 and back, and the
 *  ducking. The change is faded within 20 ms.
 *  @param leg the leg that hears it.
 *  @param options as in `output.original` of the translation's config; here `gain_percent` 0 is silence.
 *  @return PALABRA_OK. After an error nothing has changed.
 *  @retval PALABRA_ERR_LIMIT No memory for the original voice.
 *  Threads: any, but not real-time threads. */
PALABRA_API palabra_status PALABRA_CALL palabra_leg_set_original(
    palabra_leg *leg, const palabra_original_options *options);

/** Takes a party out of a call, as when it hangs up, and invalidates its handle. The other party hears the rest of
 *  what was said, as after palabra_session_end(), and the call goes on: another party can join.
 *
 *  What the other party says is not translated any more, until somebody joins. LINK_DOWN is delivered for both legs.
 *
 *  @param leg the leg; NULL: nothing is done.
 *  @return PALABRA_OK. A thread that exchanges audio at this moment returns before or after that; later calls return
 *    PALABRA_ERR_BAD_HANDLE.
 *  Example: call.c. */
PALABRA_API palabra_status PALABRA_CALL palabra_leg_close(palabra_leg *leg);

/** Mutes a party, or ends that: what its line sends is silence for the other party and for the service. It goes on
 *  sending.
 *  @param leg the leg.
 *  @param muted 1: muted; 0: not.
 *  @return PALABRA_OK, also if nothing changes.
 *  @retval PALABRA_ERR_INVALID_ARGUMENT `muted` is neither. */
PALABRA_API palabra_status PALABRA_CALL palabra_leg_set_muted(palabra_leg *leg, int32_t muted);

/** Puts a party on hold: the conversation rests. What the lines send, such as music, is heard by the other party as it
 *  is and does not reach the service, in either direction; the tasks are paused, which is not billed. What was said
 *  before is still translated and heard. TASK_STATUS reports the pauses with `user_tag` 0 where the service
 *  acknowledges.
 *
 *  Both parties can be on hold: the conversation goes on when palabra_leg_resume() was called for each of them.
 *
 *  @param leg the leg.
 *  @return PALABRA_OK, also if it is on hold already.
 *  @retval PALABRA_ERR_ENDED palabra_call_end() was called.
 *  @retval PALABRA_ERR_CLOSED The call is closed. */
PALABRA_API palabra_status PALABRA_CALL palabra_leg_hold(palabra_leg *leg);

/** Ends the hold of a party. What is said from now on is translated, and is no part of a phrase that was said before.
 *  The service's task of each direction is resumed when its party sends the next audio, which waits for it.
 *  @param leg the leg.
 *  @return PALABRA_OK, also if it is not on hold.
 *  @retval PALABRA_ERR_ENDED palabra_call_end() was called.
 *  @retval PALABRA_ERR_CLOSED The call is closed. */
PALABRA_API palabra_status PALABRA_CALL palabra_leg_resume(palabra_leg *leg);

/** Silences the translation that a party hears, and nothing else: the phrase that is heard is faded out within 5 ms,
 *  and nothing more of it is heard. What the other party says goes on to be translated. For barge-in.
 *
 *  PLAYOUT_CUT tells who was cut, and after how many ms: `leg` is the other party, whose words these were, `phrase`
 *  the phrase of its texts, and `heard_ms` of `phrase_ms` were heard. It follows when the line has read the fade.
 *
 *  @param leg the leg that hears it.
 *  @param flags 0: the phrase that is heard now; PALABRA_SILENCE_ALL: all phrases that have begun to arrive.
 *  @return PALABRA_OK, also if nothing is heard.
 *  @retval PALABRA_ERR_UNSUPPORTED `barge_in` of the leg is PALABRA_BARGE_IN_NONE.
 *  Threads: any, but not real-time threads. */
PALABRA_API palabra_status PALABRA_CALL palabra_leg_silence(palabra_leg *leg, uint32_t flags);

/** Interrupts the translation that a party hears, as palabra_session_interrupt() does: all phrases that have begun to
 *  arrive are discarded, also at the service, and what the other party is saying now is lost. Answer: TASK_STATUS
 *  "interrupted", with the `leg` of the other party. PLAYOUT_CUT tells what was cut, as for palabra_leg_silence().
 *  @param leg the leg that hears it.
 *  @retval PALABRA_ERR_UNSUPPORTED `barge_in` of the leg is PALABRA_BARGE_IN_NONE.
 *  @retval PALABRA_ERR_AGAIN Too many commands are pending, or no session for this leg was opened yet.
 *  @retval PALABRA_ERR_ENDED palabra_call_end() was called.
 *  @retval PALABRA_ERR_CLOSED The call, or the session for this leg, is closed. */
PALABRA_API palabra_status PALABRA_CALL palabra_leg_interrupt(palabra_leg *leg, uint64_t user_tag);

/** Speaks a text to a party, in its language, as palabra_session_speak() does; the other party does not hear it. Its
 *  events have the `leg` of the other party. Answer: SPEAK_STATUS.
 *  @param leg the leg that hears it.
 *  @param text what to say, up to PALABRA_MAX_SPEAK_BYTES.
 *  @retval PALABRA_ERR_AGAIN Too many commands are pending, or no session for this leg was opened yet.
 *  @retval PALABRA_ERR_INVALID_ARGUMENT `text` is empty or too long.
 *  @retval PALABRA_ERR_ENDED palabra_call_end() was called.
 *  @retval PALABRA_ERR_CLOSED The call, or the session for this leg, is closed. */
PALABRA_API palabra_status PALABRA_CALL palabra_leg_speak(palabra_leg *leg, const char *text, uint64_t user_tag);

/** Reads the statistics of a party.
 *  @param leg the leg.
 *  Threads: any, but not real-time threads. */
PALABRA_API palabra_status PALABRA_CALL palabra_leg_get_stats(palabra_leg *leg, palabra_leg_stats *stats);

/** Writes the statistics of a call as one line of JSON, for a log: "call_name", "call_tag", "state" (as "READY"),
 *  "code" (as "PALABRA_OK"), "duration_ms", and "legs", a list of the parties, those that have left included. Each has
 *  "number", "language", "target_language", "joined_ms" and "left_ms" (-1: it has not left), "link_state" ("": none;
 *  as "state"), the numbers of palabra_leg_stats by their names, and "links", a list with "opened_ms", "ready_ms",
 *  "ended_ms" (-1: not yet) and "code", which says why a link ended. Times are ms since the call was opened;
 *  "ready_ms" is counted from the opening of the link. Each list has at most the latest 16: "legs_left_out" and
 *  "links_left_out" count the others.
 *
 *  Later versions add members. What is heard after CLOSED counts too: call it last, before palabra_call_close().
 *
 *  @param call the call, in any state.
 *  @param buffer receives the line, NUL-terminated, truncated between characters if it does not fit; may be NULL if
 *    `capacity` is 0.
 *  @param capacity size of `buffer`, in bytes. 4096 are enough for two parties with a few links each.
 *  @return length of the whole line, in bytes without the NUL: it was truncated if that is `capacity` or more.
 *  @retval PALABRA_ERR_INVALID_ARGUMENT `capacity` is negative, or `buffer` is NULL.
 *  Threads: any, but not real-time threads. */
PALABRA_API int32_t PALABRA_CALL palabra_call_get_stats_json(palabra_call *call, char *buffer, int32_t capacity);

/** Starts to record a call to a WAV file, 16-bit, all parties on one clock: what leg 0 says on the left, what leg 1
 *  says on the right, each when it was sent, as the other party hears it: muted is silent. With
 *  PALABRA_RECORDING_TRANSLATIONS the file has four channels: then the translation that leg 0 hears and the one that
 *  leg 1 hears follow, each when it was read. Who joins in the place of a closed leg is recorded in its place.
 *
 *  What a line sends ahead of its time is left out, so that the parties stay together; each is at its place in time to
 *  about 100 ms. Everything else is as for palabra_session_start_recording(): a thread of its own writes the file, a
 *  failure is one ERROR event, with `leg` -1, and palabra_call_close() ends the recording too.
 *
 *  @param call the call.
 *  @param path the file, which is replaced if it exists.
 *  @param options rate and channels; NULL: all defaults.
 *  @retval PALABRA_ERR_BUSY A recording of this call is running, or 8 earlier ones are still being written.
 *  @retval PALABRA_ERR_IO The file cannot be created. If that takes longer than a second, PALABRA_OK is returned and
 *    an ERROR event reports the failure.
 *  @retval PALABRA_ERR_LIMIT No thread can be started, or 256 recordings of the process are open or still being
 *    written.
 *  @retval PALABRA_ERR_CLOSED Another thread closes the call.
 *  @retval PALABRA_ERR_INVALID_ARGUMENT `path` is empty, or a number is out of range.
 *  Threads: any, but not real-time threads. Blocks: while the file is created, up to 1 s. */
PALABRA_API palabra_status PALABRA_CALL palabra_call_start_recording(
    palabra_call *call, const char *path, const palabra_call_recording_options *options, palabra_error *error);

/** Pauses a recording, as while a card number is spoken: until palabra_call_resume_recording() all channels of the
 *  file are silent, and time goes on. The translation of what was said during the pause can be heard after it.
 *  @param call the call.
 *  @return PALABRA_OK, also if it is paused.
 *  @retval PALABRA_ERR_INVALID_ARGUMENT No recording is running.
 *  Threads: any, but not real-time threads. */
PALABRA_API palabra_status PALABRA_CALL palabra_call_pause_recording(palabra_call *call);

/** Continues a recording after palabra_call_pause_recording().
 *  @param call the call.
 *  @return PALABRA_OK, also if it is not paused.
 *  @retval PALABRA_ERR_INVALID_ARGUMENT No recording is running.
 *  Threads: any, but not real-time threads. */
PALABRA_API palabra_status PALABRA_CALL palabra_call_resume_recording(palabra_call *call);

/** Stops a recording and waits until its file is complete.
 *  @param call the call.
 *  @param timeout_ms how long to wait for the disk, in ms; negative: without limit. The file is completed in any case.
 *  @return PALABRA_OK: the file is complete.
 *  @retval PALABRA_ERR_TIMEOUT The file is still being written.
 *  @retval PALABRA_ERR_IO It could not be written, or a part is missing: the disk was too slow, or more than 2 s of
 *    audio came at once.
 *  @retval PALABRA_ERR_LIMIT More than 4 GB were recorded: the file has the first 4 GB.
 *  @retval PALABRA_ERR_INVALID_ARGUMENT No recording was started.
 *  Threads: any, but not real-time threads. */
PALABRA_API palabra_status PALABRA_CALL palabra_call_stop_recording(
    palabra_call *call, int32_t timeout_ms, palabra_error *error);

#ifdef __cplusplus
}
#endif

/* Start values: the size is set, everything else is zero. */
#define PALABRA_CALL_CONFIG_INIT            PALABRA_STRUCT_INIT(palabra_call_config)
#define PALABRA_LEG_CONFIG_INIT             PALABRA_STRUCT_INIT(palabra_leg_config)
#define PALABRA_LEG_STATS_INIT              PALABRA_STRUCT_INIT(palabra_leg_stats)
#define PALABRA_CALL_RECORDING_OPTIONS_INIT PALABRA_STRUCT_INIT(palabra_call_recording_options)

#endif /* PALABRA_CALL_H */
