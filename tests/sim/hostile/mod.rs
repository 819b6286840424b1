//! Services that violate the protocol, each as a list of steps.

mod act;
mod frames;
mod list;

pub use act::act;
pub use list::{ALL, Behaviour};
