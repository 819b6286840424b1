/*
 * palabra/session.h - Sessions: what all products have in common
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 * Generated from src/ffi; do not edit.
 */

/*
 * Rules for all sessions
 * ======================
 *
 * Settings. Every config has these fields. `session_tag` is any number, returned in every event of the session;
 * `session_name` is any text of up to 127 bytes, such as the UUID of a call, returned in every event and log line, or
 * NULL. Events are delivered to `queue`, shared with other sessions; NULL: the session has its own. `stream` is what
 * to connect to; its `url` NULL: the client's. Languages and voices are not checked by the library: the
 * service refuses unknown ones.
 *
 * Opening. palabra_session_open_translation(), _tts() and _stt() return immediately, in state CONNECTING; the rest
 * happens in the background. The outcome is an event: READY, or CLOSED with the reason. Audio and texts may be sent,
 * commands given and the end requested from the first moment: they wait. Close the session with
 * palabra_session_close(). Errors, besides those of palabra/base.h and of the function:
 *   PALABRA_ERR_INVALID_ARGUMENT  a number is out of range; only one of the stream's `url` and `token`; there is no
 *                                 such region, or it does not offer this
 *   PALABRA_ERR_UNSUPPORTED       an encoding or mode is not known
 *   PALABRA_ERR_AUTH              there are no credentials
 *   PALABRA_ERR_LIMIT             too many sessions, no thread can be started, or no memory for the buffers
 */
#ifndef PALABRA_SESSION_H
#define PALABRA_SESSION_H

#include <palabra/base.h>
#include <palabra/audio.h>

/** State of a session. It only moves forward. */
typedef enum palabra_state PALABRA_INT32_ENUM {
    /** Connecting, setting the task and waiting for the service. */
    PALABRA_STATE_CONNECTING = 1,
    /** The service is listening. */
    PALABRA_STATE_READY = 2,
    /** The end was requested: pending input is sent and the tail is delivered. */
    PALABRA_STATE_ENDING = 3,
    /** Closed. Events that are still queued can be polled. */
    PALABRA_STATE_CLOSED = 4
} palabra_state;
PALABRA_ASSERT_INT32(palabra_state);

/** Deliver the service's JSON with every event that came from a message (`json`). */
#define PALABRA_SESSION_JSON 1u
/** Use the protocol of API keys whatever the credentials are: for a stream address of that kind. */
#define PALABRA_SESSION_DIALECT_V2 2u
/** Drop the oldest audio instead of refusing the newest when more than `input.buffer_ms` waits, or on a slow line more
 *  than it delivers in that time. What the operating system and the line hold counts, but only what the library holds
 *  can be dropped. Each run of losses is told by a WARNING with DROPPED when it is over, and a long one every 10 s.
 *  For live microphones. Not for audio that is sent whenever there is space, such as a file: its beginning would be
 *  lost. Translation and speech-to-text only. */
#define PALABRA_SESSION_DROP_OLDEST 4u

/** A stream to connect to instead of the one that the client's credentials lead to. */
typedef struct palabra_stream_address {
    /** Address of the stream; NULL: the client's. */
    const char *url;
    /** Token for `url`. Wiped from memory with the session. */
    const char *token;
    uint32_t reserved[4];
} palabra_stream_address;

/** Limits on what may wait in a session, and on what it accepts. */
typedef struct palabra_limits {
    /** Bytes of events that may wait to be polled; 0: 16777216 (16 MiB). A single event that is larger, and larger
     *  than 64 KiB, is dropped. */
    int64_t event_bytes;
    /** Events that may wait to be polled; 0: 1000. */
    int32_t event_count;
    /** Commands or texts that may wait to be sent, 1 to 1024; 0: 32, text-to-speech 256. */
    int32_t command_count;
    /** Bytes of the largest message that the server may send, 65536 to 1073741824; 0: 8388608 (8 MiB). A larger one,
     *  or compressed speech that inflates to more, closes the session with PALABRA_ERR_LIMIT before memory for it is
     *  taken. */
    int32_t message_bytes;
    uint32_t reserved[3];
} palabra_limits;

/** Timeouts of a session. */
typedef struct palabra_timeouts {
    /** Timeout of one attempt to connect to the stream, in ms; 0: the client's `connect_timeout_ms`. Creating a REST
     *  session takes up to three attempts before, each within the client's timeouts. */
    int32_t connect_ms;
    /** Time the service may take to become ready once connected, in ms; 0: 30000. Translation only. */
    int32_t ready_ms;
    /** Time to wait for the next text or speech after palabra_session_end() before the session closes with
     *  PALABRA_ERR_TIMEOUT, in ms; 0: 30000, speech-to-text 10000. It begins when what waits was sent. From then on an
     *  end takes at most 10 times as long, whatever the service still sends. If nothing that waits can be sent for 10
     *  times as long, and for 60000 ms at least, CLOSED has the same status. */
    int32_t end_ms;
    /** Time without anything from the server, or without an answer to a ping, after which the connection is considered
     *  dead, in ms, 1000 to 3600000; 0: 60000; -1: never. A ping is sent every 10 s, or every third of this time if
     *  that is shorter; it needs no answer once everything was sent after palabra_session_end(). Time in which the
     *  process was stopped does not count. */
    int32_t liveness_ms;
    uint32_t reserved[4];
} palabra_timeouts;

/** Statistics of one session, from its opening to now. A value that is not known yet is -1. */
typedef struct palabra_session_stats {
    uint32_t struct_size;
    /** What the gap policy is doing now. */
    palabra_gap_policy gap_in_effect;
    /** Audio that was taken and not delivered, in ms: what waits in the library, in the operating system and on the
     *  line until the server's system acknowledges it, where the operating system tells (Linux, Android, macOS, iOS).
     *  Just after a change of the input format by the new rate. -1 with encoded audio. */
    int64_t input_queue_ms;
    /** Frames that palabra_session_send_audio() and palabra_session_skip() took, in the caller's format. Frames of
     *  palabra_session_skip() that need no silence are not counted: silence was sent in their place already, or the
     *  gap policy has paused the task. */
    int64_t input_frames_taken;
    /** Frames of those that were delivered, as far as the operating system tells; elsewhere those passed to it. */
    int64_t input_frames_sent;
    /** Frames of those that were dropped; see PALABRA_SESSION_DROP_OLDEST. */
    int64_t input_frames_dropped;
    /** Frames of silence that PALABRA_GAP_SILENCE sent, and those that padded a short message, in the format of the
     *  wire. */
    int64_t silence_frames_sent;
    /** Times that PALABRA_GAP_PAUSE paused the task. */
    int64_t gap_pauses;
    /** Messages with audio, or with text, that were sent. */
    int64_t chunks_sent;
    /** Bytes written to the stream, WebSocket framing included. */
    int64_t bytes_sent;
    /** Bytes read from the stream. */
    int64_t bytes_received;
    /** Frames of speech received, of all languages. */
    int64_t audio_frames_received;
    /** Frames of speech dropped because the limits on events were exceeded. */
    int64_t audio_frames_dropped;
    /** Frames of speech in events that wait to be polled. */
    int64_t audio_frames_queued;
    /** Events dropped because the limits were exceeded. */
    int64_t events_dropped;
    /** Events that wait to be polled. */
    int64_t events_queued;
    /** Bytes of those events. */
    int64_t event_bytes_queued;
    /** Commands that wait to be sent. */
    int64_t commands_queued;
    /** Time from opening to READY, in ms. */
    int64_t ready_ms;
    /** Time from the first chunk or text sent to the first speech received, in ms. */
    int64_t first_audio_ms;
    /** Last round trip to the server, in us. */
    int64_t round_trip_us;
    /** Speech that waits at the service, in ms: the longest queue of its last report. */
    int64_t service_queue_ms;
    /** How late what is played comes back, in ms; -1: it does not, or that is not known. See PALABRA_ECHO_MEASURE. */
    int64_t echo_delay_ms;
    /** How loud that is, in dB of what is played, usually negative; 0 if `echo_delay_ms` is -1. */
    int64_t echo_level_db;
    /** Sound that was left out because the thread for signal processing was 2 s late, in ms: with PALABRA_ECHO_CANCEL
     *  it was not sent, otherwise not listened to. */
    int64_t overrun_ms;
} palabra_session_stats;

#ifdef __cplusplus
extern "C" {
#endif

/** Waits until a session is ready or closed. Events stay queued: READY or CLOSED is still delivered.
 *  @return PALABRA_OK: the session is READY or already ENDING; otherwise the status of the CLOSED event.
 *  @retval PALABRA_ERR_TIMEOUT It is still CONNECTING.
 *  @retval PALABRA_ERR_CLOSED It closed without an error. */
PALABRA_API palabra_status PALABRA_CALL palabra_session_wait_ready(palabra_session *session, int32_t timeout_ms);

/** Returns the state of a session. It changes a moment before the corresponding event can be polled.
 *  @return a palabra_state. */
PALABRA_API int32_t PALABRA_CALL palabra_session_get_state(palabra_session *session);

/** Explains why a session closed.
 *  @param error receives the explanation; its `code` is PALABRA_OK while the session is open, and when it closed
 *    without an error. */
PALABRA_API palabra_status PALABRA_CALL palabra_session_get_error(palabra_session *session, palabra_error *error);

/** Reads the statistics of a session. Example: many_sessions.c. */
PALABRA_API palabra_status PALABRA_CALL palabra_session_get_stats(
    palabra_session *session, palabra_session_stats *stats);

/** Ends a session: no more input is taken, pending input and commands are sent, the tail is delivered (the texts and
 *  speech of all that was sent), then CLOSED. Keep polling until CLOSED arrives.
 *
 *  Speech-to-text: a final text of everything that was sent is requested, silence is sent in the meantime for services
 *  that wait for a pause (none with encoded audio), and the stream is closed when the final and its translations have
 *  arrived. If `end_ms` passes first while a text was still partial, CLOSED has PALABRA_ERR_TIMEOUT.
 *
 *  Translation: while commands wait for their intervals, silence keeps the service from ending the session.
 *
 *  Text-to-speech: what was requested is spoken to its end. A generation without PALABRA_TEXT_EOS is waited for until
 *  nothing was said for 2 s.
 *
 *  @return PALABRA_OK. Audio sent by another thread at the same moment may or may not be included.
 *  @retval PALABRA_ERR_ENDED It was ended already.
 *  @retval PALABRA_ERR_CLOSED It is closed. */
PALABRA_API palabra_status PALABRA_CALL palabra_session_end(palabra_session *session);

/** Closes a session in any state and invalidates its handle. Events that were not polled are dropped; those already
 *  polled stay valid. To receive the tail, call palabra_session_end() first and poll until CLOSED.
 *
 *  The handle is invalid as soon as the call begins: a thread that waits in another call on it returns with
 *  PALABRA_ERR_CLOSED, later calls return PALABRA_ERR_BAD_HANDLE.
 *
 *  @param session the session; NULL: nothing is done.
 *  @param timeout_ms how long to wait for the closing handshake and the deletion of a REST session, in ms; 0: they
 *    happen in the background.
 *  @retval PALABRA_ERR_INVALID_ARGUMENT `timeout_ms` is negative: the session is not closed. */
PALABRA_API palabra_status PALABRA_CALL palabra_session_close(palabra_session *session, int32_t timeout_ms);

#ifdef __cplusplus
}
#endif

/* Start values: the size is set, everything else is zero. */
#define PALABRA_SESSION_STATS_INIT PALABRA_STRUCT_INIT(palabra_session_stats)

#endif /* PALABRA_SESSION_H */
