//! What must hold for the whole run.

use palabra::ffi::types::base as status;
use palabra::ffi::types::base::PALABRA_ERR_INTERNAL;

use super::{Evidence, Failure};
use crate::caller::{Asked, Did};
use crate::net::Door;
use crate::scenario::{Fault, Request};

/// What caches may keep.
const KEPT_BYTES: i64 = 16 << 10;

/// A panic that was caught is a defect too.
pub fn panics(seen: &Evidence) -> Vec<Failure> {
    seen.house.panics.clone()
}

/// No call and no event tells of a defect.
pub fn defects(seen: &Evidence) -> Vec<Failure> {
    let events = seen.log.events.iter().filter(|event| event.code == PALABRA_ERR_INTERNAL);
    let calls = seen.log.deeds.iter().filter(|(_, deed)| result(deed) == PALABRA_ERR_INTERNAL);
    let reads = seen.log.heard.iter().map(|block| ("a read", block.bits));
    let waits = seen.log.waits.iter().map(|waited| (waited.name, waited.status));
    let requests = seen.house.requests.iter().map(|asked| ("a call of the account", asked.status));
    let others = reads.chain(waits).chain(requests).chain([("the opening", seen.log.refusal)]);
    let others = others.filter(|(_, status)| *status == PALABRA_ERR_INTERNAL);
    let events = events.map(|event| format!("event {}: {}", event.seq, event.text));
    let calls = calls.map(|(_, deed)| format!("{deed:?}"));
    events.chain(calls).chain(others.map(|(name, _)| name.to_owned())).collect()
}

/// What a call has returned.
fn result(deed: &Did) -> i32 {
    match *deed {
        Did::Opened | Did::Closed => 0,
        Did::Sent(_, result) | Did::Skipped(_, result) => result,
        Did::Format(_, result) | Did::OutputFormat(_, result) | Did::Called(_, _, result) => result,
        Did::Ended(result) | Did::ClosedAgain(result) => result,
    }
}

/// Tasks end.
pub fn freed(seen: &Evidence) -> Vec<Failure> {
    seen.house.left.clone()
}

/// Memory is freed: what a run has left, in bytes.
pub fn leaked(bytes: i64) -> Vec<Failure> {
    if bytes > KEPT_BYTES { vec![format!("everything is freed: {bytes} bytes are left")] } else { Vec::new() }
}

/// No text that leaves the library holds a secret.
pub fn secrets(seen: &Evidence) -> Vec<Failure> {
    let is_told = |text: &str| seen.house.secrets.iter().any(|secret| text.contains(secret.as_str()));
    let mut failures = Vec::new();
    for event in &seen.log.events {
        for text in [&event.text, &event.json, &event.id, &event.service_code] {
            if is_told(text) {
                failures.push(format!("event {} of kind {}: {text}", event.seq, event.kind));
            }
        }
    }
    let lines = seen.house.lines.iter().filter(|line| is_told(line));
    failures.extend(lines.map(|line| format!("a log line: {line}")));
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
    let Asked { request, timeout_ms, has_credentials, at_us, took_us, status } = *asked;
    let over = at_us + took_us;
    let stops = seen.scenario.programs.iter().filter_map(|program| program.shuts_down_at);
    let is_stopped = { stops }.any(|ms| ms * 1000 <= over);
    let is_slow = !seen.scenario.slow_jobs.is_empty();
    let is_troubled = is_slow || !seen.scenario.has_names || seen.scenario.door != Door::Open;
    let is_troubled = is_troubled || seen.felt(at_us, over, 2_000_000, |_| true);
    let is_explained = match status {
        0 => true,
        other if seen.is_of_proxy(other) => true,
        status::PALABRA_ERR_DNS | status::PALABRA_ERR_CONNECT | status::PALABRA_ERR_CONNECTION_LOST => {
            is_troubled
        }
        status::PALABRA_ERR_TIMEOUT => timeout_ms >= 0 || is_troubled,
        // A session of its own ends as sessions do.
        status::PALABRA_ERR_IO if request == Request::TranslateFile => {
            seen.faults().any(|fault| matches!(fault, Fault::Disk(..)))
        }
        _ if request == Request::TranslateFile && is_troubled => true,
        status::PALABRA_ERR_SHUTDOWN => is_stopped,
        // Voices and glossaries need a key, and everything needs credentials.
        status::PALABRA_ERR_AUTH => !seen.has_answers() || !has_credentials,
        _ => false,
    };
    let bound = u64::try_from(timeout_ms).unwrap_or(300_000) * calls(request);
    let troubled = seen.troubled_between(at_us, over) / 1000;
    let bound = bound + 1000 + 2 * troubled + seen.scenario.order.late_ms * 10;
    let is_late = took_us / 1000 > bound;
    (is_late || !is_explained)
        .then(|| format!("{request:?} within {timeout_ms} ms returned {status} after {} ms", took_us / 1000))
}
