//! How a session ends.

use palabra::ffi::types::base as status;
use palabra::ffi::types::event::{PALABRA_EVENT_CLOSED, PALABRA_EVENT_OVERFLOW};

use super::{Evidence, Failure, bounds};
use crate::net::Door;
use crate::scenario::{End, Fault};
use crate::world::Host;

/// Exactly one, and nothing after it.
pub fn closed(seen: &Evidence) -> Vec<Failure> {
    let events = &seen.log.events;
    let is_closed = |place: &usize| events[*place].kind == PALABRA_EVENT_CLOSED;
    let places: Vec<usize> = (0..events.len()).filter(is_closed).collect();
    let may_lack = seen.plan.closes_at.is_some() || seen.log.refusal != 0 || seen.plan.end == End::Never;
    match places[..] {
        [place] if place + 1 == events.len() => Vec::new(),
        [place] => vec![format!("{} events follow it", events.len() - place - 1)],
        [] if may_lack || is_still_talking(seen) => Vec::new(),
        [] => vec![format!("none among {} events", events.len())],
        _ => vec![format!("{} of them", places.len())],
    }
}

/// The line is slow, and the answer is long.
fn is_still_talking(seen: &Evidence) -> bool {
    let last = seen.log.events.last().map_or(0, |event| event.at_us);
    seen.has_slow_line() && seen.over_at() - last < 2_000_000
}

/// A status that something in the scenario explains.
pub fn reason(seen: &Evidence) -> Vec<Failure> {
    let Some(closed) = seen.closed() else { return Vec::new() };
    let Evidence { scenario, plan, .. } = seen;
    let has = |kind: fn(&Fault) -> bool| seen.faults().any(kind);
    let stands_still = has(|fault| fault.lasts().as_millis() > 0);
    let line_stands_still = has(|fault| {
        matches!(fault, Fault::Cut(_) | Fault::Slow(..) | Fault::Forget(_) | Fault::Freeze(Host::Service, _))
    });
    let is_broken = has(|fault| matches!(fault, Fault::Reset | Fault::HalfClose)) || stands_still;
    // Nothing reaches the service for so long.
    let starves = stands_still || seen.has_overflow() || seen.is_silent_for(8_000) || seen.has_slow_line();
    let is_explained = match closed.code {
        0 => scenario.hostile.is_none(),
        status::PALABRA_ERR_DNS => {
            !scenario.has_names
                || plan.options.connect_ms > 0
                || has(|fault| matches!(fault, Fault::Names(..)))
        }
        status::PALABRA_ERR_CONNECT => {
            scenario.door != Door::Open || is_broken || plan.options.connect_ms > 0
        }
        status::PALABRA_ERR_SHUTDOWN => scenario.programs.iter().any(|one| one.shuts_down_at.is_some()),
        // A server that has said everything does not wait for a slow line.
        status::PALABRA_ERR_CONNECTION_LOST => is_broken || seen.has_slow_line(),
        // Time in which the process was stopped does not count.
        status::PALABRA_ERR_CONNECTION_DEAD => {
            line_stands_still || seen.has_slow_line() || plan.options.liveness_ms > 0 && !seen.has_fast_line()
        }
        status::PALABRA_ERR_NOT_READY | status::PALABRA_ERR_TIMEOUT => {
            line_stands_still
                || seen.has_slow_line()
                || scenario.order.late > 0
                || plan.options.end_ms > 0
                || plan.options.ready_ms > 0
        }
        status::PALABRA_ERR_SERVICE | status::PALABRA_ERR_SESSION => starves,
        status::PALABRA_ERR_LIMIT => plan.options.message_bytes > 0,
        _ => false,
    };
    let is_of_service = scenario.hostile.is_some_and(|behaviour| behaviour.ends.contains(&closed.code));
    if is_explained || is_of_service {
        Vec::new()
    } else {
        vec![format!("{} {}: nothing explains it", closed.code, closed.text)]
    }
}

/// Within the bound of the header, with what the faults take.
pub fn in_time(seen: &Evidence) -> Vec<Failure> {
    let Some(ended) = seen.ended_at() else { return Vec::new() };
    let options = &seen.plan.options;
    let own = |ms: i32, usual: std::time::Duration| match ms {
        0 => usual,
        ms => std::time::Duration::from_millis(ms.max(0) as u64),
    };
    let opening = 4 * own(options.connect_ms, bounds::connect()) + own(options.ready_ms, bounds::ready());
    let bound = opening + bounds::end_times() * own(options.end_ms, bounds::end()) + 2 * seen.troubled();
    let took = seen.closed().map_or(seen.over_at(), |event| event.at_us).saturating_sub(ended);
    if seen.plan.closes_at.is_some() || u128::from(took) <= bound.as_micros() {
        return Vec::new();
    }
    vec![format!("it took {} ms, {} are allowed", took / 1000, bound.as_millis())]
}

/// From 1 without gaps; OVERFLOW says how many events are missing, as statistics do.
pub fn numbers(seen: &Evidence) -> Vec<Failure> {
    let events = &seen.log.events;
    let mut failures = Vec::new();
    for (place, event) in events.iter().enumerate() {
        if event.seq != place as u64 + 1 {
            failures.push(format!("{} is the event of number {}", place + 1, event.seq));
            break;
        }
    }
    let told: i64 = events.iter().filter(|e| e.kind == PALABRA_EVENT_OVERFLOW).map(|e| e.dropped).sum();
    if let (Some(stats), Some(_)) = (seen.log.stats, seen.closed())
        && stats.events_dropped != told
    {
        failures.push(format!("{} events were dropped, OVERFLOW tells {told}", stats.events_dropped));
    }
    failures
}
