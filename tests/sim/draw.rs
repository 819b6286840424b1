//! Draws. Each is a function of the seed, of who draws and of how often it has drawn, so that a change of one part of a
//! run leaves the draws of the others alone.

use std::sync::atomic::{AtomicU64, Ordering};

/// Draws of one entity.
#[derive(Debug)]
pub struct Dice {
    seed: u64,
    entity: u64,
    drawn: AtomicU64,
}

impl Dice {
    pub fn new(seed: u64, entity: &str) -> Dice {
        Dice::numbered(seed, entity, 0)
    }

    pub fn numbered(seed: u64, entity: &str, number: u64) -> Dice {
        Dice { seed, entity: mix(name(entity), number), drawn: AtomicU64::new(0) }
    }

    pub fn next(&self) -> u64 {
        draw(self.seed, self.entity, self.drawn.fetch_add(1, Ordering::Relaxed))
    }

    /// A number below `end`.
    pub fn below(&self, end: u64) -> u64 {
        self.next() % end.max(1)
    }

    pub fn between(&self, least: u64, most: u64) -> u64 {
        least + self.below(most - least + 1)
    }

    /// Whether something happens that does so in so many of a thousand cases.
    pub fn chance(&self, permille: u64) -> bool {
        self.below(1000) < permille
    }

    pub fn one_of<T: Clone>(&self, choices: &[T]) -> T {
        choices[self.below(choices.len() as u64) as usize].clone()
    }

    pub fn fill(&self, bytes: &mut [u8]) {
        for part in bytes.chunks_mut(8) {
            part.copy_from_slice(&self.next().to_le_bytes()[..part.len()]);
        }
    }
}

pub fn draw(seed: u64, entity: u64, number: u64) -> u64 {
    mix(mix(seed, entity), number)
}

pub fn name(text: &str) -> u64 {
    text.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// The finalizer of splitmix64 over both numbers.
pub fn mix(one: u64, other: u64) -> u64 {
    let mut x =
        one.wrapping_add(0x9e37_79b9_7f4a_7c15).wrapping_add(other.wrapping_mul(0xd134_2543_de82_ef95));
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}
