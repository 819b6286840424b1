//! Samples: formats, encodings, rates, chunks and audio files. Pure: no runtime, no network.

pub mod convert;
pub mod duck;
pub mod format;
pub mod g711;
pub mod mix;
pub mod ratio;
pub mod resample;
pub mod samples;
pub mod shorten;
pub mod sound_file;
pub mod wav;
