//! Seeds shared among processes: a run has one process for itself, since memory, panics and the system's functions are
//! watched in it as a whole.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::{Child, Command};

use serde::{Deserialize, Serialize};

use crate::Wishes;
use crate::runs::{self, Ran};
use crate::tally::Tally;

/// What a process tells the one that began it.
#[derive(Serialize, Deserialize)]
struct Part {
    hashes: BTreeMap<u64, u64>,
    tally: Tally,
}

/// Runs the share that is wanted, and writes it.
pub fn write(wishes: &Wishes) -> Result<(), String> {
    let (hashes, tally) = runs::run_all(wishes)?;
    let path = wishes.part.as_ref().ok_or("no file")?;
    let text = serde_json::to_string(&Part { hashes, tally }).map_err(|error| error.to_string())?;
    std::fs::write(path, text).map_err(|error| error.to_string())
}

/// Figures that are kept are stored after so many seeds.
const STORE_EVERY: u64 = 200;

/// Runs the seeds. Returns the hash of each and the figures, or the first failure.
pub fn seeds(wishes: &Wishes) -> Ran {
    // Lines, and an end at the first failure, are those of one process.
    if wishes.with_lines || wishes.stops || wishes.processes < 2 {
        return runs::seeds(wishes);
    }
    if wishes.state.is_some() {
        return kept(wishes);
    }
    let (hashes, tally) = shared(wishes)?;
    runs::look_into_first(wishes, &tally)?;
    tally.first_failure().map_or(Ok((hashes, tally)), Err)
}

/// Goes on where the figures that are kept end, and stores them now and then.
fn kept(wishes: &Wishes) -> Ran {
    let (mut hashes, mut tally) = (BTreeMap::new(), runs::kept(wishes));
    while tally.next < wishes.end {
        let end = wishes.end.min(tally.next + STORE_EVERY);
        let (more, part) = shared(&Wishes { first: tally.next, end, state: None, ..wishes.clone() })?;
        hashes.extend(more);
        tally.follow(part);
        tally.next = end;
        runs::store(wishes, &tally)?;
    }
    println!("in all: {tally}");
    runs::look_into_first(wishes, &tally)?;
    tally.first_failure().map_or(Ok((hashes, tally)), Err)
}

/// Each share runs in a process of its own, the first one here.
fn shared(wishes: &Wishes) -> Ran {
    let parts = wishes.processes;
    // In reversed order a share is run by another process than before.
    let own = if wishes.reversed { parts - 1 } else { 0 };
    let others: Vec<Other> =
        (0..parts).filter(|part| *part != own).map(|part| begin(wishes, part)).collect::<Result<_, _>>()?;
    let (mut hashes, mut tally) =
        runs::run_all(&Wishes { share: Some((own, parts)), shrink: None, ..wishes.clone() })?;
    for other in others {
        let part = other.end()?;
        hashes.extend(part.hashes);
        tally.merge(part.tally);
    }
    println!("in {parts} processes: {tally}");
    Ok((hashes, tally))
}

struct Other(Child, PathBuf);

fn begin(wishes: &Wishes, part: u64) -> Result<Other, String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let name = format!("palabra-sim-{}-{part}-{}.json", std::process::id(), wishes.reversed);
    let file = std::env::temp_dir().join(name);
    // Another program may have had the same number.
    let _ = std::fs::remove_file(&file);
    let mut command = Command::new(program);
    command.arg("--seeds").arg(format!("{}..{}", wishes.first, wishes.end));
    command.arg("--share").arg(format!("{part}/{}", wishes.processes)).arg("--part").arg(&file);
    if wishes.reversed {
        command.arg("--reversed");
    }
    if wishes.shows_hashes {
        command.arg("--hashes");
    }
    if let Some(minutes) = wishes.minutes {
        command.arg("--minutes").arg(minutes.to_string());
    }
    command.arg("--length").arg(wishes.length.to_string());
    if wishes.is_calm {
        command.arg("--calm");
    }
    let child = command.spawn().map_err(|error| error.to_string())?;
    Ok(Other(child, file))
}

impl Other {
    fn end(mut self) -> Result<Part, String> {
        let status = self.0.wait().map_err(|error| error.to_string())?;
        let text = std::fs::read_to_string(&self.1).map_err(|error| format!("{status}: {error}"))?;
        let _ = std::fs::remove_file(&self.1);
        if !status.success() {
            return Err(format!("a process with a share of the seeds: {status}"));
        }
        serde_json::from_str(&text).map_err(|error| error.to_string())
    }
}
