//! Commands that a seed draws, at any moment of a session and a little after it.

use super::devices;
use super::plans::sorted;
use super::{Command, Plan, Sound};
use crate::draw::Dice;

const TEXTS: &[&str] =
    &["Hello.", "One moment please, I will connect you.", "Ja", "¿Qué tal? Muy bien.", "a b c d e f g"];

pub fn translation(dice: &Dice, plan: &Plan) -> Vec<(u64, Command)> {
    // A few of them, so that a run can leave out the others.
    let kinds: Vec<u64> = (0..dice.between(1, 4)).map(|_| dice.below(8)).collect();
    let count = if dice.chance(50) { dice.between(20, 60) } else { dice.between(1, 8) };
    let length = plan.length() + 2000;
    sorted((0..count).map(|_| (dice.below(length), translating(dice, plan, dice.one_of(&kinds)))).collect())
}

fn translating(dice: &Dice, plan: &Plan, kind: u64) -> Command {
    match kind {
        0 => Command::Speak {
            text: dice.one_of(TEXTS).to_owned(),
            language: if plan.targets().contains("fr") { dice.one_of(&["es", "fr"]) } else { "es" },
            translate: dice.chance(300),
        },
        1 => Command::Interrupt { languages: dice.one_of(&["", "", "es"]), pause: dice.chance(200) },
        2 => dice.one_of(&[Command::Pause, Command::Resume]),
        3 => Command::SetTask { targets: dice.one_of(&["es", "es,fr", "fr", "de,es"]) },
        4 => Command::GetTask,
        5 => Command::FlushInput,
        6 => Command::Ask,
        _ => dice.one_of(&[Command::Wakeup, Command::WaitReady, Command::Ask]),
    }
}

pub fn speech_to_text(dice: &Dice, plan: &Plan) -> Vec<(u64, Command)> {
    let mut commands = Vec::new();
    if dice.chance(500) {
        // At the end of each phrase, as a turn ends.
        let mut at = 0;
        for part in &plan.sound {
            at += part.ms();
            if matches!(part, Sound::Speech(_)) {
                commands.push((at + dice.below(400), Command::Finalize));
            }
        }
    }
    for _ in 0..dice.below(6) {
        let command = match dice.below(6) {
            0..3 => Command::Finalize,
            3 => Command::FlushInput,
            4 => Command::Ask,
            _ => Command::Pause,
        };
        commands.push((dice.below(plan.length() + 2000), command));
    }
    sorted(commands)
}

/// Texts of a few generations, whole or in pieces as a language model makes them, and what cancels them.
pub fn text_to_speech(dice: &Dice) -> Vec<(u64, Command)> {
    let (mut commands, mut at) = (Vec::new(), dice.below(3000));
    let cancels = dice.chance(400);
    for _ in 0..dice.between(1, 8) {
        let generation = dice.one_of(&[None, None, Some("a"), Some("b"), Some("c")]);
        let pieces = if dice.chance(500) { 1 } else { dice.between(2, 12) };
        let is_left_open = dice.chance(60);
        let (forgets, voice) = (dice.chance(100), dice.chance(100).then_some("default_high"));
        for piece in 0..pieces {
            let is_last = piece + 1 == pieces && !is_left_open;
            let text = dice.one_of(TEXTS).to_owned();
            commands.push((at, Command::Text { text, generation, is_last, forgets, voice }));
            at += dice.below(120);
        }
        if cancels && dice.chance(400) {
            let command = match dice.below(3) {
                0 => Command::Cancel { generation },
                1 => Command::Cancel { generation: None },
                _ => Command::CancelTagged { tag: 1 + dice.below(commands.len() as u64) },
            };
            commands.push((at + dice.below(1500), command));
        }
        at += dice.below(if dice.chance(300) { 100 } else { 4000 });
    }
    if dice.chance(200) {
        commands.push((dice.below(at), Command::Ask));
    }
    sorted(commands)
}

/// What a listener does to the speech that is read.
pub fn listening(dice: &Dice, plan: &Plan) -> Vec<(u64, Command)> {
    let (length, kind) = (plan.length() + 5000, dice.below(4));
    let command = || match kind {
        0 => Command::Silence { languages: "", all: dice.chance(300) },
        1 => Command::OutputFormat(devices::loudspeaker(dice)),
        2 => Command::Original { percent: dice.one_of(&[0, 1, 50, 100]) },
        _ => Command::Interrupt { languages: "", pause: false },
    };
    (0..dice.between(1, 6)).map(|_| (dice.below(length), command())).collect()
}
