//! What a forked child must be told: the library's threads do not exist in it.

/// To be called before anything that may start a thread of the library.
pub(in crate::ffi) fn watch() {
    #[cfg(unix)]
    watch_forks();
}

#[cfg(unix)]
fn watch_forks() {
    use std::sync::Once;

    use crate::runtime::fork;

    extern "C" fn in_child() {
        fork::mark_child();
    }

    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // SAFETY: registers a function that lives for ever and does one atomic store.
        unsafe { libc::pthread_atfork(None, None, Some(in_child)) };
    });
}
