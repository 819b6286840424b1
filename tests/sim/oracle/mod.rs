//! What must hold, judged from what callers did and got and from what the service heard and said. An oracle reports and
//! does not panic.

mod answer;
pub mod bounds;
mod calls;
pub mod cells;
mod commands;
mod drops;
mod ends;
mod evidence;
mod house;
mod input;
mod levels;
pub mod planted;
pub mod rare;
mod telephone;

pub use evidence::{Evidence, House};
pub use house::leaked;
pub use telephone::CallEvidence;

pub type Failure = String;

type Oracle = fn(&Evidence) -> Vec<Failure>;

pub const ALL: &[(&str, Oracle)] = &[
    ("one CLOSED, and nothing after it", ends::closed),
    ("the code of the end has a reason", ends::reason),
    ("an end comes in time", ends::in_time),
    ("an opening is refused for a reason", ends::refused),
    ("seq has no gaps", ends::numbers),
    ("the frames add up", input::frames),
    ("what was taken arrives once, in order and whole", input::arrives),
    ("audio is dropped only where too much waits", drops::needed),
    ("nobody speaks to a service that does not listen", input::listened),
    ("what waits for the service is bounded and told", input::backlog),
    ("speech in events comes once, in order and whole", answer::in_events),
    ("speech is played once and in order", answer::in_playout),
    ("a reader is told the end", answer::told_the_end),
    ("a read succeeds", answer::reads),
    ("speech is discarded for those who want it", commands::discarded),
    ("a phrase ends once", answer::phrases),
    ("a phrase is played once", answer::played),
    ("commands are answered once", commands::answered),
    ("tags are those of commands", commands::tags),
    ("a final that is asked for is told once", commands::finals),
    ("queues are bounded", levels::bounded),
    ("the library's memory is bounded", levels::memory),
    ("helpers that ask for names are few", levels::askers),
    ("whoever sleeps is woken", levels::woken),
    ("a call that waits returns in time", levels::waits),
    ("a call that waits fails for a reason", calls::explained),
    ("a text that a call returns is whole", calls::texts),
    ("wake-ups have a reason", levels::few_wakeups),
    ("the library sleeps when nothing happens", levels::sleeps),
    ("nothing panics", house::panics),
    ("no defect is told", house::defects),
    ("everything is freed", house::freed),
    ("no secret is told", house::secrets),
    ("a closed handle is refused", house::closed_handles),
    ("calls of the account return", house::requests),
    ("a link goes up and down in turn", telephone::links),
    ("a call ends well and in time", telephone::end),
    ("an exchange succeeds, and tells the end", telephone::exchanges),
    ("a party hears its translation once and in order", telephone::translation),
    ("the service hears a party once, and only what is for it", telephone::service),
    ("a party hears the other's own voice", telephone::originals),
];

/// What holds for a call of two parties, which has no session of its own.
const OF_CALLS: &[&str] = &[
    "one CLOSED, and nothing after it",
    "an opening is refused for a reason",
    "seq has no gaps",
    "the library's memory is bounded",
    "helpers that ask for names are few",
    "whoever sleeps is woken",
    "wake-ups have a reason",
    "nothing panics",
    "no defect is told",
    "everything is freed",
    "no secret is told",
    "a link goes up and down in turn",
    "a call ends well and in time",
    "an exchange succeeds, and tells the end",
    "a party hears its translation once and in order",
    "the service hears a party once, and only what is for it",
    "a party hears the other's own voice",
];

/// What holds also where the service violates the protocol.
const WHATEVER_THE_SERVICE_DOES: &[&str] = &[
    "one CLOSED, and nothing after it",
    "the code of the end has a reason",
    "an end comes in time",
    "seq has no gaps",
    "the frames add up",
    "a phrase is played once",
    "a reader is told the end",
    "a read succeeds",
    "tags are those of commands",
    "an opening is refused for a reason",
    "queues are bounded",
    "whoever sleeps is woken",
    "a call that waits returns in time",
    "wake-ups have a reason",
    "the library's memory is bounded",
    "nothing panics",
    "no defect is told",
    "everything is freed",
    "no secret is told",
    "a closed handle is refused",
    "calls of the account return",
];

/// What an oracle asks must hold here.
fn holds(seen: &Evidence, name: &str) -> bool {
    match seen.call {
        Some(_) => OF_CALLS.contains(&name),
        None => !seen.scenario.is_hostile() || WHATEVER_THE_SERVICE_DOES.contains(&name),
    }
}

pub fn judge(seen: &Evidence) -> Vec<Failure> {
    let judged = ALL
        .iter()
        .filter(|(name, _)| holds(seen, name))
        .flat_map(|(name, oracle)| oracle(seen).into_iter().map(move |failure| format!("{name}: {failure}")));
    judged.collect()
}
