//! Makes a scenario that fails smaller, as long as it fails in the same way.

use std::time::Duration;

use crate::run;
use crate::scenario::{Fault, Format, Generation, Options, Plan, Queue, Scenario, Sound};
use crate::speed::processor;
use crate::world::Order;

const MOST_RUNS: u32 = 300;
/// Of this program's processor: a busy machine shrinks as far as another.
const MOST_TIME: Duration = Duration::from_secs(60);

pub struct Shrunk {
    pub scenario: Scenario,
    pub failure: String,
    pub runs: u32,
    pub steps: (usize, usize),
    /// Nothing smaller fails; otherwise the runs or the time were over.
    pub is_done: bool,
}

/// What a scenario consists of.
pub fn steps(scenario: &Scenario) -> usize {
    let plans = scenario.programs.iter().flat_map(|program| &program.sessions);
    let of_plans = plans
        .map(|plan| 1 + plan.sound.len() + plan.commands.len() + plan.recording.len() + plan.calls.len());
    let of_programs = scenario.programs.iter().map(|program| program.waits.len() + program.requests.len());
    scenario.faults.len() + scenario.slow_jobs.len() + of_plans.sum::<usize>() + of_programs.sum::<usize>()
}

/// The name of the oracle.
fn kind(failure: &str) -> &str {
    failure.split(':').next().unwrap_or(failure)
}

pub fn shrink(scenario: &Scenario, failure: &str) -> Shrunk {
    let begun = processor();
    let before = steps(scenario);
    let mut best = Shrunk {
        scenario: scenario.clone(),
        failure: failure.to_owned(),
        runs: 0,
        steps: (before, before),
        is_done: false,
    };
    let kind = kind(failure).to_owned();
    let (mut place, mut is_smaller) = (0, false);
    while best.runs < MOST_RUNS && processor() - begun < MOST_TIME {
        let Some(smaller) = candidate(&best.scenario, place) else {
            if !is_smaller {
                best.is_done = true;
                break;
            }
            // What was needed before may not be needed any more.
            (place, is_smaller) = (0, false);
            continue;
        };
        best.runs += 1;
        let outcome = run::run(&smaller, false);
        match outcome.failures.into_iter().find(|failure| self::kind(failure) == kind) {
            // What comes next stands at the same place now.
            Some(failure) => {
                (best.scenario, best.failure, is_smaller) = (smaller, failure, true);
            }
            None => place += 1,
        }
    }
    best.steps.1 = steps(&best.scenario);
    best
}

type Change = Box<dyn Fn(&mut Scenario)>;

/// The scenario without its part of this number, or with a simpler one; `None`: it has no such part.
fn candidate(scenario: &Scenario, place: usize) -> Option<Scenario> {
    let mut changes: Vec<Change> = Vec::new();
    let mut add = |change: Change| changes.push(change);
    if scenario.programs.len() > 1 {
        (0..scenario.programs.len()).for_each(|n| add(Box::new(move |all| drop(all.programs.remove(n)))));
    }
    for (p, program) in scenario.programs.iter().enumerate() {
        if program.sessions.len() > 1 {
            let sessions = 0..program.sessions.len();
            sessions.for_each(|n| add(Box::new(move |all| drop(all.programs[p].sessions.remove(n)))));
        }
    }
    halves(scenario.faults.len(), &mut |from, to| {
        add(Box::new(move |all| drop(all.faults.drain(from..to))));
    });
    halves(scenario.slow_jobs.len(), &mut |from, to| {
        add(Box::new(move |all| drop(all.slow_jobs.drain(from..to))));
    });
    for (p, program) in scenario.programs.iter().enumerate() {
        halves(program.waits.len(), &mut |from, to| {
            add(Box::new(move |all| drop(all.programs[p].waits.drain(from..to))));
        });
        halves(program.requests.len(), &mut |from, to| {
            add(Box::new(move |all| drop(all.programs[p].requests.drain(from..to))));
        });
    }
    for (p, s, plan) in plans(scenario) {
        halves(plan.calls.len(), &mut |from, to| {
            add(Box::new(move |all| drop(all.programs[p].sessions[s].calls.drain(from..to))));
        });
        halves(plan.recording.len(), &mut |from, to| {
            add(Box::new(move |all| drop(all.programs[p].sessions[s].recording.drain(from..to))));
        });
        halves(plan.commands.len(), &mut |from, to| {
            add(Box::new(move |all| drop(all.programs[p].sessions[s].commands.drain(from..to))));
        });
        halves(plan.sound.len(), &mut |from, to| {
            add(Box::new(move |all| drop(all.programs[p].sessions[s].sound.drain(from..to))));
        });
    }
    for simpler in WORLD {
        add(Box::new(*simpler));
    }
    for (p, s, plan) in plans(scenario) {
        for simpler in PLAN {
            add(Box::new(move |all| simpler(&mut all.programs[p].sessions[s])));
        }
        for n in 1..plan.sound.len() {
            add(Box::new(move |all| join(&mut all.programs[p].sessions[s].sound, n)));
        }
        for n in 0..plan.sound.len() {
            add(Box::new(move |all| shorter(&mut all.programs[p].sessions[s].sound[n])));
        }
    }
    for n in 0..scenario.faults.len() {
        add(Box::new(move |all| healing_sooner(&mut all.faults[n].1)));
    }
    // What changes nothing is no candidate.
    let smaller = changes.iter().map(|change| {
        let mut smaller = scenario.clone();
        change(&mut smaller);
        smaller
    });
    smaller.filter(|smaller| smaller != scenario).nth(place)
}

fn plans(scenario: &Scenario) -> Vec<(usize, usize, &Plan)> {
    let programs = scenario.programs.iter().enumerate();
    programs.flat_map(|(p, all)| all.sessions.iter().enumerate().map(move |(s, plan)| (p, s, plan))).collect()
}

/// Ranges of a list: all of it, its halves, their halves, and each element.
fn halves(length: usize, take: &mut dyn FnMut(usize, usize)) {
    let mut size = length;
    while size > 0 {
        (0..length).step_by(size).for_each(|from| take(from, (from + size).min(length)));
        size = if size == 1 { 0 } else { size.div_ceil(2) };
    }
}

const WORLD: &[fn(&mut Scenario)] = &[
    |all| all.order = Order::default(),
    |all| all.order.late = 0,
    |all| all.has_tls = false,
    |all| all.proxy = None,
    |all| all.start_delay_ms = 20,
    |all| all.idle_ms = 10_000,
    |all| all.shutdown_ms = 0,
    |all| all.others.clear(),
    |all| all.line = Default::default(),
    |all| all.line.jitter_ms = 0,
    |all| all.programs.iter_mut().for_each(|program| program.queue = Queue::Own),
    |all| all.programs.iter_mut().for_each(|program| program.generation = Generation::Second),
];

const PLAN: &[fn(&mut Plan)] = &[
    |plan| plan.options = Options::default(),
    |plan| plan.reader = None,
    |plan| {
        if let Some(reader) = &mut plan.reader {
            reader.stalls.clear();
            reader.drift_ppm = 0;
        }
    },
    |plan| plan.is_early = false,
    |plan| plan.close_ms = 0,
    |plan| plan.closes_at = None,
    |plan| plan.opens_at = 0,
    |plan| plan.block_ms = 20,
    |plan| plan.format = Format::s16(16_000),
    |plan| plan.commands.iter_mut().for_each(|(at, _)| *at = *at / 20 * 10),
];

/// Makes one part of two.
fn join(sound: &mut Vec<Sound>, second: usize) {
    let joined = match (sound[second - 1], sound[second]) {
        (Sound::Speech(one), Sound::Speech(other) | Sound::Silence(other)) => Sound::Speech(one + other),
        (Sound::Silence(one), Sound::Silence(other)) => Sound::Silence(one + other),
        _ => return,
    };
    sound.splice(second - 1..=second, [joined]);
}

fn shorter(part: &mut Sound) {
    if let Sound::Speech(ms) | Sound::Silence(ms) | Sound::Hold(ms) | Sound::Lost(ms) = part {
        *ms = (*ms / 20 * 10).max(10).min(*ms);
    }
}

fn healing_sooner(fault: &mut Fault) {
    if let Fault::Cut(time)
    | Fault::Freeze(_, time)
    | Fault::Suspend(time)
    | Fault::Slow(_, time)
    | Fault::Forget(time)
    | Fault::Door(_, time)
    | Fault::Names(_, time)
    | Fault::Disk(_, time)
    | Fault::Date(_, time) = fault
    {
        *time = Duration::from_millis((time.as_millis() as u64 / 2).max(1));
    }
}
