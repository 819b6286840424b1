//! Rare situations: what a run has to meet now and then, so that it says something. Counted over all seeds.

use palabra::ffi::types::base as status;
use palabra::ffi::types::event as kind;

use super::{CallEvidence, Evidence};
use crate::caller::{Did, Seen};
use crate::net::Door;
use crate::scenario::{End, Fault, Generation, Product, Queue, Sound};
use crate::world::Host;

type Situation = fn(&Evidence) -> bool;

/// The same instant, as far as a program can tell, in us.
const INSTANT: u64 = 20_000;

pub const ALL: &[(&str, Situation)] = &[
    // Opening.
    ("the end is requested before READY", |seen| before_ready(seen, |deed| *deed == Did::Ended(0))),
    ("the caller closes before READY", |seen| seen.ready().is_none() && seen.closed().is_none()),
    ("a command is called before READY", |seen| {
        before_ready(seen, |deed| matches!(deed, Did::Called(_, _, 0)))
    }),
    ("audio is sent before READY", |seen| before_ready(seen, |deed| matches!(deed, Did::Sent(..)))),
    ("the buffer is full before READY", |seen| before_ready(seen, is_short)),
    ("the format changes before READY", |seen| before_ready(seen, |deed| matches!(deed, Did::Format(_, 0)))),
    ("READY and a fault in one instant", |seen| {
        let ready = seen.ready().map(|event| event.at_us);
        ready.is_some_and(|at| seen.scenario.faults.iter().any(|(ms, _)| (ms * 1000).abs_diff(at) < INSTANT))
    }),
    ("READY after 5 s", |seen| seen.ready().is_some_and(|event| event.at_us > opened(seen) + 5_000_000)),
    ("a name is not found", |seen| seen.code() == Some(status::PALABRA_ERR_DNS)),
    ("a connection is refused", |seen| seen.scenario.door == Door::Refused && seen.code().is_some()),
    ("a connection is never answered", |seen| seen.scenario.door == Door::Hole && seen.code().is_some()),
    ("a REST session is created", |seen| generation(seen, Generation::First)),
    ("an API key", |seen| generation(seen, Generation::Second)),
    ("a stream's own address", |seen| generation(seen, Generation::Address)),
    ("a session is refused at once", |seen| seen.log.refusal != 0),
    // Ends.
    ("the caller closes while the end is under way", |seen| {
        seen.ended_at().is_some() && seen.closed().is_none()
    }),
    ("the caller closes while speech arrives", |seen| {
        seen.closed().is_none() && is_speaking(seen, seen.over_at())
    }),
    ("answers are outstanding at the close", |seen| {
        seen.closed().is_none()
            && seen.commands().any(|(_, _, tag, status)| status == 0 && !is_answered(seen, tag))
    }),
    ("the end is requested while a phrase is spoken", |seen| {
        seen.plan.end != End::AfterAll && seen.ended_at().is_some()
    }),
    ("the end is requested twice", |seen| has(seen, |deed| *deed == Did::Ended(status::PALABRA_ERR_ENDED))),
    ("the end is requested after CLOSED", |seen| {
        has(seen, |deed| *deed == Did::Ended(status::PALABRA_ERR_CLOSED))
    }),
    ("a command is called after the end", |seen| returned(seen, status::PALABRA_ERR_ENDED)),
    ("a command is called after CLOSED", |seen| returned(seen, status::PALABRA_ERR_CLOSED)),
    ("audio is sent after the end", |seen| {
        has(seen, |deed| matches!(deed, Did::Sent(_, status::PALABRA_ERR_ENDED)))
    }),
    ("audio is sent after CLOSED", |seen| {
        has(seen, |deed| matches!(deed, Did::Sent(_, status::PALABRA_ERR_CLOSED)))
    }),
    ("an end takes too long", |seen| seen.code() == Some(status::PALABRA_ERR_TIMEOUT)),
    ("the service is not ready in time", |seen| seen.code() == Some(status::PALABRA_ERR_NOT_READY)),
    ("a connection is dead", |seen| seen.code() == Some(status::PALABRA_ERR_CONNECTION_DEAD)),
    ("a connection is lost", |seen| seen.code() == Some(status::PALABRA_ERR_CONNECTION_LOST)),
    ("the service closes for a reason of its own", |seen| {
        matches!(seen.code(), Some(status::PALABRA_ERR_SERVICE | status::PALABRA_ERR_SESSION))
    }),
    ("nobody ends the session", |seen| seen.plan.end == End::Never),
    // Faults, and what they meet.
    ("a reset before READY", |seen| at_fault(seen, is_reset, |at| is_opening(seen, at))),
    ("a reset while speech arrives", |seen| at_fault(seen, is_reset, |at| is_speaking(seen, at))),
    ("a reset while ending", |seen| at_fault(seen, is_reset, |at| is_ending(seen, at))),
    ("a cut line before READY", |seen| at_fault(seen, is_cut, |at| is_opening(seen, at))),
    ("a cut line while speech arrives", |seen| at_fault(seen, is_cut, |at| is_speaking(seen, at))),
    ("a cut line while ending", |seen| at_fault(seen, is_cut, |at| is_ending(seen, at))),
    ("a slow line before READY", |seen| at_fault(seen, is_slow, |at| is_opening(seen, at))),
    ("a slow line while ending", |seen| at_fault(seen, is_slow, |at| is_ending(seen, at))),
    ("the library stands still before READY", |seen| {
        at_fault(seen, stops_library, |at| is_opening(seen, at))
    }),
    ("the library stands still while speech arrives", |seen| {
        at_fault(seen, stops_library, |at| is_speaking(seen, at))
    }),
    ("the library stands still while ending", |seen| at_fault(seen, stops_library, |at| is_ending(seen, at))),
    ("the service stands still before READY", |seen| {
        at_fault(seen, stops_service, |at| is_opening(seen, at))
    }),
    ("the service stands still while ending", |seen| at_fault(seen, stops_service, |at| is_ending(seen, at))),
    ("the caller stands still while speech arrives", |seen| {
        at_fault(seen, stops_caller, |at| is_speaking(seen, at))
    }),
    ("the caller stands still while ending", |seen| at_fault(seen, stops_caller, |at| is_ending(seen, at))),
    ("two faults at a time", |seen| {
        let faults = &seen.scenario.faults;
        faults.windows(2).any(|pair| pair[0].0 + pair[0].1.lasts().as_millis() as u64 > pair[1].0)
    }),
    ("a session survives three faults", |seen| seen.scenario.faults.len() >= 3 && seen.went_well()),
    // Events.
    ("events overflow", Evidence::has_overflow),
    ("events overflow while ending", |seen| {
        let ended = seen.ended_at();
        of(seen, kind::PALABRA_EVENT_OVERFLOW).any(|event| ended.is_some_and(|at| event.at_us > at))
    }),
    ("speech overflows", |seen| seen.log.stats.is_some_and(|stats| stats.audio_frames_dropped > 0)),
    ("twenty events in one instant", |seen| {
        seen.log.events.windows(20).any(|row| row[19].at_us - row[0].at_us < INSTANT)
    }),
    ("one queue for all sessions", |seen| queue(seen, Queue::Events)),
    ("a queue of names", |seen| queue(seen, Queue::Names)),
    ("several sessions of one program", |seen| {
        seen.scenario.programs.iter().any(|all| all.sessions.len() > 1)
    }),
    ("two programs", |seen| seen.scenario.programs.len() > 1),
    ("a warning of the service", |seen| {
        of(seen, kind::PALABRA_EVENT_WARNING).any(|event| event.flags & status::PALABRA_FLAG_DROPPED == 0)
    }),
    ("an error, and the session goes on", |seen| of(seen, kind::PALABRA_EVENT_ERROR).next().is_some()),
    // Input.
    ("the input buffer is full", |seen| has(seen, is_short)),
    ("old audio is dropped", |seen| seen.log.stats.is_some_and(|stats| stats.input_frames_dropped > 0)),
    ("dropped audio is told", |seen| {
        of(seen, kind::PALABRA_EVENT_WARNING).any(|event| event.flags & status::PALABRA_FLAG_DROPPED != 0)
    }),
    ("the format changes while speaking", |seen| has(seen, |deed| matches!(deed, Did::Format(_, 0)))),
    ("lost audio is told", |seen| has(seen, |deed| matches!(deed, Did::Skipped(_, taken) if *taken > 0))),
    ("a hold", |seen| seen.plan.sound.iter().any(|part| matches!(part, Sound::Hold(_)))),
    ("silence is sent for a hold", |seen| {
        seen.log.stats.is_some_and(|stats| stats.silence_frames_sent > 16_000)
    }),
    ("a hold pauses the task", |seen| seen.log.stats.is_some_and(|stats| stats.gap_pauses > 0)),
    ("telephone audio", |seen| seen.plan.format.encoding > 2),
    ("several channels", |seen| seen.plan.format.channels > 1),
    // Commands.
    ("an interrupt while speech arrives", |seen| at_call(seen, "interrupt", |at| is_speaking(seen, at))),
    ("an interrupt before any speech", |seen| {
        at_call(seen, "interrupt", |at| of(seen, kind::PALABRA_EVENT_AUDIO).all(|event| event.at_us > at))
    }),
    ("an interrupt while ending", |seen| returned_by(seen, "interrupt", status::PALABRA_ERR_ENDED)),
    ("the end of a paused session", |seen| {
        let last =
            seen.commands().filter(|(_, name, _, status)| *status == 0 && ["pause", "resume"].contains(name));
        last.last().is_some_and(|(_, name, ..)| name == "pause") && seen.ended_at().is_some()
    }),
    ("a text is spoken", |seen| of(seen, kind::PALABRA_EVENT_SPEAK_STATUS).next().is_some()),
    ("a text is spoken in a pause", |seen| {
        let paused = at_call(seen, "pause", |_| true);
        paused && of(seen, kind::PALABRA_EVENT_SPEAK_STATUS).next().is_some()
    }),
    ("a task is replaced", |seen| seen.called("set_task")),
    ("the task is told", |seen| of(seen, kind::PALABRA_EVENT_TASK_INFO).any(|event| event.user_tag != 0)),
    ("a command is refused by the service", |seen| {
        of(seen, kind::PALABRA_EVENT_ERROR).any(|event| event.user_tag != 0)
    }),
    ("too many commands wait", |seen| returned(seen, status::PALABRA_ERR_AGAIN)),
    ("two commands in one instant", |seen| {
        let times: Vec<u64> = seen.commands().map(|(at, ..)| at).collect();
        times.windows(2).any(|pair| pair[0].abs_diff(pair[1]) < INSTANT)
    }),
    ("a flush of the input", |seen| seen.called("flush_input")),
    // Text-to-speech and speech-to-text.
    ("a cancel while speech arrives", |seen| at_call(seen, "cancel", |at| is_speaking(seen, at))),
    ("a text after a cancel", |seen| {
        let cancel = seen.commands().find(|(_, name, ..)| *name == "cancel").map(|(at, ..)| at);
        cancel.is_some_and(|cancel| at_call(seen, "text", |at| at >= cancel))
    }),
    ("a tagged text is cancelled", |seen| seen.called("cancel_tagged")),
    ("text-to-speech ends well", |seen| seen.plan.product == Product::TextToSpeech && seen.went_well()),
    ("speech-to-text ends well", |seen| seen.plan.product == Product::SpeechToText && seen.went_well()),
    ("a final is asked for", |seen| seen.called("finalize")),
    ("two finals are asked for at once", |seen| {
        let finals = seen.commands().filter(|(_, name, ..)| *name == "finalize");
        let times: Vec<u64> = finals.map(|(at, ..)| at).collect();
        times.windows(2).any(|pair| pair[1] - pair[0] < 200_000)
    }),
    // Playout.
    ("a phrase is cut", |seen| of(seen, kind::PALABRA_EVENT_PLAYOUT_CUT).next().is_some()),
    ("a phrase is cut before it is heard", |seen| {
        of(seen, kind::PALABRA_EVENT_PLAYOUT_CUT).any(|event| event.heard_ms == 0)
    }),
    ("speech is dropped because too much waits", |seen| {
        of(seen, kind::PALABRA_EVENT_PLAYOUT_CUT).any(|event| event.flags & status::PALABRA_FLAG_DROPPED != 0)
    }),
    ("a reader stands still", |seen| {
        seen.plan.reader.as_ref().is_some_and(|reader| !reader.stalls.is_empty())
    }),
    ("a reader's clock is fast", |seen| seen.plan.reader.as_ref().is_some_and(|reader| reader.drift_ppm > 0)),
    ("the format of what is read changes", |seen| has(seen, |deed| matches!(deed, Did::OutputFormat(_, 0)))),
    ("silence is asked for while speech is heard", |seen| seen.called("silence")),
    // Calls of two parties.
    ("a party hangs up, and another joins", |seen| {
        seen.call.as_ref().is_some_and(|call| call.told.legs.iter().filter(|leg| leg.status == 0).count() > 2)
    }),
    ("a party hangs up while the other one is spoken to", |seen| {
        seen.call.as_ref().is_some_and(|call| {
            call.told.legs.iter().any(|leg| leg.left_us.is_some() && leg.exchanges.len() > 100)
        })
    }),
    ("a telephone rings while links are up", |seen| {
        let first = |call: &CallEvidence| {
            call.told.legs.iter().filter_map(|leg| leg.exchanges.first()).map(|one| one.at_us).max()
        };
        let is_up = |at: u64| {
            seen.log.events.iter().any(|event| event.kind == kind::PALABRA_EVENT_LINK_UP && event.at_us < at)
        };
        seen.call.as_ref().and_then(first).is_some_and(is_up)
    }),
    ("a link breaks and comes up again", |seen| {
        let mut is_down = false;
        seen.log.events.iter().any(|event| {
            is_down |= event.kind == kind::PALABRA_EVENT_LINK_DOWN && event.code != 0;
            is_down && event.kind == kind::PALABRA_EVENT_LINK_UP
        })
    }),
    ("a party is on hold", |seen| {
        seen.call.as_ref().is_some_and(|call| {
            call.told.legs.iter().any(|leg| leg.exchanges.iter().any(|one| one.is_on_hold))
        })
    }),
    ("a party that speaks is muted", |seen| {
        seen.call.as_ref().is_some_and(|call| {
            call.told.legs.iter().any(|leg| leg.exchanges.iter().any(|one| one.is_muted && one.blocks > 0))
        })
    }),
];

/// Those that `make test` must meet: all but those that need rare luck.
pub fn met_by_fixed_seeds() -> impl Iterator<Item = &'static str> {
    ALL.iter().map(|(name, _)| *name).filter(|name| !RARER.contains(name))
}

/// Met by fewer than two sessions of the seeds of `make test`, if at all.
const RARER: &[&str] = &[
    "the caller stands still while speech arrives",
    "an interrupt while ending",
    "the format changes before READY",
    "READY and a fault in one instant",
    "a connection is never answered",
    "a session is refused at once",
    "the caller closes while the end is under way",
    "the caller closes while speech arrives",
    "the end is requested twice",
    "audio is sent after CLOSED",
    "the service is not ready in time",
    "nobody ends the session",
    "a link breaks and comes up again",
    "a reset before READY",
    "a reset while speech arrives",
    "a reset while ending",
    "a cut line before READY",
    "a cut line while speech arrives",
    "a cut line while ending",
    "a slow line before READY",
    "a slow line while ending",
    "the library stands still before READY",
    "the library stands still while speech arrives",
    "the service stands still while ending",
    "the caller stands still while ending",
    "speech overflows",
    "silence is sent for a hold",
    "a hold pauses the task",
    "a text is spoken in a pause",
    "a command is refused by the service",
    "too many commands wait",
    "two finals are asked for at once",
];

fn has(seen: &Evidence, is_it: impl Fn(&Did) -> bool) -> bool {
    seen.log.deeds.iter().any(|(_, deed)| is_it(deed))
}

fn is_short(deed: &Did) -> bool {
    matches!(deed, Did::Sent(offered, taken) if *taken >= 0 && taken < offered)
}

fn before_ready(seen: &Evidence, is_it: impl Fn(&Did) -> bool) -> bool {
    let ready = seen.ready().map_or(u64::MAX, |event| event.at_us);
    seen.log.deeds.iter().any(|(at, deed)| *at < ready && is_it(deed))
}

fn opened(seen: &Evidence) -> u64 {
    seen.log.deeds.first().map_or(0, |(at, _)| *at)
}

fn of(seen: &Evidence, kind: i32) -> impl Iterator<Item = &Seen> {
    seen.log.events.iter().filter(move |event| event.kind == kind)
}

fn returned(seen: &Evidence, status: i32) -> bool {
    seen.commands().any(|(_, _, _, known)| known == status)
}

fn returned_by(seen: &Evidence, name: &str, status: i32) -> bool {
    seen.commands().any(|(_, by, _, known)| by == name && known == status)
}

fn is_answered(seen: &Evidence, tag: u64) -> bool {
    seen.log.events.iter().any(|event| event.user_tag == tag)
}

fn generation(seen: &Evidence, generation: Generation) -> bool {
    seen.ready().is_some() && seen.scenario.programs.iter().any(|program| program.generation == generation)
}

fn queue(seen: &Evidence, queue: Queue) -> bool {
    seen.ready().is_some() && seen.scenario.programs.iter().any(|program| program.queue == queue)
}

fn at_call(seen: &Evidence, name: &str, when: impl Fn(u64) -> bool) -> bool {
    seen.commands().any(|(at, known, _, status)| known == name && status == 0 && when(at))
}

fn at_fault(seen: &Evidence, is_it: fn(&Fault) -> bool, when: impl Fn(u64) -> bool) -> bool {
    seen.scenario.faults.iter().any(|(ms, fault)| is_it(fault) && when(ms * 1000))
}

fn is_opening(seen: &Evidence, at: u64) -> bool {
    let over = seen.ready().or(seen.closed()).map_or(seen.over_at(), |event| event.at_us);
    (opened(seen)..over).contains(&at)
}

fn is_ending(seen: &Evidence, at: u64) -> bool {
    let over = seen.closed().map_or(seen.over_at(), |event| event.at_us);
    seen.ended_at().is_some_and(|ended| (ended..over).contains(&at))
}

/// Speech arrived just before, and more of it after.
fn is_speaking(seen: &Evidence, at: u64) -> bool {
    let mut speech = of(seen, kind::PALABRA_EVENT_AUDIO).map(|event| event.at_us);
    speech.any(|when| when.abs_diff(at) < 500_000)
}

fn is_reset(fault: &Fault) -> bool {
    matches!(fault, Fault::Reset)
}

fn is_cut(fault: &Fault) -> bool {
    matches!(fault, Fault::Cut(_))
}

fn is_slow(fault: &Fault) -> bool {
    matches!(fault, Fault::Slow(..))
}

fn stops_library(fault: &Fault) -> bool {
    matches!(fault, Fault::Freeze(Host::Library, _))
}

fn stops_service(fault: &Fault) -> bool {
    matches!(fault, Fault::Freeze(Host::Service, _))
}

fn stops_caller(fault: &Fault) -> bool {
    matches!(fault, Fault::Freeze(Host::Caller(_), _))
}
