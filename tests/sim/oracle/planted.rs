//! For each oracle evidence that is wrong in what it looks at, and in nothing else.

use std::sync::Arc;

use palabra::ffi::types::event::{
    PALABRA_EVENT_AUDIO, PALABRA_EVENT_CLOSED, PALABRA_EVENT_LINK_DOWN, PALABRA_EVENT_PLAYOUT_STARTED,
    PALABRA_EVENT_TRANSCRIPT,
};

use super::{ALL, Evidence, holds, leaked};
use crate::caller::{Asked, Did, Heard, Line, Seen, Told, Voice, Waited};
use crate::scenario::{Call, Format, Product, Reader, Request};
use crate::tone::{Heard as Numbers, What};

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
    ("what was taken arrives once, in order and whole", |seen| {
        // Two calls send at a time at the end: what came before is judged.
        for (n, _) in (0..).zip(&seen.log.spoken) {
            let took_us = if (n + 2) as usize == seen.log.spoken.len() { 30_000 } else { 10_000 };
            let waited = Waited { name: "send_paced", at_us: n * 20_000, ..waited(i32::MAX, took_us, 320) };
            seen.log.waits.push(waited);
        }
        let heard = &mut seen.stream.as_mut().expect("a stream").ears[0].heard;
        heard.insert(1, heard[0]);
    }),
    ("audio is dropped only where too much waits", |seen| {
        if let Some(stats) = &mut seen.log.stats {
            stats.input_frames_sent -= 320;
            stats.input_frames_dropped += 320;
        }
    }),
    ("nobody speaks to a service that does not listen", |seen| {
        seen.stream.as_mut().expect("a stream").passed.push((0, 320));
    }),
    ("what waits for the service is bounded and told", |seen| {
        let middle = seen.log.samples.len() / 3;
        seen.log.samples[middle].1.input_queue_ms += 5_000;
    }),
    ("speech in events comes once, in order and whole", |seen| {
        let numbers = |heard: &Numbers| matches!(heard.what, What::Numbers(_));
        let heard = &mut seen.log.voices[0].ear.heard;
        heard.retain(|heard| !numbers(heard));
    }),
    ("speech in events comes once, in order and whole", |seen| {
        let again = Voice { phrase: 1, ..seen.log.voices[0].clone() };
        seen.log.voices.push(again);
    }),
    ("speech in events comes once, in order and whole", |seen| {
        // What was heard before a call is not what it takes back.
        let over = seen.over_at();
        seen.log.deeds.push((over, Did::Called("cancel", 9, 0)));
        let first = &mut seen.log.voices[0].ear.heard[0];
        let What::Numbers(number) = first.what else { panic!("no number") };
        *first = Numbers { what: What::Numbers(number + 20), blocks: first.blocks - 20 };
    }),
    ("speech is played once and in order", |seen| {
        read_everything(seen);
        let again = seen.log.lines[0].clone();
        seen.log.lines.push(again);
    }),
    ("speech is played once and in order", |seen| {
        read_everything(seen);
        let heard = &mut seen.log.lines[0].ear.heard;
        let place = heard.iter().position(|heard| matches!(heard.what, What::Numbers(_))).expect("numbers");
        heard.remove(place);
    }),
    ("a reader is told the end", |seen| {
        let at_us = closed(seen).at_us + 100_000_000;
        seen.log.heard.push(Heard { at_us, language: 0, frames: 0, bits: 0 });
    }),
    ("a read succeeds", |seen| seen.log.heard.push(Heard { at_us: 0, language: 0, frames: 1, bits: -104 })),
    ("speech is discarded for those who want it", |seen| {
        seen.stream.as_mut().expect("a stream").interrupts = 1;
    }),
    ("speech is discarded for those who want it", |seen| {
        seen.log.deeds.insert(1, (0, Did::Called("interrupt", 9, -302)));
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
    ("a phrase is played once", |seen| {
        let place = of_kind(seen, PALABRA_EVENT_TRANSCRIPT);
        for (phrase, event) in (1..).zip(&mut seen.log.events[place..place + 2]) {
            *event = Seen { seq: event.seq, kind: PALABRA_EVENT_PLAYOUT_STARTED, phrase, ..Seen::default() };
        }
    }),
    ("commands are answered once", |seen| seen.log.deeds.insert(1, (0, Did::Called("speak", 9, 0)))),
    ("tags are those of commands", |seen| {
        let place = of_kind(seen, PALABRA_EVENT_TRANSCRIPT);
        seen.log.events[place].user_tag = 99;
    }),
    ("queues are bounded", |seen| seen.log.samples[0].1.commands_queued = 33),
    ("a final that is asked for is told once", |seen| {
        seen.plan.product = Product::SpeechToText;
        seen.log.deeds.insert(1, (0, Did::Called("finalize", 9, 0)));
    }),
    ("a call that waits returns in time", |seen| seen.log.waits.push(waited(100, 3_000_000, 0))),
    ("a call that waits returns in time", |seen| seen.log.waits.push(waited(5000, 3_000_000, 0))),
    ("a call that waits returns in time", |seen| {
        seen.log.waits.push(Waited { age_us: 1_000_000, ..waited(5000, 3_000_000, 1) });
    }),
    ("an opening is refused for a reason", |seen| seen.log.refusal = -101),
    ("the library's memory is bounded", |seen| Arc::make_mut(&mut seen.house).most = 1 << 30),
    ("helpers that ask for names are few", |seen| Arc::make_mut(&mut seen.house).askers = 73),
    ("whoever sleeps is woken", |seen| seen.log.unannounced.push((0, 3_000_000))),
    ("a call that waits fails for a reason", |seen| {
        let call = Call::SendPaced { ms: 10, lead_ms: 0, timeout_ms: -1 };
        seen.plan.calls.push((0, call));
        seen.log.waits.push(Waited { name: "send_paced", ..waited(i32::MAX, 10_000, -204) });
    }),
    ("a text that a call returns is whole", |seen| {
        let run = |first| Numbers { what: What::Numbers(first), blocks: 9 };
        seen.log.texts.push(vec![run(100), run(200)]);
    }),
    ("wake-ups have a reason", |seen| seen.log.wakeups = 1_000_000),
    ("the library sleeps when nothing happens", |seen| {
        seen.log.deeds.push((100_000_000, Did::Closed));
        let seconds = || 0..100;
        let house = Arc::make_mut(&mut seen.house);
        house.polls = seconds().map(|second| second * 10_000).collect();
        house.arrivals = seconds().map(|second| second * 50).collect();
    }),
    ("nothing panics", |seen| Arc::make_mut(&mut seen.house).panics.push("index out of bounds".to_owned())),
    ("no defect is told", |seen| seen.log.deeds.insert(1, (0, Did::Called("ask", 0, -900)))),
    ("no defect is told", |seen| seen.log.deeds.insert(1, (0, Did::Sent(320, -900)))),
    ("everything is freed", |seen| Arc::make_mut(&mut seen.house).left.push("a task".to_owned())),
    ("no secret is told", |seen| {
        let place = of_kind(seen, PALABRA_EVENT_TRANSCRIPT);
        seen.log.events[place].text.clone_from(&seen.house.secrets[0]);
    }),
    ("no secret is told", |seen| {
        let line = format!("the key is {}", seen.house.secrets[0]);
        Arc::make_mut(&mut seen.house).lines.push(line);
    }),
    ("a closed handle is refused", |seen| seen.log.deeds.push((0, Did::ClosedAgain(0)))),
    ("calls of the account return", |seen| {
        let late = Asked {
            request: Request::Check,
            timeout_ms: 300,
            has_credentials: true,
            at_us: 0,
            took_us: 5_000_000,
            status: -204,
        };
        Arc::make_mut(&mut seen.house).requests.push(late);
    }),
];

/// A poll for so many ms that took so many us.
fn waited(ms: i32, took_us: u64, status: i32) -> Waited {
    Waited { name: "poll", at_us: 0, ms, took_us, status, age_us: 0 }
}

/// A reader has heard what was said.
fn read_everything(seen: &mut Evidence) {
    seen.plan.reader = Some(Reader {
        has_events: true,
        format: Format::s16(24_000),
        block_ms: 20,
        drift_ppm: 0,
        stalls: Vec::new(),
        prime_ms: 0,
        buffer_ms: 0,
        target_ms: 0,
        original_percent: 0,
    });
    let at_us = closed(seen).at_us;
    let bits = palabra::ffi::types::playout::PALABRA_SOUND_ENDED as i32;
    seen.log.heard.push(Heard { at_us, language: 0, frames: 480, bits });
    seen.log.playout.push(crate::caller::prepared());
    let ear = seen.log.voices[0].ear.clone();
    seen.log.lines.push(Line { language: 0, ear });
}

fn of_kind(seen: &Evidence, kind: i32) -> usize {
    seen.log.events.iter().position(|event| event.kind == kind).expect("an event of that kind")
}

fn closed(seen: &mut Evidence) -> &mut Seen {
    let place = of_kind(seen, PALABRA_EVENT_CLOSED);
    &mut seen.log.events[place]
}

/// What is wrong with the oracles of calls.
const OF_CALLS: &[Fault] = &[
    ("a link goes up and down in turn", |seen| {
        told(seen).events.retain(|event| event.kind != PALABRA_EVENT_LINK_DOWN);
    }),
    ("a link goes up and down in turn", |seen| {
        let events = &mut told(seen).events;
        events
            .iter_mut()
            .filter(|event| event.kind == PALABRA_EVENT_LINK_DOWN)
            .for_each(|event| event.code = -302);
    }),
    ("a call ends well and in time", |seen| told(seen).ended_us = None),
    ("an exchange succeeds, and tells the end", |seen| told(seen).legs[0].exchanges[9].bits = -104),
    ("an exchange succeeds, and tells the end", |seen| {
        let leg = &mut told(seen).legs[1];
        leg.exchanges
            .iter_mut()
            .for_each(|one| one.bits &= !(palabra::ffi::types::playout::PALABRA_SOUND_ENDED as i32));
        leg.exchanges.last_mut().expect("exchanges").at_us += 100_000_000;
    }),
    ("a party hears its translation once and in order", |seen| {
        let heard = &mut told(seen).legs[1].voice.ear.heard;
        let again = heard.iter().find(|heard| matches!(heard.what, What::Numbers(_))).copied();
        heard.extend(again);
    }),
    ("a party hears its translation once and in order", |seen| {
        let heard = told(seen).legs[1].voice.ear.heard.clone();
        told(seen).legs[0].voice.ear.heard = heard;
    }),
    ("the service hears a party once, and only what is for it", |seen| {
        told(seen).legs[0].exchanges.iter_mut().for_each(|one| one.is_on_hold = true);
    }),
    ("the service hears a party once, and only what is for it", |seen| {
        for stream in &mut seen.call.as_mut().expect("a call").streams {
            stream.ears[0].heard.retain(|heard| !matches!(heard.what, What::Numbers(first) if first < 3000));
        }
    }),
    ("a party hears the other's own voice", |seen| {
        let own = Numbers { what: What::Numbers(20), blocks: 9 };
        told(seen).legs[1].voice.ear.heard.push(own);
    }),
];

fn told(seen: &mut Evidence) -> &mut Told {
    &mut seen.call.as_mut().expect("a call").told
}

/// Returns what is wrong with the oracles, given the evidence of a session and of a call without a failure.
pub fn check(session: &Evidence, call: &Evidence) -> Vec<String> {
    let mut wrong = Vec::new();
    if leaked(0) != leaked(1 << 10) || leaked(100_000).is_empty() {
        wrong.push("memory that is not freed is not seen".to_owned());
    }
    let faults =
        FAULTS.iter().map(|fault| (session, fault)).chain(OF_CALLS.iter().map(|fault| (call, fault)));
    for (sound, (name, fault)) in faults {
        let mut seen = sound.clone();
        fault(&mut seen);
        for (oracle, judge) in ALL.iter().filter(|(oracle, _)| holds(&seen, oracle)) {
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
    let names: Vec<&str> = FAULTS.iter().chain(OF_CALLS).map(|(name, _)| *name).collect();
    wrong.extend(
        ALL.iter().filter(|(name, _)| !names.contains(name)).map(|(name, _)| format!("{name}: no fault")),
    );
    wrong
}
