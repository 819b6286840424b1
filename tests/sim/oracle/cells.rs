//! Which commands were called in which state, and during which fault.

use super::Evidence;
use crate::scenario::Fault;
use crate::world::Host;

const STATES: [&str; 4] = ["connecting", "ready", "ending", "closed"];
const FAULTS: [&str; 14] = [
    "none",
    "reset",
    "cut",
    "slow",
    "library stands still",
    "service stands still",
    "caller stands still",
    "process stands still",
    "half closed",
    "forgotten",
    "door",
    "names",
    "date",
    "disk",
];
const COMMANDS: [&str; 17] = [
    "speak",
    "interrupt",
    "pause",
    "resume",
    "set_task",
    "get_task",
    "finalize",
    "text",
    "cancel",
    "cancel_tagged",
    "flush_input",
    "silence",
    "original",
    "wakeup",
    "wait_ready",
    "end",
    "close",
];
/// For so long after a fault its effects are felt, in us.
const AFTER: u64 = 1_000_000;

fn name(fault: &Fault) -> Option<&'static str> {
    Some(match fault {
        Fault::Reset => "reset",
        Fault::Cut(_) => "cut",
        Fault::Slow(..) => "slow",
        Fault::Freeze(Host::Library, _) => "library stands still",
        Fault::Freeze(Host::Service, _) => "service stands still",
        Fault::Freeze(Host::Caller(_), _) => "caller stands still",
        Fault::Freeze(..) => return None,
        Fault::Suspend(_) => "process stands still",
        Fault::HalfClose => "half closed",
        Fault::Forget(_) => "forgotten",
        Fault::Door(..) => "door",
        Fault::Names(..) => "names",
        Fault::Date(..) => "date",
        Fault::Disk(..) => "disk",
    })
}

fn cell(state: &str, fault: &str, command: &str) -> String {
    format!("{state} / {fault} / {command}")
}

/// Every one that there could be.
pub fn all() -> Vec<String> {
    let mut all = Vec::new();
    for state in STATES {
        for fault in FAULTS {
            all.extend(COMMANDS.iter().map(|command| cell(state, fault, command)));
        }
    }
    all
}

fn state(seen: &Evidence, at: u64) -> &'static str {
    let is_past = |moment: Option<u64>| moment.is_some_and(|moment| moment < at);
    if is_past(seen.closed().map(|event| event.at_us)) {
        "closed"
    } else if is_past(seen.ended_at()) {
        "ending"
    } else if is_past(seen.ready().map(|event| event.at_us)) {
        "ready"
    } else {
        "connecting"
    }
}

fn fault(seen: &Evidence, at: u64) -> &'static str {
    let is_felt = |(ms, fault): &&(u64, Fault)| {
        let from = ms * 1000;
        (from..from + fault.lasts().as_micros() as u64 + AFTER).contains(&at)
    };
    let felt = seen.scenario.faults.iter().filter(is_felt);
    felt.filter_map(|(_, fault)| name(fault)).next_back().unwrap_or("none")
}

/// Those that a session reached.
pub fn of(seen: &Evidence) -> impl Iterator<Item = String> {
    let ends = seen.ended_at().map(|at| (at, "end"));
    let closes = seen.closed().is_none().then(|| (seen.over_at(), "close"));
    let called = seen.commands().map(|(at, name, ..)| (at, name));
    called.chain(ends).chain(closes).map(|(at, name)| cell(state(seen, at), fault(seen, at), name))
}
