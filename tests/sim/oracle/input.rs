//! What the caller said, and what arrived.

use std::collections::BTreeSet;

use super::{Evidence, Failure, bounds};
use crate::caller::{Did, Spoken};
use crate::service::Stream;
use crate::tone::{NUMBERS, What};

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
    let may_be_made_up = stats.silence_frames_sent > 0 || stats.gap_pauses > 0;
    if made_up != 0 && !(may_be_made_up && (0..=skipped(seen)).contains(&made_up)) {
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

/// The numbers that arrived, in order, where at least so many follow each other.
fn arrived_blocks(stream: &Stream, least: u32) -> Vec<u64> {
    let mut all = Vec::new();
    for heard in stream.ears.iter().flat_map(|ear| &ear.heard).filter(|heard| heard.blocks >= least) {
        if let What::Numbers(first) = heard.what {
            all.extend((0..heard.blocks).map(|n| u64::from((first + n) % NUMBERS)));
        }
    }
    all
}

/// What was taken arrives once and in order, and whole if nothing tells that it was dropped.
pub fn arrives(seen: &Evidence) -> Vec<Failure> {
    let Some(stream) = &seen.stream else { return Vec::new() };
    let (taken, arrived) = (taken_blocks(&seen.log.spoken), arrived_blocks(stream, 1));
    // Where parts of blocks were refused, what is left of two of them can look like a third.
    let is_refused = seen.log.spoken.iter().any(|part| part.taken < part.offered);
    let strange = arrived_blocks(stream, if is_refused { 8 } else { 2 });
    let mut failures = Vec::new();
    if let Some(pair) = arrived.windows(2).find(|pair| pair[1] <= pair[0]) {
        failures.push(format!("{} arrived after {}", pair[1], pair[0]));
    }
    let is_near = |number: u64| taken.range(number.saturating_sub(1)..=number + 1).next().is_some();
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
    // The edge of a loss, and of a change of the format, can hide a block on either side.
    let rows: Vec<usize> = rows.map(|row| row.iter().filter(|number| is_due(**number)).count()).collect();
    let (lost, rows) = rows
        .iter()
        .filter(|blocks| **blocks > 2)
        .fold((0, 0), |(lost, rows), blocks| (lost + blocks, rows + 1));
    let rate = i64::from(seen.plan.format.rate);
    let dropped = stats.input_frames_dropped * 100 / rate;
    let is_told = lost as i64 <= dropped + dropped / 4 + 4 * (rows - 1).max(0);
    (!is_told).then(|| {
        let first = missing.iter().find(|number| is_due(**number)).copied().unwrap_or(0);
        format!("{lost} blocks did not arrive, the first is {first}; {dropped} were told as dropped")
    })
}

/// Nobody speaks to a service that does not listen.
pub fn listened(seen: &Evidence) -> Vec<Failure> {
    let Some(stream) = &seen.stream else { return Vec::new() };
    let may_pause = seen.plan.options.gap == PAUSES || seen.called("pause") || seen.called("interrupt");
    let (Some((at, _)), false) = (stream.passed.first(), may_pause) else { return Vec::new() };
    let samples: u64 = stream.passed.iter().map(|(_, samples)| samples).sum();
    vec![format!("{samples} samples, the first at {} ms", at / 1000)]
}

/// What waits between the caller and the service is bounded, and is what statistics tell.
pub fn backlog(seen: &Evidence) -> Vec<Failure> {
    let Some(stream) = &seen.stream else { return Vec::new() };
    let (Some(ear), [first, ..]) = (stream.ears.last(), &seen.log.samples[..]) else { return Vec::new() };
    let is_plain = stream.ears.len() == 1 && seen.has_one_format() && first.1.input_queue_ms >= 0;
    // What was said before READY leaves at once.
    if !is_plain || !seen.is_steady() || seen.plan.is_early {
        return Vec::new();
    }
    let line = &seen.scenario.line;
    // On its way, and as long as no acknowledgement has come back.
    let way = 2 * line.delay.as_millis() as i64
        + 2 * line.jitter_ms as i64
        + 2 * seen.scenario.order.late_ms as i64;
    let chunk = i64::from(seen.plan.options.chunk_ms);
    let slack =
        way + 60 + seen.plan.block_ms as i64 + if chunk > 0 { chunk } else { bounds::chunk_ms() as i64 };
    let own = i64::from(seen.plan.options.buffer_ms);
    let most = if own > 0 { own } else { bounds::buffer_ms() as i64 };
    let (caller, wire) = (i64::from(seen.plan.format.rate), i64::from(ear.rate()));
    for (at, stats) in &seen.log.samples {
        let place = stream.arrived.partition_point(|(when, _)| when <= at);
        let arrived = place.checked_sub(1).map_or(0, |place| stream.arrived[place].1) as i64;
        let given = (stats.input_frames_taken - stats.input_frames_dropped) * 1000 / caller;
        let waits = given + stats.silence_frames_sent * 1000 / wire - arrived * 1000 / wire;
        if waits > most + slack {
            return vec![format!("{waits} ms wait at {} ms, {most} may", at / 1000)];
        }
        if (waits - stats.input_queue_ms).abs() > slack && seen.ended_at().is_none_or(|ended| ended > *at) {
            return vec![format!(
                "{waits} ms wait at {} ms, statistics tell {}",
                at / 1000,
                stats.input_queue_ms
            )];
        }
    }
    Vec::new()
}
