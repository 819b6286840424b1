//! Whole conversations in simulated time: the library and the service in one thread, under one clock and one seed.
//!
//! sim [--speed] [--day HOURS] [--seeds FIRST..END] [--processes N] [--minutes N] [--length N] [--reversed] [--stop] [--calm] [--hostile] [--matrix NAME] [--share K/N] [--trace] [--hashes] [--report FILE] [--state FILE --tree NAME]
//!     [--scenario FILE] [--shrink FILE [--oracle NAME]]

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    clippy::incompatible_msrv,
    reason = "it is no part of the library"
)]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a test program prints its figures")]

mod border;
mod caller;
mod checks;
mod day;
mod draw;
mod fate;
mod hostile;
mod matrix;
mod meter;
mod net;
mod oracle;
mod parts;
mod run;
mod runs;
mod scenario;
mod service;
mod shrink;
mod speed;
mod tally;
mod tls;
mod tone;
mod trace;
mod world;

use std::path::PathBuf;
use std::process::ExitCode;

use checks::Case;

#[derive(Clone, Default)]
pub struct Wishes {
    pub first: u64,
    pub end: u64,
    pub is_calm: bool,
    pub is_hostile: bool,
    /// Cells of the matrix whose names begin so.
    pub cells: Option<String>,
    /// Measures, in place of seeds.
    pub is_about_speed: bool,
    /// Hours of one call, in place of seeds.
    pub hours: Option<usize>,
    pub with_lines: bool,
    pub reversed: bool,
    /// Of the seeds every n-th from the k-th on.
    pub share: Option<(u64, u64)>,
    /// Where that is written for the process that wanted it.
    pub part: Option<PathBuf>,
    /// Processes among which seeds are shared.
    pub processes: u64,
    /// How long each scenario is made, in minutes.
    pub minutes: Option<u64>,
    /// How many times as long as usual the talk is that goes before.
    pub length: u64,
    /// At the first failure.
    pub stops: bool,
    pub shows_hashes: bool,
    /// Where to write a report for the tools.
    report: Option<String>,
    /// Where figures are kept, and what is tested.
    pub state: Option<(PathBuf, String)>,
    /// A scenario to run in place of seeds.
    pub scenario: Option<PathBuf>,
    /// Where to write the first failure when it has been made smaller.
    pub shrink: Option<PathBuf>,
    /// Of this one: failures of others are not made smaller.
    pub oracle: Option<String>,
}

fn wishes() -> Wishes {
    let mut wishes = Wishes { end: 20, processes: 1, length: 1, ..Wishes::default() };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let mut next = || words.next().unwrap_or_default();
        match word.as_str() {
            "--seeds" => {
                let range = next();
                let (first, end) = range.split_once("..").unwrap_or((&range, ""));
                wishes.first = first.parse().expect("--seeds FIRST..END");
                wishes.end = end.parse().unwrap_or(wishes.first + 1);
            }
            "--share" => {
                let share = next();
                let (part, parts) = share.split_once('/').expect("--share K/N");
                wishes.share = Some((part.parse().expect("K"), parts.parse().expect("N")));
            }
            "--part" => wishes.part = Some(next().into()),
            "--processes" => wishes.processes = next().parse().expect("--processes N"),
            "--minutes" => wishes.minutes = Some(next().parse().expect("--minutes N")),
            "--length" => wishes.length = next().parse().expect("--length N"),
            "--matrix" => wishes.cells = Some(next()),
            "--day" => wishes.hours = Some(next().parse().expect("--day HOURS")),
            "--speed" => wishes.is_about_speed = true,
            "--hostile" => wishes.is_hostile = true,
            "--calm" => wishes.is_calm = true,
            "--trace" => wishes.with_lines = true,
            "--stop" => wishes.stops = true,
            "--reversed" => wishes.reversed = true,
            "--hashes" => wishes.shows_hashes = true,
            "--report" => wishes.report = Some(next()),
            "--state" => wishes.state = Some((next().into(), String::new())),
            "--tree" => {
                if let Some((_, tree)) = &mut wishes.state {
                    *tree = next();
                }
            }
            "--scenario" => wishes.scenario = Some(next().into()),
            "--oracle" => wishes.oracle = Some(next()),
            "--shrink" => wishes.shrink = Some(next().into()),
            other => panic!("unknown: {other}"),
        }
    }
    wishes
}

fn main() -> ExitCode {
    meter::watch_panics();
    let wishes = wishes();
    let cases = match &wishes.report {
        None if let Some(begin) = &wishes.cells => vec![matrix::sweep(&wishes, begin)],
        None if let Some(hours) = wishes.hours => vec![Case::of("day", day::pass(hours))],
        None if wishes.is_about_speed => vec![Case::of("speed", speed::measure())],
        None if wishes.is_hostile => vec![checks::hostile_services(&wishes)],
        None if wishes.part.is_some() => vec![Case::of("part", parts::write(&wishes))],
        None => vec![Case::of("seeds", parts::seeds(&wishes).map(drop))],
        Some(_) => checks::all(&wishes),
    };
    for case in &cases {
        println!("{} {}", if case.failure.is_none() { "ok" } else { "FAILED" }, case.name);
    }
    if let Some(path) = &wishes.report {
        std::fs::write(path, checks::report(&cases)).expect("a report");
    }
    if cases.iter().any(|case| case.failure.is_some()) { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
