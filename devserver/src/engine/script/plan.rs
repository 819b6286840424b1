//! A script in the form in which it is played.

use crate::engine::Output;

/// A script that was read, checked and sorted.
#[derive(Debug)]
pub struct Script {
    pub(super) phrases: Vec<Phrase>,
    /// In the order of their times.
    pub(super) steps: Vec<Step>,
}

/// What is known of a phrase before it is played.
#[derive(Debug)]
pub struct Phrase {
    pub start_ms: u64,
    pub end_ms: u64,
    /// Time of its last step.
    pub over_ms: u64,
}

/// One output at one time.
#[derive(Debug)]
pub struct Step {
    pub at_ms: u64,
    /// Index of its phrase.
    pub phrase: usize,
    /// Its target; none for what concerns the source language or the phrase.
    pub target: Option<String>,
    pub output: Output,
}
