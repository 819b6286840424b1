//! Reads what a client sent and says what is wrong with it.

pub mod fields;
pub mod refusal;
