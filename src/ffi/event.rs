//! Events: polled and released.

use std::ffi::c_char;

use super::support::guard::{deadline, guard, guard_anywhere};
use super::support::{event_out, handles, held};
use super::types::base::palabra_status;
use super::types::event::*;
use super::types::session::palabra_session;

/// Takes the next event of a session, waiting for one if there is none.
///
/// Release every event before its struct is used again. Any number of events may be held in structs of their own.
///
/// @param session the session.
/// @param event receives the event; its kind is PALABRA_EVENT_NONE on 0, and it is not touched on an error.
/// @param timeout_ms how long to wait, in ms; 0: not at all; negative: without limit.
/// @return 1: an event was taken; 0: there was none within the time, or palabra_session_wakeup() ended the wait.
///   Release the event with palabra_event_release().
/// @retval PALABRA_ERR_CLOSED No event follows: CLOSED was taken, or the session was closed meanwhile.
/// @retval PALABRA_ERR_BUSY Another thread is polling this session.
/// @retval PALABRA_ERR_UNSUPPORTED Its events are delivered to a shared queue of events.
/// @retval PALABRA_ERR_LIMIT Too many events were not released.
/// @threads one at a time per session
/// @blocks up to `timeout_ms`
/// @example hello.c
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_session_poll_event(
    session: *mut palabra_session,
    event: *mut palabra_event,
    timeout_ms: i32,
) -> i32 {
    guard(|| {
        let session = handles::session(session)?;
        // SAFETY: the caller's promise about `event`.
        unsafe { event_out::hand_over(event, || session.poll_event(deadline(timeout_ms))) }
    })
}

/// Releases an event: frees what its pointers point to and zeroes the struct except for its size.
///
/// @param event the event; NULL, PALABRA_EVENT_NONE or a released one: nothing is done.
/// @return PALABRA_OK.
/// @retval PALABRA_ERR_BAD_HANDLE It is a copy of an event that was released.
/// @anywhere
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_event_release(event: *mut palabra_event) -> palabra_status {
    // SAFETY: the caller's promise about `event`.
    guard_anywhere(|| unsafe { held::release_to(event, &event_out::none()) })
}

/// Returns the name of a kind of event, such as "TRANSCRIPT".
///
/// @param kind any number.
/// @return a static text; "UNKNOWN" for a number that this version does not know.
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
        PALABRA_EVENT_CREDENTIALS_NEEDED => c"CREDENTIALS_NEEDED",
        PALABRA_EVENT_LINK_UP => c"LINK_UP",
        PALABRA_EVENT_LINK_DOWN => c"LINK_DOWN",
        PALABRA_EVENT_SPEECH_STARTED => c"SPEECH_STARTED",
        PALABRA_EVENT_SPEECH_ENDED => c"SPEECH_ENDED",
        PALABRA_EVENT_ECHO => c"ECHO",
        _ => c"UNKNOWN",
    };
    name.as_ptr()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::ffi::CStr;

    use super::*;
    use crate::event::EventKind;

    #[test]
    fn every_kind_has_a_name_of_its_own() {
        // SAFETY: a static text.
        let name = |kind| unsafe { CStr::from_ptr(palabra_event_kind_name(kind)) };
        let names: BTreeSet<_> = EventKind::ALL.iter().map(|&kind| name(kind as i32)).collect();
        assert_eq!(names.len(), EventKind::ALL.len());
        assert!(!names.contains(name(-1)), "{names:?}");
    }
}
