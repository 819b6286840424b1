//! Figures of the parties, and of the call.

use std::ffi::c_char;

use super::super::support::guard::guard;
use super::super::support::numbers::{count, count_of};
use super::super::support::{handles, sized, text};
use super::super::types::base::palabra_status;
use super::super::types::call::{palabra_call, palabra_leg, palabra_leg_stats};
use super::figures::filled;
use super::json;
use crate::error::Status;

/// Reads the statistics of a party.
///
/// @param leg the leg.
/// @param stats receives the statistics.
/// @return PALABRA_OK.
/// @threads any, but not real-time threads
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_leg_get_stats(
    leg: *mut palabra_leg,
    stats: *mut palabra_leg_stats,
) -> palabra_status {
    guard(|| {
        let figures = handles::leg(leg)?.leg.stats();
        // SAFETY: the caller's promise about `stats`.
        unsafe { sized::write(stats, &filled(&figures)) }.map(|()| 0)
    })
}

/// Writes the statistics of a call as one line of JSON, for a log: "call_name", "call_tag", "state" (as "READY"), "code"
/// (as "PALABRA_OK"), "duration_ms", and "legs", a list of the parties, those that have left included. Each has "number",
/// "language", "target_language", "joined_ms" and "left_ms" (-1: it has not left), "link_state" ("": none; as "state"),
/// the numbers of palabra_leg_stats by their names, and "links", a list with "opened_ms", "ready_ms", "ended_ms" (-1: not
/// yet) and "code", which says why a link ended. Times are ms since the call was opened; "ready_ms" is counted from the
/// opening of the link. Each list has at most the latest 16: "legs_left_out" and "links_left_out" count the others.
///
/// Later versions add members. What is heard after CLOSED counts too: call it last, before palabra_call_close().
///
/// @param call the call, in any state.
/// @param buffer receives the line, NUL-terminated, truncated between characters if it does not fit; may be NULL if
///   `capacity` is 0.
/// @param capacity size of `buffer`, in bytes. 4096 are enough for two parties with a few links each.
/// @return length of the whole line, in bytes without the NUL: it was truncated if that is `capacity` or more.
/// @retval PALABRA_ERR_INVALID_ARGUMENT `capacity` is negative, or `buffer` is NULL.
/// @threads any, but not real-time threads
#[unsafe(no_mangle)]
pub unsafe extern "C" fn palabra_call_get_stats_json(
    call: *mut palabra_call,
    buffer: *mut c_char,
    capacity: i32,
) -> i32 {
    guard(|| {
        let line = json::line(&handles::call(call)?.stats());
        let capacity = count_of(capacity)?;
        if buffer.is_null() && capacity > 0 {
            return Err(Status::InvalidArgument);
        }
        // SAFETY: the caller's promise about `buffer`.
        unsafe { text::copy_out(&line, buffer, capacity) };
        Ok(count(line.len()))
    })
}
