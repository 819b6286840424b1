//! Programs that use the library: tasks that call its C functions with timeout 0 and sleep until they are woken.

mod call;
mod conversation;
mod listener;
mod open;
mod program;
mod queue;
mod record;
mod recorder;
mod requests;
mod sound;
mod talk;

pub use open::SECRETS;
pub use program::Caller;
pub use record::{Did, Heard, Log, Record, Seen, Spoken};
pub use requests::{Asked, Requests};
