//! Translates sentence by sentence. Each sentence has its own program; one per pair is started in advance.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::future::join_all;

use super::command::Command;
use super::languages::{Mode, letters};
use super::process::Stage;
use crate::engine::Failure;

pub const NAME: &str = "translator";
/// Longest translation that is accepted, in bytes.
const LONGEST: usize = 1 << 20;
/// Number of pairs for which a started program is kept.
const PAIRS: usize = 8;

/// The languages, as the program names them.
type Pair = (String, String);

pub struct Translator {
    command: Command,
    patience: Duration,
    /// The pairs whose names are known.
    modes: Vec<Mode>,
    /// None once closed.
    spares: Mutex<Option<HashMap<Pair, Stage>>>,
}

impl Translator {
    pub fn new(command: Command, patience: Duration, modes: Vec<Mode>) -> Self {
        Self { command, patience, modes, spares: Mutex::new(Some(HashMap::new())) }
    }

    fn spares(&self) -> MutexGuard<'_, Option<HashMap<Pair, Stage>>> {
        self.spares.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Starts a program for this pair ahead of its first sentence.
    pub fn prepare(&self, from: &str, to: &str) {
        let pair = (letters(from).to_owned(), letters(to).to_owned());
        let mut spares = self.spares();
        let Some(spares) = spares.as_mut() else { return };
        if spares.get_mut(&pair).is_some_and(Stage::is_alive) {
            return;
        }
        if spares.len() >= PAIRS
            && let Some(other) = spares.keys().next().cloned()
        {
            spares.remove(&other);
        }
        // If the program cannot be started, its sentence reports the error.
        if let Ok(stage) = self.start(&pair) {
            spares.insert(pair, stage);
        }
    }

    fn start(&self, (from, to): &Pair) -> Result<Stage, Failure> {
        let known = self.modes.iter().find(|mode| (&mode.from, &mode.to) == (from, to));
        let name = known.map_or_else(|| format!("{from}-{to}"), |mode| mode.name.clone());
        Stage::start(NAME, &self.command.filled(&[("source", from), ("target", to), ("mode", &name)]))
    }

    pub async fn translate(&self, from: &str, to: &str, text: &str) -> Result<String, Failure> {
        let pair = (letters(from).to_owned(), letters(to).to_owned());
        let spare = self.spares().as_mut().and_then(|spares| spares.remove(&pair));
        let spare = spare.and_then(|mut stage| stage.is_alive().then_some(stage));
        let stage = spare.map_or_else(|| self.start(&pair), Ok)?;
        let line = one_line(text) + "\n";
        let output = stage.answer(line.as_bytes(), LONGEST, self.patience).await?;
        self.prepare(from, to);
        let text = String::from_utf8(output).map_err(|_| Failure::stage(NAME, "gave no UTF-8"))?;
        match one_line(&text) {
            text if text.is_empty() => Err(Failure::stage(NAME, "gave no text")),
            text => Ok(text),
        }
    }

    /// Ends the programs that wait.
    pub async fn close(&self) {
        let spares = self.spares().take().unwrap_or_default();
        join_all(spares.into_values().map(Stage::end)).await;
    }
}

/// Makes a sentence one line with single spaces, whatever it contains; omitted words leave two spaces.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
