//! Names of fields as errors tell them, made of the fields themselves: a field that is renamed keeps no old name.

use crate::error::{Error, Status};

/// The way to a field in its config, as in "input.chunk_ms". The config itself is always called `config` and left out.
macro_rules! field {
    (config . $($part:tt)+) => { $crate::ffi::support::field::field!($($part)+) };
    ($first:ident $(. $part:ident)*) => { concat!(stringify!($first) $(, ".", stringify!($part))*) };
}
pub(in crate::ffi) use field;

/// The refusal of a number that stands for nothing; `family` is how the numbers that do are called.
pub(in crate::ffi) fn not_one_of(name: &str, family: &str) -> Error {
    Error::new(Status::Unsupported, format!("{name} is not one of {family}"))
}

/// The refusal of something that is required.
pub(in crate::ffi) fn missing(name: &str) -> Error {
    Error::invalid(format!("{name} is missing"))
}
