//! What must hold, judged from what callers did and got. An oracle reports and does not panic.

pub mod bounds;
pub mod planted;

use palabra::ffi::types::event::{PALABRA_EVENT_CLOSED, PALABRA_EVENT_OVERFLOW, PALABRA_EVENT_READY};

use crate::caller::{Did, Record};
use crate::scenario::{End, Plan};

pub type Failure = String;

/// What the oracles know of a run before it.
pub struct Expected {
    /// The caller closes its session before the end.
    pub may_break_off: bool,
}

impl Expected {
    pub fn of(plan: &Plan) -> Expected {
        Expected { may_break_off: plan.closes_at.is_some() || plan.end == End::Never }
    }
}

type Oracle = fn(&Record, &Expected) -> Vec<Failure>;

pub const ALL: &[(&str, Oracle)] =
    &[("one CLOSED, and nothing after it", closed), ("seq has no gaps", numbers), ("frames", frames)];

pub fn judge(record: &Record, expected: &Expected) -> Vec<Failure> {
    let judged = ALL.iter().flat_map(|(name, oracle)| {
        oracle(record, expected).into_iter().map(move |failure| format!("{name}: {failure}"))
    });
    judged.collect()
}

fn closed(record: &Record, expected: &Expected) -> Vec<Failure> {
    let log = record.log();
    let places: Vec<usize> = log
        .events
        .iter()
        .enumerate()
        .filter(|(_, e)| e.kind == PALABRA_EVENT_CLOSED)
        .map(|(n, _)| n)
        .collect();
    match places[..] {
        [place] if place + 1 == log.events.len() => Vec::new(),
        [place] => vec![format!("{} events follow it", log.events.len() - place - 1)],
        [] if expected.may_break_off => Vec::new(),
        [] => vec![format!("none among {} events", log.events.len())],
        _ => vec![format!("{} of them", places.len())],
    }
}

/// OVERFLOW says how many events are missing.
fn numbers(record: &Record, _: &Expected) -> Vec<Failure> {
    let log = record.log();
    let mut failures = Vec::new();
    for pair in log.events.windows(2) {
        let step = pair[1].seq.wrapping_sub(pair[0].seq);
        if step != 1 && pair[1].kind != PALABRA_EVENT_OVERFLOW {
            failures.push(format!("{} follows {}", pair[1].seq, pair[0].seq));
        }
    }
    failures
}

/// Every frame that was taken is sent, waiting, or counted as dropped.
fn frames(record: &Record, _: &Expected) -> Vec<Failure> {
    let log = record.log();
    let Some(stats) = log.stats else { return Vec::new() };
    let taken: i64 = log
        .deeds
        .iter()
        .filter_map(|(_, deed)| match deed {
            Did::Sent(_, taken) | Did::Skipped(_, taken) if *taken > 0 => Some(i64::from(*taken)),
            _ => None,
        })
        .sum();
    let mut failures = Vec::new();
    if stats.input_frames_taken != taken {
        failures.push(format!(
            "taken: {taken} by the caller's count, {} by statistics",
            stats.input_frames_taken
        ));
    }
    if stats.input_frames_sent + stats.input_frames_dropped > taken {
        failures.push(format!(
            "{} sent and {} dropped of {taken}",
            stats.input_frames_sent, stats.input_frames_dropped
        ));
    }
    let was_ready = log.events.iter().any(|event| event.kind == PALABRA_EVENT_READY);
    let ended_well =
        log.events.last().is_some_and(|last| last.kind == PALABRA_EVENT_CLOSED && last.code == 0);
    if was_ready && ended_well && stats.input_frames_sent + stats.input_frames_dropped != taken {
        failures.push(format!("ended well with {} frames of {taken} sent", stats.input_frames_sent));
    }
    failures
}
