//! Draws of both ends.

use std::cell::RefCell;

use rustls::crypto::{GetRandomFailed, SecureRandom};

use crate::draw::Dice;

#[derive(Clone, Copy, Debug)]
pub struct Random(usize);

pub static LIBRARY: Random = Random(0);
pub static SERVICE: Random = Random(1);

thread_local! {
    static DICE: RefCell<[Option<Dice>; 2]> = const { RefCell::new([None, None]) };
}

/// From now on the calling thread draws from this seed.
pub fn draw_from(seed: u64) {
    DICE.replace([0, 1].map(|end| Some(Dice::numbered(seed, "tls", end))));
}

impl SecureRandom for Random {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), GetRandomFailed> {
        DICE.with_borrow(|dice| {
            let dice = dice[self.0].as_ref().ok_or(GetRandomFailed)?;
            dice.fill(bytes);
            Ok(())
        })
    }
}
