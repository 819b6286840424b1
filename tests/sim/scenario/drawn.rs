//! Scenarios that a seed draws. Each leaves out most kinds of what can happen.

use std::time::Duration;

use super::programs;
use super::{Fault, Scenario};
use crate::draw::Dice;
use crate::hostile;
use crate::net::{Door, Line, Names};
use crate::world::{Condition, Host, Order};

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
            ..Line::default()
        };
        if dice.chance(200) {
            scenario.line.window = dice.one_of(&[16 << 10, 64 << 10]);
        }
        if dice.chance(200) {
            scenario.line.down_bytes_per_s = dice.one_of(&[100_000, 400_000, 5_000_000]);
        }
        if dice.chance(150) {
            let others = dice.between(1, 3);
            scenario.others = (0..others).map(|_| dice.one_of(&[Door::Refused, Door::Hole])).collect();
        }
        if dice.chance(30) {
            scenario.door = if dice.chance(500) { Door::Refused } else { Door::Hole };
        }
        scenario.has_names = !dice.chance(20);
        scenario.has_tls = Dice::new(seed, "tls").chance(150);
        if dice.chance(50) {
            // Each of them is of a translation.
            let behaviour = &hostile::ALL[dice.below(hostile::ALL.len() as u64) as usize];
            scenario.programs = Scenario::hostile(seed, behaviour).programs;
            scenario.hostile = Some(behaviour);
            scenario.has_tls = false;
        }
        let dice = Dice::new(seed, "delays");
        scenario.start_delay_ms = dice.one_of(&[0, 20, 20, dice.below(1500), dice.below(1500)]);
        scenario.shutdown_ms = dice.one_of(&[0, 1000]);
        if dice.chance(300) {
            let one = |_| (dice.below(dice.one_of(&[6, 400])), dice.between(100, 3000));
            scenario.slow_jobs = (0..dice.between(1, 6)).map(one).collect();
        }
        let dice = Dice::new(seed, "faults");
        if dice.chance(500) {
            let count = dice.between(1, 3);
            scenario.faults =
                (0..count).map(|_| (dice.below(length + 2000), fault(&dice, &scenario))).collect();
            scenario.faults.sort_by_key(|(at, _)| *at);
            if scenario.faults.iter().any(|(_, fault)| matches!(fault, Fault::Suspend(_))) {
                // Also longer than everything that the library waits for.
                scenario.idle_ms = dice.one_of(&[10_000, 600_000]);
            }
        }
        scenario
    }
}

fn fault(dice: &Dice, scenario: &Scenario) -> Fault {
    let time = Duration::from_millis(dice.between(1, 12_000));
    match dice.below(13) {
        0 => Fault::Reset,
        1 => Fault::Cut(time),
        2 => Fault::Freeze(Host::Library, time),
        3 => Fault::Freeze(Host::Service, time),
        4 => Fault::Freeze(Host::Caller(dice.below(scenario.programs.len() as u64) as u32), time),
        5 => Fault::HalfClose,
        6 => Fault::Forget(time * 5),
        7 => Fault::Door(dice.one_of(&[Door::Refused, Door::Hole]), time),
        8 => Fault::Names(dice.one_of(&[Names::Missing, Names::Slow(time), Names::Slow(4 * time)]), time),
        9 => Fault::Date(dice.one_of(&[-400 * 86_400, -3600, -1, 1, 3600, 4000 * 86_400]), time),
        10 => Fault::Disk(
            dice.one_of(&[
                Condition::Slow(time / 4),
                Condition::Slow(time),
                Condition::Full,
                Condition::Refused,
            ]),
            time,
        ),
        11 => Fault::Suspend(Duration::from_millis(dice.between(12_000, 90_000))),
        _ => Fault::Slow(dice.between(2_000, 40_000), time),
    }
}
