//! Samples: formats, encodings, rates, mixing. Pure: no files, no runtime, no network.

pub mod comfort;
pub mod conceal;
pub mod convert;
pub mod duck;
#[cfg(feature = "echo")]
pub mod echo;
pub mod format;
pub mod g711;
pub mod mix;
pub mod ratio;
pub mod resample;
pub mod samples;
pub mod shorten;
#[cfg(feature = "vad")]
pub mod voice;
