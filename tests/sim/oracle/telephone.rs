//! Calls of two parties: what each hears of the other and of the translation, and what the service hears.

use std::collections::BTreeSet;
use std::time::Duration;

use palabra::ffi::types::event::{PALABRA_EVENT_CLOSED, PALABRA_EVENT_LINK_DOWN, PALABRA_EVENT_LINK_UP};
use palabra::ffi::types::playout::{
    PALABRA_SOUND_ENDED, PALABRA_SOUND_ORIGINAL, PALABRA_SOUND_SPEECH, PALABRA_SOUND_TALKSPURT,
};

use super::{Evidence, Failure, bounds};
use crate::caller::{Exchange, Leg, PARTY_NUMBERS, Told};
use crate::service::{Stream, TRANSLATION_NUMBERS, TRANSLATIONS};
use crate::tone::{BLOCKS_PER_S, What};

/// What is known of a call: what was done and got, and its connections at the service.
#[derive(Clone)]
pub struct CallEvidence {
    pub told: Told,
    pub streams: Vec<Stream>,
}

/// Numbers after each other, and the place of the first among the blocks that were heard.
struct Run {
    first: u32,
    blocks: u32,
    place: u64,
}

/// Runs of so many numbers at least: what is mixed of two can look like a third.
fn runs(heard: &[crate::tone::Heard], least: u32) -> Vec<Run> {
    let (mut all, mut place) = (Vec::new(), 0);
    for part in heard {
        if let What::Numbers(first) = part.what
            && part.blocks >= least
        {
            all.push(Run { first, blocks: part.blocks, place });
        }
        place += u64::from(part.blocks);
    }
    all
}

fn numbers(runs: &[Run]) -> impl Iterator<Item = u32> {
    runs.iter().flat_map(|run| run.first..run.first + run.blocks)
}

/// Each link goes up and down in turn, and is down at the end.
pub fn links(seen: &Evidence) -> Vec<Failure> {
    let Some(call) = &seen.call else { return Vec::new() };
    let has_transfers = seen.scenario.call().is_some_and(|plan| plan.parties.len() > 2);
    let is_closed = call.told.events.last().is_some_and(|event| event.kind == PALABRA_EVENT_CLOSED);
    let mut failures = Vec::new();
    for number in [0, 1] {
        // What is left of a party that has gone goes on for a while beside the link of the next one.
        let (mut up, most) = (0_u32, if has_transfers { 2 } else { 1 });
        for event in call.told.events.iter().filter(|event| event.leg == number) {
            match event.kind {
                PALABRA_EVENT_LINK_UP => up += 1,
                PALABRA_EVENT_LINK_DOWN => {
                    up = up.saturating_sub(1);
                    let is_expected = event.code == 0 || !is_plain(seen);
                    failures.extend(
                        (!is_expected).then(|| format!("leg {number}: LINK_DOWN with {}", event.code)),
                    );
                }
                _ => {}
            }
            failures.extend((up > most).then(|| format!("leg {number}: it is up {up} times")));
        }
        failures.extend(
            (up > 0 && is_closed && !seen.has_overflow() && !is_shut_down(seen))
                .then(|| format!("leg {number}: it is up after CLOSED")),
        );
    }
    failures.truncate(1);
    failures
}

/// Nothing happens to the world, and the line carries what is sent.
fn is_plain(seen: &Evidence) -> bool {
    seen.is_steady()
        && seen.scenario.proxy.is_none()
        && !seen.scenario.is_hostile()
        && seen.scenario.slow_jobs.is_empty()
        && !is_shut_down(seen)
}

fn is_shut_down(seen: &Evidence) -> bool {
    seen.scenario.programs.iter().any(|program| program.shuts_down_at.is_some())
}

/// A call ends well, whatever became of its links.
pub fn end(seen: &Evidence) -> Vec<Failure> {
    let (Some(call), Some(closed)) = (&seen.call, seen.closed()) else { return Vec::new() };
    let mut failures = Vec::new();
    let ended = call.told.ended_us.filter(|at| *at <= closed.at_us);
    if closed.code != 0 && !is_shut_down(seen) {
        failures.push(format!("CLOSED has {} {}", closed.code, closed.text));
    }
    match ended {
        None if !is_shut_down(seen) => failures.push("CLOSED comes and nobody has ended it".to_owned()),
        None => {}
        Some(ended) => {
            let opening = 4 * bounds::connect() + bounds::ready();
            let troubled = Duration::from_micros(2 * seen.troubled_between(0, closed.at_us));
            let bound = opening + bounds::end_times() * bounds::end() + troubled;
            let took = closed.at_us - ended;
            if u128::from(took) > bound.as_micros() {
                failures.push(format!(
                    "it ended after {} ms, {} are allowed",
                    took / 1000,
                    bound.as_millis()
                ));
            }
        }
    }
    failures
}

/// An exchange succeeds; it tells the end after CLOSED.
pub fn exchanges(seen: &Evidence) -> Vec<Failure> {
    let Some(call) = &seen.call else { return Vec::new() };
    let known = PALABRA_SOUND_SPEECH | PALABRA_SOUND_ORIGINAL | PALABRA_SOUND_TALKSPURT | PALABRA_SOUND_ENDED;
    let mut failures = Vec::new();
    for (place, leg) in call.told.legs.iter().enumerate() {
        let wrong = leg.exchanges.iter().find(|one| one.bits < 0 || one.bits as u32 & !known != 0);
        failures.extend(wrong.map(|one| format!("party {place}: {} at {} ms", one.bits, one.at_us / 1000)));
        let ended =
            leg.exchanges.iter().find(|one| one.bits >= 0 && one.bits as u32 & PALABRA_SOUND_ENDED != 0);
        let (Some(closed), Some(last)) = (seen.closed(), leg.exchanges.last()) else { continue };
        match ended {
            Some(one) if one.at_us + slack_us(seen) < closed.at_us => {
                failures.push(format!(
                    "party {place}: the end is told {} ms before CLOSED",
                    (closed.at_us - one.at_us) / 1000
                ));
            }
            None if last.at_us > closed.at_us + STILL_HEARD_US => {
                failures.push(format!(
                    "party {place}: no end within {} ms of CLOSED",
                    (last.at_us - closed.at_us) / 1000
                ));
            }
            _ => {}
        }
    }
    failures.truncate(1);
    failures
}

/// The events may be taken so much later than they come.
fn slack_us(seen: &Evidence) -> u64 {
    1_000_000 + seen.scenario.order.late_ms * 10_000 + seen.lasted(0, u64::MAX, |_| true)
}

/// All that can wait to be heard, with some more.
const STILL_HEARD_US: u64 = 60_000_000;

/// What a party hears of the translation was said to it, and comes once and in order, also when another session takes
/// the place of one that broke.
pub fn translation(seen: &Evidence) -> Vec<Failure> {
    let Some((call, plan)) = seen.call.as_ref().zip(seen.scenario.call()) else { return Vec::new() };
    // Numbers begin again.
    if call.streams.len() as u32 > TRANSLATION_NUMBERS {
        return Vec::new();
    }
    let mut failures = Vec::new();
    for (place, leg) in call.told.legs.iter().enumerate() {
        let heard = runs(&leg.voice.ear.heard, 3);
        let of_translations: Vec<u32> = numbers(&heard).filter(|number| *number >= TRANSLATIONS).collect();
        let mut once = BTreeSet::new();
        // Two voices together are read with doubt.
        if !plan.has_original && plan.target_ms > 0 {
            failures.extend(
                of_translations
                    .iter()
                    .find(|number| !once.insert(**number))
                    .map(|number| format!("party {place} heard {number} twice")),
            );
            let connection = |number: u32| (number - TRANSLATIONS) / crate::service::APART;
            let of_one = |pair: &&[u32]| connection(pair[0]) == connection(pair[1]);
            let pair = of_translations.windows(2).filter(of_one).find(|pair| pair[1] < pair[0]);
            failures.extend(pair.map(|pair| format!("party {place} heard {} after {}", pair[1], pair[0])));
            let own: BTreeSet<u32> = said(call, |stream| hears(stream, place));
            let all: BTreeSet<u32> = said(call, |_| true);
            let strange = of_translations.iter().find(|number| own.contains(number) || !all.contains(number));
            failures.extend(
                strange.map(|number| format!("party {place} heard {number}, which was not said to it")),
            );
        }
    }
    failures.truncate(1);
    failures
}

fn said(call: &CallEvidence, is_it: impl Fn(&Stream) -> bool) -> BTreeSet<u32> {
    let streams = call.streams.iter().filter(|stream| is_it(stream));
    streams.flat_map(|stream| &stream.said).flat_map(|said| said.first..said.first + said.blocks).collect()
}

fn is_of(number: u32, party: usize) -> bool {
    number / PARTY_NUMBERS == party as u32
}

/// The stream carries what this party says.
fn hears(stream: &Stream, party: usize) -> bool {
    stream.ears.iter().flat_map(|ear| runs(&ear.heard, 3)).any(|run| is_of(run.first, party))
}

/// The service hears what a party says once and in order, again only what the plan says, nothing that it says while it is muted or anybody is on hold,
/// and all the rest while its link is up.
pub fn service(seen: &Evidence) -> Vec<Failure> {
    let Some((call, plan)) = seen.call.as_ref().zip(seen.scenario.call()) else { return Vec::new() };
    let again = if plan.reopens { plan.resend_ms as u32 * BLOCKS_PER_S / 1000 } else { 0 };
    let mut failures = Vec::new();
    for (place, leg) in call.told.legs.iter().enumerate() {
        let mut arrived = BTreeSet::new();
        for stream in &call.streams {
            let heard: Vec<u32> = { stream.ears.iter() }
                .flat_map(|ear| numbers(&runs(&ear.heard, 2)).collect::<Vec<_>>())
                .filter(|number| is_of(*number, place))
                .collect();
            if let Some(pair) = heard.windows(2).find(|pair| pair[1] <= pair[0]) {
                failures.push(format!("of party {place} {} arrived after {}", pair[1], pair[0]));
            }
            // Numbers that were dropped are not sent again either.
            if let (Some(first), Some(last)) = (heard.first(), arrived.last())
                && arrived.range(first..).count() as u32 > again
            {
                failures.push(format!("of party {place} {first} arrived again after {last}"));
            }
            arrived.extend(heard);
        }
        let secret = inner(leg, |one| one.is_muted || one.is_on_hold);
        if let Some(number) = secret.iter().find(|number| arrived.contains(number)) {
            failures.push(format!("of party {place} the service heard {number}, which is not for it"));
        }
        let due = if is_plain(seen) && !seen.has_overflow() { due(call, leg) } else { BTreeSet::new() };
        let missing: Vec<u32> = due.difference(&arrived).copied().collect();
        if missing.len() > 4 && missing.len() * 20 > due.len() {
            failures.push(format!(
                "of party {place} {} of {} blocks did not arrive, the first is {}",
                missing.len(),
                due.len(),
                missing[0]
            ));
        }
    }
    failures.truncate(1);
    failures
}

/// Numbers that were said in exchanges of a kind, without those at the edges.
fn inner(leg: &Leg, is_it: impl Fn(&Exchange) -> bool) -> BTreeSet<u32> {
    let mut all = BTreeSet::new();
    for part in leg.exchanges.chunk_by(|one, next| is_it(one) == is_it(next)) {
        if part.first().is_some_and(&is_it) {
            let said: Vec<u32> = part.iter().flat_map(|one| one.first..one.first + one.blocks).collect();
            all.extend(said.iter().skip(EDGE).take(said.len().saturating_sub(2 * EDGE)));
        }
    }
    all
}

/// Blocks that a change of state may hide or show on either side.
const EDGE: usize = 3;

/// What was said while the link of a leg was up, and for everybody.
fn due(call: &CallEvidence, leg: &Leg) -> BTreeSet<u32> {
    // While a telephone rings nothing of the other party is sent.
    let begins: Vec<u64> =
        call.told.legs.iter().filter_map(|leg| leg.exchanges.first()).map(|one| one.at_us).collect();
    let [one, other] = begins[..] else { return BTreeSet::new() };
    let begin = one.max(other) + UP_US;
    let mut links = Vec::new();
    for event in call.told.events.iter().filter(|event| event.leg == leg.number) {
        match event.kind {
            PALABRA_EVENT_LINK_UP => links.push((event.at_us + UP_US, u64::MAX)),
            PALABRA_EVENT_LINK_DOWN => {
                links.iter_mut().for_each(|(_, to)| *to = event.at_us.saturating_sub(UP_US).min(*to))
            }
            _ => {}
        }
    }
    let over = call.told.ended_us.unwrap_or(0).min(leg.left_us.unwrap_or(u64::MAX)).saturating_sub(UP_US);
    let is_resting = |at: u64| {
        call.told.legs.iter().any(|leg| {
            leg.verbs.iter().any(|(when, name, ..)| {
                ["hold", "resume", "interrupt"].contains(name) && when.abs_diff(at) < RESTS_US
            })
        })
    };
    let is_due = |one: &Exchange| {
        !one.is_muted
            && !one.is_on_hold
            && (begin..over).contains(&one.at_us)
            && !is_resting(one.at_us)
            && links.iter().any(|(from, to)| (*from..*to).contains(&one.at_us))
    };
    inner(leg, is_due)
}

/// A link is up for both, and what was said before has arrived.
const UP_US: u64 = 2_000_000;
/// The service takes so long to rest, and to go on.
const RESTS_US: u64 = 15_000_000;

/// Who is on the line hears the other party's own voice soon, where nobody translates at that moment, and nothing of one
/// that is muted.
pub fn originals(seen: &Evidence) -> Vec<Failure> {
    let Some((call, plan)) = seen.call.as_ref().zip(seen.scenario.call()) else { return Vec::new() };
    let legs = &call.told.legs;
    let mut failures = Vec::new();
    for (place, speaker) in legs.iter().enumerate() {
        let muted = inner(speaker, |one| one.is_muted);
        let held = speaker.exchanges.iter().filter(|one| one.is_on_hold);
        let held: BTreeSet<u32> = held.flat_map(|one| one.first..one.first + one.blocks).collect();
        for (ear, listener) in
            legs.iter().enumerate().filter(|(ear, leg)| *ear != place && leg.number != speaker.number)
        {
            let heard = runs(&listener.voice.ear.heard, 3);
            let told = numbers(&heard).find(|number| muted.contains(number));
            failures.extend(
                told.map(|number| format!("party {ear} heard {number} of party {place}, who is muted")),
            );
            if plan.has_original {
                failures.extend(
                    unheard(
                        seen,
                        call.told.ended_us,
                        plan.parties[ear].block_ms + plan.parties[place].block_ms,
                        speaker,
                        listener,
                    )
                    .map(|why| format!("party {ear} of {place}: {why}")),
                );
            } else if let Some(number) =
                numbers(&heard).find(|number| is_of(*number, place) && !held.contains(number))
            {
                failures.push(format!(
                    "party {ear} heard {number} of party {place}, whose own voice it is not to hear"
                ));
            }
        }
    }
    failures.truncate(1);
    failures
}

/// What of a speaker's own voice came late or not at all.
fn unheard(
    seen: &Evidence,
    ended_us: Option<u64>,
    blocks_ms: u64,
    speaker: &Leg,
    listener: &Leg,
) -> Option<Failure> {
    let heard = runs(&listener.voice.ear.heard, 3);
    let times = |number: u32| {
        let run = heard.iter().find(|run| (run.first..run.first + run.blocks).contains(&number))?;
        Some(listener.voice.time_of(run.place + u64::from(number - run.first)))
    };
    let bound = 1000 * (ORIGINAL_MS + blocks_ms) + 2000 * seen.scenario.order.late_ms;
    let (begin, end) = (
        listener.exchanges.first()?.at_us + 1_000_000,
        // Nothing more is taken after the end.
        listener.exchanges.last()?.at_us.saturating_sub(1_000_000).min(ended_us.unwrap_or(u64::MAX)),
    );
    let is_disturbed = |at: u64| {
        let place = listener.exchanges.partition_point(|one| one.at_us + AROUND_US < at);
        let around = listener.exchanges[place..].iter().take_while(|one| one.at_us <= at + AROUND_US);
        { around }.any(|one| one.bits < 0 || one.bits as u32 & PALABRA_SOUND_SPEECH != 0)
            || seen.felt(at.saturating_sub(1_000_000), at + 1_000_000, LATER_US, |_| true)
    };
    let is_judged =
        |one: &Exchange| !one.is_muted && (begin..end).contains(&one.at_us) && !is_disturbed(one.at_us);
    for part in speaker.exchanges.chunk_by(|one, next| is_judged(one) == is_judged(next)) {
        let blocks: Vec<(u64, u32)> = { part.iter().filter(|one| is_judged(one)) }
            .flat_map(|one| (one.first..one.first + one.blocks).map(move |number| (one.at_us, number)))
            .collect();
        let late: Vec<_> = blocks
            .iter()
            .filter(|(at, number)| times(*number).is_none_or(|heard| heard > at + bound))
            .collect();
        // Where speech begins and ends it is faded.
        if blocks.len() >= LONG && late.len() * 4 > blocks.len() {
            let (at, number) = late[0];
            return Some(format!(
                "{} of {} blocks were not heard within {} ms, the first is {number} at {} ms",
                late.len(),
                blocks.len(),
                bound / 1000,
                at / 1000
            ));
        }
    }
    None
}

/// palabra_original_options: the delay in blocks of 20 ms, of which one is the sender's, and the length of a number.
const ORIGINAL_MS: u64 = 40 + 10;
/// After audio was late, the delay is longer for so long.
const LATER_US: u64 = 11_000_000;
/// The translation fades the original for so long.
const AROUND_US: u64 = 700_000;
/// So many blocks are enough to judge.
const LONG: usize = 40;
