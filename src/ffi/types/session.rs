//! Sessions: what all products have in common.

use std::ffi::c_char;

use super::audio::palabra_gap_policy;

/// One live conversation over one WebSocket. Opaque.
pub struct palabra_session {
    _opaque: (),
}

/// State of a session. It only moves forward.
pub type palabra_state = i32;

/// Connecting, setting the task and waiting for the service.
pub const PALABRA_STATE_CONNECTING: palabra_state = 1;
/// The service is listening.
pub const PALABRA_STATE_READY: palabra_state = 2;
/// The end was requested: pending input is sent and the tail is delivered.
pub const PALABRA_STATE_ENDING: palabra_state = 3;
/// Closed. Events that are still queued can be polled.
pub const PALABRA_STATE_CLOSED: palabra_state = 4;

/// Deliver the service's JSON with every event that came from a message (`json`).
pub const PALABRA_SESSION_JSON: u32 = 1;
/// Use the protocol of API keys whatever the credentials are: for a stream address of that kind.
pub const PALABRA_SESSION_DIALECT_V2: u32 = 2;
/// Drop the oldest audio instead of refusing the newest when more than `input.buffer_ms` waits, or on a slow line more
/// than it delivers in that time. What the operating system and the line hold counts, but only what the library holds
/// can be dropped. Each run of losses is told by a WARNING with DROPPED when it is over, and a long one every 10 s. For
/// live microphones. Not for audio that is sent whenever there is space, such as a file: its beginning would be lost.
/// Translation and speech-to-text only.
pub const PALABRA_SESSION_DROP_OLDEST: u32 = 4;

/// A stream to connect to instead of the one that the client's credentials lead to.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct palabra_stream_address {
    /// Address of the stream; NULL: the client's.
    pub url: *const c_char,
    /// Token for `url`. Wiped from memory with the session.
    pub token: *const c_char,
    /// Must be 0.
    pub reserved: [u32; 4],
}

/// Limits on what may wait in a session, and on what it accepts.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct palabra_limits {
    /// Bytes of events that may wait to be polled; 0: 16777216 (16 MiB). A single event that is larger, and larger than
    /// 64 KiB, is dropped.
    pub event_bytes: i64,
    /// Events that may wait to be polled; 0: 1000.
    pub event_count: i32,
    /// Commands or texts that may wait to be sent, 1 to 1024; 0: 32, text-to-speech 256.
    pub command_count: i32,
    /// Bytes of the largest message that the server may send, 65536 to 1073741824; 0: 8388608 (8 MiB). A larger one, or
    /// compressed speech that inflates to more, closes the session with PALABRA_ERR_LIMIT before memory for it is taken.
    pub message_bytes: i32,
    /// Must be 0.
    pub reserved: [u32; 3],
}

/// Timeouts of a session.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct palabra_timeouts {
    /// Timeout of one attempt to connect to the stream, in ms; 0: the client's `connect_timeout_ms`. Creating a REST
    /// session takes up to three attempts before, each within the client's timeouts.
    pub connect_ms: i32,
    /// Time the service may take to become ready once connected, in ms; 0: 30000. Translation only.
    pub ready_ms: i32,
    /// Time to wait for the next text or speech after palabra_session_end() before the session closes with
    /// PALABRA_ERR_TIMEOUT, in ms; 0: 30000, speech-to-text 10000. It begins when what waits was sent. From then on an
    /// end takes at most 10 times as long, whatever the service still sends. If nothing that waits can be sent for 10
    /// times as long, and for 60000 ms at least, CLOSED has the same status.
    pub end_ms: i32,
    /// Time without anything from the server, or without an answer to a ping, after which the connection is
    /// considered dead, in ms, 1000 to 3600000; 0: 60000; -1: never. A ping is sent every 10 s, or every third of this
    /// time if that is shorter; it needs no answer once everything was sent after palabra_session_end(). Time in which
    /// the process was stopped does not count.
    pub liveness_ms: i32,
    /// Must be 0.
    pub reserved: [u32; 4],
}

/// Statistics of one session, from its opening to now. A value that is not known yet is -1.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct palabra_session_stats {
    /// sizeof(palabra_session_stats).
    pub struct_size: u32,
    /// What the gap policy is doing now.
    pub gap_in_effect: palabra_gap_policy,
    /// Audio that was taken and not delivered, in ms: what waits in the library, in the operating system and on the
    /// line until the server's system acknowledges it, where the operating system tells (Linux, Android, macOS, iOS).
    /// Just after a change of the input format by the new rate. -1 with encoded audio.
    pub input_queue_ms: i64,
    /// Frames that palabra_session_send_audio() and palabra_session_skip() took, in the caller's format. Frames of
    /// palabra_session_skip() that need no silence are not counted: silence was sent in their place already, or the gap
    /// policy has paused the task.
    pub input_frames_taken: i64,
    /// Frames of those that were delivered, as far as the operating system tells; elsewhere those passed to it.
    pub input_frames_sent: i64,
    /// Frames of those that were dropped; see PALABRA_SESSION_DROP_OLDEST.
    pub input_frames_dropped: i64,
    /// Frames of silence that PALABRA_GAP_SILENCE sent, and those that padded a short message, in the format of the wire.
    pub silence_frames_sent: i64,
    /// Times that PALABRA_GAP_PAUSE paused the task.
    pub gap_pauses: i64,
    /// Messages with audio, or with text, that were sent.
    pub chunks_sent: i64,
    /// Bytes written to the stream, WebSocket framing included.
    pub bytes_sent: i64,
    /// Bytes read from the stream.
    pub bytes_received: i64,
    /// Frames of speech received, of all languages.
    pub audio_frames_received: i64,
    /// Frames of speech dropped because the limits on events were exceeded.
    pub audio_frames_dropped: i64,
    /// Frames of speech in events that wait to be polled.
    pub audio_frames_queued: i64,
    /// Events dropped because the limits were exceeded.
    pub events_dropped: i64,
    /// Events that wait to be polled.
    pub events_queued: i64,
    /// Bytes of those events.
    pub event_bytes_queued: i64,
    /// Commands that wait to be sent.
    pub commands_queued: i64,
    /// Time from opening to READY, in ms.
    pub ready_ms: i64,
    /// Time from the first chunk or text sent to the first speech received, in ms.
    pub first_audio_ms: i64,
    /// Last round trip to the server, in us.
    pub round_trip_us: i64,
    /// Speech that waits at the service, in ms: the longest queue of its last report.
    pub service_queue_ms: i64,
    /// How late what is played comes back, in ms; -1: it does not, or that is not known. See PALABRA_ECHO_MEASURE.
    pub echo_delay_ms: i64,
    /// How loud that is, in dB of what is played, usually negative; 0 if `echo_delay_ms` is -1.
    pub echo_level_db: i64,
    /// Sound that was left out because the thread for signal processing was 2 s late, in ms: with PALABRA_ECHO_CANCEL it was
    /// not sent, otherwise not listened to.
    pub overrun_ms: i64,
}
