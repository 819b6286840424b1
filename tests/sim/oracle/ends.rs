//! How a session ends.

use std::time::Duration;

use palabra::ffi::types::base as status;
use palabra::ffi::types::event::{PALABRA_EVENT_CLOSED, PALABRA_EVENT_OVERFLOW};
use palabra::ffi::types::session::PALABRA_SESSION_DROP_OLDEST;

use super::{Evidence, Failure, bounds};
use crate::net::{Door, Line};
use crate::scenario::{End, Fault, Product};
use crate::world::Host;

/// Exactly one, and nothing after it.
pub fn closed(seen: &Evidence) -> Vec<Failure> {
    let events = &seen.log.events;
    let is_closed = |place: &usize| events[*place].kind == PALABRA_EVENT_CLOSED;
    let places: Vec<usize> = (0..events.len()).filter(is_closed).collect();
    // The program waits for a READY that was dropped, or nothing counts as dead before the end.
    let is_unready = seen.ended_at().is_none() && seen.ready().is_none() && seen.has_overflow();
    let may_lack = seen.is_left()
        || is_unready
        || seen.plan.options.liveness_ms == -1 && seen.ended_at().is_none()
        || seen.log.refusal != 0
        || seen.plan.end == End::Never;
    match places[..] {
        [place] if place + 1 == events.len() => Vec::new(),
        [place] => vec![format!("{} events follow it", events.len() - place - 1)],
        [] if may_lack => Vec::new(),
        [] => vec![format!("none among {} events", events.len())],
        _ => vec![format!("{} of them", places.len())],
    }
}

/// A status that something in the scenario explains, at its time.
pub fn reason(seen: &Evidence) -> Vec<Failure> {
    let Some(closed) = seen.closed() else { return Vec::new() };
    if let Some(cell) = &seen.scenario.cell {
        return cell.judge(closed);
    }
    let is_of_service = seen.scenario.hostile.is_some_and(|behaviour| behaviour.ends.contains(&closed.code));
    if is_of_service || is_explained(seen, closed.code) {
        Vec::new()
    } else {
        vec![format!("{} {}: nothing explains it", closed.code, closed.text)]
    }
}

/// An own number of the plan in ms, or that of the header; -1: none.
fn own(ms: i32, usual: Duration) -> Duration {
    match ms {
        0 => usual,
        -1 => Duration::MAX,
        ms => Duration::from_millis(ms.max(0) as u64),
    }
}

/// What is felt of a fault after it was healed, in us.
const AFTER_US: u64 = 2_000_000;
/// A connection that broke is noticed within that time, at the next ping at the latest, in us.
const NOTICED_US: u64 = 15_000_000;
/// What is felt of slow names, in us.
const UNNAMED_US: u64 = 60_000_000;
/// The library sends nothing for so long at most while an end waits, in us.
const SILENT_US: u64 = 6_000_000;
/// The service may look so much earlier whether it hears anything, in us.
const EARLIER_US: u64 = 500_000;

fn is_explained(seen: &Evidence, code: i32) -> bool {
    let Evidence { scenario, plan, .. } = seen;
    let options = &plan.options;
    let (opened, over) = (seen.opened_at(), seen.closed_at());
    let felt = |kind: fn(&Fault) -> bool| seen.felt(opened, over, AFTER_US, kind);
    // What has healed longer ago explains nothing.
    let felt_since = |since: u64, kind: fn(&Fault) -> bool| {
        seen.felt(opened.max(since.saturating_sub(NOTICED_US)), over, AFTER_US, kind)
    };
    let stood_still = |since: u64| felt_since(since, stands_still);
    // Who has asked while names were slow gets no answer for long.
    let is_unnamed = || seen.felt(opened, over, UNNAMED_US, |fault| matches!(fault, Fault::Names(..)));
    let took = over - opened;
    let unheard = over.saturating_sub(seen.heard_before(over));
    let is_unheard = unheard + EARLIER_US >= scenario.idle_ms * 1000;
    let is_before_ready = seen.ready().is_none();
    match code {
        0 => scenario.hostile.is_none(),
        status::PALABRA_ERR_DNS => {
            is_before_ready
                && (!scenario.has_names
                    || !scenario.slow_jobs.is_empty()
                    || options.connect_ms > 0
                    || is_unnamed())
        }
        _ if seen.is_of_proxy(code) => true,
        status::PALABRA_ERR_CONNECT => {
            let is_shut = scenario.door != Door::Open || felt(|fault| matches!(fault, Fault::Door(..)));
            // What is left of the time for the connection after a name was found.
            let has_slow_names = felt(|fault| matches!(fault, Fault::Names(..)));
            is_before_ready && (is_shut || felt(stands_still) || has_slow_names || options.connect_ms > 0)
        }
        status::PALABRA_ERR_SHUTDOWN => {
            let stops = scenario.programs.iter().filter_map(|one| one.shuts_down_at);
            { stops }.any(|ms| ms * 1000 <= over)
        }
        // They come, and the process stands still meanwhile.
        status::PALABRA_ERR_AUTH => {
            seen.program().asks_credentials.is_some()
                && felt_since(over, |fault| matches!(fault, Fault::Suspend(_) | Fault::Freeze(..)))
        }
        status::PALABRA_ERR_CONNECTION_LOST => {
            let is_breaking =
                |fault: &Fault| matches!(fault, Fault::Reset | Fault::HalfClose | Fault::Forget(_));
            let is_broken = felt_since(over, is_breaking);
            // A server that has said everything after the end does not wait for a slow line.
            let is_narrow = scenario.line.down_bytes_per_s > 0 || seen.has_less_than_speech();
            let is_narrow = is_narrow && seen.ended_at().is_some();
            // Speech-to-text is closed when nothing is heard: in a hold, and where encoded audio is over.
            let is_over = plan.product == Product::SpeechToText && is_unheard;
            is_broken || is_over || stood_still(over) || seen.has_slow_line() || is_narrow
        }
        // Time in which the process was stopped does not count.
        status::PALABRA_ERR_CONNECTION_DEAD => {
            let limit = own(options.liveness_ms, bounds::liveness());
            // After the end nothing at all may come for that time.
            let since = seen.ended_at().map_or(0, |ended| over.saturating_sub(ended));
            let is_late = u128::from(took) >= limit.as_micros()
                || u128::from(since) >= own(options.end_ms, seen.usual_end()).as_micros();
            let line_stands_still = felt(|fault| {
                let is_of_line = matches!(fault, Fault::Cut(_) | Fault::Slow(..) | Fault::Forget(_));
                is_of_line || matches!(fault, Fault::Freeze(Host::Service, _))
            });
            let is_short = limit < Duration::from_secs(10) && !seen.has_fast_line();
            let is_held = || is_behind_speech(seen, over, limit);
            is_late && (line_stands_still || seen.has_slow_line() || is_short || is_held())
        }
        status::PALABRA_ERR_NOT_READY => {
            let is_late = felt(stands_still) || seen.has_slow_line();
            let limit = own(options.ready_ms, bounds::ready());
            is_before_ready && u128::from(took) >= limit.as_micros() && (is_late || options.ready_ms > 0)
        }
        status::PALABRA_ERR_TIMEOUT => {
            let since = seen.ended_at().map_or(0, |ended| over.saturating_sub(ended));
            // What was said for long in text-to-speech may take the line longer than the end may take.
            let is_late = stood_still(over - since) || seen.has_slow_line() || line_is_busy(seen, over, over);
            let usual = seen.usual_end();
            u128::from(since) >= own(options.end_ms, usual).as_micros() && (is_late || options.end_ms > 0)
        }
        // The service says so when it hears nothing.
        status::PALABRA_ERR_SERVICE | status::PALABRA_ERR_SESSION => {
            let is_owed = plan.product == Product::Translation && owes_silence(seen);
            let is_idle = plan.product != Product::TextToSpeech && is_unheard && !is_owed;
            is_idle || stood_still(over) || seen.has_overflow()
        }
        status::PALABRA_ERR_LIMIT => options.message_bytes > 0,
        // The service has so many connections of one account at a time, and one that ends counts for a while.
        status::PALABRA_ERR_RATE => scenario.sessions() > 5,
        _ => false,
    }
}

/// What the service said at once, as in several languages, takes the line longer than an answer to a ping may take.
fn is_behind_speech(seen: &Evidence, over: u64, limit: Duration) -> bool {
    let answer = limit - PINGS.min(limit / 3);
    line_is_busy(seen, over.saturating_sub(answer.as_micros() as u64), over)
}

/// What the service said until a moment takes the line until another, in us.
fn line_is_busy(seen: &Evidence, said_until: u64, busy_until: u64) -> bool {
    let Some(stream) = &seen.stream else { return false };
    let Line { bytes_per_s, down_bytes_per_s, .. } = seen.scenario.line;
    let rate = if down_bytes_per_s > 0 { down_bytes_per_s } else { bytes_per_s };
    let rate = rate.min(seen.window_per_s() as u64);
    // Each packet takes whole ms.
    let rate = rate * 9 / 10;
    let own = seen.plan.options.speech_rate as u64;
    let block = BLOCK_BYTES * if own > 0 { own } else { SPEECH_RATE } / SPEECH_RATE;
    let way = seen.way_ms() as u64 * 1000;
    let before = stream.said.iter().filter(|said| said.at_us <= said_until + way);
    let free = before
        .fold(0, |free: u64, said| free.max(said.at_us) + u64::from(said.blocks) * block * 1_000_000 / rate);
    free + way >= busy_until
}

/// The library's interval.
const PINGS: Duration = Duration::from_secs(10);
/// Of speech without an own rate.
const SPEECH_RATE: u64 = 24_000;
/// Of 10 ms of speech at that rate in a message.
const BLOCK_BYTES: u64 = 650;

/// Nothing arrives for a while, or nobody does anything.
fn stands_still(fault: &Fault) -> bool {
    let is_of_line = matches!(fault, Fault::Cut(_) | Fault::Slow(..) | Fault::Forget(_));
    is_of_line || matches!(fault, Fault::Freeze(..) | Fault::Suspend(_))
}

/// A translation is heard while its end waits behind commands.
fn owes_silence(seen: &Evidence) -> bool {
    let waits =
        |ended: u64| seen.closed_at() >= ended.max(seen.ready().map_or(0, |event| event.at_us)) + SILENT_US;
    seen.is_steady() && seen.plan.options.gap == 0 && seen.ended_at().is_some_and(waits)
}

/// Within the bound of the header, with what the faults take.
pub fn in_time(seen: &Evidence) -> Vec<Failure> {
    let Some(ended) = seen.ended_at() else { return Vec::new() };
    let options = &seen.plan.options;
    let is_open = seen.ready().is_some_and(|event| event.at_us <= ended);
    // A REST session is created in up to three attempts.
    let opening = 4 * own(options.connect_ms, bounds::connect()) + own(options.ready_ms, bounds::ready());
    let opening = if is_open { Duration::ZERO } else { opening };
    let end = bounds::end_times() * own(options.end_ms, seen.usual_end());
    let over = seen.closed_at();
    let troubled = Duration::from_micros(2 * seen.troubled_between(ended, over));
    // Where nothing counts as dead, what cannot be sent is given up after that time.
    let stuck = if options.liveness_ms == -1 { end.max(bounds::liveness()) } else { Duration::ZERO };
    let bound = opening + sending(seen, ended) + stuck + end + troubled + CLOSING;
    let took = over.saturating_sub(ended);
    if u128::from(took) <= bound.as_micros() {
        return Vec::new();
    }
    vec![format!("it took {} ms, {} are allowed", took / 1000, bound.as_millis())]
}

/// What waits is sent first: audio that is buffered, and commands at their intervals.
fn sending(seen: &Evidence, ended: u64) -> Duration {
    let options = &seen.plan.options;
    let buffered = own(options.buffer_ms, Duration::from_millis(bounds::buffer_ms()));
    let audio = if seen.has_slow_line() { 5 * buffered } else { buffered };
    let task = own(options.task_interval_ms, bounds::task_interval());
    let pause = own(options.pause_interval_ms, bounds::pause_interval());
    let speak = Duration::from_secs(60) / own_count(options.speak_per_minute, bounds::speak_per_minute());
    let called = seen.commands().filter(|(at, _, _, status)| *at <= ended && *status == 0);
    let commands = called.map(|(_, name, ..)| match name {
        "speak" => speak,
        "pause" => pause,
        "set_task" | "get_task" | "resume" => task,
        "text" => Duration::from_secs(1),
        _ => Duration::ZERO,
    });
    // The service gets silence for that long.
    let silence = Duration::from_millis(options.end_silence_ms.max(0) as u64);
    audio + silence + commands.sum::<Duration>() + Duration::from_millis(2 * seen.way_ms() as u64)
}

fn own_count(count: i32, usual: u32) -> u32 {
    if count > 0 { count as u32 } else { usual }
}

/// For the end of a connection itself.
const CLOSING: Duration = Duration::from_secs(3);

/// An opening is refused only for what its config says.
pub fn refused(seen: &Evidence) -> Vec<Failure> {
    let is_stopped = || seen.scenario.programs.iter().any(|one| one.shuts_down_at.is_some());
    let is_explained = match seen.log.refusal {
        0 => true,
        status::PALABRA_ERR_SHUTDOWN => is_stopped(),
        // Of encoded bytes none can be left out.
        status::PALABRA_ERR_UNSUPPORTED => {
            let options = &seen.plan.options;
            options.stt_format != 0 && options.flags & PALABRA_SESSION_DROP_OLDEST != 0
        }
        // More is to be buffered than the buffer holds.
        status::PALABRA_ERR_INVALID_ARGUMENT => seen.plan.reader.as_ref().is_some_and(|reader| {
            reader.buffer_ms > 0 && reader.prime_ms.max(reader.target_ms) > reader.buffer_ms
        }),
        _ => false,
    };
    if is_explained { Vec::new() } else { vec![format!("{} {:?}", seen.log.refusal, seen.plan.options)] }
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
