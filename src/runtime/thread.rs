//! How every thread of the library begins: with the system's defaults, whatever its creator had.
//!
//! A new thread inherits signal mask, scheduling, affinity and floating point environment. With those of an audio
//! thread the library would compete with the audio on its processor. With floating point traps it would end the
//! process.

#![allow(clippy::disallowed_methods, reason = "this is the file that asks the system")]

use std::io;
use std::thread::{Builder, JoinHandle};

use super::{float, panic, scheduling, signals};

/// The default of the standard library, which would read the environment otherwise.
pub const STACK_BYTES: usize = 2 << 20;

/// Starts a thread of the library. Systems show at most 15 bytes of `name`.
pub fn spawn<F>(name: &str, run: F) -> io::Result<JoinHandle<()>>
where
    F: FnOnce() + Send + 'static,
{
    let begin = move || {
        settle();
        run();
    };
    // Blocked before the thread starts, so that no signal can arrive in between.
    signals::while_blocked(|| Builder::new().name(name.into()).stack_size(STACK_BYTES).spawn(begin))?
}

/// Gives the calling thread the defaults. A thread of the library that other code started calls this first.
pub fn settle() {
    panic::keep_quiet_here();
    signals::block();
    float::set_default();
    scheduling::reset();
}
