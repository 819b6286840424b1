//! How a session must end in each cell, as the headers, docs/errors.md and docs/protocol.md say it.

use std::fmt;

use palabra::ffi::types::base as status;

use super::cell::{Cell, State, Trouble};
use super::faults::Fault;
use crate::hostile::{After, Behaviour};
use crate::scenario::{Generation, Product};

/// Status and RETRIABLE of CLOSED.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct End {
    pub code: i32,
    pub is_retriable: bool,
}

impl fmt::Debug for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.code, if self.is_retriable { " retriable" } else { "" })
    }
}

const fn end(code: i32) -> End {
    End { code, is_retriable: false }
}

const fn later(code: i32) -> End {
    End { code, is_retriable: true }
}

pub const WELL: End = end(0);
pub const AUTH: End = end(status::PALABRA_ERR_AUTH);
pub const CONNECT: End = later(status::PALABRA_ERR_CONNECT);
pub const DEAD: End = later(status::PALABRA_ERR_CONNECTION_DEAD);
pub const LIMIT: End = end(status::PALABRA_ERR_LIMIT);
pub const LOST: End = later(status::PALABRA_ERR_CONNECTION_LOST);
pub const LOST_FOR_GOOD: End = end(status::PALABRA_ERR_CONNECTION_LOST);
pub const NOT_READY: End = later(status::PALABRA_ERR_NOT_READY);
pub const PROTOCOL: End = end(status::PALABRA_ERR_PROTOCOL);
pub const RATE: End = later(status::PALABRA_ERR_RATE);
pub const SERVICE: End = end(status::PALABRA_ERR_SERVICE);
pub const SERVICE_LATER: End = later(status::PALABRA_ERR_SERVICE);
pub const SESSION: End = end(status::PALABRA_ERR_SESSION);
pub const SESSION_LATER: End = later(status::PALABRA_ERR_SESSION);
pub const TASK: End = end(status::PALABRA_ERR_TASK);
pub const TIMEOUT: End = end(status::PALABRA_ERR_TIMEOUT);

/// How sessions with a fault end.
#[derive(Clone, Copy, Debug)]
pub enum Ends {
    /// As without it.
    Well,
    /// So, whatever the session does.
    With(End),
    /// So, where the session is open at the moment of the fault.
    Strike(End),
    /// One of these, by the kind of session.
    By(fn(&Cell) -> &'static [End]),
}

/// One of these. A session that is closed tells nothing, unless it was over before.
pub fn ends(cell: &Cell) -> Vec<End> {
    match cell.trouble {
        Trouble::Hostile(behaviour) => violated(cell, behaviour),
        Trouble::Fault(fault) => failed(cell, fault),
    }
}

fn failed(cell: &Cell, fault: &Fault) -> Vec<End> {
    match fault.ends {
        Ends::Well => vec![WELL],
        Ends::With(end) => vec![end],
        // The tail may have come before.
        Ends::Strike(end) if cell.state == State::Ending => vec![end, WELL],
        Ends::Strike(end) => vec![end],
        Ends::By(ends) => ends(cell).to_vec(),
    }
}

fn violated(cell: &Cell, behaviour: &Behaviour) -> Vec<End> {
    let named = behaviour.ends.iter().map(|code| flagged(*code, behaviour.name));
    let waits = behaviour.ends.contains(&TIMEOUT.code) || behaviour.ends.contains(&NOT_READY.code);
    match (behaviour.name, cell.product) {
        _ if behaviour.after == After::Nothing => named.collect(),
        // The last message (protocol.md 5.5); for a service that has not been sent everything it comes too early.
        (
            "ends before it is ready" | "ends again and again before it is ready" | "ends again and again",
            Product::Translation,
        ) => {
            vec![if matches!(cell.state, State::Ending | State::Closing) { WELL } else { SERVICE }]
        }
        ("closes and keeps the connection", _) => vec![LOST],
        // A message that never ends, or is too large.
        ("sends fragments without end", _) => [mute(cell), &[LIMIT, PROTOCOL]].concat(),
        (
            "is ready before the task" | "is ready byte by byte" | "is ready again and again",
            Product::Translation,
        ) => {
            vec![TIMEOUT, DEAD]
        }
        (_, Product::Translation) if behaviour.after == After::Upgrade && waits => vec![NOT_READY],
        _ if waits => mute(cell).to_vec(),
        // A normal close is the end for those that wait for it (protocol.md 5.5). Speech-to-text is READY and has sent
        // everything also where a translation still waits.
        ("closes as if all were well" | "goes on after its close" | "sends junk and closes", product)
            if cell.state == State::Ending && product != Product::TextToSpeech
                || cell.state == State::Waiting && product == Product::SpeechToText =>
        {
            vec![WELL]
        }
        _ => named.collect(),
    }
}

/// The status says whether to come back, except here.
fn flagged(code: i32, name: &str) -> End {
    let is_retriable = match name {
        "is busy" | "closes by its policy" => true,
        _ => [CONNECT, DEAD, LOST, NOT_READY, RATE].iter().any(|end| end.code == code),
    };
    End { code, is_retriable }
}

/// As [`mute`], unless the tail came before.
pub fn muted(cell: &Cell) -> &'static [End] {
    if cell.state == State::Ending { &[TIMEOUT, DEAD, WELL] } else { mute(cell) }
}

/// A service that does nothing any more.
fn mute(cell: &Cell) -> &'static [End] {
    match (cell.product, cell.state) {
        (Product::Translation, State::Connecting | State::Waiting) => &[NOT_READY],
        // What comes first: the timeout of the end, or that of pings.
        (Product::Translation | Product::TextToSpeech, _) => &[TIMEOUT, DEAD],
        // Nothing at all was heard; or texts, or pings.
        (Product::SpeechToText, _) => &[DEAD, TIMEOUT, WELL],
    }
}

/// The first generation asks, the second waits to be told (protocol.md 5.4).
pub fn polled(cell: &Cell) -> &'static [End] {
    if cell.generation == Generation::First { &[WELL] } else { &[NOT_READY] }
}

/// A text must be spoken; audio need not be understood.
pub fn unanswered(cell: &Cell) -> &'static [End] {
    if cell.product == Product::TextToSpeech { &[TIMEOUT] } else { &[WELL] }
}

/// Where so many messages are not sent, the fault does not happen.
pub fn after_audio(cell: &Cell) -> &'static [End] {
    if cell.state == State::Speaking { &[LOST] } else { &[LOST, WELL] }
}

/// The token is refused where the stream was not open yet.
pub fn expired(cell: &Cell) -> &'static [End] {
    match cell.state {
        State::Connecting | State::Waiting => &[SESSION_LATER, AUTH],
        State::Ending => &[SESSION_LATER, WELL],
        _ => &[SESSION_LATER],
    }
}

/// The last message, or the close, is the end (protocol.md 5.5).
pub fn closed_in_order(cell: &Cell) -> &'static [End] {
    match (cell.state, cell.product) {
        // What was asked for is said before the end is requested, or not.
        (State::Ending, Product::TextToSpeech) => &[WELL, LOST],
        (State::Ending, _) => &[WELL],
        _ => &[LOST],
    }
}
