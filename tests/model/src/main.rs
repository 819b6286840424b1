//! Models of what threads of the library share without a mutex, or hand to each other.
//!
//! The library's own files are compiled here with loom in place of `src/sync.rs`. A model is a function of two or
//! three threads. It runs in every order in which the bound of preemptions lets their operations take effect, also as
//! a processor with weakly ordered memory does. It fails when an assertion does, when threads wait for each other, or
//! when two accesses to a value are not ordered.
//!
//! usage: palabra-models [weaker] [NAME]...    a name is the beginning of one; LOOM_MAX_PREEMPTIONS (2) and
//!                                             PALABRA_MODEL_SECONDS (60) bound each model
//!
//! With `weaker` each operation of the models that orders something is made `Relaxed`, one after the other, and a model
//! must fail. `weaker.txt` has those of which that is not expected, with the reason.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    clippy::incompatible_msrv,
    reason = "it is no part of the library"
)]
#![allow(clippy::arc_with_non_send_sync, reason = "its own types are not, where loom sees every access")]

#[path = "../../../src/arrays.rs"]
mod arrays;
#[path = "../../../src/audio/mod.rs"]
mod audio;
#[path = "../../../src/error.rs"]
mod error;
#[path = "../../../src/event.rs"]
mod event;
mod library;
#[path = "../../../src/lock.rs"]
mod lock;
#[path = "../../../src/memory.rs"]
mod memory;
mod models;
mod run;
mod runtime;
mod session;
mod sync;
#[path = "../../../src/text.rs"]
mod text;
mod weaker;

use std::process::ExitCode;
use std::time::Duration;

use models::Model;
use run::{Bounds, run};

fn variable(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(otherwise)
}

fn main() -> ExitCode {
    let mut asked: Vec<String> = std::env::args().skip(1).collect();
    let is_weaker = asked.first().is_some_and(|first| first == "weaker");
    if is_weaker {
        asked.remove(0);
    }
    let bounds = Bounds {
        preemptions: variable("LOOM_MAX_PREEMPTIONS", 2) as usize,
        time: Duration::from_secs(variable("PALABRA_MODEL_SECONDS", 60)),
    };
    let is_asked =
        |name: &str| asked.is_empty() || asked.iter().any(|asked| name.starts_with(asked.as_str()));
    let models: Vec<Model> = models::ALL.iter().copied().filter(|(name, _)| is_asked(name)).collect();
    let passed = if is_weaker { weaker::try_all(bounds, &models) } else { try_as_they_are(bounds, &models) };
    if passed && !models.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn try_as_they_are(bounds: Bounds, models: &[Model]) -> bool {
    let mut passed = true;
    for (name, model) in models {
        match run(bounds, *model) {
            Some(tried) => println!(
                "ok {name}: {} executions{} in {:.1} s",
                tried.executions,
                if tried.is_complete { "" } else { ", not all" },
                tried.time.as_secs_f64()
            ),
            None => {
                passed = false;
                println!("FAILED {name}");
            }
        }
    }
    passed
}
