//! What a cleaner gets of both sounds is measured too.

use std::collections::VecDeque;

use super::echo::{EchoTeller, Told};
use crate::audio::echo::RATE;
use crate::session::output::mono::Mono;

/// Both sounds, at the rate of the meter.
pub(super) struct Comparison {
    teller: EchoTeller,
    ways: [Mono; 2],
    waiting: [VecDeque<i16>; 2],
}

impl Comparison {
    pub(super) fn new(told: Told) -> Comparison {
        let ways = [(); 2].map(|()| Mono::new(RATE));
        Comparison { teller: EchoTeller::new(told), ways, waiting: Default::default() }
    }

    /// A block of what is played (0) or sent (1).
    pub(super) fn add(&mut self, side: usize, rate: u32, block: &[i16]) {
        self.waiting[side].extend(self.ways[side].convert(rate, block));
        let [played, sent] = &mut self.waiting;
        while !played.is_empty() && !sent.is_empty() {
            let (Some(played), Some(sent)) = (played.pop_front(), sent.pop_front()) else { break };
            self.teller.listen(played, sent);
        }
    }
}
