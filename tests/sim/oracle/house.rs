//! What must hold for the whole run.

use palabra::ffi::types::base as status;
use palabra::ffi::types::base::PALABRA_ERR_INTERNAL;

use super::{Evidence, Failure};
use crate::caller::{Asked, Did};
use crate::scenario::Request;

/// What the caches of the library and of what it uses may keep.
const KEPT_BYTES: i64 = 256 << 10;

/// A panic that was caught is a defect too.
pub fn panics(seen: &Evidence) -> Vec<Failure> {
    seen.house.panics.clone()
}

/// No call and no event tells of a defect.
pub fn defects(seen: &Evidence) -> Vec<Failure> {
    let events = seen.log.events.iter().filter(|event| event.code == PALABRA_ERR_INTERNAL);
    let calls = seen.commands().filter(|(_, _, _, status)| *status == PALABRA_ERR_INTERNAL);
    let events = events.map(|event| format!("event {}: {}", event.seq, event.text));
    events.chain(calls.map(|(_, name, _, _)| name.to_owned())).collect()
}

/// Tasks end, and memory is freed.
pub fn freed(seen: &Evidence) -> Vec<Failure> {
    let mut failures = seen.house.left.clone();
    if seen.house.leaked > KEPT_BYTES {
        failures.push(format!("{} bytes are left", seen.house.leaked));
    }
    failures
}

/// No text that leaves the library holds a secret.
pub fn secrets(seen: &Evidence) -> Vec<Failure> {
    let mut failures = Vec::new();
    for event in &seen.log.events {
        for text in [&event.text, &event.json, &event.id, &event.service_code] {
            if seen.house.secrets.iter().any(|secret| text.contains(secret.as_str())) {
                failures.push(format!("event {} of kind {}: {text}", event.seq, event.kind));
            }
        }
    }
    failures
}

/// A handle that was closed is refused.
pub fn closed_handles(seen: &Evidence) -> Vec<Failure> {
    let again = seen.log.deeds.iter().filter_map(|(_, deed)| match deed {
        Did::ClosedAgain(status) if *status != status::PALABRA_ERR_BAD_HANDLE => Some(*status),
        _ => None,
    });
    again.map(|status| format!("a call returned {status}")).collect()
}

/// Calls of the account return in time, with a status that something explains.
pub fn requests(seen: &Evidence) -> Vec<Failure> {
    seen.house.requests.iter().filter_map(|asked| wrong(seen, asked)).collect()
}

/// Calls that one request makes.
fn calls(request: Request) -> u64 {
    if matches!(request, Request::Glossary | Request::RestSession) { 3 } else { 1 }
}

fn wrong(seen: &Evidence, asked: &Asked) -> Option<Failure> {
    let Asked { request, timeout_ms, took_us, status } = *asked;
    let stopped = seen.scenario.programs.iter().any(|program| program.shuts_down_at.is_some());
    let is_explained = match status {
        0 => true,
        status::PALABRA_ERR_DNS => !seen.scenario.has_names || seen.troubled().as_millis() > 0,
        status::PALABRA_ERR_CONNECT | status::PALABRA_ERR_CONNECTION_LOST => !seen.is_calm(),
        status::PALABRA_ERR_TIMEOUT => timeout_ms >= 0 || !seen.is_calm(),
        status::PALABRA_ERR_SHUTDOWN => stopped,
        // Voices and glossaries need a key.
        status::PALABRA_ERR_AUTH => !seen.has_answers(),
        _ => false,
    };
    let bound = u64::try_from(timeout_ms).unwrap_or(300_000) * calls(request);
    let bound = bound + 1000 + 2 * seen.troubled().as_millis() as u64 + seen.scenario.order.late_ms * 10;
    let is_late = took_us / 1000 > bound;
    (is_late || !is_explained)
        .then(|| format!("{request:?} within {timeout_ms} ms returned {status} after {} ms", took_us / 1000))
}
