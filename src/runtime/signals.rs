//! The library's threads take no signal: the host's handlers run on the host's threads, and a write
//! to a closed connection must not raise SIGPIPE (rustls writes through a path that can).

use std::io;
use std::thread::JoinHandle;

#[cfg(unix)]
pub fn spawn_masked<F>(name: &str, run: F) -> io::Result<JoinHandle<()>>
where
    F: FnOnce() + Send + 'static,
{
    use nix::sys::signal::{SigSet, SigmaskHow, Signal};

    let mut blocked = SigSet::all();
    // Faults of the thread itself cannot wait.
    for fault in [Signal::SIGSEGV, Signal::SIGBUS, Signal::SIGFPE, Signal::SIGILL, Signal::SIGTRAP] {
        blocked.remove(fault);
    }
    // Masked before it is born, so that no signal can arrive in between; its children inherit the mask.
    let before = blocked.thread_swap_mask(SigmaskHow::SIG_SETMASK)?;
    let spawned = std::thread::Builder::new().name(name.into()).spawn(run);
    before.thread_set_mask()?;
    spawned
}

#[cfg(not(unix))]
pub fn spawn_masked<F>(name: &str, run: F) -> io::Result<JoinHandle<()>>
where
    F: FnOnce() + Send + 'static,
{
    std::thread::Builder::new().name(name.into()).spawn(run)
}
