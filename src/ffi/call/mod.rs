//! Two parties on one line.

pub mod calls;
mod figures;
mod json;
pub mod legs;
pub mod recording;
pub mod stats;
pub mod verbs;
