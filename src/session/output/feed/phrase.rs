//! A phrase on its way to the player.

use std::collections::VecDeque;

use crate::audio::format::OUTPUT;

/// Frames passed on at a time: 10 ms.
const BLOCK: usize = 240;

/// A chunk of speech as it arrived (protocol.md 5.3).
pub struct Speech {
    pub phrase: u64,
    pub id: String,
    pub part: u32,
    pub pcm: Vec<i16>,
    pub is_last: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Nothing of it was fed.
    Waiting,
    Feeding,
    /// All of it was fed: the player reports the end.
    Fed,
    /// Withdrawn after feeding began: the player reports how much was heard.
    Flushed,
}

pub struct Phrase {
    /// Counts up within the line.
    pub number: u64,
    /// Counts up within the session.
    pub session_number: u64,
    pub id: String,
    pub part: u32,
    pub stage: Stage,
    /// All of its speech has arrived.
    pub(super) complete: bool,
    /// Its end may never be reported, so a successor ends it.
    pub(super) loose: bool,
    /// Some of it was dropped because too much waited.
    pub(super) shortened: bool,
    /// Its end was due while nobody listened.
    pub is_missed: bool,
    /// The rest of one that was missed: what is lost of it is no news.
    pub is_rest: bool,
    /// Frames that arrived, and those that still wait here.
    pub(super) received: usize,
    pub(super) waiting: usize,
    pub(super) chunks: VecDeque<Vec<i16>>,
    /// Frames of the first chunk that were handed on.
    used: usize,
}

impl Phrase {
    pub(super) fn new(number: u64, speech: Speech, loose: bool) -> Phrase {
        let frames = speech.pcm.len();
        Phrase {
            number,
            session_number: speech.phrase,
            id: speech.id,
            part: speech.part,
            stage: Stage::Waiting,
            complete: speech.is_last,
            loose,
            shortened: false,
            is_missed: false,
            is_rest: false,
            received: frames,
            waiting: frames,
            chunks: VecDeque::from([speech.pcm]),
            used: 0,
        }
    }

    pub fn received_ms(&self) -> u64 {
        self.received as u64 * 1000 / u64::from(OUTPUT.sample_rate)
    }

    /// The next piece of its speech.
    pub(super) fn take(&mut self) -> Option<&[i16]> {
        while self.chunks.front().is_some_and(|chunk| self.used >= chunk.len()) {
            self.chunks.pop_front();
            self.used = 0;
        }
        let rest = self.chunks.front()?.get(self.used..)?;
        let block = &rest[..rest.len().min(BLOCK)];
        self.used += block.len();
        self.waiting -= block.len();
        Some(block)
    }

    pub(super) fn is_for(&self, speech: &Speech) -> bool {
        self.id == speech.id && self.part == speech.part
    }

    /// Discards up to this many frames of its speech, the oldest first; returns how many.
    pub(super) fn pass(&mut self, most: usize) -> usize {
        let passed = most.min(self.waiting);
        self.used += passed;
        self.waiting -= passed;
        while let Some(chunk) = self.chunks.front().filter(|chunk| self.used >= chunk.len()) {
            self.used -= chunk.len();
            self.chunks.pop_front();
        }
        passed
    }

    /// Takes what was fed of it; what waits, and what may still arrive, is the next phrase.
    pub(super) fn take_fed(&mut self) -> Phrase {
        let fed = Phrase {
            id: self.id.clone(),
            stage: Stage::Flushed,
            complete: true,
            chunks: VecDeque::new(),
            waiting: 0,
            ..*self
        };
        self.number += 1;
        self.stage = Stage::Waiting;
        (self.is_missed, self.is_rest) = (false, true);
        self.received = self.waiting;
        fed
    }

    /// Frees its speech and returns the amount.
    pub(super) fn empty(&mut self) -> usize {
        self.chunks.clear();
        std::mem::take(&mut self.waiting)
    }
}
