//! Numbers of the caller: 0 is the default, flags and reserved fields of a later version are refused.

use std::time::Duration;

use crate::error::{Error, Result, Status};

/// `None` for 0, which means the default.
pub(in crate::ffi) fn given(name: &str, value: i32) -> Result<Option<u32>> {
    match u32::try_from(value) {
        Ok(0) => Ok(None),
        Ok(value) => Ok(Some(value)),
        Err(_) => Err(Error::invalid(format!("{name} must not be negative"))),
    }
}

/// As [`given`], for times.
pub(in crate::ffi) fn given_ms(name: &str, value: i32) -> Result<Option<Duration>> {
    Ok(given(name, value)?.map(|ms| Duration::from_millis(ms.into())))
}

/// As [`given`], for times that the service counts in seconds.
pub(in crate::ffi) fn given_seconds(name: &str, ms: i32) -> Result<Option<u32>> {
    match given(name, ms)? {
        Some(ms) if ms % 1000 != 0 => Err(Error::invalid(format!("{name} must be a multiple of 1000"))),
        seconds => Ok(seconds.map(|ms| ms / 1000)),
    }
}

/// As [`given`], where -1 means `off`.
pub(in crate::ffi) fn given_or_off(name: &str, value: i32, off: u32) -> Result<Option<u32>> {
    if value == -1 { Ok(Some(off)) } else { given(name, value) }
}

/// On, off, or `None` for -1, which leaves things as they are.
pub(in crate::ffi) fn choice(name: &str, value: i32) -> Result<Option<bool>> {
    match value {
        -1 => Ok(None),
        0 => Ok(Some(false)),
        1 => Ok(Some(true)),
        _ => Err(Error::invalid(format!("{name} must be 1, 0 or -1"))),
    }
}

/// A count of frames, bytes or elements that comes with a pointer.
pub(in crate::ffi) fn count_of(value: i32) -> std::result::Result<usize, Status> {
    usize::try_from(value).map_err(|_| Status::InvalidArgument)
}

/// Counts that go out in 32 bits.
pub(in crate::ffi) fn count(value: usize) -> i32 {
    i32::try_from(value).unwrap_or(i32::MAX)
}

/// Counts that go out in 64 bits.
pub(in crate::ffi) fn long(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

/// A figure that is not known while it is 0.
pub(in crate::ffi) fn known(value: u32) -> i64 {
    if value == 0 { -1 } else { value.into() }
}

/// Refuses flags of a later version, which would be ignored otherwise.
pub(in crate::ffi) fn known_flags(flags: u32, known: u32) -> std::result::Result<u32, Status> {
    if flags & !known == 0 { Ok(flags) } else { Err(Status::Unsupported) }
}

/// Refuses reserved fields that are set, for they would mean something to a later version.
pub(in crate::ffi) fn reserved(name: &str, fields: &[u32]) -> Result<()> {
    if fields.iter().all(|&field| field == 0) {
        return Ok(());
    }
    Err(Error::new(
        Status::Unsupported,
        format!("{name}.reserved must be 0: this version knows no more fields"),
    ))
}
