//! Samples: formats, chunks and files. Pure: no runtime, no network.

pub mod format;
pub mod wav;
