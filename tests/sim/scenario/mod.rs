//! What happens in a run, as data: drawn from a seed, or written down.

use std::time::Duration;

use crate::caller::Plan;
use crate::draw::Dice;
use crate::net::{Door, Line};
use crate::world::{Host, Order};

/// Something that happens to the world at a moment.
#[derive(Clone, Copy, Debug)]
pub enum Fault {
    /// Both ends learn that the connection is gone.
    Reset,
    /// Nothing arrives for so long.
    Cut(Duration),
    /// A host stands still for so long.
    Freeze(Host, Duration),
    /// The line carries so many bytes a second for so long.
    Slow(u64, Duration),
}

#[derive(Clone, Debug)]
pub struct Scenario {
    pub seed: u64,
    pub plan: Plan,
    pub order: Order,
    pub line: Line,
    pub door: Door,
    pub has_names: bool,
    /// By the moment in ms.
    pub faults: Vec<(u64, Fault)>,
}

impl Scenario {
    /// Nothing out of the ordinary.
    pub fn calm(seed: u64) -> Scenario {
        Scenario {
            seed,
            plan: Plan {
                phrases: vec![(1500, 900), (2500, 1100), (800, 1500)],
                closes_at: None,
                patience: Duration::from_secs(120),
            },
            order: Order::default(),
            line: Line::default(),
            door: Door::Open,
            has_names: true,
            faults: Vec::new(),
        }
    }

    pub fn drawn(seed: u64) -> Scenario {
        let dice = Dice::new(seed, "scenario");
        let mut scenario = Scenario::calm(seed);
        let phrases = dice.between(1, 12);
        scenario.plan.phrases =
            (0..phrases).map(|_| (dice.between(200, 6000), dice.between(300, 3000))).collect();
        let length: u64 = scenario.plan.phrases.iter().map(|(speech, silence)| speech + silence).sum();
        scenario.plan.closes_at = dice.chance(100).then(|| dice.below(length + 3000));
        scenario.order = Order {
            drawn: [0, 100, 500, 1000][dice.below(4) as usize],
            late: [0, 0, 5, 50][dice.below(4) as usize],
            late_ms: dice.between(1, 30),
        };
        scenario.line = Line {
            bytes_per_s: [50_000, 200_000, 1_000_000, 20_000_000][dice.below(4) as usize],
            delay: Duration::from_millis(dice.between(1, 150)),
            jitter_ms: [0, 0, 10, 60][dice.below(4) as usize],
            is_cut: false,
        };
        if dice.chance(30) {
            scenario.door = if dice.chance(500) { Door::Refused } else { Door::Hole };
        }
        scenario.has_names = !dice.chance(20);
        // Each run leaves out most kinds.
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
