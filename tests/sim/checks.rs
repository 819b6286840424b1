//! What `make test` runs.

use std::path::{Path, PathBuf};

use crate::runs::Ran;
use crate::scenario::{Scenario, Telephone};
use crate::{Wishes, border, hostile, oracle, parts, run, runs, tone};

/// The seeds that together meet every situation that can be met.
const FIXED_SEEDS: u64 = 200;

/// A name, and why it failed.
pub struct Case {
    pub name: String,
    pub failure: Option<String>,
}

impl Case {
    pub fn of(name: &str, result: Result<(), String>) -> Case {
        Case { name: name.to_owned(), failure: result.err() }
    }

    fn without(name: &str, failures: Vec<String>) -> Case {
        Case { name: name.to_owned(), failure: failures.into_iter().next() }
    }
}

pub fn all(wishes: &Wishes) -> Vec<Case> {
    let calm = run::run(&Scenario::calm(0), false);
    let call = Scenario::telephone(0, Telephone::calm());
    let planted = oracle::planted::check(&run::evidence(&Scenario::calm(0))[0], &run::evidence(&call)[0]);
    let mut cases = vec![
        Case::without("numbers in sound are read after the library's conversions", tone::check::check()),
        Case::without("what a run asks the system is seen", border::check()),
        Case::without("the bounds are read from the headers", oracle::bounds::check()),
        Case::without("each oracle sees the fault that is planted for it and no other", planted),
        Case::without("a calm conversation has no failure", calm.failures),
        Case::without("a calm call of two parties has no failure", run::run(&call, false).failures),
        hostile_services(wishes),
    ];
    cases.extend(found());
    let forward = parts::seeds(wishes);
    let quarter = wishes.first + (wishes.end - wishes.first) / 4;
    let backward = parts::seeds(&Wishes { end: quarter, reversed: true, ..wishes.clone() });
    cases.push(Case::of("the seeds have the same course after others", same(&forward, &backward)));
    let is_all = wishes.end - wishes.first >= FIXED_SEEDS;
    let unmet = forward.as_ref().ok().filter(|_| is_all).map_or(Ok(()), |(_, tally)| {
        let never = tally.never_met();
        let lost: Vec<&str> =
            oracle::rare::met_by_fixed_seeds().filter(|name| never.contains(name)).collect();
        if lost.is_empty() { Ok(()) } else { Err(format!("not met any more: {}", lost.join(", "))) }
    });
    cases.push(Case::of("no seed has a failure", forward.map(drop)));
    cases.push(Case::of("the seeds meet every situation that can be met", unmet));
    cases
}

/// One conversation with each.
pub fn hostile_services(wishes: &Wishes) -> Case {
    let mut failures = Vec::new();
    for (seed, behaviour) in (0..).zip(hostile::ALL) {
        let outcome = run::run(&Scenario::hostile(seed, behaviour), wishes.with_lines);
        runs::tell(seed, &outcome, wishes);
        let named = |failure| format!("a service that {}: {failure}", behaviour.name);
        failures.extend(outcome.failures.into_iter().map(named));
    }
    Case::without("services that violate the protocol do no harm", failures)
}

fn same(forward: &Ran, backward: &Ran) -> Result<(), String> {
    let (forward, backward) = match (forward, backward) {
        (Ok((forward, _)), Ok((backward, _))) => (forward, backward),
        (Ok(_), Err(failure)) => return Err(format!("backwards: {failure}")),
        // The case of the seeds has failed.
        (Err(_), _) => return Ok(()),
    };
    let other = backward.iter().find(|(seed, hash)| forward.get(seed) != Some(hash));
    other.map_or(Ok(()), |(seed, _)| Err(format!("seed {seed} differs")))
}

/// Scenarios that failed once.
fn found() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sim/found");
    let entries = std::fs::read_dir(folder).expect("tests/sim/found").flatten();
    let is_scenario = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "json");
    let mut files: Vec<_> = entries.map(|entry| entry.path()).filter(is_scenario).collect();
    files.sort();
    files.iter().map(|path| Case::of(&name(path), again(path))).collect()
}

fn name(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().replace('_', " ")
}

fn again(path: &Path) -> Result<(), String> {
    let text = std::fs::read_to_string(path).map_err(|error| error.to_string())?;
    let outcome = run::run(&Scenario::parse(&text)?, false);
    outcome.failures.into_iter().next().map_or(Ok(()), Err)
}

pub fn report(cases: &[Case]) -> String {
    let escape = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
    let cases = cases.iter().map(|case| {
        let inside = case.failure.as_ref().map(|why| format!("<failure message=\"{}\"/>", escape(why)));
        format!(
            "<testcase classname=\"sim\" name=\"{}\">{}</testcase>",
            escape(&case.name),
            inside.unwrap_or_default()
        )
    });
    format!("<testsuite name=\"sim\">{}</testsuite>\n", cases.collect::<String>())
}
