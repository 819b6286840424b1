//! Programs that use the library: tasks that call its C functions with timeout 0 and sleep until they are woken.

mod call;
mod calls;
mod conversation;
mod lines;
mod listener;
mod open;
mod program;
mod queue;
mod record;
mod recorder;
mod requests;
mod sound;
mod talk;
mod telephone;
mod told;

pub use lines::Lines;
pub use open::{SECRETS, client};
pub use program::Caller;
pub use record::{Did, Heard, Line, Log, Record, Seen, Spoken, Voice, Waited};
pub use requests::{Asked, Requests};
pub use talk::prepared;
pub use told::{APART as PARTY_NUMBERS, CallRecord, Exchange, Leg, Told};
