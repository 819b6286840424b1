//! Calls that wait, on threads of their own: what they return.

use palabra::ffi::types::base as status;

use super::{Evidence, Failure};
use crate::caller::Waited;
use crate::scenario::{Call, Fault, File};
use crate::tone::{Heard, What};

/// PALABRA_TTS_FORMAT_MP3.
const COMPRESSED: i32 = 2;

/// A call that sends, or has a text spoken, fails for a reason.
pub fn explained(seen: &Evidence) -> Vec<Failure> {
    let of_plan = |waited: &&Waited| seen.plan.calls.iter().any(|(_, call)| call.name() == waited.name);
    let failed = seen.log.waits.iter().filter(of_plan).filter(|waited| waited.status < 0);
    let strange = failed.filter(|waited| !is_explained(seen, waited));
    strange.map(|waited| format!("{} returned {}", waited.name, waited.status)).collect()
}

fn is_explained(seen: &Evidence, waited: &Waited) -> bool {
    let over = waited.at_us + waited.took_us;
    let is_cancelled = seen.called("cancel") || seen.called("cancel_tagged");
    let is_ended = seen.ended_at().is_some_and(|at| at <= over);
    let is_closed = seen.closed_at().min(seen.left_at()) <= over;
    let is_bad = |call: &Call| matches!(call, Call::SendFile { file, .. } if *file != File::Whole);
    let has_bad_files = seen.plan.calls.iter().any(|(_, call)| is_bad(call));
    match waited.status {
        // Without a limit there is none that could be over.
        status::PALABRA_ERR_TIMEOUT => waited.ms < i32::MAX || is_closed,
        status::PALABRA_ERR_IO => {
            has_bad_files || seen.faults().any(|fault| matches!(fault, Fault::Disk(..)))
        }
        status::PALABRA_ERR_BUSY => seen.plan.calls.len() > 1,
        status::PALABRA_ERR_ENDED => is_ended,
        status::PALABRA_ERR_CLOSED if is_cancelled => true,
        status::PALABRA_ERR_CLOSED | status::PALABRA_ERR_BAD_HANDLE => is_closed,
        status::PALABRA_ERR_AGAIN | status::PALABRA_ERR_SERVICE if waited.name == "synthesize" => true,
        // The call may tell it just before the event is polled.
        other => seen.code() == Some(other),
    }
}

/// The speech of a text that a call returns is whole.
pub fn texts(seen: &Evidence) -> Vec<Failure> {
    if seen.plan.options.speech_format == COMPRESSED {
        return Vec::new();
    }
    seen.log.texts.iter().filter(|text| !is_whole(text)).map(|text| format!("{text:?}")).collect()
}

fn is_whole(text: &[Heard]) -> bool {
    let runs = text.iter().filter(|heard| matches!(heard.what, What::Numbers(_))).count();
    let others = text.iter().filter(|heard| !matches!(heard.what, What::Numbers(_)));
    runs == 1 && others.map(|heard| heard.blocks).sum::<u32>() <= 2
}
