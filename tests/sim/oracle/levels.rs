//! What waits in the library, and who is woken for it.

use palabra::ffi::types::base as status;

use super::{Evidence, Failure, House, bounds};
use crate::caller::Waited;
use crate::matrix::Cell;
use crate::scenario::Fault;
use crate::world::{Condition, Host};

/// An event up to this size may always wait.
const SMALL: i64 = 64 << 10;
/// Polls of the library's tasks in a second in which nobody does anything.
const QUIET_POLLS: u64 = 120;
/// Where audio waits for a line that does not take it, is recorded, or speech arrives that nobody reads.
const BUSY_POLLS: u64 = 260;
/// PALABRA_GAP_SILENCE.
const SILENCE: i32 = 1;
/// As many more while a session records.
const RECORDING_POLLS: u64 = 110;

/// Events and commands within their limits.
pub fn bounded(seen: &Evidence) -> Vec<Failure> {
    let options = &seen.plan.options;
    let own = |value: i64, usual: u64| if value > 0 { value } else { usual as i64 };
    let count = own(options.event_count.into(), bounds::event_count());
    let bytes = own(options.event_bytes, bounds::event_bytes()).max(SMALL);
    let commands = match seen.plan.product {
        crate::scenario::Product::TextToSpeech => own(options.command_count.into(), bounds::text_count()),
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

/// What a session has beside what waits for its caller: buffers of its connection and of its audio.
const OF_A_SESSION: i64 = 1 << 20;
/// A call has one in each direction, and what is left of those of a party that has gone; what they buffer for a device of
/// 48 kHz is the library's own, since it opens them.
const OF_A_PARTY: i64 = 5 << 19;
/// Of what a party says, for each ms: 24 kHz.
const OF_A_SAID_MS: i64 = 48;
/// Of a recording, for each ms that waits for the disk.
const OF_A_RECORDED_MS: i64 = 200;

/// Whatever the service does, the library keeps only what waits to be polled, heard or written.
pub fn memory(seen: &Evidence) -> Vec<Failure> {
    let (House { most, said, .. }, scenario) = (&*seen.house, &seen.scenario);
    let plans = || scenario.programs.iter().flat_map(|program| &program.sessions);
    // A reader gets speech in other formats, of up to eight times the size.
    let is_read = plans().any(|plan| plan.reader.is_some()) || scenario.call().is_some();
    let said = if is_read { 8 * said } else { 2 * said };
    let slow_jobs: u64 = scenario.slow_jobs.iter().map(|(_, ms)| ms).sum();
    let troubled: u128 = seen.faults().map(|fault| fault.lasts().as_millis()).sum();
    let waits_ms = troubled as i64 + slow_jobs as i64;
    let recordings = plans().filter(|plan| !plan.recording.is_empty()).count() as i64;
    let recorded = recordings * OF_A_RECORDED_MS * waits_ms;
    // Some faults say more than the service knows of, in messages of up to 8 MiB.
    let of_faults = if scenario.cell.as_ref().is_some_and(Cell::is_fault) { 32 << 20 } else { 0 };
    let parties = scenario.call().map_or(0, |call| call.parties.len()) as i64;
    let bound = OF_A_SESSION * scenario.sessions() as i64 + OF_A_PARTY * parties;
    // What is to be said by the next session, in a list that doubles as it grows, and the buffer of the one before.
    let unsaid = scenario.call().filter(|call| call.resend_ms > 0);
    let of_a_way = |target_ms: i32| 3 * i64::from(target_ms) * OF_A_SAID_MS + OF_A_SESSION;
    let unsaid = unsaid.map_or(0, |call| 2 * of_a_way(call.target_ms));
    let bound = bound + said + recorded + of_faults + unsaid;
    if *most > bound { vec![format!("it had {most} bytes, {bound} are allowed")] } else { Vec::new() }
}

/// Names that are not answered take no thread each.
pub fn askers(seen: &Evidence) -> Vec<Failure> {
    let (askers, most) = (seen.house.askers, bounds::askers());
    if askers > most { vec![format!("{askers} at a time, {most} are allowed")] } else { Vec::new() }
}

/// Nobody sleeps beside a queue that has something.
pub fn woken(seen: &Evidence) -> Vec<Failure> {
    let forgotten =
        seen.log.unannounced.iter().find(|(at, age_us)| {
            *age_us > slack_us(seen) + seen.lasted(at.saturating_sub(*age_us), *at, stops)
        });
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

fn stops(fault: &Fault) -> bool {
    matches!(fault, Fault::Suspend(_) | Fault::Freeze(Host::Library | Host::Caller(_), _))
}

/// How late a task may go on.
fn slack_us(seen: &Evidence) -> u64 {
    seen.scenario.order.late_ms * 2000 + 50_000
}

/// A call that waits returns when there is what it waits for, and when its time is over.
pub fn waits(seen: &Evidence) -> Vec<Failure> {
    let mut failures: Vec<_> = seen.log.waits.iter().filter_map(|waited| wrong(seen, waited)).collect();
    // palabra_session_wakeup() ends one poll, also one that begins later.
    let early = seen.log.waits.iter().filter(|waited| is_early(waited, "poll", 0)).count();
    let wakeups = seen.commands().filter(|(_, called, ..)| *called == "wakeup").count();
    if early > wakeups {
        failures.push(format!("{early} polls ended early without an event, {wakeups} by wakeup"));
    }
    failures
}

/// It had time left, and nothing to return.
fn is_early(waited: &Waited, name: &str, nothing: i32) -> bool {
    let most = u64::try_from(waited.ms).unwrap_or(0) * 1000;
    (waited.name, waited.status) == (name, nothing) && waited.took_us + 1000 < most
}

fn wrong(seen: &Evidence, waited: &Waited) -> Option<Failure> {
    let Waited { name, at_us, ms, took_us, status, age_us } = *waited;
    let slack = slack_us(seen) + seen.lasted(at_us, at_us + took_us, stops);
    let slack = slack + if name == "send_file" { reading(seen, at_us, at_us + took_us) } else { 0 };
    let most = u64::try_from(ms).unwrap_or(0) * 1000;
    let is_late = took_us > most + slack || age_us > slack;
    // A session that ended with this status tells it.
    let is_over = seen.code() == Some(status::PALABRA_ERR_TIMEOUT);
    let is_early = is_early(waited, "wait_ready", status::PALABRA_ERR_TIMEOUT) && !is_over;
    (is_late || is_early).then(|| {
        let (took, age) = (took_us / 1000, age_us / 1000);
        format!("{name} for {ms} ms returned {status} after {took} ms, the event was there for {age} ms")
    })
}

/// How long a slow disk may hold up a call between two moments. What begins before it heals takes its whole time.
fn reading(seen: &Evidence, from: u64, to: u64) -> u64 {
    let of_disk: fn(&Fault) -> bool = |fault| matches!(fault, Fault::Disk(..));
    let last = seen.faults_between(from, to).map(|fault| match fault {
        Fault::Disk(Condition::Slow(time), _) => time.as_micros() as u64,
        _ => 0,
    });
    2 * seen.lasted(from, to, of_disk) + last.max().unwrap_or(0)
}

/// A wake-up has a reason.
pub fn few_wakeups(seen: &Evidence) -> Vec<Failure> {
    let (rings, events) = (seen.log.wakeups, seen.log.events.len() as u64);
    let own = seen.commands().filter(|(_, name, ..)| *name == "wakeup").count() as u64;
    if rings > events + own + 2 {
        vec![format!("{rings} wake-ups for {events} events and {own} calls of wakeup")]
    } else {
        Vec::new()
    }
}

/// The library sleeps when nobody does anything.
pub fn sleeps(seen: &Evidence) -> Vec<Failure> {
    if seen.scenario.sessions() > 1 {
        return Vec::new();
    }
    // What is to be recorded is looked at each 10 ms.
    let recorded = if seen.plan.recording.is_empty() { 0 } else { RECORDING_POLLS };
    // Silence that is missing is sent at twice the pace of speech.
    let chunk_ms = seen.plan.options.chunk_ms.max(1) as u64;
    let made_up = if seen.plan.options.gap == SILENCE { 2 * 2 * 1000 / chunk_ms } else { 0 };
    let mut deeds: Vec<u64> = seen.log.deeds.iter().map(|(at, _)| at / 1_000_000).collect();
    deeds.extend(seen.log.events.iter().map(|event| event.at_us / 1_000_000));
    deeds.extend(seen.log.heard.iter().map(|block| block.at_us / 1_000_000));
    deeds.extend(seen.log.waits.iter().map(|wait| (wait.at_us + wait.took_us) / 1_000_000));
    deeds.sort_unstable();
    for pair in deeds.windows(2) {
        for second in pair[0] + 2..pair[1].saturating_sub(1) {
            let until = |counts: &[u64], second: u64| counts.get(second as usize).copied();
            let polls = |second: u64| until(&seen.house.polls, second);
            let (Some(from), Some(to)) = (polls(second), polls(second + 1)) else { break };
            let arrivals = |second: u64| until(&seen.house.arrivals, second).unwrap_or(0);
            // Also of speech that is not wanted any more.
            let arrived = arrivals(second + 1).saturating_sub(arrivals(second));
            let (begin, end) = (second * 1_000_000, (second + 1) * 1_000_000);
            // A file that is translated has a session of its own.
            if seen.house.requests.iter().any(|asked| asked.has_session_between(begin, end)) {
                continue;
            }
            // A call that waits sends meanwhile.
            let sends = |wait: &Waited| wait.name.starts_with("send_");
            let lasts = |wait: &Waited| wait.at_us < end && wait.at_us + wait.took_us > begin;
            if seen.log.waits.iter().any(|wait| sends(wait) && lasts(wait)) {
                continue;
            }
            let is_felt = seen.felt(begin, end, 15_000_000, |_| true);
            let is_busy = is_felt || seen.plan.reader.is_some() || seen.has_slow_line();
            let most = if is_busy { BUSY_POLLS } else { QUIET_POLLS } + recorded + arrived + made_up;
            if to - from > most {
                return vec![format!("{} polls in second {second}, in which nothing happened", to - from)];
            }
        }
    }
    Vec::new()
}
