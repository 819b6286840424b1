//! The library and its host process.

use std::time::Duration;

use super::guard::guard;
use super::handles;
use super::status::palabra_status;
use crate::runtime;

/// Stops the library: every session is asked to say goodbye, then the background thread is stopped and joined.
///
/// Needed by leak checkers, plug-in hosts and programs that unload the library; a program that simply exits needs
/// it only if REST sessions shall be deleted first. Handles stay what they are: sessions get a CLOSED event with
/// PALABRA_ERR_SHUTDOWN and still have to be closed. A later palabra_session_open() starts the library afresh.
///
/// @param timeout_ms how long sessions may take to say goodbye; 0: cut them off at once.
/// @return PALABRA_OK; PALABRA_ERR_TIMEOUT sessions were cut off (the library is stopped all the same), or a wake-up
///   callback did not come back in time (the thread ends when it does);
///   PALABRA_ERR_FORKED.
///
/// **Threads:** any. **Blocks:** up to `timeout_ms`. **Memory:** frees what the background thread held.
/// **Since:** 0.1
#[unsafe(no_mangle)]
pub extern "C" fn palabra_shutdown(timeout_ms: u32) -> palabra_status {
    guard(|| {
        let stopped = runtime::shutdown(Duration::from_millis(timeout_ms.into()));
        handles::sweep();
        stopped.map(|()| 0).map_err(|error| error.status)
    })
}

/// Called before anything that may start the background thread: from then on a forked child must be told
/// that it has none.
pub(super) fn before_start() {
    #[cfg(unix)]
    watch_forks();
}

#[cfg(unix)]
fn watch_forks() {
    use std::sync::Once;

    extern "C" fn in_child() {
        runtime::fork::mark_child();
    }

    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // SAFETY: registers a function that lives for ever and does one atomic store.
        unsafe { libc::pthread_atfork(None, None, Some(in_child)) };
    });
}
