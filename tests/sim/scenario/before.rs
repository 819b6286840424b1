//! What goes before: a session has talked for a while already when what its seed has drawn begins.

use std::time::Duration;

use super::drawn::fault;
use super::long::is_harmless;
use super::plans::sorted;
use super::{Command, End, Fault, Plan, Product, Scenario, Sound};
use crate::draw::Dice;

/// The longest talk that goes before where the factor is 1, in ms.
const LONGEST: u64 = 112_000;
/// What is drawn for the first moments belongs to the opening, and stays there.
const OPENING: u64 = 3000;
/// Texts that are spoken before, at most.
const SPOKEN_PER_MINUTE: i32 = 6;
/// As many sessions as may talk before: more would cost more than they show.
const SESSIONS: usize = 3;

impl Scenario {
    /// That of a seed, with talk before whose length is drawn and grows with the factor; 0: nothing goes before.
    pub fn drawn_after_talk(seed: u64, factor: u64) -> Scenario {
        let (mut scenario, dice) = (Scenario::drawn(seed), Dice::new(seed, "before"));
        let ms = dice.below(LONGEST + 1) * factor / 10 * 10;
        let has_sessions = scenario.call().is_none() && scenario.sessions() <= SESSIONS;
        if ms == 0 || scenario.hostile.is_some() || !has_sessions {
            return scenario;
        }
        for program in &mut scenario.programs {
            program.sessions.iter_mut().for_each(|plan| talk_before(&dice, plan, ms));
            program.waits.iter_mut().for_each(|(at, _)| later(at, ms));
            program.waits.sort_by_key(|(at, _)| *at);
            program.shuts_down_at.iter_mut().for_each(|at| later(at, ms));
        }
        scenario.faults.iter_mut().for_each(|(at, _)| later(at, ms));
        let more = dice.below(factor + 1);
        let harmless = (0..more).map(|_| (OPENING + dice.below(ms), fault(&dice, &scenario)));
        let harmless: Vec<(u64, Fault)> = harmless.filter(|(_, fault)| is_harmless(fault)).collect();
        scenario.faults.extend(harmless);
        scenario.faults.sort_by_key(|(at, _)| *at);
        scenario
    }
}

fn later(at: &mut u64, ms: u64) {
    if *at >= OPENING {
        *at += ms;
    }
}

fn talk_before(dice: &Dice, plan: &mut Plan, ms: u64) {
    let is_spoken_by_calls = plan.product != Product::TextToSpeech && !plan.calls.is_empty();
    if is_spoken_by_calls {
        // All of its sound has calls of its own.
        return;
    }
    let mut calls = calls_before(dice, plan.product, ms);
    if (1..SPOKEN_PER_MINUTE).contains(&plan.options.speak_per_minute) {
        // They would wait for their turn when all this is over.
        calls.retain(|(_, command)| !matches!(command, Command::Speak { .. }));
    }
    let count = calls.len() as u64;
    for (at, command) in &mut plan.commands {
        // A text is called by its number.
        if let Command::CancelTagged { tag } = command {
            *tag += count;
        }
        if plan.product == Product::TextToSpeech { *at += ms } else { later(at, ms) }
    }
    plan.commands = sorted([calls, std::mem::take(&mut plan.commands)].concat());
    if plan.product != Product::TextToSpeech {
        plan.sound.splice(0..0, talk(dice, ms));
    }
    plan.calls.iter_mut().for_each(|(at, _)| *at += ms);
    plan.recording.iter_mut().for_each(|(at, _)| later(at, ms));
    plan.closes_at.iter_mut().for_each(|at| later(at, ms));
    plan.reader.iter_mut().flat_map(|reader| &mut reader.stalls).for_each(|(at, _)| later(at, ms));
    if let End::At(at) = &mut plan.end {
        later(at, ms);
    }
    plan.patience += Duration::from_millis(ms);
}

/// Phrases and pauses of so many ms together.
fn talk(dice: &Dice, ms: u64) -> Vec<Sound> {
    let (mut sound, mut left) = (Vec::new(), ms);
    while left > 0 {
        let speech = (dice.between(50, 500) * 10).min(left);
        let silence = (dice.between(50, 250) * 10).min(left - speech);
        sound.extend([Sound::Speech(speech), Sound::Silence(silence)]);
        left -= speech + silence;
    }
    sound.retain(|part| part.ms() > 0);
    sound
}

/// What a program calls that leaves nothing behind.
fn calls_before(dice: &Dice, product: Product, ms: u64) -> Vec<(u64, Command)> {
    let mut commands = Vec::new();
    if product != Product::TextToSpeech && !dice.chance(400) {
        return commands;
    }
    let mut at = dice.below(1000);
    while at < ms {
        let command = match product {
            Product::TextToSpeech => text(dice.one_of(&["Hello.", "Ja", "One moment please."])),
            Product::SpeechToText => dice.one_of(&[Command::Finalize, Command::Ask, Command::FlushInput]),
            Product::Translation => dice.one_of(&[
                Command::GetTask,
                Command::Ask,
                Command::FlushInput,
                Command::Speak { text: "Hello.".to_owned(), language: "es", translate: false },
            ]),
        };
        commands.push((at, command));
        at += dice.between(2000, 9000);
    }
    commands
}

fn text(text: &str) -> Command {
    Command::Text { text: text.to_owned(), generation: None, is_last: true, forgets: false, voice: None }
}
