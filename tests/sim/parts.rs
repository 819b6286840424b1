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

/// Runs the seeds, each share in a process of its own, the first one here.
pub fn seeds(wishes: &Wishes) -> Ran {
    // Figures that are kept, lines and smaller scenarios are those of one process.
    let is_alone = wishes.state.is_some() || wishes.shrink.is_some() || wishes.with_lines || wishes.stops;
    if is_alone || wishes.processes < 2 {
        return runs::seeds(wishes);
    }
    let parts = wishes.processes;
    // In reversed order a share is run by another process than before.
    let own = if wishes.reversed { parts - 1 } else { 0 };
    let others: Vec<Other> =
        (0..parts).filter(|part| *part != own).map(|part| begin(wishes, part)).collect::<Result<_, _>>()?;
    let (mut hashes, mut tally) = runs::run_all(&Wishes { share: Some((own, parts)), ..wishes.clone() })?;
    for other in others {
        let part = other.end()?;
        hashes.extend(part.hashes);
        tally.merge(part.tally);
    }
    println!("in {parts} processes: {tally}");
    match tally.failures.first() {
        None => Ok((hashes, tally)),
        Some(failure) => Err(failure.clone()),
    }
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
