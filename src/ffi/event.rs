//! Events: poll and release.

use std::ffi::{c_char, c_void};

use super::guard::{count, deadline, guard, guard_anywhere};
use super::handles::{self, Payload};
use super::session::palabra_session;
use super::sized::{self, Sized32};
use super::status::palabra_status;
use crate::error::Status;
use crate::event::{Event, EventKind};
use crate::session::mailbox::Numbered;
use crate::session::queue::Polled;

/// No event.
pub const PALABRA_EVENT_NONE: i32 = 0;
/// The service listens.
pub const PALABRA_EVENT_READY: i32 = 1;
/// A text: `text`, `language`, `utterance`; FINAL: it is complete, else it replaces the one before;
/// TRANSLATION: it is in a target language. Of speech-to-text also `start_ms`, `end_ms`, and `user_tag` when it answers
/// palabra_session_finalize().
pub const PALABRA_EVENT_TRANSCRIPT: i32 = 2;
/// Speech in a target language: `pcm`, `pcm_frames`, `sample_rate`, `channels`, `language`, `utterance`;
/// LAST_CHUNK: the phrase is complete (`pcm_frames` may be 0). It may come faster than it plays. Text-to-speech: `id` and
/// `utterance` are those of the generation, `user_tag` that of its first text.
pub const PALABRA_EVENT_AUDIO: i32 = 3;
/// Answer to palabra_session_speak(): `user_tag`, `text` ("queued"), `utterance`.
pub const PALABRA_EVENT_SPEAK_STATUS: i32 = 4;
/// The service acknowledged a command: `service_code` names it ("set_task"), `text` says what happened
/// ("started"); PAUSED. Not every server does this. Text-to-speech: the library's own answer to
/// palabra_session_cancel().
pub const PALABRA_EVENT_TASK_STATUS: i32 = 5;
/// The current task: `text` is the service's JSON; PAUSED; `user_tag` when it answers palabra_session_get_task().
pub const PALABRA_EVENT_TASK_INFO: i32 = 6;
/// Nothing more will be said; CLOSED follows.
pub const PALABRA_EVENT_STREAM_END: i32 = 7;
/// Advice of the service: `service_code`, `text`.
pub const PALABRA_EVENT_WARNING: i32 = 8;
/// Something failed but the session lives: `code`, `service_code`, `text`; `user_tag` when it refuses a command.
/// PALABRA_ERR_IO and PALABRA_ERR_LIMIT: the file of a recording.
pub const PALABRA_EVENT_ERROR: i32 = 9;
/// Events were dropped because too many waited: `dropped` tells how many, `text` what. Growing transcripts go first, then
/// RAW and LOG, then AUDIO, then the rest; of each the oldest.
pub const PALABRA_EVENT_OVERFLOW: i32 = 10;
/// What the session does, with PALABRA_TRANSLATION_LOG or PALABRA_STT_LOG: `text`.
pub const PALABRA_EVENT_LOG: i32 = 11;
/// A message that the library does not model: `text` is its JSON.
pub const PALABRA_EVENT_RAW: i32 = 12;
/// The session is over; nothing follows. `code` is PALABRA_OK, or says why with `text`, `service_code` and the flags
/// FATAL (always, on an error) and RETRIABLE.
pub const PALABRA_EVENT_CLOSED: i32 = 13;
/// A phrase begins to be heard: `played_frame`, `language`, `id`, `utterance`, `part`. These three come where speech is
/// read by palabra_session_read_audio(), some ms after it happened, and not after CLOSED.
pub const PALABRA_EVENT_PLAYOUT_STARTED: i32 = 14;
/// It was heard to its end: as above, and `heard_ms`, `phrase_ms`.
pub const PALABRA_EVENT_PLAYOUT_FINISHED: i32 = 15;
/// It was taken back by palabra_session_interrupt() or palabra_session_pause() after `heard_ms` of the `phrase_ms` that
/// had arrived; `heard_ms` is 0 when it had not begun. DROPPED: nobody took it back, but more than `playout_cap_ms`
/// waited.
pub const PALABRA_EVENT_PLAYOUT_CUT: i32 = 16;

/// One thing that happened. The same struct for every kind; what a kind does not use is 0, NULL or "".
///
/// Pointers are valid until palabra_event_release(), whatever happens to the session. Texts are UTF-8, never NULL
/// in a delivered event, NUL-terminated, and counted in bytes without the terminator. Ignore and release kinds
/// that you do not know: later versions add some.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct palabra_event {
    /// sizeof(palabra_event); set by the caller, left alone by the library.
    pub struct_size: u32,
    /// One of PALABRA_EVENT_*.
    pub kind: i32,
    /// Place in the order of delivery of this session, from 1 without gaps.
    pub seq: u64,
    /// When it arrived, in ns of the system's monotonic clock (CLOCK_MONOTONIC where there is one).
    pub time_ns: u64,
    /// Number of the phrase in this session, the same for its texts and its audio in all languages; 0: none.
    pub utterance: u64,
    /// CLOSED, ERROR: a status.
    pub code: palabra_status,
    /// PALABRA_FLAG_* bits.
    pub flags: u32,
    /// AUDIO: frames per second.
    pub sample_rate: u32,
    /// AUDIO: interleaved channels.
    pub channels: u32,
    /// AUDIO: frames at `pcm`.
    pub pcm_frames: u32,
    /// Bytes of `text`.
    pub text_len: u32,
    /// Bytes of `language`.
    pub language_len: u32,
    /// Bytes of `id`.
    pub id_len: u32,
    /// Bytes of `json`.
    pub json_len: u32,
    /// Which part of a long phrase a translation or its audio is, from 0.
    pub part: u32,
    /// OVERFLOW: events dropped.
    pub dropped: u64,
    /// `session_tag` of the config.
    pub session_tag: u64,
    /// The tag of the command that this answers.
    pub user_tag: u64,
    /// PLAYOUT_STARTED: frames that had been read from the language, silence included, when the phrase began; the
    /// others: when it was last heard. In frames of the format that is read now.
    pub played_frame: u64,
    /// PLAYOUT_FINISHED, _CUT: how much of the phrase was heard, in ms.
    pub heard_ms: u32,
    /// PLAYOUT_*: how much of the phrase had arrived, in ms.
    pub phrase_ms: u32,
    /// AUDIO: interleaved 16-bit samples; NULL if there are none.
    pub pcm: *const i16,
    /// What is said.
    pub text: *const c_char,
    /// Language code of text or audio.
    pub language: *const c_char,
    /// The service's name of the phrase.
    pub id: *const c_char,
    /// The service's own error, warning or command code.
    pub service_code: *const c_char,
    /// TRANSCRIPT, with PALABRA_TRANSLATION_JSON or PALABRA_STT_JSON: the service's JSON.
    pub json: *const c_char,
    /// The library's; leave it alone.
    pub payload: *mut c_void,
    /// TRANSCRIPT of speech-to-text: where in the audio that was sent it begins, in ms.
    pub start_ms: u32,
    /// And where it ends, as far as it goes; 0 where the service does not say.
    pub end_ms: u32,
}

// SAFETY: integers and pointers, the size first, no padding between them, NULL is valid.
unsafe impl Sized32 for palabra_event {
    const FIRST_SIZE: usize = std::mem::offset_of!(palabra_event, start_ms);
}

const _: () = assert!(std::mem::offset_of!(palabra_event, payload) == 112 + size_of::<[usize; 6]>());

/// Prepares an event: zeroes it and sets its size. Once is enough: release keeps the size.
///
/// @param event the struct to prepare.
/// @param struct_size sizeof(palabra_event).
/// @return PALABRA_OK, or PALABRA_ERR_INVALID_ARGUMENT when `event` is NULL or the size is impossible.
///
/// **Threads:** any. **Blocks:** never. **Memory:** none. **Since:** 0.1
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_event_init(event: *mut palabra_event, struct_size: u32) -> palabra_status {
    // SAFETY: the caller's promise about `event` and its size.
    guard(|| unsafe { sized::init(event, struct_size) }.map(|()| 0))
}

/// Takes the next event of a session, waiting for one if there is none.
///
/// Release every event before its struct is used again; hold as many as you like in structs of their own.
///
/// @param session the session.
/// @param event receives the event; on 0 its kind is NONE, on an error it is not touched.
/// @param timeout_ms how long to wait; 0: not at all, negative: without limit.
/// @return 1 an event was taken;
///   0 there was none within the time, or palabra_session_wakeup() ended the wait;
///   PALABRA_ERR_CLOSED there will be none: CLOSED was taken earlier, or the session was closed meanwhile;
///   PALABRA_ERR_BUSY another thread is polling this session;
///   PALABRA_ERR_UNSUPPORTED its events go to a palabra_queue: poll that;
///   PALABRA_ERR_INVALID_ARGUMENT `event` is NULL or its `struct_size` impossible;
///   PALABRA_ERR_BAD_HANDLE, PALABRA_ERR_LIMIT (too many unreleased events), PALABRA_ERR_FORKED.
///
/// **Threads:** one at a time per session. **Blocks:** up to `timeout_ms`. **Memory:** release with
/// palabra_event_release(). **Since:** 0.1. **Example:** hello.c
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_session_poll_event(
    session: *mut palabra_session,
    event: *mut palabra_event,
    timeout_ms: i32,
) -> palabra_status {
    guard(|| {
        let session = handles::session(session)?;
        // SAFETY: the caller's promise about `event`.
        unsafe { hand_over(event, || session.poll_event(deadline(timeout_ms))) }
    })
}

/// Polls and fills the caller's struct.
///
/// # Safety
/// `event` is NULL or points to as many writable bytes as its `struct_size` says.
pub(super) unsafe fn hand_over(
    event: *mut palabra_event,
    poll: impl FnOnce() -> Result<Polled, Status>,
) -> Result<i32, Status> {
    // SAFETY: the caller's promise. Checked first: an event that was taken could not be put back.
    unsafe { sized::check(event)? };
    let (filled, taken) = match poll()? {
        Polled::Event(numbered) => (lease(numbered)?, 1),
        Polled::Nothing => (none(), 0),
        Polled::Closed => return Err(Status::Closed),
    };
    // SAFETY: as above.
    unsafe { sized::write(event, &filled)? };
    Ok(taken)
}

/// Gives an event's memory back and zeroes the struct but for its size.
///
/// @param event the event; NULL, NONE or an already released one does nothing.
/// @return PALABRA_OK, or PALABRA_ERR_BAD_HANDLE for a copy of an event that was released.
///
/// **Threads:** any. **Blocks:** never. **Memory:** its pointers are invalid from then on. **Since:** 0.1
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_event_release(event: *mut palabra_event) -> palabra_status {
    guard_anywhere(|| {
        if event.is_null() {
            return Ok(0);
        }
        // SAFETY: not NULL, hence a struct of the caller's.
        unsafe {
            let payload = sized::read(event)?.payload;
            sized::write(event, &none())?;
            handles::release_payload(payload)?;
        }
        Ok(0)
    })
}

/// Names a kind of event: "TRANSCRIPT".
///
/// @param kind any number.
/// @return a static text, never NULL; "UNKNOWN" for a number that this version does not know.
///
/// **Threads:** any. **Blocks:** never. **Memory:** static, valid for ever. **Since:** 0.1
#[unsafe(no_mangle)]
pub extern "C" fn palabra_event_kind_name(kind: i32) -> *const c_char {
    let name = match kind {
        PALABRA_EVENT_NONE => c"NONE",
        PALABRA_EVENT_READY => c"READY",
        PALABRA_EVENT_TRANSCRIPT => c"TRANSCRIPT",
        PALABRA_EVENT_AUDIO => c"AUDIO",
        PALABRA_EVENT_SPEAK_STATUS => c"SPEAK_STATUS",
        PALABRA_EVENT_TASK_STATUS => c"TASK_STATUS",
        PALABRA_EVENT_TASK_INFO => c"TASK_INFO",
        PALABRA_EVENT_STREAM_END => c"STREAM_END",
        PALABRA_EVENT_WARNING => c"WARNING",
        PALABRA_EVENT_ERROR => c"ERROR",
        PALABRA_EVENT_OVERFLOW => c"OVERFLOW",
        PALABRA_EVENT_LOG => c"LOG",
        PALABRA_EVENT_RAW => c"RAW",
        PALABRA_EVENT_CLOSED => c"CLOSED",
        PALABRA_EVENT_PLAYOUT_STARTED => c"PLAYOUT_STARTED",
        PALABRA_EVENT_PLAYOUT_FINISHED => c"PLAYOUT_FINISHED",
        PALABRA_EVENT_PLAYOUT_CUT => c"PLAYOUT_CUT",
        _ => c"UNKNOWN",
    };
    name.as_ptr()
}

/// Turns an event into the struct that points into it, and keeps what it points to.
fn lease(numbered: Numbered) -> Result<palabra_event, Status> {
    let Numbered { seq, event } = numbered;
    let filled = describe(seq, &event);
    let payload = handles::add_payload(Payload::Event(event.pcm, event.texts))?;
    Ok(palabra_event { payload, ..filled })
}

/// The buffers of `event` stay where they are when it is moved: the pointers hold as long as they do.
fn describe(seq: u64, event: &Event) -> palabra_event {
    let texts = &event.texts;
    let len = |text: &str| u32::try_from(text.len()).unwrap_or(u32::MAX);
    palabra_event {
        kind: event.kind as i32,
        seq,
        time_ns: event.time_ns,
        utterance: event.utterance,
        code: event.code,
        flags: event.flags,
        sample_rate: event.sample_rate,
        channels: event.channels,
        pcm_frames: count(event.pcm.len() / event.channels.max(1) as usize) as u32,
        text_len: len(texts.text()),
        language_len: len(texts.language()),
        id_len: len(texts.id()),
        json_len: len(texts.json()),
        part: event.part,
        dropped: event.dropped,
        session_tag: event.session_tag,
        user_tag: event.user_tag,
        played_frame: event.played_frame,
        heard_ms: event.heard_ms,
        phrase_ms: event.phrase_ms,
        start_ms: event.start_ms,
        end_ms: event.end_ms,
        pcm: if event.pcm.is_empty() { std::ptr::null() } else { event.pcm.as_ptr() },
        text: terminated(texts.text()),
        language: terminated(texts.language()),
        id: terminated(texts.id()),
        service_code: terminated(texts.service_code()),
        json: terminated(texts.json()),
        ..none()
    }
}

/// Every text of an event is followed by a NUL in its buffer; the empty one of no buffer is static.
fn terminated(text: &str) -> *const c_char {
    if text.is_empty() { c"".as_ptr() } else { text.as_ptr().cast() }
}

fn none() -> palabra_event {
    palabra_event {
        struct_size: size_of::<palabra_event>() as u32,
        kind: PALABRA_EVENT_NONE,
        seq: 0,
        time_ns: 0,
        utterance: 0,
        code: 0,
        flags: 0,
        sample_rate: 0,
        channels: 0,
        pcm_frames: 0,
        text_len: 0,
        language_len: 0,
        id_len: 0,
        json_len: 0,
        part: 0,
        dropped: 0,
        session_tag: 0,
        user_tag: 0,
        played_frame: 0,
        heard_ms: 0,
        phrase_ms: 0,
        pcm: std::ptr::null(),
        text: std::ptr::null(),
        language: std::ptr::null(),
        id: std::ptr::null(),
        service_code: std::ptr::null(),
        json: std::ptr::null(),
        payload: std::ptr::null_mut(),
        start_ms: 0,
        end_ms: 0,
    }
}

/// The header needs literals; these keep them equal to the enum.
const _: () = {
    assert!(PALABRA_EVENT_READY == EventKind::Ready as i32);
    assert!(PALABRA_EVENT_TRANSCRIPT == EventKind::Transcript as i32);
    assert!(PALABRA_EVENT_AUDIO == EventKind::Audio as i32);
    assert!(PALABRA_EVENT_SPEAK_STATUS == EventKind::SpeakStatus as i32);
    assert!(PALABRA_EVENT_TASK_STATUS == EventKind::TaskStatus as i32);
    assert!(PALABRA_EVENT_TASK_INFO == EventKind::TaskInfo as i32);
    assert!(PALABRA_EVENT_STREAM_END == EventKind::StreamEnd as i32);
    assert!(PALABRA_EVENT_WARNING == EventKind::Warning as i32);
    assert!(PALABRA_EVENT_ERROR == EventKind::Error as i32);
    assert!(PALABRA_EVENT_OVERFLOW == EventKind::Overflow as i32);
    assert!(PALABRA_EVENT_LOG == EventKind::Log as i32);
    assert!(PALABRA_EVENT_RAW == EventKind::Raw as i32);
    assert!(PALABRA_EVENT_CLOSED == EventKind::Closed as i32);
    assert!(PALABRA_EVENT_PLAYOUT_STARTED == EventKind::PlayoutStarted as i32);
    assert!(PALABRA_EVENT_PLAYOUT_FINISHED == EventKind::PlayoutFinished as i32);
    assert!(PALABRA_EVENT_PLAYOUT_CUT == EventKind::PlayoutCut as i32);
};
