//! Commands and their answers.

use palabra::ffi::types::base::{PALABRA_FLAG_FINAL, PALABRA_FLAG_TRANSLATION};
use palabra::ffi::types::event::{
    PALABRA_EVENT_ERROR, PALABRA_EVENT_SPEAK_STATUS, PALABRA_EVENT_TASK_INFO, PALABRA_EVENT_TASK_STATUS,
    PALABRA_EVENT_TRANSCRIPT,
};

use super::{Evidence, Failure, bounds};
use crate::caller::Seen;
use crate::scenario::{Command, Product};

const ANSWERS: [i32; 4] =
    [PALABRA_EVENT_SPEAK_STATUS, PALABRA_EVENT_TASK_STATUS, PALABRA_EVENT_TASK_INFO, PALABRA_EVENT_ERROR];

/// The calls that are answered by an event.
fn calls(product: Product) -> &'static [&'static str] {
    match product {
        Product::Translation => &["speak", "interrupt", "pause", "resume", "set_task", "get_task"],
        Product::TextToSpeech => &["cancel"],
        Product::SpeechToText => &[],
    }
}

/// Each is answered once, and after it.
pub fn answered(seen: &Evidence) -> Vec<Failure> {
    let (product, calls) = (seen.plan.product, calls(seen.plan.product));
    // The library itself answers that speech is cancelled.
    let is_own = product == Product::TextToSpeech;
    let must = seen.went_well() && !seen.has_overflow() && (seen.has_answers() || is_own);
    let mut failures = Vec::new();
    for (at, name, tag, status) in seen.commands().filter(|(_, name, ..)| calls.contains(name)) {
        let is_answer = |event: &&Seen| event.user_tag == tag && ANSWERS.contains(&event.kind);
        let answers: Vec<_> = seen.log.events.iter().filter(is_answer).collect();
        // What cancels by a tag has its answer under it.
        let others = seen.plan.commands.iter().filter(|(_, other)| *other == Command::CancelTagged { tag });
        let most = 1 + others.count();
        let wrong = match answers[..] {
            ref answers if answers.len() > most => Some(format!("{} answers", answers.len())),
            [_] if status != 0 && most == 1 => Some("an answer to a call that failed".to_owned()),
            [answer, ..] if answer.at_us < at && most == 1 => Some("the answer was first".to_owned()),
            [] if status == 0 && must => Some("no answer".to_owned()),
            _ => None,
        };
        failures.extend(wrong.map(|wrong| format!("{name} {tag}: {wrong}")));
    }
    failures
}

/// A tag that no command had.
pub fn tags(seen: &Evidence) -> Vec<Failure> {
    // What cancels by a tag is answered under it, also where no text has had it.
    let cancelled = seen.plan.commands.iter().filter_map(|(_, command)| match command {
        Command::CancelTagged { tag } => Some(*tag),
        _ => None,
    });
    let known: Vec<u64> = seen.commands().map(|(_, _, tag, _)| tag).chain(cancelled).collect();
    let strange =
        seen.log.events.iter().find(|event| event.user_tag != 0 && !known.contains(&event.user_tag));
    strange
        .map(|event| format!("tag {} in an event of kind {}", event.user_tag, event.kind))
        .into_iter()
        .collect()
}

/// A final that was asked for is told once, or is told to have come too late.
pub fn finals(seen: &Evidence) -> Vec<Failure> {
    if seen.plan.product != Product::SpeechToText {
        return Vec::new();
    }
    let own = seen.plan.options.finalize_timeout_ms;
    let most = if own > 0 { own as u64 * 1000 } else { bounds::finalize_us() };
    let mut failures = Vec::new();
    for (at, _, tag, status) in seen.commands().filter(|(_, name, ..)| *name == "finalize") {
        let tagged = seen.log.events.iter().filter(|event| event.user_tag == tag);
        let is_final = |event: &&Seen| {
            event.kind == PALABRA_EVENT_TRANSCRIPT
                && event.flags & PALABRA_FLAG_FINAL != 0
                && event.flags & PALABRA_FLAG_TRANSLATION == 0
        };
        let answers: Vec<_> = { tagged }.filter(|e| is_final(e) || e.kind == PALABRA_EVENT_ERROR).collect();
        // It is sent behind the audio that waits.
        let buffered = seen.plan.options.buffer_ms.max(bounds::buffer_ms() as i32) as u64 * 1000;
        let troubled =
            buffered + seen.troubled_between(at, at + 10 * most) + seen.way_ms() as u64 * 1000 + 1_000_000;
        let wrong = match answers[..] {
            [_, _, ..] => Some(format!("{} answers", answers.len())),
            [_] if status != 0 => Some("an answer to a call that failed".to_owned()),
            [answer] if answer.at_us < at => Some("the answer was first".to_owned()),
            [answer] if answer.at_us > at + most + troubled && !seen.has_slow_line() => {
                Some(format!("the answer came after {} ms", (answer.at_us - at) / 1000))
            }
            [] if status == 0 && seen.went_well() && !seen.has_overflow() => Some("no answer".to_owned()),
            _ => None,
        };
        failures.extend(wrong.map(|wrong| format!("finalize {tag}: {wrong}")));
    }
    failures
}

/// The service discards speech only for a caller who wants it.
pub fn discarded(seen: &Evidence) -> Vec<Failure> {
    let Some(stream) = &seen.stream else { return Vec::new() };
    let calls = seen.commands().filter(|(_, name, _, status)| *name == "interrupt" && *status == 0);
    let wanted = calls.count() as u64;
    if stream.interrupts > wanted {
        return vec![format!("{} times, the caller called for it {wanted} times", stream.interrupts)];
    }
    Vec::new()
}
