//! The part of a product that callers' threads use.

use std::any::Any;

/// The waiting commands of a product, and the callers that wait for answers.
pub(crate) trait Desk: Any + Send + Sync {
    fn commands_waiting(&self) -> usize;

    /// No answer will arrive any more: waiting callers return.
    fn finish(&self) {}
}
