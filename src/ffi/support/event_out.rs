//! Events on their way to the caller.

use std::ffi::c_char;

use super::super::types::event::*;
use super::held::hold;
use super::numbers::{count, long};
use super::payload::{Payload, start};
use super::sized;
use crate::error::Status;
use crate::event::{Event, EventKind};
use crate::session::events::Numbered;
use crate::session::events::queue::Polled;

/// Polls and fills the caller's struct.
///
/// # Safety
/// `event` is NULL or points to as many writable bytes as its `struct_size` says.
pub(in crate::ffi) unsafe fn hand_over(
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

/// An event that is none.
pub(in crate::ffi) fn none() -> palabra_event {
    palabra_event {
        leg: -1,
        retry_after_ms: -1,
        start_ms: -1,
        delay_ms: -1,
        end_ms: -1,
        played_frames: -1,
        heard_ms: -1,
        phrase_ms: -1,
        ..sized::empty()
    }
}

/// Turns an event into the struct that points into it, and keeps what it points to.
fn lease(numbered: Numbered) -> Result<palabra_event, Status> {
    let Numbered { seq, event } = numbered;
    let filled = describe(seq, &event);
    hold(filled, Payload::Event(event.pcm, event.data, event.texts, event.session_name))
}

/// The buffers of `event` stay where they are when it is moved: the pointers hold as long as they do.
fn describe(seq: u64, event: &Event) -> palabra_event {
    let texts = &event.texts;
    let name = event.session_name.as_deref().map_or(c"", |name| name);
    palabra_event {
        kind: event.kind as i32,
        seq,
        time_ns: long(event.time_ns),
        session_tag: event.session_tag,
        user_tag: event.user_tag,
        leg: event.leg,
        code: event.code,
        flags: event.flags,
        log_level: event.log_level,
        http_status: event.http_status.into(),
        close_code: event.close_code.into(),
        retry_after_ms: event.retry_after_ms,
        os_error: event.os_error,
        phrase: event.phrase,
        part: event.part as i32,
        sample_rate: event.sample_rate as i32,
        channels: event.channels as i32,
        data_len: count(event.data.len()),
        pcm_frames: long(event.pcm_frames()),
        text_len: count(texts.text().len()),
        language_len: count(texts.language().len()),
        id_len: count(texts.id().len()),
        service_code_len: count(texts.service_code().len()),
        json_len: count(texts.json().len()),
        session_name_len: count(name.count_bytes()),
        text: terminated(texts.text()),
        language: terminated(texts.language()),
        id: terminated(texts.id()),
        service_code: terminated(texts.service_code()),
        json: terminated(texts.json()),
        session_name: name.as_ptr(),
        pcm: start(&event.pcm),
        data: start(&event.data).cast(),
        ..by_kind(event)
    }
}

/// The fields that only some kinds have.
fn by_kind(event: &Event) -> palabra_event {
    let position = |ms: Option<u32>| ms.map_or(-1, i64::from);
    match event.kind {
        EventKind::Transcript | EventKind::SpeechStarted | EventKind::SpeechEnded => {
            palabra_event { start_ms: position(event.start_ms), end_ms: position(event.end_ms), ..none() }
        }
        EventKind::PlayoutStarted => palabra_event {
            played_frames: long(event.played_frame),
            phrase_ms: event.phrase_ms.into(),
            ..none()
        },
        EventKind::PlayoutFinished | EventKind::PlayoutCut => palabra_event {
            played_frames: long(event.played_frame),
            heard_ms: event.heard_ms.into(),
            phrase_ms: event.phrase_ms.into(),
            ..none()
        },
        EventKind::Overflow | EventKind::Warning => palabra_event { dropped: long(event.dropped), ..none() },
        EventKind::Echo => {
            let (delay, level_db) = event.echo.map_or((-1, 0), |(delay, level)| (i64::from(delay), level));
            palabra_event { delay_ms: delay, level_db, ..none() }
        }
        _ => none(),
    }
}

/// Every text of an event is followed by a NUL in its buffer; the empty one of no buffer is static.
fn terminated(text: &str) -> *const c_char {
    if text.is_empty() { c"".as_ptr() } else { text.as_ptr().cast() }
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
    assert!(PALABRA_EVENT_CREDENTIALS_NEEDED == EventKind::CredentialsNeeded as i32);
    assert!(PALABRA_EVENT_LINK_UP == EventKind::LinkUp as i32);
    assert!(PALABRA_EVENT_LINK_DOWN == EventKind::LinkDown as i32);
    assert!(PALABRA_EVENT_SPEECH_STARTED == EventKind::SpeechStarted as i32);
    assert!(PALABRA_EVENT_ECHO == EventKind::Echo as i32);
    assert!(PALABRA_EVENT_SPEECH_ENDED == EventKind::SpeechEnded as i32);
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_a_place_in_the_audio_says_where() {
        let told = |kind| {
            let out = by_kind(&Event { start_ms: Some(0), end_ms: Some(700), ..Event::new(kind) });
            (out.start_ms, out.end_ms)
        };
        for kind in [EventKind::Transcript, EventKind::SpeechStarted, EventKind::SpeechEnded] {
            assert_eq!(told(kind), (0, 700), "{kind:?}");
        }
        assert_eq!(told(EventKind::Ready), (-1, -1));
    }

    #[test]
    fn what_comes_back_has_a_delay_and_a_level() {
        let told = |kind, echo| {
            let out = by_kind(&Event { echo, ..Event::new(kind) });
            (out.delay_ms, out.level_db)
        };
        assert_eq!(told(EventKind::Echo, Some((140, -12))), (140, -12));
        assert_eq!(told(EventKind::Echo, None), (-1, 0));
        assert_eq!(told(EventKind::Ready, None), (-1, 0));
    }
}
