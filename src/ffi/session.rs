//! What all sessions have in common: waiting, state, end, close, statistics.

use std::time::Duration;

use super::support::guard::{deadline, guard};
use super::support::numbers::{self, known, long};
use super::support::{error_out, handles, sized};
use super::types::audio::{PALABRA_GAP_NONE, PALABRA_GAP_PAUSE, PALABRA_GAP_SILENCE};
use super::types::base::{palabra_error, palabra_status};
use super::types::session::{palabra_session, palabra_session_stats};
use crate::error::Status;
use crate::session::handle::stats::Stats;
use crate::session::input::gap::Policy;

/// Waits until a session is ready or closed. Events stay queued: READY or CLOSED is still delivered.
///
/// @param session the session.
/// @param timeout_ms how long to wait, in ms; 0: not at all; negative: without limit.
/// @return PALABRA_OK: the session is READY or already ENDING; otherwise the status of the CLOSED event.
/// @retval PALABRA_ERR_TIMEOUT It is still CONNECTING.
/// @retval PALABRA_ERR_CLOSED It closed without an error.
/// @blocks up to `timeout_ms`
#[unsafe(no_mangle)]
pub extern "C" fn palabra_session_wait_ready(
    session: *mut palabra_session,
    timeout_ms: i32,
) -> palabra_status {
    guard(|| {
        let session = handles::session(session)?;
        session.wait_ready(deadline(timeout_ms)).map(|()| 0).map_err(|error| error.status)
    })
}

/// Returns the state of a session. It changes a moment before the corresponding event can be polled.
///
/// @param session the session.
/// @return a palabra_state.
#[unsafe(no_mangle)]
pub extern "C" fn palabra_session_get_state(session: *mut palabra_session) -> i32 {
    guard(|| Ok(handles::session(session)?.state() as i32))
}

/// Explains why a session closed.
///
/// @param session the session.
/// @param error receives the explanation; its `code` is PALABRA_OK while the session is open, and when it closed
///   without an error.
/// @return PALABRA_OK.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_session_get_error(
    session: *mut palabra_session,
    error: *mut palabra_error,
) -> palabra_status {
    guard(|| {
        let session = handles::session(session)?;
        if error.is_null() {
            return Err(Status::InvalidArgument);
        }
        // SAFETY: not NULL, hence a struct of the caller's.
        unsafe { error_out::write_fatal(error, session.last_error().as_ref()) }.map(|()| 0)
    })
}

/// Reads the statistics of a session.
///
/// @param session the session.
/// @param stats receives the statistics.
/// @return PALABRA_OK.
/// @example many_sessions.c
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_session_get_stats(
    session: *mut palabra_session,
    stats: *mut palabra_session_stats,
) -> palabra_status {
    guard(|| {
        let figures = handles::session(session)?.stats();
        // SAFETY: the caller's promise about `stats`.
        unsafe { sized::write(stats, &filled(&figures)) }.map(|()| 0)
    })
}

/// Ends a session: no more input is taken, pending input and commands are sent, the tail is delivered (the texts and
/// speech of all that was sent), then CLOSED. Keep polling until CLOSED arrives.
///
/// Speech-to-text: a final text of everything that was sent is requested, silence is sent in the meantime for services
/// that wait for a pause (none with encoded audio), and the stream is closed when the final and its translations have
/// arrived. If `end_ms` passes first while a text was still partial, CLOSED has PALABRA_ERR_TIMEOUT.
///
/// Translation: while commands wait for their intervals, silence keeps the service from ending the session.
///
/// Text-to-speech: what was requested is spoken to its end. A generation without PALABRA_TEXT_EOS is waited for until
/// nothing was said for 2 s.
///
/// @param session the session.
/// @return PALABRA_OK. Audio sent by another thread at the same moment may or may not be included.
/// @retval PALABRA_ERR_ENDED It was ended already.
/// @retval PALABRA_ERR_CLOSED It is closed.
#[unsafe(no_mangle)]
pub extern "C" fn palabra_session_end(session: *mut palabra_session) -> palabra_status {
    guard(|| handles::session(session)?.end().map(|()| 0).map_err(|error| error.status))
}

/// Closes a session in any state and invalidates its handle. Events that were not polled are dropped; those already
/// polled stay valid. To receive the tail, call palabra_session_end() first and poll until CLOSED.
///
/// The handle is invalid as soon as the call begins: a thread that waits in another call on it returns with
/// PALABRA_ERR_CLOSED, later calls return PALABRA_ERR_BAD_HANDLE.
///
/// @param session the session; NULL: nothing is done.
/// @param timeout_ms how long to wait for the closing handshake and the deletion of a REST session, in ms; 0: they
///   happen in the background.
/// @return PALABRA_OK.
/// @retval PALABRA_ERR_INVALID_ARGUMENT `timeout_ms` is negative: the session is not closed.
/// @blocks up to `timeout_ms`
#[unsafe(no_mangle)]
pub extern "C" fn palabra_session_close(session: *mut palabra_session, timeout_ms: i32) -> palabra_status {
    guard(|| {
        let timeout = Duration::from_millis(numbers::count_of(timeout_ms)? as u64);
        if !session.is_null() {
            let removed = handles::remove_session(session)?;
            removed.close(timeout);
            drop(removed);
            handles::sweep();
        }
        Ok(0)
    })
}

fn filled(stats: &Stats) -> palabra_session_stats {
    palabra_session_stats {
        gap_in_effect: match stats.gap_in_effect {
            Policy::None => PALABRA_GAP_NONE,
            Policy::Silence => PALABRA_GAP_SILENCE,
            Policy::Pause => PALABRA_GAP_PAUSE,
        },
        input_queue_ms: if stats.is_encoded { -1 } else { stats.input_queue_ms.into() },
        input_frames_taken: long(stats.input_frames_taken),
        input_frames_sent: long(stats.input_frames_sent),
        input_frames_dropped: long(stats.input_frames_dropped),
        silence_frames_sent: long(stats.silence_frames_sent),
        gap_pauses: stats.gap_pauses.into(),
        chunks_sent: long(stats.chunks_sent),
        bytes_sent: long(stats.bytes_sent),
        bytes_received: long(stats.bytes_received),
        audio_frames_received: long(stats.audio_frames_received),
        audio_frames_dropped: long(stats.events.dropped_audio_frames),
        audio_frames_queued: long(stats.events.waiting_audio_frames),
        events_dropped: long(stats.events.dropped_events),
        events_queued: long(stats.events.waiting_events as u64),
        event_bytes_queued: long(stats.events.waiting_bytes as u64),
        commands_queued: stats.commands_waiting.into(),
        ready_ms: known(stats.ready_ms),
        first_audio_ms: known(stats.first_audio_ms),
        round_trip_us: known(stats.round_trip_us),
        service_queue_ms: stats.server_queue_ms.into(),
        echo_delay_ms: stats.echo.map_or(-1, |echo| echo.delay_ms.into()),
        echo_level_db: stats.echo.map_or(0, |echo| echo.level_db.into()),
        overrun_ms: long(stats.overrun_ms),
        ..sized::empty()
    }
}
