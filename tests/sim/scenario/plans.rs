//! Plans that a seed draws, by product.

use super::calls;
use super::commands;
use super::devices;
use super::oddities;
use super::{Command, End, Format, Plan, Product, Recording, Sound};
use crate::draw::Dice;

pub fn plan(dice: &Dice) -> Plan {
    let mut plan = match dice.below(10) {
        0..6 => translation(dice),
        6..8 => text_to_speech(dice),
        _ => speech_to_text(dice),
    };
    if plan.reader.is_some() && dice.chance(400) {
        let more = commands::listening(dice, &plan);
        plan.commands = sorted([plan.commands, more].concat());
    }
    if plan.reader.is_some() && dice.chance(300) {
        plan.recording = recording(dice, plan.length());
    }
    if dice.chance(250) {
        oddities::change(dice, &mut plan);
    }
    if dice.chance(150) {
        calls::change(dice, &mut plan);
    }
    plan.close_ms = if dice.chance(200) { dice.one_of(&[1, 500, 5000]) } else { 0 };
    plan.is_early = dice.chance(150);
    if dice.chance(100) {
        // Some before it is ready.
        let latest = if dice.chance(300) { 500 } else { plan.length() + 3000 };
        plan.closes_at = Some(dice.below(latest));
    }
    if dice.chance(60) {
        // Once or twice.
        let ends = || (dice.below(plan.length() + 1000), Command::End);
        let ends = [ends(), ends()];
        plan.commands.extend_from_slice(&ends[..dice.between(1, 2) as usize]);
        plan.commands = sorted(std::mem::take(&mut plan.commands));
    }
    if dice.chance(60) {
        plan.end = End::At(dice.below(plan.length() + 1000));
    }
    plan
}

fn translation(dice: &Dice) -> Plan {
    let mut plan = Plan::new(Product::Translation);
    plan.options.targets = Some(dice.one_of(&["es", "es", "es,fr", "es,fr,de"]));
    plan.format = devices::microphone(dice);
    plan.sound = talk(dice);
    plan.reader = dice.chance(350).then(|| devices::reader(dice, plan.length()));
    if let Some(reader) = plan.reader.as_mut().filter(|_| dice.chance(250)) {
        reader.original_percent = dice.between(1, 100) as i32;
    }
    if dice.chance(400) {
        plan.commands = commands::translation(dice, &plan);
    }
    plan
}

fn speech_to_text(dice: &Dice) -> Plan {
    let mut plan = Plan::new(Product::SpeechToText);
    plan.options.source = dice.one_of(&[None, Some("en")]);
    plan.options.targets = dice.one_of(&[None, None, Some("es"), Some("es,fr")]);
    plan.options.finalization = dice.one_of(&[0, 0, 1, 2]);
    plan.format = devices::microphone(dice);
    plan.sound = talk(dice);
    if dice.chance(600) {
        plan.commands = commands::speech_to_text(dice, &plan);
    }
    plan
}

fn text_to_speech(dice: &Dice) -> Plan {
    let mut plan = Plan::new(Product::TextToSpeech);
    plan.options.speech_format = dice.one_of(&[0, 0, 0, 2]);
    plan.commands = commands::text_to_speech(dice);
    if dice.chance(350) {
        plan.reader = Some(devices::reader(dice, plan.length()));
    } else {
        plan.options.speech_rate = dice.one_of(&[0, 0, 8000, 16_000, 48_000]);
    }
    plan
}

/// Phrases and pauses. Some runs have holds, parts that are lost, or other devices.
fn talk(dice: &Dice) -> Vec<Sound> {
    let (has_holds, has_losses, has_changes) = (dice.chance(150), dice.chance(150), dice.chance(100));
    let mut sound = Vec::new();
    for _ in 0..dice.between(1, 12) {
        sound.push(Sound::Speech(dice.between(20, 600) * 10));
        if has_losses && dice.chance(300) {
            sound.push(Sound::Lost(dice.between(1, 200) * 10));
            sound.push(Sound::Speech(dice.between(2, 200) * 10));
        }
        sound.push(Sound::Silence(dice.between(30, 300) * 10));
        if has_holds && dice.chance(300) {
            sound.push(Sound::Hold(dice.between(1, 600) * 10));
        }
        if has_changes && dice.chance(400) {
            let format = Format { channel: 0, ..devices::microphone(dice) };
            sound.push(Sound::Format(format));
        }
    }
    sound
}

/// One recording after the other, with pauses.
fn recording(dice: &Dice, length: u64) -> Vec<(u64, Recording)> {
    let (mut steps, mut at, mut is_on) = (Vec::new(), dice.below(3000), false);
    while at < length + 3000 && steps.len() < 12 {
        let step = match dice.below(4) {
            _ if !is_on => Recording::Start,
            0 => Recording::Pause,
            1 => Recording::Resume,
            _ => Recording::Stop(dice.one_of(&[0, 10, 2000])),
        };
        is_on = !matches!(step, Recording::Stop(_));
        steps.push((at, step));
        at += dice.between(200, 6000);
    }
    steps
}

/// Commands by their moments.
pub fn sorted(mut commands: Vec<(u64, Command)>) -> Vec<(u64, Command)> {
    commands.sort_by_key(|(at, _)| *at);
    commands
}
