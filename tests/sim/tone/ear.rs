//! Reads the numbers of a sound that arrives in parts.

use std::sync::Arc;

use super::code::{NUMBERS, Voice};

/// Root mean square below which a block is silent.
const QUIET: u64 = 150;
/// What comes so many blocks later goes on with what came before.
const SOON: u64 = 3000;
/// Where a block may begin, when that is not known, is looked for in so many steps.
const STEPS: usize = 20;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// Numbers from this one on.
    Numbers(u32),
    Silence,
    /// Sound without a number.
    Unclear,
}

/// So many blocks of one kind after each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Heard {
    pub what: What,
    pub blocks: u32,
}

#[derive(Clone)]
pub struct Ear {
    voice: Arc<Voice>,
    waiting: Vec<i16>,
    /// Where the next block begins in what waits.
    at: f64,
    /// The next number, and as it would sound if nothing was done to it.
    expected_number: Option<u32>,
    expected: Vec<i16>,
    pub heard: Vec<Heard>,
    /// Samples that arrived.
    pub samples: u64,
}

impl Ear {
    pub fn new(rate: u32) -> Ear {
        Ear {
            voice: Voice::of(rate),
            waiting: Vec::new(),
            at: 0.0,
            expected_number: None,
            expected: Vec::new(),
            heard: Vec::new(),
            samples: 0,
        }
    }

    /// Adds the numbers where at least so many follow each other: what is left of two blocks can look like a third.
    /// Where numbers began again, they go on from `last`.
    pub fn read_on(&self, least: u32, last: &mut Option<u64>, all: &mut Vec<u64>) {
        all.extend(self.places(least, last).into_iter().map(|(number, _)| number));
    }

    /// The same, each with its place among the blocks that were heard.
    pub fn places(&self, least: u32, last: &mut Option<u64>) -> Vec<(u64, u64)> {
        let (mut all, mut place) = (Vec::new(), 0);
        for heard in &self.heard {
            let blocks = u64::from(heard.blocks);
            if let What::Numbers(first) = heard.what {
                let first = last.map_or(first.into(), |last| nearest(first, last));
                let goes_on = last.is_some_and(|last| (last..last + SOON).contains(&first));
                if heard.blocks >= least {
                    all.extend((0..blocks).map(|n| (first + n, place + n)));
                }
                // What is too short to count tells how far it has come, also when numbers begin again meanwhile.
                if heard.blocks >= least || goes_on {
                    *last = Some(first + blocks - 1);
                }
            }
            place += blocks;
        }
        all
    }

    pub fn rate(&self) -> u32 {
        self.voice.rate
    }

    pub fn listen(&mut self, samples: &[i16]) {
        self.samples += samples.len() as u64;
        self.waiting.extend_from_slice(samples);
        // What is looked for stands in the next two blocks.
        self.read(3 * self.voice.frames);
    }

    /// Reads what is left.
    pub fn finish(&mut self) {
        self.read(self.voice.frames);
        let rest = std::mem::take(&mut self.waiting);
        let rest = &rest[(self.at as usize).min(rest.len())..];
        if rest.len() >= self.voice.frames / 2 {
            let what = if is_quiet(rest) { What::Silence } else { What::Unclear };
            self.add(what);
        }
        self.at = 0.0;
    }

    fn hop(&self) -> f64 {
        f64::from(self.voice.rate) / 100.0
    }

    fn read(&mut self, needed: usize) {
        while self.at as usize + needed <= self.waiting.len() {
            let block = self.block(0);
            let expected = self.expected_number.filter(|number| {
                // Most often nothing was done to it.
                self.expected[..] == *block || self.voice.is(*number, block)
            });
            if let Some(number) = expected {
                self.add(What::Numbers(number));
            } else if is_quiet(block) {
                self.add(What::Silence);
            } else if let Some((number, _)) = self.voice.read(block) {
                self.add(What::Numbers(number));
            } else {
                self.look_for_a_block();
                continue;
            }
            self.at += self.hop();
        }
        let done = self.at as usize;
        self.waiting.drain(..done.min(self.waiting.len()));
        self.at -= done as f64;
    }

    /// The samples of a block that begins this much later.
    fn block(&self, later: usize) -> &[i16] {
        let start = self.at.round() as usize + later;
        &self.waiting[start.min(self.waiting.len())..(start + self.voice.frames).min(self.waiting.len())]
    }

    /// The blocks stand elsewhere: something is missing, or the sound changed.
    fn look_for_a_block(&mut self) {
        let step = (self.voice.frames / STEPS).max(1);
        let follows = |later: usize| {
            let (number, clarity) = self.voice.read(self.block(later))?;
            let (next, _) = self.voice.read(self.block(later + self.voice.frames))?;
            (next == (number + 1) % NUMBERS).then_some((later, clarity))
        };
        let found = (1..self.voice.frames).step_by(step).filter_map(follows);
        let best = found.max_by(|(_, one), (_, other)| one.total_cmp(other));
        // A loss can leave a part of a block: it counts as whole when it is the greater part.
        match best {
            Some((later, _)) => {
                if later * 2 >= self.voice.frames {
                    self.add(What::Unclear);
                }
                self.at += later as f64;
            }
            None => {
                self.add(What::Unclear);
                self.at += self.hop();
            }
        }
    }

    fn add(&mut self, what: What) {
        if let What::Numbers(number) = what {
            let next = (number + 1) % NUMBERS;
            self.expected_number = Some(next);
            self.expected.clear();
            self.voice.say(next, self.voice.frames, &mut self.expected);
        }
        match (self.heard.last_mut(), what) {
            (Some(Heard { what: What::Numbers(first), blocks }), What::Numbers(number))
                if (*first + *blocks) % NUMBERS == number =>
            {
                *blocks += 1;
            }
            (Some(last), what) if last.what == what && !matches!(what, What::Numbers(_)) => last.blocks += 1,
            _ => self.heard.push(Heard { what, blocks: 1 }),
        }
    }
}

/// Of all numbers that sound like this one, that which is next to another.
fn nearest(number: u32, to: u64) -> u64 {
    let (round, half) = (u64::from(NUMBERS), u64::from(NUMBERS / 2));
    let same = to - to % round + u64::from(number);
    match () {
        () if same + half < to => same + round,
        () if same > to + half && same >= round => same - round,
        () => same,
    }
}

fn is_quiet(block: &[i16]) -> bool {
    // Whole numbers are added many at a time.
    let sum: u64 =
        block.iter().map(|sample| u64::from((i32::from(*sample) * i32::from(*sample)) as u32)).sum();
    sum < QUIET * QUIET * block.len() as u64
}
