//! Scenarios that last as long as is wanted.

use std::time::Duration;

use super::plans::sorted;
use super::programs;
use super::{End, Fault, Plan, Scenario};

impl Scenario {
    /// That of a seed, said and called again and again for so many minutes. Nobody leaves before; of the faults those
    /// remain that a session can survive.
    pub fn long(seed: u64, minutes: u64) -> Scenario {
        let mut scenario = Scenario::drawn(seed);
        if scenario.call().is_some() {
            scenario.programs = programs::programs(seed);
        }
        let ms = minutes * 60_000;
        for program in &mut scenario.programs {
            program.shuts_down_at = None;
            program.sessions.iter_mut().for_each(|plan| stretch(plan, ms));
        }
        let length = scenario.length().max(1);
        let faults = std::mem::take(&mut scenario.faults);
        let survivors: Vec<_> = faults.into_iter().filter(|(_, fault)| is_harmless(fault)).collect();
        let drawn = survivors.iter().map(|(at, _)| *at).max().unwrap_or(0) + 60_000;
        for round in 0..length / drawn {
            scenario.faults.extend(survivors.iter().map(|(at, fault)| (at + round * drawn, *fault)));
        }
        scenario
    }
}

pub(super) fn is_harmless(fault: &Fault) -> bool {
    let is_of_others =
        matches!(fault, Fault::Door(..) | Fault::Names(..) | Fault::Disk(..) | Fault::Date(..));
    is_of_others
        || matches!(fault, Fault::Cut(time) | Fault::Freeze(_, time) | Fault::Slow(_, time) if time.as_secs() < 4)
}

fn stretch(plan: &mut Plan, ms: u64) {
    // Text-to-speech says for long what is asked for at once.
    let round = plan.length().max(5000) + 1000;
    let (sound, commands) = (plan.sound.clone(), std::mem::take(&mut plan.commands));
    let rounds = ms.div_ceil(round);
    plan.sound = sound.repeat(rounds as usize);
    let again = |n: u64| commands.iter().map(move |(at, command)| (at + n * round, command.clone()));
    plan.commands = sorted((0..rounds).flat_map(again).collect());
    plan.commands.retain(|(_, command)| *command != super::Command::End);
    plan.closes_at = None;
    plan.end = End::AfterAll;
    plan.patience = Duration::from_millis(plan.length()) + Duration::from_secs(1200);
}
