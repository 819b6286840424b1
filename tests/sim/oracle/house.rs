//! What must hold for the whole run.

use palabra::ffi::types::base::PALABRA_ERR_INTERNAL;

use super::{Evidence, Failure};

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
