//! What the sessions and calls of a client have done, added up.

mod registry;
mod sums;
mod text;

pub use registry::{Kind, Metered, Metrics};
pub use sums::Sums;
