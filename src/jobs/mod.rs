//! Whole recordings in one call.

pub mod file;
