//! The part of a product that callers' threads use.

use std::any::Any;

/// A cast that Rust has of itself from 1.86 on.
pub(crate) trait AsAny: Any {
    fn as_any(&self) -> &dyn Any;
}

impl<D: Any> AsAny for D {
    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// The waiting commands of a product, and the callers that wait for answers.
pub(crate) trait Desk: AsAny + Send + Sync {
    fn commands_waiting(&self) -> usize;

    /// No answer will arrive any more: waiting callers return.
    fn finish(&self) {}
}
