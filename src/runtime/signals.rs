//! Signal masks. The library's threads take no signal: the host's handlers must run on the host's threads, and a
//! write to a closed connection must not raise SIGPIPE (rustls writes in a way that can).

use std::io;

/// Blocks all signals on the calling thread while `run` runs.
#[cfg(unix)]
pub(super) fn while_blocked<R>(run: impl FnOnce() -> R) -> io::Result<R> {
    use nix::sys::signal::SigmaskHow;

    let before = all_but_faults().thread_swap_mask(SigmaskHow::SIG_SETMASK)?;
    let result = run();
    before.thread_set_mask()?;
    Ok(result)
}

/// Blocks all signals on the calling thread permanently.
#[cfg(unix)]
pub(super) fn block() {
    // Fails only for an unknown value of `how`.
    let _ = all_but_faults().thread_set_mask();
}

#[cfg(unix)]
fn all_but_faults() -> nix::sys::signal::SigSet {
    use nix::sys::signal::{SigSet, Signal};

    let mut blocked = SigSet::all();
    // Synchronous faults of the thread itself cannot be blocked.
    for fault in [Signal::SIGSEGV, Signal::SIGBUS, Signal::SIGFPE, Signal::SIGILL, Signal::SIGTRAP] {
        blocked.remove(fault);
    }
    blocked
}

#[cfg(not(unix))]
pub(super) fn while_blocked<R>(run: impl FnOnce() -> R) -> io::Result<R> {
    Ok(run())
}

#[cfg(not(unix))]
pub(super) fn block() {}
