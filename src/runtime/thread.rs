//! How every thread of the library begins: with the system's defaults, whatever its creator had.
//!
//! A new thread inherits signal mask, scheduling, processors and floating point environment. Those of an audio
//! thread would let the library compete with the audio, on its processor; those of a program with floating point
//! traps would end the process.

use std::io;
use std::thread::{Builder, JoinHandle};

use super::{float, panic, scheduling, signals};

/// As the standard library has it, which would ask the environment otherwise.
pub const STACK_BYTES: usize = 2 << 20;

/// Starts a thread of the library. Systems show at most 15 bytes of its name.
pub fn spawn<F>(name: &str, run: F) -> io::Result<JoinHandle<()>>
where
    F: FnOnce() + Send + 'static,
{
    let begin = move || {
        settle();
        run();
    };
    // Masked before it is born, so that no signal can arrive in between.
    signals::while_blocked(|| Builder::new().name(name.into()).stack_size(STACK_BYTES).spawn(begin))?
}

/// Gives the calling thread the defaults: the first thing that a thread of ours does which something else started.
pub fn settle() {
    panic::keep_quiet_here();
    signals::block();
    float::set_default();
    scheduling::reset();
}
