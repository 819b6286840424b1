//! How much faster than time conversations are computed, by processor time: with hash and oracles, and one session unless
//! it says otherwise.

use std::time::Duration;

use crate::run;
use crate::scenario::{Command, Format, Plan, Program, Reader, Scenario};

/// Of each kind so many are measured, after one that fills the caches.
const RUNS: u64 = 5;
/// How long one is, in ms.
const LENGTH: u64 = 120_000;

fn talk() -> Plan {
    let mut plan = Scenario::calm(0).programs[0].sessions[0].clone();
    let once = plan.sound.clone();
    while plan.length() < LENGTH {
        plan.sound.extend_from_slice(&once);
    }
    plan
}

fn of(seed: u64, plans: Vec<Plan>) -> Scenario {
    let program = Program { sessions: plans, ..Program::of(talk()) };
    Scenario { programs: vec![program], ..Scenario::calm(seed) }
}

fn played() -> Plan {
    let format = Format { channels: 2, ..Format::s16(48_000) };
    let reader = Reader {
        has_events: false,
        format,
        block_ms: 20,
        drift_ppm: 100,
        stalls: Vec::new(),
        prime_ms: 0,
        buffer_ms: 0,
        target_ms: 0,
        original_percent: 0,
    };
    Plan { reader: Some(reader), ..talk() }
}

fn called() -> Plan {
    let commands = (0..LENGTH / 2000).map(|n| {
        let text = "One moment please.".to_owned();
        let command =
            if n % 2 == 0 { Command::Ask } else { Command::Speak { text, language: "es", translate: false } };
        (n * 2000, command)
    });
    Plan { commands: commands.collect(), ..talk() }
}

/// A scenario of one kind for a seed.
type Kind = (&'static str, fn(u64) -> Scenario);

const KINDS: &[Kind] = &[
    ("ws, speech in events", |seed| of(seed, vec![talk()])),
    ("wss, speech in events", |seed| Scenario { has_tls: true, ..of(seed, vec![talk()]) }),
    ("ws, speech is played at 48 kHz", |seed| of(seed, vec![played()])),
    ("ws, a call each two seconds", |seed| of(seed, vec![called()])),
    ("ws, five sessions", |seed| of(seed, vec![talk(); 5])),
];

/// The processor time of this program so far.
pub fn processor() -> Duration {
    // SAFETY: a struct that the call fills.
    let used = unsafe {
        let mut used: libc::rusage = std::mem::zeroed();
        libc::getrusage(libc::RUSAGE_SELF, &raw mut used);
        used
    };
    let of = |time: libc::timeval| Duration::new(time.tv_sec as u64, 1000 * time.tv_usec as u32);
    of(used.ru_utime) + of(used.ru_stime)
}

/// Prints a line for each kind. Returns the first failure.
pub fn measure() -> Result<(), String> {
    for (name, scenario) in KINDS {
        let (mut simulated, mut judged) = (Duration::ZERO, Duration::ZERO);
        run::run(&scenario(0), false);
        let begun = processor();
        for seed in 0..RUNS {
            let outcome = run::run(&scenario(seed), false);
            simulated += outcome.simulated;
            judged += outcome.judged;
            if let Some(failure) = outcome.failures.into_iter().next() {
                return Err(format!("{name}: {failure}"));
            }
        }
        let took = (processor() - begun).as_secs_f64();
        println!(
            "{:5.0} times real time, {:2.0} % of it judged: {name}",
            simulated.as_secs_f64() / took,
            100.0 * judged.as_secs_f64() / took
        );
    }
    Ok(())
}
