//! Two parties on one line.

pub mod calls;
pub mod legs;
pub mod verbs;
