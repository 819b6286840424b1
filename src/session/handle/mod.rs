//! What the callers' threads touch.

pub(crate) mod life;
pub mod options;
pub mod paced;
pub(crate) mod product;
pub(crate) mod recording;
pub(crate) mod session;
pub mod stats;
