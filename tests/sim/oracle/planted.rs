//! For each oracle a record that is wrong in what it looks at, and in nothing else.

use super::{ALL, Expected};
use crate::caller::{Did, Log, Record};

/// Makes a sound record wrong for one oracle.
type Fault = (&'static str, fn(&mut Log));

const FAULTS: &[Fault] = &[
    ("one CLOSED, and nothing after it", |log| {
        let mut again = log.events[log.events.len() - 1].clone();
        again.seq += 1;
        log.events.push(again);
    }),
    ("seq has no gaps", |log| {
        log.events.remove(log.events.len() / 2);
    }),
    ("frames", |log| log.deeds.push((0, Did::Sent(320, 320)))),
];

/// Returns what is wrong with the oracles, given the record of a run without a failure.
pub fn check(sound: &Record) -> Vec<String> {
    let mut wrong = Vec::new();
    for (name, fault) in FAULTS {
        let mut log = sound.log().clone();
        fault(&mut log);
        let record = Record::of(sound.plan.clone(), log);
        for (oracle, judge) in ALL {
            let fails = !judge(&record, &Expected { may_break_off: false }).is_empty();
            if fails != (oracle == name) {
                wrong.push(format!(
                    "{oracle}: {} with the fault of \"{name}\"",
                    if fails { "fails" } else { "is silent" }
                ));
            }
        }
    }
    if FAULTS.len() != ALL.len() {
        wrong.push(format!("{} faults for {} oracles", FAULTS.len(), ALL.len()));
    }
    wrong
}
