//! The files of `src/runtime` that models use, and what stands for the others.

#[path = "../../../src/runtime/clock.rs"]
pub mod clock;
#[path = "../../../src/runtime/reserve.rs"]
pub(crate) mod reserve;
#[path = "../../../src/runtime/seats.rs"]
pub mod seats;
#[path = "../../../src/runtime/slots.rs"]
pub mod slots;
#[path = "../../../src/runtime/standstill.rs"]
pub(crate) mod standstill;
#[path = "../../../src/runtime/try_cell.rs"]
pub mod try_cell;
#[path = "../../../src/runtime/wait.rs"]
pub(crate) mod wait;

/// The ticker, as far as it looks for requests.
pub struct Visitor(std::sync::Arc<seats::Row>);

impl Visitor {
    pub fn with_seats<const COUNT: usize>() -> (Visitor, [seats::Seat; COUNT]) {
        let mut rows = seats::Rows::default();
        let taken = [(); COUNT].map(|()| rows.take_seat());
        (Visitor(rows.list()[0].clone()), taken)
    }

    pub fn take_requests(&self) -> u64 {
        self.0.take_requests()
    }
}

/// A thread of the library, which makes the caller's calls.
pub mod callbacks {
    use std::sync::Arc;

    pub trait Call: Send + Sync {
        fn call(self: Arc<Self>);
    }
}

pub mod reentry {
    pub fn within(callback: impl FnOnce()) {
        callback();
    }
}

/// A descriptor: what a write and a read of it do is ordered by the kernel.
pub mod doorbell {
    use crate::sync::{AtomicBool, Ordering};

    pub struct Doorbell(AtomicBool);

    impl Doorbell {
        pub fn new() -> std::io::Result<Doorbell> {
            Ok(Doorbell(AtomicBool::new(false)))
        }

        pub fn raise(&self) {
            self.0.swap(true, Ordering::SeqCst);
        }

        pub fn clear(&self) {
            self.0.swap(false, Ordering::SeqCst);
        }

        pub fn is_raised(&self) -> bool {
            // The newest value, as a system call sees it.
            let is_raised = self.0.swap(false, Ordering::SeqCst);
            self.0.swap(is_raised, Ordering::SeqCst);
            is_raised
        }
    }
}

pub fn drop_later(value: impl Send + 'static) {
    drop(value);
}

pub fn call_soon(what: std::sync::Arc<dyn callbacks::Call>) {
    crate::library::add(what);
}
