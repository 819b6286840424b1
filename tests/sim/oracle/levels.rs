//! What waits in the library, and who is woken for it.

use super::{Evidence, Failure, bounds};

/// An event up to this size may always wait.
const SMALL: i64 = 64 << 10;
/// Polls of the library's tasks in a second in which nobody does anything.
const QUIET_POLLS: u64 = 260;

/// Events and commands within their limits.
pub fn bounded(seen: &Evidence) -> Vec<Failure> {
    let options = &seen.plan.options;
    let own = |value: i64, usual: u64| if value > 0 { value } else { usual as i64 };
    let count = own(options.event_count.into(), bounds::event_count());
    let bytes = own(options.event_bytes, bounds::event_bytes()).max(SMALL);
    let commands = match seen.plan.product {
        crate::scenario::Product::TextToSpeech => own(options.command_count.into(), 256),
        _ => own(options.command_count.into(), bounds::command_count()),
    };
    let mut failures = Vec::new();
    for (at, stats) in &seen.log.samples {
        for (what, value, most) in [
            ("events", stats.events_queued, count + 1),
            ("bytes of events", stats.event_bytes_queued, bytes),
            ("commands", stats.commands_queued, commands),
        ] {
            if value > most {
                failures.push(format!("{value} {what} wait at {} ms, {most} may", at / 1000));
            }
        }
    }
    failures.truncate(1);
    failures
}

/// Nobody sleeps beside a queue that has something.
pub fn woken(seen: &Evidence) -> Vec<Failure> {
    let slack = u128::from(seen.scenario.order.late_ms) * 2 + 50 + seen.troubled().as_millis();
    let forgotten = seen.log.unannounced.iter().find(|(_, age_us)| u128::from(*age_us) / 1000 > slack);
    forgotten
        .map(|(at, age)| {
            format!(
                "an event found at {} ms was there for {} ms, and nobody was woken",
                at / 1000,
                age / 1000
            )
        })
        .into_iter()
        .collect()
}

/// A wake-up has a reason.
pub fn few_wakeups(seen: &Evidence) -> Vec<Failure> {
    let (rings, events) = (seen.log.wakeups, seen.log.events.len() as u64);
    if rings > 2 * events + 4 { vec![format!("{rings} wake-ups for {events} events")] } else { Vec::new() }
}

/// The library sleeps when nobody does anything.
pub fn sleeps(seen: &Evidence) -> Vec<Failure> {
    if seen.scenario.sessions() > 1 {
        return Vec::new();
    }
    let mut deeds: Vec<u64> = seen.log.deeds.iter().map(|(at, _)| at / 1_000_000).collect();
    deeds.extend(seen.log.events.iter().map(|event| event.at_us / 1_000_000));
    deeds.sort_unstable();
    for pair in deeds.windows(2) {
        for second in pair[0] + 2..pair[1].saturating_sub(1) {
            let polls = |second: u64| seen.house.polls.get(second as usize).copied();
            let (Some(from), Some(to)) = (polls(second), polls(second + 1)) else { break };
            if to - from > QUIET_POLLS {
                return vec![format!("{} polls in second {second}, in which nothing happened", to - from)];
            }
        }
    }
    Vec::new()
}
