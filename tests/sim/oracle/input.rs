//! What the caller said, and what arrived.

use std::collections::BTreeSet;

use palabra::ffi::types::base as status;
use palabra::ffi::types::base::PALABRA_FLAG_DROPPED;
use palabra::ffi::types::session::{PALABRA_SESSION_DROP_OLDEST, palabra_session_stats};

use super::{Evidence, Failure, bounds};
use crate::caller::{Did, Spoken, Waited};
use crate::scenario::{Command, Fault};
use crate::service::Stream;
use crate::world::Host;

/// Of a block.
const BLOCK_US: u64 = 10_000;
/// PALABRA_GAP_PAUSE.
const PAUSES: i32 = 2;

/// The caller's count, and that of statistics.
pub fn frames(seen: &Evidence) -> Vec<Failure> {
    let Some(stats) = seen.log.stats else { return Vec::new() };
    let taken: i64 = seen.log.spoken.iter().map(|spoken| spoken.taken).sum();
    let mut failures = Vec::new();
    // Those that silence or a pause had taken the place of are not among those of statistics.
    let made_up = taken - stats.input_frames_taken;
    // A send at the pace of speech notices a close up to 20 ms later; a close with a limit waits itself.
    let ends_late = |waited: &Waited| waited.at_us + waited.took_us >= seen.left_at();
    let spans_close =
        seen.log.waits.iter().any(|waited| waited.name.starts_with("send_") && ends_late(waited));
    let after_close = if spans_close { i64::from(seen.plan.format.rate) / 25 } else { 0 };
    let may_be_made_up = stats.silence_frames_sent > 0 || stats.gap_pauses > 0;
    let is_of_close = (0..=after_close).contains(&made_up);
    let is_made_up = may_be_made_up && (0..=skipped(seen)).contains(&made_up);
    if !is_of_close && !is_made_up {
        failures.push(format!("{taken} were taken, statistics tell {}", stats.input_frames_taken));
    }
    let taken = stats.input_frames_taken;
    let known = stats.input_frames_sent + stats.input_frames_dropped;
    if known > taken {
        failures.push(format!(
            "{} sent and {} dropped of {taken}",
            stats.input_frames_sent, stats.input_frames_dropped
        ));
    }
    // What was given to the kernel of a connection that ends is not confirmed any more.
    if seen.went_well() && seen.is_calm() && known != taken {
        failures.push(format!("ended well with {known} of {taken} sent or dropped"));
    }
    failures
}

fn skipped(seen: &Evidence) -> i64 {
    let skips = seen.log.deeds.iter().map(|(_, deed)| match deed {
        Did::Skipped(_, taken) => i64::from((*taken).max(0)),
        _ => 0,
    });
    skips.sum()
}

/// The numbers that must arrive: those of blocks that were taken as a whole.
fn taken_blocks(spoken: &[Spoken]) -> BTreeSet<u64> {
    let mut blocks = BTreeSet::new();
    let mut row: Option<(u64, u64)> = None;
    let mut finish = |row: Option<(u64, u64)>| {
        if let Some((from, to)) = row {
            blocks.extend(from.div_ceil(BLOCK_US)..to / BLOCK_US);
        }
    };
    for part in spoken.iter().filter(|part| part.is_speech) {
        let (from, to) = (part.from_us, part.from_us + part.taken_us());
        match &mut row {
            // A microsecond is lost by rounding.
            Some((_, end)) if from.abs_diff(*end) <= 2 => *end = to,
            _ => finish(row.replace((from, to))),
        }
    }
    finish(row);
    blocks
}

/// The numbers of which anything was taken.
fn touched_blocks(spoken: &[Spoken]) -> BTreeSet<u64> {
    let taken = spoken.iter().filter(|part| part.is_speech && part.taken > 0);
    taken.flat_map(|part| part.from_us / BLOCK_US..=(part.from_us + part.taken_us()) / BLOCK_US).collect()
}

/// The numbers that arrived, in order, where at least so many follow each other.
fn arrived_blocks(stream: &Stream, least: u32) -> Vec<u64> {
    let mut all = Vec::new();
    let mut last = None;
    stream.ears.iter().for_each(|ear| ear.read_on(least, &mut last, &mut all));
    all
}

/// What was taken arrives once and in order, and whole if nothing tells that it was dropped.
pub fn arrives(seen: &Evidence) -> Vec<Failure> {
    let Some(stream) = &seen.stream else { return Vec::new() };
    let taken = taken_blocks(&seen.log.spoken);
    let arrived = arrived_blocks(stream, 1);
    // Where parts of blocks were refused, what is left of two of them can look like a third.
    let is_refused = seen.log.spoken.iter().any(|part| part.taken < part.offered);
    let strange = arrived_blocks(stream, if is_refused { 8 } else { 2 });
    let mut failures = Vec::new();
    let in_order = arrived_blocks(stream, if is_refused { 3 } else { 1 });
    if let Some(pair) = in_order.windows(2).find(|pair| pair[1] <= pair[0]) {
        failures.push(format!("{} arrived after {}", pair[1], pair[0]));
    }
    let touched = touched_blocks(&seen.log.spoken);
    let is_near = |number: u64| touched.range(number.saturating_sub(1)..=number + 1).next().is_some();
    if let Some(number) = strange.iter().find(|number| !is_near(**number)) {
        failures.push(format!("{number} arrived and was not taken"));
    }
    let arrived: BTreeSet<u64> = arrived.into_iter().collect();
    let missing: Vec<u64> = taken.difference(&arrived).copied().collect();
    failures.extend(unexplained(seen, &missing, &arrived));
    failures
}

fn unexplained(seen: &Evidence, missing: &[u64], arrived: &BTreeSet<u64>) -> Option<Failure> {
    let stats = seen.log.stats?;
    let last = arrived.last().copied().unwrap_or(0);
    let is_due = |number: u64| seen.went_well() || number < last;
    let rows = missing.chunk_by(|one, next| one + 1 == *next);
    let rows: Vec<usize> = rows.map(|row| row.iter().filter(|number| is_due(**number)).count()).collect();
    // The edge of a loss, and of a change of the format, can hide a block on either side; where parts of blocks were
    // refused one after the other, what is between them too.
    let is_refused = seen.log.spoken.iter().any(|part| part.taken < part.offered);
    let most = if is_refused { 4 } else { 2 };
    let (long, short): (Vec<usize>, Vec<usize>) =
        { rows }.into_iter().filter(|blocks| *blocks > 0).partition(|blocks| *blocks > most);
    let lost: usize = long.iter().sum();
    let dropped = dropped_blocks(seen, stats.input_frames_dropped);
    let is_told = lost as i64 <= dropped + dropped / 4 + 4 * (long.len() as i64 - 1).max(0);
    // What was dropped may lie in many places, though in no more than it has blocks.
    let pieces = usize::try_from(dropped).unwrap_or(0).saturating_sub(lost);
    let hidden = edges(seen) + 2 * long.len() + pieces;
    let first = missing.iter().find(|number| is_due(**number)).copied().unwrap_or(0);
    if !is_told {
        return Some(format!(
            "{lost} blocks did not arrive, the first is {first}; {dropped} were told as dropped"
        ));
    }
    (short.len() > hidden).then(|| {
        format!("{} small losses, the first is {first}; {hidden} edges can hide a block", short.len())
    })
}

/// How many blocks frames are at most, of whichever format they were. What was dropped may begin and end within a block.
fn dropped_blocks(seen: &Evidence, frames: i64) -> i64 {
    let rates = seen.log.spoken.iter().map(|part| i64::from(part.rate));
    let slowest = rates.min().unwrap_or(i64::from(seen.plan.format.rate));
    if frames == 0 { 0 } else { (frames * 100 + slowest - 1) / slowest + 1 }
}

/// Where sound begins, ends or changes in what was taken.
fn edges(seen: &Evidence) -> usize {
    let parts = seen.plan.sound.len() + 1;
    let partial = seen.log.spoken.iter().filter(|part| part.taken < part.offered).count();
    let has_drops = seen.log.stats.is_some_and(|stats| stats.input_frames_dropped > 0);
    let dropped = seen.log.events.iter().filter(|event| event.flags & PALABRA_FLAG_DROPPED != 0).count();
    parts + 2 * partial + 2 * (dropped + usize::from(has_drops))
}

/// Nobody speaks to a service that does not listen.
pub fn listened(seen: &Evidence) -> Vec<Failure> {
    let Some(stream) = &seen.stream else { return Vec::new() };
    let is_asked = |at: u64| seen.plan.options.gap == PAUSES || may_be_paused(seen, at);
    let unasked = stream.passed.iter().filter(|(at, _)| !is_asked(*at));
    let Some((at, _)) = { unasked }.next() else { return Vec::new() };
    let samples: u64 = stream.passed.iter().map(|(_, samples)| samples).sum();
    vec![format!("{samples} samples, the first at {} ms", at / 1000)]
}

/// The caller has paused the task, and has not resumed it long before.
fn may_be_paused(seen: &Evidence, at: u64) -> bool {
    let mut until = 0;
    for (called, name, tag, _) in seen.commands().filter(|(called, ..)| *called <= at) {
        let command = tag.checked_sub(1).and_then(|place| seen.plan.commands.get(place as usize));
        until = match name {
            "interrupt" if matches!(command, Some((_, Command::Interrupt { pause: false, .. }))) => {
                until.max(called + RESUMED_US)
            }
            "pause" | "interrupt" => u64::MAX,
            // It waits behind others until it is sent.
            "resume" | "set_task" if until > 0 => called + RESUMED_US + seen.troubled_between(0, at),
            "set_task" => called + RESUMED_US,
            _ => until,
        };
    }
    at < until
}

/// What is called is sent, and what was said before has arrived, where nothing stands still.
const RESUMED_US: u64 = 60_000_000;

/// What waits between the caller and the service is bounded, and is what statistics tell.
pub fn backlog(seen: &Evidence) -> Vec<Failure> {
    let Some(stream) = &seen.stream else { return Vec::new() };
    let (Some(ear), [first, ..]) = (stream.ears.last(), &seen.log.samples[..]) else { return Vec::new() };
    // A service that stands still has a system that goes on for it.
    let is_listening = !seen.faults().any(|fault| matches!(fault, Fault::Freeze(Host::Service, _)));
    let is_plain = seen.plan.options.stt_format == 0
        && stream.ears.len() == 1
        && seen.has_one_format()
        && first.1.input_queue_ms >= 0;
    if !is_plain || !is_listening {
        return Vec::new();
    }
    let options = &seen.plan.options;
    let own = |value: i32, usual: u64| if value > 0 { i64::from(value) } else { usual as i64 };
    let chunk = own(options.chunk_ms, bounds::chunk_ms());
    let slack = SLACK_MS + seen.way_ms() + chunk + seen.plan.block_ms as i64;
    // At least two messages fit, whatever the capacity is.
    let most = own(options.buffer_ms, bounds::buffer_ms()).max(2 * chunk);
    let headroom = if options.flags & PALABRA_SESSION_DROP_OLDEST != 0 { HEADROOM_MS } else { 0 };
    // Silence that takes the place of audio is sent at once, and waits with what comes behind it.
    let made_up = if options.gap == SILENCE { i64::from(options.gap_after_ms).max(MADE_UP_MS) } else { 0 };
    let until = stream.arrived.last().map_or(u64::MAX, |(last, _)| heard_until(seen, *last));
    for (at, stats) in seen.log.samples.iter().filter(|(at, _)| *at <= until) {
        let waits = waiting_ms(seen, stream, ear.rate(), *at, stats);
        if waits > most + headroom + made_up + slack {
            return vec![format!("{waits} ms wait at {} ms, {most} may", at / 1000)];
        }
        // What has arrived a moment ago is not known to have arrived.
        let before = at.saturating_sub(seen.way_ms() as u64 * 1000);
        let waited = waiting_ms(seen, stream, ear.rate(), before, stats);
        let is_told = (waits - slack..=waited + slack).contains(&stats.input_queue_ms);
        if seen.is_steady() && !is_told && seen.ended_at().is_none_or(|ended| ended > *at) {
            return vec![format!(
                "{waits} ms wait at {} ms, statistics tell {}",
                at / 1000,
                stats.input_queue_ms
            )];
        }
    }
    Vec::new()
}

/// A service that ends the session by itself takes nothing more, and its system does: also when its close does not come
/// through any more.
fn heard_until(seen: &Evidence, last: u64) -> u64 {
    let is_left = matches!(seen.code(), Some(status::PALABRA_ERR_SERVICE | status::PALABRA_ERR_SESSION));
    if is_left { last } else { last + seen.scenario.idle_ms.saturating_sub(EARLIER_MS) * 1000 }
}

/// The service may look so much earlier whether it hears anything.
const EARLIER_MS: u64 = 500;
/// So much silence at a time, unless the config says more.
const MADE_UP_MS: i64 = 1000;
/// PALABRA_GAP_SILENCE.
const SILENCE: i32 = 1;
/// Where the oldest is dropped, there is place for what comes before it is.
const HEADROOM_MS: i64 = 510;
/// Of the sampling itself.
const SLACK_MS: i64 = 60;

/// What was taken and not dropped, and has not arrived.
fn waiting_ms(seen: &Evidence, stream: &Stream, wire: u32, at: u64, stats: &palabra_session_stats) -> i64 {
    let (caller, wire) = (i64::from(seen.plan.format.rate), i64::from(wire));
    let place = stream.arrived.partition_point(|(when, _)| *when <= at);
    let arrived = place.checked_sub(1).map_or(0, |place| stream.arrived[place].1) as i64;
    let given = (stats.input_frames_taken - stats.input_frames_dropped) * 1000 / caller;
    given + (stats.silence_frames_sent - arrived) * 1000 / wire
}
