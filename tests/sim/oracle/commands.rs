//! Commands and their answers.

use palabra::ffi::types::event::{
    PALABRA_EVENT_ERROR, PALABRA_EVENT_SPEAK_STATUS, PALABRA_EVENT_TASK_INFO, PALABRA_EVENT_TASK_STATUS,
};

use super::{Evidence, Failure};
use crate::scenario::Product;

const ANSWERS: [i32; 4] =
    [PALABRA_EVENT_SPEAK_STATUS, PALABRA_EVENT_TASK_STATUS, PALABRA_EVENT_TASK_INFO, PALABRA_EVENT_ERROR];

/// The calls that are answered by an event.
const CALLS: [&str; 6] = ["speak", "interrupt", "pause", "resume", "set_task", "get_task"];

/// Each is answered once, and after it.
pub fn answered(seen: &Evidence) -> Vec<Failure> {
    if seen.plan.product != Product::Translation {
        return Vec::new();
    }
    let must = seen.went_well() && !seen.has_overflow() && seen.has_answers();
    let mut failures = Vec::new();
    for (at, name, tag, status) in seen.commands().filter(|(_, name, ..)| CALLS.contains(name)) {
        let is_answer = |event: &&crate::caller::Seen| event.user_tag == tag && ANSWERS.contains(&event.kind);
        let answers: Vec<_> = seen.log.events.iter().filter(is_answer).collect();
        let wrong = match answers[..] {
            [_, _, ..] => Some(format!("{} answers", answers.len())),
            [_] if status != 0 => Some("an answer to a call that failed".to_owned()),
            [answer] if answer.at_us < at => Some("the answer was first".to_owned()),
            [] if status == 0 && must => Some("no answer".to_owned()),
            _ => None,
        };
        failures.extend(wrong.map(|wrong| format!("{name} {tag}: {wrong}")));
    }
    failures
}

/// A tag that no command had.
pub fn tags(seen: &Evidence) -> Vec<Failure> {
    let known: Vec<u64> = seen.commands().map(|(_, _, tag, _)| tag).collect();
    let strange =
        seen.log.events.iter().find(|event| event.user_tag != 0 && !known.contains(&event.user_tag));
    strange
        .map(|event| format!("tag {} in an event of kind {}", event.user_tag, event.kind))
        .into_iter()
        .collect()
}

/// The service discards speech only for a caller who wants it.
pub fn discarded(seen: &Evidence) -> Vec<Failure> {
    let Some(stream) = &seen.stream else { return Vec::new() };
    let wanted = seen.commands().filter(|(_, name, ..)| *name == "interrupt").count() as u64;
    if stream.interrupts > wanted {
        return vec![format!("{} times, the caller called for it {wanted} times", stream.interrupts)];
    }
    Vec::new()
}
