//! Scenarios that a seed draws. Each leaves out most kinds of what can happen.

use std::time::Duration;

use super::programs;
use super::{Fault, Scenario};
use crate::draw::Dice;
use crate::net::{Door, Line};
use crate::world::{Host, Order};

impl Scenario {
    pub fn drawn(seed: u64) -> Scenario {
        let dice = Dice::new(seed, "scenario");
        let mut scenario = Scenario::calm(seed);
        scenario.programs = programs::programs(seed);
        let length = scenario.length();
        scenario.order = Order {
            drawn: dice.one_of(&[0, 100, 500, 1000]),
            late: dice.one_of(&[0, 0, 5, 50]),
            late_ms: dice.between(1, 30),
        };
        scenario.line = Line {
            bytes_per_s: dice.one_of(&[50_000, 200_000, 1_000_000, 20_000_000]),
            delay: Duration::from_millis(dice.between(1, 150)),
            jitter_ms: dice.one_of(&[0, 0, 10, 60]),
            is_cut: false,
        };
        if dice.chance(30) {
            scenario.door = if dice.chance(500) { Door::Refused } else { Door::Hole };
        }
        scenario.has_names = !dice.chance(20);
        scenario.has_tls = Dice::new(seed, "tls").chance(150);
        if dice.chance(500) {
            let count = dice.between(1, 3);
            scenario.faults = (0..count).map(|_| (dice.below(length + 2000), fault(&dice))).collect();
            scenario.faults.sort_by_key(|(at, _)| *at);
        }
        scenario
    }
}

fn fault(dice: &Dice) -> Fault {
    let time = Duration::from_millis(dice.between(1, 12_000));
    match dice.below(6) {
        0 => Fault::Reset,
        1 => Fault::Cut(time),
        2 => Fault::Freeze(Host::Library, time),
        3 => Fault::Freeze(Host::Service, time),
        4 => Fault::Freeze(Host::Caller(0), time),
        _ => Fault::Slow(dice.between(2_000, 40_000), time),
    }
}
