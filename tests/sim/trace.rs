//! What happened, as one number and, on request, as lines: time, who, what.

use std::fmt::Display;
use std::sync::{Mutex, PoisonError};

use crate::draw::mix;

#[derive(Default)]
pub struct Trace(Mutex<State>);

#[derive(Default)]
struct State {
    hash: u64,
    notes: u64,
    lines: Option<Vec<String>>,
}

impl Trace {
    pub fn new(with_lines: bool) -> Trace {
        Trace(Mutex::new(State { hash: 0, notes: 0, lines: with_lines.then(Vec::new) }))
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds numbers that say what happened, and words for the lines.
    pub fn note(&self, at_us: u64, who: &str, numbers: &[u64], words: impl FnOnce() -> String) {
        let mut state = self.state();
        state.notes += 1;
        let mut hash = mix(state.hash, at_us);
        hash = mix(hash, crate::draw::name(who));
        state.hash = numbers.iter().fold(hash, |hash, &number| mix(hash, number));
        if let Some(lines) = &mut state.lines {
            let (seconds, micros) = (at_us / 1_000_000, at_us % 1_000_000);
            lines.push(format!("{seconds:5}.{micros:06} {who:<12} {}", words()));
        }
    }

    pub fn hash(&self) -> u64 {
        self.state().hash
    }

    pub fn notes(&self) -> u64 {
        self.state().notes
    }

    pub fn take_lines(&self) -> Vec<String> {
        self.state().lines.take().unwrap_or_default()
    }
}

/// A number that depends on every byte.
pub fn digest(bytes: &[u8]) -> u64 {
    let (words, rest) = bytes.as_chunks::<8>();
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    let start = bytes.len() as u64;
    let hash = words.iter().fold(start, |hash: u64, word| {
        (hash.rotate_left(23) ^ u64::from_le_bytes(*word)).wrapping_mul(0x9e37_79b9_7f4a_7c15)
    });
    mix(hash, u64::from_le_bytes(last))
}

/// The beginning of a message for a line.
pub fn shown(text: impl Display) -> String {
    let text = text.to_string();
    text.chars().take(160).map(|c| if c.is_control() { '.' } else { c }).collect()
}
