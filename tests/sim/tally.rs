//! The figures of many runs, added up and kept in a file, so that a run of many seeds can be interrupted.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::oracle::{cells, rare};
use crate::run::Outcome;

#[derive(Default, Serialize, Deserialize)]
pub struct Tally {
    /// Of what was tested: another tree begins anew.
    pub tree: String,
    /// The seed that comes next.
    pub next: u64,
    pub seeds: u64,
    pub simulated_ms: u64,
    /// Of the longest scenario.
    #[serde(default)]
    pub longest_ms: u64,
    pub took_ms: u64,
    /// Of that time, what the oracles took.
    #[serde(default)]
    pub judged_ms: f64,
    pub polls: u64,
    pub failures: Vec<String>,
    /// Sessions by the status of CLOSED; -1: there was none.
    pub codes: BTreeMap<i32, u64>,
    pub met: BTreeMap<String, u64>,
    pub cells: BTreeMap<String, u64>,
}

impl Tally {
    /// Nothing was run yet.
    pub fn new(first: u64) -> Tally {
        let cells = cells::all().into_iter().map(|cell| (cell, 0)).collect();
        let met = rare::ALL.iter().map(|(name, _)| ((*name).to_owned(), 0)).collect();
        Tally { next: first, cells, met, ..Tally::default() }
    }

    pub fn load(path: &Path, tree: &str, first: u64) -> Tally {
        let kept = std::fs::read_to_string(path).ok();
        let kept = kept.and_then(|text| serde_json::from_str::<Tally>(&text).ok());
        let new = Tally { tree: tree.to_owned(), ..Tally::new(first) };
        kept.filter(|kept| kept.tree == tree).unwrap_or(new)
    }

    pub fn store(&self, path: &Path) -> std::io::Result<()> {
        let beside = path.with_extension("new");
        std::fs::write(&beside, serde_json::to_string_pretty(self)?)?;
        std::fs::rename(beside, path)
    }

    pub fn add(&mut self, seed: u64, outcome: &Outcome) {
        self.seeds += 1;
        let simulated_ms = outcome.simulated.as_millis() as u64;
        self.simulated_ms += simulated_ms;
        self.longest_ms = self.longest_ms.max(simulated_ms);
        self.polls += outcome.steps;
        self.failures.extend(outcome.failures.iter().map(|failure| format!("seed {seed}: {failure}")));
        self.judged_ms += outcome.judged.as_secs_f64() * 1000.0;
        for told in &outcome.sessions {
            *self.codes.entry(told.code.unwrap_or(-1)).or_default() += 1;
            told.met.iter().for_each(|name| *self.met.entry((*name).to_owned()).or_default() += 1);
            told.cells.iter().for_each(|cell| *self.cells.entry(cell.clone()).or_default() += 1);
        }
    }

    /// Adds those of later seeds.
    pub fn follow(&mut self, other: Tally) {
        let took_ms = self.took_ms + other.took_ms;
        self.merge(other);
        self.took_ms = took_ms;
    }

    /// With its seed.
    pub fn first_failure(&self) -> Option<String> {
        self.failures.first().cloned()
    }

    /// Adds those of another process, which ran at the same time.
    pub fn merge(&mut self, other: Tally) {
        let Tally {
            seeds,
            simulated_ms,
            longest_ms,
            took_ms,
            judged_ms,
            polls,
            failures,
            codes,
            met,
            cells,
            ..
        } = other;
        self.seeds += seeds;
        self.simulated_ms += simulated_ms;
        self.longest_ms = self.longest_ms.max(longest_ms);
        self.took_ms = self.took_ms.max(took_ms);
        self.judged_ms += judged_ms;
        self.polls += polls;
        self.failures.extend(failures);
        codes.into_iter().for_each(|(code, count)| *self.codes.entry(code).or_default() += count);
        met.into_iter().for_each(|(name, count)| *self.met.entry(name).or_default() += count);
        cells.into_iter().for_each(|(cell, count)| *self.cells.entry(cell).or_default() += count);
    }

    /// Rare situations that were not met.
    pub fn never_met(&self) -> Vec<&'static str> {
        let is_met = |name: &str| self.met.get(name).is_some_and(|count| *count > 0);
        rare::ALL.iter().map(|(name, _)| *name).filter(|name| !is_met(name)).collect()
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (simulated, took) = (self.simulated_ms as f64 / 1000.0, self.took_ms.max(1) as f64 / 1000.0);
        writeln!(
            f,
            "{} seeds, {} failures; {simulated:.0} s simulated (one {:.0} s on average, {:.0} at most) in {took:.2} s: {:.0} times real time, {:.0} % of it judged, {} polls; ends by code: {:?}",
            self.seeds,
            self.failures.len(),
            simulated / self.seeds.max(1) as f64,
            self.longest_ms as f64 / 1000.0,
            simulated / took,
            self.judged_ms / 10.0 / took,
            self.polls,
            self.codes
        )?;
        let reached = self.cells.values().filter(|count| **count > 0).count();
        let never = self.never_met();
        let met = rare::ALL.len() - never.len();
        write!(
            f,
            "{met} of {} rare situations, {reached} of {} cells of state, fault and command",
            rare::ALL.len(),
            self.cells.len()
        )?;
        if never.is_empty() { Ok(()) } else { write!(f, "; never met: {}", never.join(", ")) }
    }
}
