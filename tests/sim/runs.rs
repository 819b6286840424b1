//! Runs of many seeds.

use std::collections::BTreeMap;
use std::time::Instant;

use crate::Wishes;
use crate::run::{self, Outcome};
use crate::scenario::Scenario;
use crate::shrink::{self, Shrunk};
use crate::tally::Tally;

/// Figures are stored after so many seeds.
const STORE_EVERY: u64 = 20;

/// Runs the seeds. Returns the hash of each and the figures, or the first failure.
pub fn seeds(wishes: &Wishes) -> Ran {
    let (hashes, tally) = run_all(wishes)?;
    tally.first_failure().map_or(Ok((hashes, tally)), Err)
}

/// The hash of each seed, and the figures; or the first failure.
pub type Ran = Result<(BTreeMap<u64, u64>, Tally), String>;

/// Runs the seeds, also when some fail.
pub fn run_all(wishes: &Wishes) -> Ran {
    let mut tally = kept(wishes);
    let mut seeds: Vec<u64> = (tally.next..wishes.end.max(tally.next)).collect();
    if let Some((part, parts)) = wishes.share {
        seeds.retain(|seed| seed % parts == part);
    }
    if wishes.reversed {
        seeds.reverse();
    }
    let mut hashes = BTreeMap::new();
    let mut begun = Instant::now();
    for &seed in &seeds {
        let scenario = scenario(wishes, seed)?;
        let outcome = run::run(&scenario, wishes.with_lines);
        hashes.insert(seed, outcome.hash);
        tally.add(seed, &outcome);
        tally.next = seed + 1;
        tally.took_ms += begun.elapsed().as_millis() as u64;
        begun = Instant::now();
        tell(seed, &outcome, wishes);
        if wishes.stops && !tally.failures.is_empty() {
            break;
        }
        if seed % STORE_EVERY == 0 {
            store(wishes, &tally)?;
        }
    }
    store(wishes, &tally)?;
    println!("{tally}");
    look_into_first(wishes, &tally)?;
    Ok((hashes, tally))
}

/// The figures so far, where they are kept.
pub fn kept(wishes: &Wishes) -> Tally {
    match &wishes.state {
        Some((path, tree)) => Tally::load(path, tree, wishes.first),
        None => Tally::new(wishes.first),
    }
}

fn scenario(wishes: &Wishes, seed: u64) -> Result<Scenario, String> {
    match &wishes.scenario {
        Some(path) => Scenario::parse(&std::fs::read_to_string(path).map_err(|error| error.to_string())?),
        None if wishes.is_calm => Ok(Scenario::calm(seed)),
        None => Ok(match wishes.minutes {
            Some(minutes) => Scenario::long(seed, minutes),
            None => Scenario::drawn_after_talk(seed, wishes.length),
        }),
    }
}

pub fn store(wishes: &Wishes, tally: &Tally) -> Result<(), String> {
    let Some((path, _)) = &wishes.state else { return Ok(()) };
    tally.store(path).map_err(|error| format!("{}: {error}", path.display()))
}

pub fn tell(seed: u64, outcome: &Outcome, wishes: &Wishes) {
    if wishes.with_lines {
        println!("seed {seed}:");
    }
    for line in &outcome.lines {
        println!("{line}");
    }
    if wishes.shows_hashes {
        println!("{seed} {:016x} {}", outcome.hash, outcome.notes);
    }
    if !outcome.failures.is_empty() {
        println!("seed {seed} failed: {:#?}", outcome.failures);
    }
}

/// Makes the scenario of the first failure smaller, where that is wished.
pub fn look_into_first(wishes: &Wishes, tally: &Tally) -> Result<(), String> {
    if wishes.shrink.is_none() {
        return Ok(());
    }
    let mut failures = tally.failures.iter().filter_map(|told| told.strip_prefix("seed ")?.split_once(": "));
    let is_wanted = |failure: &str| wishes.oracle.as_ref().is_none_or(|oracle| failure.starts_with(oracle));
    let Some((seed, failure)) = failures.find(|(_, failure)| is_wanted(failure)) else { return Ok(()) };
    let seed = seed.parse().map_err(|_| "a failure without a seed")?;
    look_into(wishes, &scenario(wishes, seed)?, failure)
}

/// The first failure, as small as it gets, and what happened in it.
fn look_into(wishes: &Wishes, scenario: &Scenario, failure: &str) -> Result<(), String> {
    let Some(path) = &wishes.shrink else { return Ok(()) };
    let Shrunk { scenario, failure, runs, steps: (before, after), is_done } =
        shrink::shrink(scenario, failure);
    let far = if is_done { "nothing smaller fails" } else { "it could be smaller" };
    println!("{failure}\n{before} steps became {after} in {runs} runs; {far}");
    let lines = run::run(&scenario, true).lines;
    let text = scenario.text();
    println!("{text}");
    std::fs::write(path, text).map_err(|error| error.to_string())?;
    std::fs::write(path.with_extension("trace"), lines.join("\n")).map_err(|error| error.to_string())
}
