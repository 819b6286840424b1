//! One connected translation stream: receives messages, runs the timers, sends the engine's output.

mod clock;
mod command;
mod delivery;
mod mischief;
mod state;
mod talk;

pub use state::Stream;
