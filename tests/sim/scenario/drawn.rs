//! Scenarios that a seed draws. Each leaves out most kinds of what can happen.

use std::time::Duration;

use palabra::ffi::types::session::PALABRA_SESSION_DROP_OLDEST;

use super::programs;
use super::{End, Fault, Generation, Plan, Product, Program, Scenario, Sound};
use crate::draw::Dice;
use crate::hostile;
use crate::net::{Door, Line, Names, Proxy};
use crate::world::{Condition, Host, Order};

impl Scenario {
    pub fn drawn(seed: u64) -> Scenario {
        let dice = Dice::new(seed, "scenario");
        let mut scenario = Scenario::calm(seed);
        scenario.programs = programs::programs(seed);
        scenario.with_a_call();
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
        let proxies = Dice::new(seed, "proxy");
        if proxies.chance(80) {
            let odd = [Proxy::Refuses(407), Proxy::Refuses(502), Proxy::Silent, Proxy::Junk];
            scenario.proxy = Some(if proxies.chance(700) { Proxy::Open } else { proxies.one_of(&odd) });
        }
        if dice.chance(50) {
            // Each of them is of a translation.
            let mut behaviour = &hostile::ALL[dice.below(hostile::ALL.len() as u64) as usize];
            if dice.chance(100) {
                // It is rarer than what it can do to memory.
                behaviour = hostile::flood();
            }
            scenario.programs = Scenario::hostile(seed, behaviour).programs;
            scenario.hostile = Some(behaviour);
            if dice.chance(300) {
                // The end of the caller alone ends the session.
                scenario.programs[0].sessions[0].options.liveness_ms = -1;
            }
            scenario.has_tls = false;
        }
        let dice = Dice::new(seed, "names");
        if dice.chance(15) {
            return scenario.with_many_names(&dice);
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
            scenario.slow_down_the_disk(&dice);
        }
        if dice.chance(500) {
            let count = dice.between(1, 3);
            let drawn = (0..count).map(|_| (dice.below(length + 2000), fault(&dice, &scenario)));
            let drawn: Vec<_> = drawn.collect();
            scenario.faults.extend(drawn);
            scenario.faults.sort_by_key(|(at, _)| *at);
            if scenario.faults.iter().any(|(_, fault)| matches!(fault, Fault::Suspend(_))) {
                // Also longer than everything that the library waits for.
                scenario.idle_ms = dice.one_of(&[10_000, 600_000]);
                if dice.chance(500) && scenario.call().is_none() {
                    scenario.suspend_in_a_hold(&dice);
                }
            }
        }
        let dice = Dice::new(seed, "newest");
        if dice.chance(40) && scenario.call().is_none() && scenario.hostile.is_none() {
            scenario.prefer_the_newest(&dice);
        }
        scenario
    }
}

impl Scenario {
    /// The disk is slow for a while of a recording.
    fn slow_down_the_disk(&mut self, dice: &Dice) {
        let plans = self.programs.iter().flat_map(|program| &program.sessions);
        let begun = plans.filter_map(|plan| Some(plan.opens_at + plan.recording.first()?.0)).next();
        if let Some(at) = begun {
            let slow = Condition::Slow(Duration::from_millis(dice.between(1000, 12_000)));
            let time = Duration::from_millis(dice.between(5000, 30_000));
            self.faults.push((at + dice.below(4000), Fault::Disk(slow, time)));
        }
    }

    /// The line stands still for longer than what is said may wait, and the oldest of it is dropped.
    fn prefer_the_newest(&mut self, dice: &Dice) {
        let has_sound = |plan: &&mut Plan| !plan.sound.is_empty() && plan.options.stt_format == 0;
        let Some(plan) = self.programs[0].sessions.iter_mut().find(has_sound) else { return };
        plan.options.flags |= PALABRA_SESSION_DROP_OLDEST;
        let time = Duration::from_millis(dice.between(2500, 8000));
        self.faults.push((plan.opens_at + dice.below(plan.length()), Fault::Cut(time)));
        self.faults.sort_by_key(|(at, _)| *at);
    }

    /// Nothing is said and nothing heard when the process is stopped.
    fn suspend_in_a_hold(&mut self, dice: &Dice) {
        let plan = &mut self.programs[0].sessions[0];
        let start = plan.opens_at + plan.length();
        if plan.product == Product::TextToSpeech {
            plan.end = End::At(start + 40_000);
        } else {
            plan.sound.extend([Sound::Hold(40_000), Sound::Speech(1000), Sound::Silence(1000)]);
        }
        plan.closes_at = None;
        plan.options.liveness_ms = dice.one_of(&[0, 12_000]);
        let is_it = |fault: &Fault| matches!(fault, Fault::Suspend(_));
        let found = self.faults.iter_mut().find(|(_, fault)| is_it(fault));
        found.into_iter().for_each(|(at, _)| *at = start + dice.between(10_000, 35_000));
        self.faults.sort_by_key(|(at, _)| *at);
        self.idle_ms = 600_000;
    }

    /// One program opens many sessions, each at a name of its own, and for a while no name is answered.
    fn with_many_names(mut self, dice: &Dice) -> Scenario {
        let mut program = Program::of(Plan::new(Product::Translation));
        program.generation = Generation::Address;
        let longest = dice.one_of(&[1, 3000, 20_000]);
        let session = |host| {
            let mut plan = Plan::new(Product::Translation);
            plan.sound = vec![Sound::Speech(500), Sound::Silence(800)];
            (plan.host, plan.opens_at) = (host, dice.below(longest));
            plan.options.connect_ms = dice.one_of(&[0, 0, 1000]);
            plan
        };
        program.sessions = (1..=dice.between(10, 100)).map(session).collect();
        program.sessions.sort_by_key(|plan| plan.opens_at);
        let time = Duration::from_millis(dice.between(1000, 40_000));
        self.programs = vec![program];
        self.faults = vec![(0, Fault::Names(Names::Silent, time))];
        (self.hostile, self.has_tls, self.has_names) = (None, false, true);
        self
    }
}

pub(super) fn fault(dice: &Dice, scenario: &Scenario) -> Fault {
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
        8 => Fault::Names(
            dice.one_of(&[Names::Missing, Names::Silent, Names::Slow(time), Names::Slow(4 * time)]),
            time,
        ),
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
