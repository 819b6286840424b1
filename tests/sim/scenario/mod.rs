//! What happens in a run, as data: drawn from a seed, or written down.

mod before;
mod calls;
mod commands;
mod devices;
mod drawn;
mod long;
mod oddities;
mod plan;
mod plans;
mod programs;
mod telephone;
mod text;

use std::time::Duration;

use serde::{Deserialize, Serialize};

pub use plan::{
    Call, Command, End, File, Format, Generation, Options, Plan, Product, Program, Queue, Reader, Recording,
    Request, Sound, Wait,
};

pub use telephone::{Party, Telephone, Verb};

use crate::hostile::{Behaviour, Step};
use crate::matrix::Cell;
use crate::net::{Door, Line, Names, Proxy};
use crate::world::{Condition, Host, Order};

/// Something that happens to the world at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Fault {
    /// Both ends learn that the connection is gone.
    Reset,
    /// Nothing arrives for so long.
    Cut(Duration),
    /// A host stands still for so long.
    Freeze(Host, Duration),
    /// The library's process stands still for so long: all programs, the library, and its helper threads.
    Suspend(Duration),
    /// The line carries so many bytes a second for so long.
    Slow(u64, Duration),
    /// The service sends no more, and still reads.
    HalfClose,
    /// Nothing arrives on the connections that exist, of which both ends learn after so long.
    Forget(Duration),
    /// New connections meet this for so long.
    Door(Door, Duration),
    /// Asking for names meets this for so long.
    Names(Names, Duration),
    /// The disk is so for so long.
    Disk(Condition, Duration),
    /// The date of the library's machine is wrong by so many seconds for so long.
    Date(i64, Duration),
}

impl Fault {
    /// How long it takes to heal.
    pub fn lasts(&self) -> Duration {
        match self {
            // Nothing depends on the date.
            Fault::Reset | Fault::HalfClose | Fault::Date(..) => Duration::ZERO,
            Fault::Cut(time) | Fault::Freeze(_, time) | Fault::Suspend(time) | Fault::Slow(_, time) => *time,
            Fault::Forget(time) | Fault::Door(_, time) | Fault::Names(_, time) | Fault::Disk(_, time) => {
                *time
            }
        }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Scenario {
    pub seed: u64,
    /// Each is a host of its own: `Host::Caller` with its place here.
    pub programs: Vec<Program>,
    pub order: Order,
    pub line: Line,
    pub door: Door,
    pub has_names: bool,
    /// Connections are encrypted.
    #[serde(default)]
    pub has_tls: bool,
    /// Connections go through a proxy.
    #[serde(default)]
    pub proxy: Option<Proxy>,
    /// What other addresses of the service meet, which come first.
    #[serde(default)]
    pub others: Vec<Door>,
    /// How the service violates the protocol.
    #[serde(default, with = "text::behaviour")]
    pub hostile: Option<&'static Behaviour>,
    /// How long the service needs to start a task, in ms.
    #[serde(default = "usual_start")]
    pub start_delay_ms: u64,
    /// How long the service waits for audio, in ms.
    #[serde(default = "usual_idle")]
    pub idle_ms: u64,
    /// Jobs of helper threads that take long: which in the order of all, and how many ms.
    #[serde(default)]
    pub slow_jobs: Vec<(u64, u64)>,
    /// How long the library may take to stop at the end, in ms.
    #[serde(default)]
    pub shutdown_ms: i32,
    /// By the moment in ms.
    pub faults: Vec<(u64, Fault)>,
    /// Of the matrix of faults, which judges how it ends.
    #[serde(skip)]
    pub cell: Option<Cell>,
}

fn usual_start() -> u64 {
    20
}

fn usual_idle() -> u64 {
    10_000
}

impl Scenario {
    /// Nothing out of the ordinary: one translation.
    pub fn calm(seed: u64) -> Scenario {
        let mut plan = Plan::new(Product::Translation);
        for (speech, silence) in [(1500, 900), (2500, 1100), (800, 1500)] {
            plan.sound.extend([Sound::Speech(speech), Sound::Silence(silence)]);
        }
        Scenario {
            seed,
            programs: vec![Program::of(plan)],
            order: Order::default(),
            line: Line::default(),
            door: Door::Open,
            has_names: true,
            has_tls: false,
            proxy: None,
            others: Vec::new(),
            hostile: None,
            start_delay_ms: usual_start(),
            idle_ms: usual_idle(),
            slow_jobs: Vec::new(),
            shutdown_ms: 0,
            faults: Vec::new(),
            cell: None,
        }
    }

    /// A conversation with a service that violates the protocol.
    pub fn hostile(seed: u64, behaviour: &'static Behaviour) -> Scenario {
        Scenario { hostile: Some(behaviour), ..Scenario::calm(seed) }
    }

    /// What a stream meets in place of the service.
    pub fn steps(&self) -> Option<Vec<Step>> {
        match &self.cell {
            Some(cell) => cell.steps(),
            None => self.hostile.map(Behaviour::script),
        }
    }

    /// The service does what it must not.
    pub fn is_hostile(&self) -> bool {
        self.hostile.is_some() || self.cell.is_some()
    }

    /// What asking for names meets without a fault.
    pub fn names(&self) -> Names {
        if self.has_names { Names::Found } else { Names::Missing }
    }

    pub fn sessions(&self) -> usize {
        // A call has one in each direction.
        let of_calls = if self.call().is_some() { 2 } else { 0 };
        of_calls + self.programs.iter().map(|program| program.sessions.len()).sum::<usize>()
    }

    /// How long programs act, in ms.
    pub fn length(&self) -> u64 {
        let plans = self.programs.iter().flat_map(|program| &program.sessions);
        let sessions = plans.map(|plan| plan.opens_at + plan.length()).max().unwrap_or(0);
        sessions.max(self.call().map_or(0, Telephone::length))
    }
}
