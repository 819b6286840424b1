//! Events.

use std::ffi::{c_char, c_void};

use super::base::palabra_status;

/// What happened. Later versions add kinds: ignore and release those that are not known.
pub type palabra_event_kind = i32;

/// No event.
pub const PALABRA_EVENT_NONE: palabra_event_kind = 0;
/// The service is listening. `id`: that of the REST session that was created, as for palabra_rest_session_get(); "":
/// there is none.
pub const PALABRA_EVENT_READY: palabra_event_kind = 1;
/// A text: `text`, `language`, `phrase`, `start_ms`, `end_ms`. FINAL: it is complete; otherwise it replaces the one
/// before. TRANSLATION: it is in a target language. Speech-to-text: also `user_tag` when it answers
/// palabra_session_finalize().
pub const PALABRA_EVENT_TRANSCRIPT: palabra_event_kind = 2;
/// Speech: `pcm`, `pcm_frames`, `sample_rate`, `channels`, `language`, `phrase`; with PALABRA_TTS_FORMAT_MP3 `data`
/// instead of `pcm`. LAST_CHUNK: the phrase is complete (`pcm_frames` may be 0). It can arrive faster than it plays.
/// Text-to-speech: `id` and `phrase` are those of the generation, `user_tag` that of its first text.
pub const PALABRA_EVENT_AUDIO: palabra_event_kind = 3;
/// Answer to palabra_session_speak(): `user_tag`, `text` ("queued"), `phrase`.
pub const PALABRA_EVENT_SPEAK_STATUS: palabra_event_kind = 4;
/// The service acknowledged a command: `service_code` names it ("set_task"), `text` says what happened ("started").
/// PAUSED. Not every server acknowledges. Text-to-speech: the library's own answer to palabra_session_cancel().
pub const PALABRA_EVENT_TASK_STATUS: palabra_event_kind = 5;
/// The current task: `text` is the service's JSON. PAUSED. `user_tag` when it answers palabra_session_get_task().
pub const PALABRA_EVENT_TASK_INFO: palabra_event_kind = 6;
/// Nothing more will be said. CLOSED follows.
pub const PALABRA_EVENT_STREAM_END: palabra_event_kind = 7;
/// A warning of the service: `service_code`, `text`. DROPPED: input was dropped, `dropped` frames; see
/// PALABRA_SESSION_DROP_OLDEST.
pub const PALABRA_EVENT_WARNING: palabra_event_kind = 8;
/// Something failed and the session continues: `code`, `service_code`, `text`; `user_tag` when it refuses a command.
/// PALABRA_ERR_IO, PALABRA_ERR_LIMIT: the file of a recording.
pub const PALABRA_EVENT_ERROR: palabra_event_kind = 9;
/// Events were dropped because limits were exceeded: `dropped`, `text`. Partial transcripts are dropped first, then
/// RAW and LOG, then AUDIO, then others; of each the oldest.
pub const PALABRA_EVENT_OVERFLOW: palabra_event_kind = 10;
/// A log line: `log_level`, `text`. See palabra_log_open().
pub const PALABRA_EVENT_LOG: palabra_event_kind = 11;
/// A message that the library does not model: `json`.
pub const PALABRA_EVENT_RAW: palabra_event_kind = 12;
/// The session is over; no event follows. `code` is PALABRA_OK, or says why together with `text`, `service_code`,
/// `http_status`, `close_code`, `retry_after_ms`. FATAL is set with every error; RETRIABLE: a new session can succeed.
/// `id` as for READY.
pub const PALABRA_EVENT_CLOSED: palabra_event_kind = 13;
/// A phrase starts to be heard: `played_frames`, `language`, `id`, `phrase`, `part`. The PLAYOUT events are delivered
/// where speech is read by palabra_session_read_audio(), some ms after it happened. What is heard after CLOSED has
/// none: see palabra_session_get_playout_stats().
pub const PALABRA_EVENT_PLAYOUT_STARTED: palabra_event_kind = 14;
/// It was heard to its end: as above, and `heard_ms`, `phrase_ms`.
pub const PALABRA_EVENT_PLAYOUT_FINISHED: palabra_event_kind = 15;
/// It was cut by palabra_session_silence(), _interrupt(), _pause() or _cancel() after `heard_ms` of the `phrase_ms` received, 0
/// if it had not started. DROPPED: it was dropped because `output.buffer_ms` was exceeded, or because its end was due while
/// nothing was read for `output.reader_lag_ms`; if more of it is heard after that, it starts again. That of speech which was ready
/// for the reader by then comes when it reads again.
pub const PALABRA_EVENT_PLAYOUT_CUT: palabra_event_kind = 16;
/// A session needs credentials: call palabra_client_set_credentials(). See PALABRA_CLIENT_ASK_CREDENTIALS.
pub const PALABRA_EVENT_CREDENTIALS_NEEDED: palabra_event_kind = 17;
/// Call: the service listens to the party of `leg`, and translates what it says. `id` as for READY, which a call does
/// not deliver.
pub const PALABRA_EVENT_LINK_UP: palabra_event_kind = 18;
/// Call: the service does not listen to the party of `leg` any more, or could not be reached; the call goes on. The
/// fields are those of CLOSED, which a call delivers once, as its last event. `code` PALABRA_OK: the leg was closed, or
/// the call was ended.
pub const PALABRA_EVENT_LINK_DOWN: palabra_event_kind = 19;
/// Call: the party of `leg` has begun to speak, at `start_ms` of the audio that its line has sent, about 200 ms ago. See
/// PALABRA_LEG_DETECT_SPEECH.
pub const PALABRA_EVENT_SPEECH_STARTED: palabra_event_kind = 20;
/// Call: it has stopped, 400 ms ago: it spoke from `start_ms` to `end_ms`.
pub const PALABRA_EVENT_SPEECH_ENDED: palabra_event_kind = 21;
/// What is played comes back through the microphone, in a call that of the party of `leg`: `delay_ms`, `level_db`, `text`.
/// When it is first known, and when it has changed by more than 10 ms or 3 dB. `delay_ms` -1: it does not come back any
/// more. See PALABRA_ECHO_MEASURE.
pub const PALABRA_EVENT_ECHO: palabra_event_kind = 22;

/// One thing that happened. The same struct for every kind; fields that a kind does not use are 0, -1 where 0 could be
/// a value, or "".
///
/// Pointers are valid until palabra_event_release(), whatever happens to the session. Texts are never NULL in a
/// delivered event.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct palabra_event {
    /// sizeof(palabra_event).
    pub struct_size: u32,
    /// What happened.
    pub kind: palabra_event_kind,
    /// Position in the order of delivery of this session or call, from 1 without gaps.
    pub seq: u64,
    /// When it happened, in ns of the system's monotonic clock (CLOCK_MONOTONIC; Windows: QueryPerformanceCounter).
    pub time_ns: i64,
    /// `session_tag` or `call_tag` of the config.
    pub session_tag: u64,
    /// Tag of the command that this answers.
    pub user_tag: u64,
    /// CLOSED, LINK_DOWN, ERROR: the status.
    pub code: palabra_status,
    /// PALABRA_FLAG_* bits.
    pub flags: u32,
    /// Call: number of the leg whose party speaks, from 0; -1: none. PLAYOUT_* and AUDIO are what the other party hears of
    /// it.
    pub leg: i32,
    /// LOG: severity, a palabra_log_level.
    pub log_level: i32,
    /// CLOSED, ERROR: HTTP status of the refusal; 0: none.
    pub http_status: i32,
    /// CLOSED, ERROR: WebSocket close code; 0: none.
    pub close_code: i32,
    /// CLOSED, ERROR: time after which the service allows another attempt, in ms; -1: the service did not say.
    pub retry_after_ms: i32,
    /// CLOSED, ERROR: error number of the operating system; 0: none.
    pub os_error: i32,
    /// Number of the phrase in this session, or of this leg of a call, the same for its texts and its audio in all languages; 0: none.
    pub phrase: u64,
    /// Part of a long phrase that a translation or its audio belongs to, from 0.
    pub part: i32,
    /// AUDIO: frames per second.
    pub sample_rate: i32,
    /// AUDIO: interleaved channels.
    pub channels: i32,
    /// Length of `data`, in bytes.
    pub data_len: i32,
    /// AUDIO: frames at `pcm`.
    pub pcm_frames: i64,
    /// TRANSCRIPT, SPEECH_*: start in the audio that was sent, in ms; -1: the service did not say.
    pub start_ms: i64,
    /// TRANSCRIPT, SPEECH_ENDED: end in the audio that was sent, in ms; -1: the service did not say.
    pub end_ms: i64,
    /// PLAYOUT_STARTED: frames of the language that had been read when the phrase started, silence included;
    /// PLAYOUT_FINISHED, PLAYOUT_CUT: when its last frame had been read. In the current output format; -1: unknown.
    pub played_frames: i64,
    /// PLAYOUT_FINISHED, PLAYOUT_CUT: how much of the phrase was heard, in ms; -1: unknown.
    pub heard_ms: i64,
    /// PLAYOUT_*: how much of the phrase had been received, in ms; -1: unknown.
    pub phrase_ms: i64,
    /// OVERFLOW: events dropped; WARNING: frames of input dropped, in the caller's format.
    pub dropped: i64,
    /// Length of `text`, in bytes.
    pub text_len: i32,
    /// Length of `language`, in bytes.
    pub language_len: i32,
    /// Length of `id`, in bytes.
    pub id_len: i32,
    /// Length of `service_code`, in bytes.
    pub service_code_len: i32,
    /// Length of `json`, in bytes.
    pub json_len: i32,
    /// Length of `session_name`, in bytes.
    pub session_name_len: i32,
    /// What was said, or what happened.
    pub text: *const c_char,
    /// Language code of text or audio.
    pub language: *const c_char,
    /// The service's id of the phrase or of the REST session, or the id of the generation.
    pub id: *const c_char,
    /// The service's code of an error, a warning or a command.
    pub service_code: *const c_char,
    /// With PALABRA_SESSION_JSON: the service's message, without audio. RAW: always.
    pub json: *const c_char,
    /// `session_name` or `call_name` of the config.
    pub session_name: *const c_char,
    /// AUDIO: interleaved 16-bit samples; NULL: none.
    pub pcm: *const i16,
    /// AUDIO of PALABRA_TTS_FORMAT_MP3: the next bytes of the generation's stream, cut anywhere; NULL: none.
    pub data: *const c_void,
    /// Must be ignored.
    pub reserved_pointer: *const c_void,
    /// Internal. Do not read or modify.
    pub payload: *mut c_void,
    /// ECHO: how late what is played comes back, in ms; -1: it does not.
    pub delay_ms: i64,
    /// ECHO: how loud it is, in dB of what is played, usually negative.
    pub level_db: i32,
    /// Must be ignored.
    pub reserved: u32,
}
