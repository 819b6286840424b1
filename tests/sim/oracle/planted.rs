//! For each oracle evidence that is wrong in what it looks at, and in nothing else.

use palabra::ffi::types::event::{
    PALABRA_EVENT_AUDIO, PALABRA_EVENT_CLOSED, PALABRA_EVENT_PLAYOUT_STARTED, PALABRA_EVENT_TRANSCRIPT,
};

use super::{ALL, Evidence};
use crate::caller::{Asked, Did, Heard, Seen};
use crate::scenario::{Format, Reader, Request};
use crate::tone::{Mouth, What};

/// Makes sound evidence wrong for one oracle.
type Fault = (&'static str, fn(&mut Evidence));

const FAULTS: &[Fault] = &[
    ("one CLOSED, and nothing after it", |seen| {
        let mut again = seen.log.events[seen.log.events.len() - 1].clone();
        again.seq += 1;
        seen.log.events.push(again);
    }),
    ("the code of the end has a reason", |seen| {
        // Not READY either, so that no other oracle expects all to be well.
        closed(seen).code = -302;
    }),
    ("an end comes in time", |seen| closed(seen).at_us += 1_000_000_000),
    ("seq has no gaps", |seen| {
        let place = of_kind(seen, PALABRA_EVENT_TRANSCRIPT);
        seen.log.events.remove(place);
    }),
    ("the frames add up", |seen| {
        if let Some(stats) = &mut seen.log.stats {
            stats.input_frames_taken += 320;
        }
    }),
    ("what was taken arrives once, in order and whole", |seen| {
        let ear = &mut seen.stream.as_mut().expect("a stream").ears[0];
        let again = ear.heard.iter().find(|heard| matches!(heard.what, What::Numbers(_))).copied();
        ear.heard.extend(again);
    }),
    ("nobody speaks to a service that does not listen", |seen| {
        seen.stream.as_mut().expect("a stream").passed.push((0, 320));
    }),
    ("what waits for the service is bounded and told", |seen| {
        let middle = seen.log.samples.len() / 3;
        seen.log.samples[middle].1.input_queue_ms += 5_000;
    }),
    ("speech in events comes once, in order and whole", |seen| {
        let place = of_kind(seen, PALABRA_EVENT_AUDIO);
        seen.log.events[place].pcm.clear();
    }),
    ("speech is played once and in order", |seen| {
        let mut mouth = Mouth::new(16_000);
        mouth.speak(200);
        let audio: Vec<u8> = mouth.sound.iter().flat_map(|sample| sample.to_ne_bytes()).collect();
        let format = Format::s16(16_000);
        seen.plan.reader = Some(Reader {
            has_events: true,
            format,
            block_ms: 20,
            drift_ppm: 0,
            stalls: Vec::new(),
            prime_ms: 0,
            buffer_ms: 0,
            target_ms: 0,
            original_percent: 0,
        });
        let block = Heard { at_us: 0, language: 0, format, frames: 3200, bits: 0, audio };
        seen.log.heard.extend([block.clone(), block]);
    }),
    ("a reader is told the end", |seen| {
        let at_us = closed(seen).at_us + 100_000_000;
        let format = Format::s16(16_000);
        seen.log.heard.push(Heard { at_us, language: 0, format, frames: 0, bits: 0, audio: Vec::new() });
    }),
    ("speech is discarded for those who want it", |seen| {
        seen.stream.as_mut().expect("a stream").interrupts = 1;
    }),
    ("a phrase ends once", |seen| {
        let place = of_kind(seen, PALABRA_EVENT_AUDIO);
        seen.log.events[place].flags |= palabra::ffi::types::base::PALABRA_FLAG_LAST_CHUNK;
    }),
    ("a phrase is played once", |seen| {
        let place = of_kind(seen, PALABRA_EVENT_TRANSCRIPT);
        for event in &mut seen.log.events[place..place + 2] {
            *event = Seen { seq: event.seq, kind: PALABRA_EVENT_PLAYOUT_STARTED, ..Seen::default() };
        }
    }),
    ("commands are answered once", |seen| seen.log.deeds.insert(1, (0, Did::Called("speak", 9, 0)))),
    ("tags are those of commands", |seen| {
        let place = of_kind(seen, PALABRA_EVENT_TRANSCRIPT);
        seen.log.events[place].user_tag = 99;
    }),
    ("queues are bounded", |seen| seen.log.samples[0].1.commands_queued = 33),
    ("whoever sleeps is woken", |seen| seen.log.unannounced.push((0, 3_000_000))),
    ("wake-ups have a reason", |seen| seen.log.wakeups = 1_000_000),
    ("the library sleeps when nothing happens", |seen| {
        seen.log.deeds.push((100_000_000, Did::Closed));
        seen.house.polls = (0..100).map(|second| second * 10_000).collect();
    }),
    ("nothing panics", |seen| seen.house.panics.push("index out of bounds".to_owned())),
    ("no defect is told", |seen| seen.log.deeds.insert(1, (0, Did::Called("ask", 0, -900)))),
    ("everything is freed", |seen| seen.house.leaked = 1 << 20),
    ("no secret is told", |seen| {
        let place = of_kind(seen, PALABRA_EVENT_TRANSCRIPT);
        seen.log.events[place].text.clone_from(&seen.house.secrets[0]);
    }),
    ("a closed handle is refused", |seen| seen.log.deeds.push((0, Did::ClosedAgain(0)))),
    ("calls of the account return", |seen| {
        let late = Asked { request: Request::Check, timeout_ms: 300, took_us: 5_000_000, status: -204 };
        seen.house.requests.push(late);
    }),
];

fn of_kind(seen: &Evidence, kind: i32) -> usize {
    seen.log.events.iter().position(|event| event.kind == kind).expect("an event of that kind")
}

fn closed(seen: &mut Evidence) -> &mut Seen {
    let place = of_kind(seen, PALABRA_EVENT_CLOSED);
    &mut seen.log.events[place]
}

/// Returns what is wrong with the oracles, given the evidence of a run without a failure.
pub fn check(sound: &Evidence) -> Vec<String> {
    let mut wrong = Vec::new();
    for (name, fault) in FAULTS {
        let mut seen = sound.clone();
        fault(&mut seen);
        for (oracle, judge) in ALL {
            let failures = judge(&seen);
            match (failures.first(), oracle == name) {
                (Some(failure), false) => {
                    wrong.push(format!("{oracle} fails with the fault of \"{name}\": {failure}"));
                }
                (None, true) => wrong.push(format!("{oracle}: is silent with its own fault")),
                _ => {}
            }
        }
    }
    let names: Vec<&str> = FAULTS.iter().map(|(name, _)| *name).collect();
    wrong.extend(
        ALL.iter().filter(|(name, _)| !names.contains(name)).map(|(name, _)| format!("{name}: no fault")),
    );
    wrong
}
