//! One trouble in one state of one kind of session.

use palabra::ffi::types::base::{PALABRA_FLAG_FATAL, PALABRA_FLAG_RETRIABLE};

use super::faults::{self, Fault};
use super::plan;
use super::right::{self, End};
use crate::caller::Seen;
use crate::hostile::{self, After, Behaviour, Step};
use crate::scenario::{Generation, Product, Program, Scenario};

/// What a session is doing when the trouble begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Connecting,
    /// Connected and not READY.
    Waiting,
    /// READY, and nothing is said.
    Idle,
    Speaking,
    /// The end was requested.
    Ending,
    /// The session was closed.
    Closing,
}

impl State {
    pub const ALL: [State; 6] =
        [State::Connecting, State::Waiting, State::Idle, State::Speaking, State::Ending, State::Closing];
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Trouble {
    /// In place of the service.
    Hostile(&'static Behaviour),
    /// Of the devserver.
    Fault(&'static Fault),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cell {
    pub trouble: Trouble,
    pub state: State,
    pub product: Product,
    pub generation: Generation,
    pub has_tls: bool,
    pub is_played: bool,
}

impl Cell {
    /// Every cell there is.
    pub fn all() -> Vec<Cell> {
        let hostile = hostile::ALL.iter().map(Trouble::Hostile);
        let troubles = hostile.chain(faults::ALL.iter().map(Trouble::Fault));
        troubles.flat_map(Cell::of).collect()
    }

    fn of(trouble: Trouble) -> Vec<Cell> {
        let mut cells = Vec::new();
        for product in [Product::Translation, Product::TextToSpeech, Product::SpeechToText] {
            for generation in [Generation::First, Generation::Second] {
                for state in State::ALL.into_iter().filter(|state| trouble.has(*state, product, generation)) {
                    for (has_tls, is_played) in [(false, false), (false, true), (true, false), (true, true)] {
                        if !(is_played && product == Product::SpeechToText) {
                            cells.push(Cell { trouble, state, product, generation, has_tls, is_played });
                        }
                    }
                }
            }
        }
        cells
    }

    pub fn name(&self) -> String {
        let trouble = match self.trouble {
            Trouble::Hostile(behaviour) => behaviour.name,
            Trouble::Fault(fault) => fault.name,
        };
        let Cell { state, product, generation, .. } = self;
        let scheme = if self.has_tls { "wss" } else { "ws" };
        let output = if self.is_played { "playout" } else { "events" };
        format!("{trouble}: {state:?}, {product:?}, {generation:?}, {scheme}, {output}")
    }

    /// The service itself is a proper one.
    pub fn is_fault(&self) -> bool {
        matches!(self.trouble, Trouble::Fault(_))
    }

    /// What cells are counted by.
    pub fn kinds(&self) -> [String; 6] {
        let trouble = match self.trouble {
            Trouble::Hostile(_) => "violations of the protocol",
            Trouble::Fault(_) => "faults of the devserver",
        };
        [
            trouble.to_owned(),
            format!("{:?}", self.state),
            format!("{:?}", self.product),
            format!("{:?} generation", self.generation),
            if self.has_tls { "wss" } else { "ws" }.to_owned(),
            if self.is_played { "playout" } else { "events" }.to_owned(),
        ]
    }

    pub fn scenario(&self, seed: u64) -> Scenario {
        let mut program = Program::of(plan::of(self));
        program.generation = self.generation;
        if let Trouble::Fault(fault) = self.trouble {
            program.faults = fault.text(self.state);
        }
        Scenario { programs: vec![program], has_tls: self.has_tls, cell: Some(*self), ..Scenario::calm(seed) }
    }

    /// What a stream meets in place of the service.
    pub fn steps(&self) -> Option<Vec<Step>> {
        match self.trouble {
            Trouble::Hostile(behaviour) => Some(behaviour.behind(plan::before(self, behaviour.after))),
            Trouble::Fault(_) => None,
        }
    }

    /// What is wrong with the end of the session.
    pub fn judge(&self, closed: &Seen) -> Vec<String> {
        let right = right::ends(self);
        let is_retriable = closed.flags & PALABRA_FLAG_RETRIABLE != 0;
        if !right.contains(&End { code: closed.code, is_retriable }) {
            let again = if is_retriable { "retriable" } else { "not retriable" };
            return vec![format!(
                "{}, {again}, {}: right is {right:?}: {}",
                closed.code,
                closed.text,
                self.name()
            )];
        }
        let is_fatal = closed.flags & PALABRA_FLAG_FATAL != 0;
        if is_fatal != (closed.code != 0) {
            return vec![format!("{} with flags {:#x}: {}", closed.code, closed.flags, self.name())];
        }
        Vec::new()
    }
}

impl Trouble {
    fn has(self, state: State, product: Product, generation: Generation) -> bool {
        match self {
            // A violation before the upgrade has no other moment; the others can come at any later one.
            Trouble::Hostile(behaviour) => match behaviour.after {
                After::Nothing => matches!(state, State::Connecting | State::Closing),
                After::Upgrade => matches!(state, State::Waiting | State::Ending | State::Closing),
                After::Ready => state != State::Connecting,
            },
            Trouble::Fault(fault) => fault.has(product, generation),
        }
    }
}
