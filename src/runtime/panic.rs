//! Panics are caught in `ffi` and in the tasks. This module keeps them off the host's stderr.
//!
//! In a build with debug assertions a panic inside the library ends the process instead: it is a defect, which a test
//! would not notice where somebody catches it. A simulation notes panics by itself.

use std::cell::Cell;
use std::sync::Once;

thread_local! {
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// Installs a hook that is silent inside the library and calls the previous hook everywhere else.
pub fn install_hook() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let previous = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if !QUIET.with(Cell::get) {
                previous(info);
            } else {
                #[cfg(all(debug_assertions, not(feature = "sim")))]
                crate::defect::end(&info.to_string());
            }
        }));
    });
}

/// Marks the calling thread as one of the library's.
pub fn keep_quiet_here() {
    QUIET.with(|quiet| quiet.set(true));
}

/// Marks a caller's thread while it is inside the library.
pub fn quietly<R>(call: impl FnOnce() -> R) -> R {
    let before = QUIET.with(|quiet| quiet.replace(true));
    let result = call();
    QUIET.with(|quiet| quiet.set(before));
    result
}

#[cfg(all(test, debug_assertions, not(feature = "sim")))]
mod tests {
    #![allow(clippy::disallowed_methods, reason = "a test has a process of its own")]

    use std::process::Command;
    use std::sync::Arc;
    use std::time::Duration;

    use crate::lock::{Mutex, Rank, lock};
    use crate::runtime::ticker::{Next, Tick};
    use crate::runtime::{Runtime, start};

    const NAME: &str = "runtime::panic::tests::a_defect_on_the_thread_of_the_library_ends_the_process";
    const DEFECT: &str = "PALABRA_TEST_DEFECT";
    const LONG: Duration = Duration::from_secs(60);

    struct Violates;

    impl Tick for Violates {
        fn tick(&self) -> Next {
            take_downwards();
            Next::Over
        }
    }

    fn take_downwards() {
        let (low, high) = (Mutex::new(Rank::Engine, ()), Mutex::new(Rank::Mailbox, ()));
        let _high = lock(&high);
        drop(lock(&low));
    }

    fn at_a_tick(runtime: &Runtime) {
        let (ticker, violates) = (runtime.ticker(), Arc::new(Violates));
        let seat = ticker.seat();
        ticker.watch(&seat, violates.clone());
        // Until it is visited no more.
        while Arc::strong_count(&violates) > 1 {
            std::thread::yield_now();
        }
    }

    fn commit(defect: &str) {
        let runtime = start().unwrap();
        match defect {
            "tick" => at_a_tick(&runtime),
            "job" => in_a_job(&runtime, take_downwards),
            _ => in_a_job(&runtime, || panic!("a defect")),
        }
    }

    fn in_a_job(runtime: &Runtime, defect: fn()) {
        let job = move || async move {
            defect();
            Ok(())
        };
        drop(runtime.run(LONG, job));
    }

    #[test]
    fn a_defect_on_the_thread_of_the_library_ends_the_process() {
        if let Ok(defect) = std::env::var(DEFECT) {
            return commit(&defect);
        }
        let order = "mutex Engine was taken under Mailbox";
        for (defect, said) in [("tick", order), ("job", order), ("panic", "a defect")] {
            let mut again = Command::new(std::env::current_exe().unwrap());
            let ended = again.args(["--exact", NAME]).env(DEFECT, defect).output().unwrap();
            let words = String::from_utf8_lossy(&ended.stderr);
            assert!(!ended.status.success() && words.contains(said), "{defect}: {:?} {words}", ended.status);
        }
    }
}
