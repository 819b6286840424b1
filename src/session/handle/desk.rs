//! What callers' threads touch of a product.

use std::any::Any;

/// Where the commands of a product wait, and who waits for their answers.
pub trait Desk: Any + Send + Sync {
    fn commands_waiting(&self) -> usize;

    /// No answer comes any more: whoever waits for one is let go.
    fn finish(&self) {}
}
