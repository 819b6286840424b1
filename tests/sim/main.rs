//! Whole conversations in simulated time: the library and the service in one thread, under one clock and one seed.
//!
//! sim [--seeds FIRST..END] [--reversed] [--calm] [--trace] [--hashes]

#![allow(clippy::disallowed_methods, clippy::disallowed_macros, reason = "it is no part of the library")]
#![allow(clippy::print_stdout, reason = "a test program prints its figures")]

mod caller;
mod draw;
mod net;
mod oracle;
mod run;
mod scenario;
mod trace;
mod world;

use std::process::ExitCode;
use std::time::Duration;

use run::Outcome;
use scenario::Scenario;

struct Wishes {
    first: u64,
    end: u64,
    is_calm: bool,
    with_lines: bool,
    reversed: bool,
    shows_hashes: bool,
}

fn wishes() -> Wishes {
    let mut wishes =
        Wishes { first: 0, end: 20, is_calm: false, with_lines: false, reversed: false, shows_hashes: false };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        match word.as_str() {
            "--seeds" => {
                let range = words.next().unwrap_or_default();
                let (first, end) = range.split_once("..").unwrap_or((&range, ""));
                wishes.first = first.parse().expect("--seeds FIRST..END");
                wishes.end = end.parse().unwrap_or(wishes.first + 1);
            }
            "--calm" => wishes.is_calm = true,
            "--trace" => wishes.with_lines = true,
            "--reversed" => wishes.reversed = true,
            "--hashes" => wishes.shows_hashes = true,
            other => println!("unknown: {other}"),
        }
    }
    wishes
}

fn main() -> ExitCode {
    let wishes = wishes();
    let mut seeds: Vec<u64> = (wishes.first..wishes.end).collect();
    if wishes.reversed {
        seeds.reverse();
    }
    let begun = std::time::Instant::now();
    let (mut simulated, mut failed, mut steps) = (Duration::ZERO, 0, 0);
    let mut codes = std::collections::BTreeMap::<i32, u64>::new();
    for seed in seeds {
        let scenario = if wishes.is_calm { Scenario::calm(seed) } else { Scenario::drawn(seed) };
        let outcome = run::run(&scenario, wishes.with_lines);
        simulated += outcome.simulated;
        steps += outcome.steps;
        *codes.entry(outcome.code).or_default() += 1;
        failed += usize::from(!outcome.failures.is_empty());
        tell(seed, &scenario, &outcome, &wishes);
    }
    let took = begun.elapsed();
    println!(
        "{} seeds, {failed} failed; {:.0} s simulated in {:.2} s: {:.0} times real time, {steps} polls; ends by code: {codes:?}",
        wishes.end - wishes.first,
        simulated.as_secs_f64(),
        took.as_secs_f64(),
        simulated.as_secs_f64() / took.as_secs_f64()
    );
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
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
