//! Reads a client's messages and reports what is wrong with them.

pub mod fields;
pub mod refusal;
