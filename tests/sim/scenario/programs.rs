//! Programs that a seed draws: most have one session.

use super::plans;
use super::{Generation, Plan, Product, Program, Queue, Request, Wait};
use crate::draw::Dice;

/// The longest time of talk where several sessions are open at once, in ms.
const SHORT: u64 = 15_000;

pub fn programs(seed: u64) -> Vec<Program> {
    let dice = Dice::new(seed, "programs");
    let count = if dice.chance(50) { 2 } else { 1 };
    (0..count).map(|number| program(seed, number)).collect()
}

fn program(seed: u64, number: u64) -> Program {
    let dice = Dice::numbered(seed, "program", number);
    let mut program = Program {
        generation: dice.one_of(&[Generation::Second, Generation::First, Generation::Address]),
        faults: String::new(),
        queue: Queue::Own,
        keeps_client: dice.chance(300),
        asks_credentials: None,
        shuts_down_at: None,
        sessions: Vec::new(),
        telephone: None,
        requests: if dice.chance(60) { requests(&dice) } else { Vec::new() },
        waits: Vec::new(),
    };
    let count = if dice.chance(150) { dice.between(2, 5) } else { 1 };
    program.sessions =
        (0..count).map(|place| plans::plan(&Dice::numbered(seed, "session", number * 100 + place))).collect();
    if count > 1 {
        program.queue = dice.one_of(&[Queue::Own, Queue::Events, Queue::Names]);
        program.sessions.iter_mut().for_each(shorten);
        let mut at = 0;
        for plan in &mut program.sessions {
            plan.opens_at = at;
            at += dice.one_of(&[0, 0, 500, 8000]);
        }
    } else if dice.chance(100) {
        program.queue = dice.one_of(&[Queue::Events, Queue::Names]);
    }
    // A client without any credentials takes a key.
    if program.generation == Generation::Second && dice.chance(120) {
        program.asks_credentials = Some(dice.one_of(&[0, 100, 6000]));
    }
    if dice.chance(30) {
        program.shuts_down_at = Some(dice.below(20_000));
    }
    if dice.chance(700) {
        program.waits = waits(&dice, &program);
    }
    program
}

/// Leaves out what is later than a while.
fn shorten(plan: &mut Plan) {
    let mut left = SHORT;
    plan.sound.retain(|part| {
        left = left.saturating_sub(part.ms());
        left > 0
    });
    let latest = SHORT - left + 3000;
    plan.commands.retain(|(at, _)| *at < latest || plan.product == Product::TextToSpeech && *at < SHORT);
}

/// A few moments at which it waits in a call.
fn waits(dice: &Dice, program: &Program) -> Vec<(u64, Wait)> {
    let length = program.sessions.iter().map(|plan| plan.opens_at + plan.length()).max().unwrap_or(0) + 5000;
    let one = |_| {
        let place = dice.below(program.sessions.len() as u64) as usize;
        let what = if dice.chance(250) { Wait::Ready(place) } else { Wait::Event(place) };
        (dice.below(if dice.chance(200) { 1000 } else { length }), what)
    };
    let mut all: Vec<_> = (0..dice.between(1, 20)).map(one).collect();
    all.sort_by_key(|(at, _)| *at);
    all
}

fn requests(dice: &Dice) -> Vec<(u64, Request, i32)> {
    let what = [
        Request::Check,
        Request::Voices,
        Request::BuiltinVoices,
        Request::Glossaries,
        Request::Glossary,
        Request::RestSession,
        Request::TranslateFile,
    ];
    let one = |_| (dice.below(8000), dice.one_of(&what), dice.one_of(&[-1, -1, 10_000, 300, 1, 0]));
    let mut all: Vec<_> = (0..dice.between(1, 5)).map(one).collect();
    all.sort_by_key(|(at, ..)| *at);
    all
}
