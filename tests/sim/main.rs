//! Whole conversations in simulated time: the library and the service in one thread, under one clock and one seed.
//!
//! sim [--seeds FIRST..END] [--reversed] [--calm] [--hostile] [--trace] [--hashes] [--report FILE]

#![allow(clippy::disallowed_methods, clippy::disallowed_macros, reason = "it is no part of the library")]
#![allow(clippy::print_stdout, reason = "a test program prints its figures")]

mod border;
mod caller;
mod draw;
mod hostile;
mod meter;
mod net;
mod oracle;
mod run;
mod scenario;
mod service;
mod tls;
mod tone;
mod trace;
mod world;

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::time::Duration;

use oracle::rare;
use run::Outcome;
use scenario::Scenario;

#[derive(Default)]
struct Wishes {
    first: u64,
    end: u64,
    is_calm: bool,
    is_hostile: bool,
    with_lines: bool,
    reversed: bool,
    shows_hashes: bool,
    /// Where to write a report for the tools.
    report: Option<String>,
}

fn wishes() -> Wishes {
    let mut wishes = Wishes { end: 20, ..Wishes::default() };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        match word.as_str() {
            "--seeds" => {
                let range = words.next().unwrap_or_default();
                let (first, end) = range.split_once("..").unwrap_or((&range, ""));
                wishes.first = first.parse().expect("--seeds FIRST..END");
                wishes.end = end.parse().unwrap_or(wishes.first + 1);
            }
            "--hostile" => wishes.is_hostile = true,
            "--calm" => wishes.is_calm = true,
            "--trace" => wishes.with_lines = true,
            "--reversed" => wishes.reversed = true,
            "--hashes" => wishes.shows_hashes = true,
            "--report" => wishes.report = words.next(),
            other => panic!("unknown: {other}"),
        }
    }
    wishes
}

/// A name, and why it failed.
type Case = (&'static str, Option<String>);

fn main() -> ExitCode {
    meter::watch_panics();
    let wishes = wishes();
    let cases = match &wishes.report {
        None if wishes.is_hostile => {
            vec![("services that violate the protocol", first(hostile_services(&wishes)))]
        }
        None => vec![("seeds", seeds(&wishes).err())],
        Some(_) => checks(&wishes),
    };
    for (name, failure) in &cases {
        println!("{} {name}", if failure.is_none() { "ok" } else { "FAILED" });
    }
    if let Some(path) = &wishes.report {
        std::fs::write(path, report(&cases)).expect("a report");
    }
    let failed = cases.iter().any(|(_, failure)| failure.is_some());
    if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// What `make test` runs.
fn checks(wishes: &Wishes) -> Vec<Case> {
    let calm = run::run(&Scenario::calm(0), false);
    let planted = oracle::planted::check(&calm.seen[0]);
    let forward = seeds(wishes);
    let half =
        Wishes { end: wishes.first + (wishes.end - wishes.first) / 4, reversed: true, ..Wishes::default() };
    let backward = seeds(&Wishes { first: wishes.first, ..half });
    let same = match (&forward, &backward) {
        (Ok(forward), Ok(backward)) => backward.iter().find(|(seed, hash)| forward.get(seed) != Some(hash)),
        _ => None,
    };
    vec![
        ("numbers in sound are read after the library's conversions", first(tone::check::check())),
        ("what a run asks the system is seen", first(border::check())),
        ("the bounds are read from the headers", first(oracle::bounds::check())),
        ("each oracle sees the fault that is planted for it and no other", first(planted)),
        ("a calm conversation has no failure", first(calm.failures)),
        ("services that violate the protocol do no harm", first(hostile_services(wishes))),
        ("no seed has a failure", forward.err()),
        (
            "the seeds have the same course after others",
            same.map(|(seed, _)| format!("seed {seed} differs")).or(backward.err()),
        ),
    ]
}

/// One conversation with each.
fn hostile_services(wishes: &Wishes) -> Vec<String> {
    let mut failures = Vec::new();
    for (seed, behaviour) in (0..).zip(hostile::ALL) {
        let scenario = Scenario::hostile(seed, behaviour);
        let outcome = run::run(&scenario, wishes.with_lines);
        tell(seed, &scenario, &outcome, wishes);
        let named = |failure| format!("a service that {}: {failure}", behaviour.name);
        failures.extend(outcome.failures.into_iter().map(named));
    }
    failures
}

fn first(failures: Vec<String>) -> Option<String> {
    failures.into_iter().next()
}

fn report(cases: &[Case]) -> String {
    let escape = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
    let cases = cases.iter().map(|(name, failure)| {
        let inside = failure.as_ref().map(|why| format!("<failure message=\"{}\"/>", escape(why)));
        format!(
            "<testcase classname=\"sim\" name=\"{}\">{}</testcase>",
            escape(name),
            inside.unwrap_or_default()
        )
    });
    format!("<testsuite name=\"sim\">{}</testsuite>\n", cases.collect::<String>())
}

/// Runs the seeds. Returns the hash of each, or the first failure.
fn seeds(wishes: &Wishes) -> Result<BTreeMap<u64, u64>, String> {
    let mut seeds: Vec<u64> = (wishes.first..wishes.end).collect();
    if wishes.reversed {
        seeds.reverse();
    }
    let begun = std::time::Instant::now();
    let (mut simulated, mut steps) = (Duration::ZERO, 0);
    let mut codes = BTreeMap::<i32, u64>::new();
    let (mut hashes, mut failures) = (BTreeMap::new(), Vec::new());
    let mut met = rare::Met::default();
    for &seed in &seeds {
        let scenario = if wishes.is_calm { Scenario::calm(seed) } else { Scenario::drawn(seed) };
        let outcome = run::run(&scenario, wishes.with_lines);
        simulated += outcome.simulated;
        steps += outcome.steps;
        outcome.seen.iter().for_each(|seen| *codes.entry(seen.code().unwrap_or(-1)).or_default() += 1);
        hashes.insert(seed, outcome.hash);
        outcome.seen.iter().for_each(|seen| met.count(seen));
        tell(seed, &scenario, &outcome, wishes);
        failures.extend(outcome.failures.into_iter().map(|failure| format!("seed {seed}: {failure}")));
    }
    let took = begun.elapsed();
    println!(
        "{} seeds, {} failures; {:.0} s simulated in {:.2} s: {:.0} times real time, {steps} polls; ends by code: {codes:?}",
        seeds.len(),
        failures.len(),
        simulated.as_secs_f64(),
        took.as_secs_f64(),
        simulated.as_secs_f64() / took.as_secs_f64()
    );
    println!("{met}");
    first(failures).map_or(Ok(hashes), Err)
}

fn tell(seed: u64, scenario: &Scenario, outcome: &Outcome, wishes: &Wishes) {
    for line in &outcome.lines {
        println!("{line}");
    }
    if wishes.shows_hashes {
        println!("{seed} {:016x} {}", outcome.hash, outcome.notes);
    }
    if !outcome.failures.is_empty() {
        println!("seed {seed} failed: {:#?}\n{scenario:?}", outcome.failures);
    }
}
