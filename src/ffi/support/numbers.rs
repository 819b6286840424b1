//! Numbers of the caller: 0 is the default, flags and reserved fields of a later version are refused.

use std::ffi::c_char;
use std::ops::RangeInclusive;
use std::time::Duration;

use crate::error::{Error, Result, Status};

/// A number that a field holds; [`number`] and [`ranged`] make it.
pub(in crate::ffi) struct Number {
    pub name: &'static str,
    pub value: i32,
    /// `None`: the text of the field names no bounds.
    pub bounds: Option<RangeInclusive<u32>>,
}

/// A field of which the header names no bounds.
macro_rules! number {
    ($($path:tt)+) => {
        $crate::ffi::support::numbers::Number {
            name: $crate::ffi::support::field::field!($($path)+),
            value: $($path)+,
            bounds: None,
        }
    };
}
pub(in crate::ffi) use number;

/// A field with the bounds that its text in the header names.
macro_rules! ranged {
    ($($path:tt)+) => {
        $crate::ffi::support::numbers::Number {
            name: $crate::ffi::support::field::field!($($path)+),
            value: $($path)+,
            // Printed beside the fields: see `bounds`.
            bounds: Some($($path)+()),
        }
    };
}
pub(in crate::ffi) use ranged;

impl Number {
    /// `None` for 0, which means the default.
    pub(in crate::ffi) fn given(&self) -> Result<Option<u32>> {
        if self.value == 0 {
            return Ok(None);
        }
        let name = self.name;
        let value = u32::try_from(self.value);
        match (value, &self.bounds) {
            (Ok(value), Some(bounds)) if bounds.contains(&value) => Ok(Some(value)),
            (_, Some(bounds)) => {
                let (low, high) = (bounds.start(), bounds.end());
                Err(Error::invalid(format!("{name} must be between {low} and {high}")))
            }
            (Ok(value), None) => Ok(Some(value)),
            (Err(_), None) => Err(Error::invalid(format!("{name} must not be negative"))),
        }
    }

    /// As [`Number::given`], for times in ms.
    pub(in crate::ffi) fn time(&self) -> Result<Option<Duration>> {
        Ok(self.given()?.map(|ms| Duration::from_millis(ms.into())))
    }

    /// As [`Number::given`], for times in ms that the service counts in seconds.
    pub(in crate::ffi) fn seconds(&self) -> Result<Option<u32>> {
        match self.given()? {
            Some(ms) if ms % 1000 != 0 => {
                Err(Error::invalid(format!("{} must be a multiple of 1000", self.name)))
            }
            seconds => Ok(seconds.map(|ms| ms / 1000)),
        }
    }

    /// As [`Number::given`], where -1 means `off`.
    pub(in crate::ffi) fn given_or_off(&self, off: u32) -> Result<Option<u32>> {
        if self.value == -1 { Ok(Some(off)) } else { self.given() }
    }
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

/// What a field that is not used yet can be.
pub(in crate::ffi) trait Unused {
    const UNSET: &str = "0";
    fn is_set(&self) -> bool;
}

impl Unused for i32 {
    fn is_set(&self) -> bool {
        *self != 0
    }
}

impl Unused for u32 {
    fn is_set(&self) -> bool {
        *self != 0
    }
}

impl<T: Unused, const N: usize> Unused for [T; N] {
    fn is_set(&self) -> bool {
        self.iter().any(T::is_set)
    }
}

impl Unused for *const c_char {
    const UNSET: &str = "NULL";
    fn is_set(&self) -> bool {
        !self.is_null()
    }
}

/// Refuses a field that is not used yet, for it would mean something to a later version.
pub(in crate::ffi) fn unused<T: Unused>(name: &str, field: &T) -> Result<()> {
    if !field.is_set() {
        return Ok(());
    }
    let text = format!("{name} must be {}: this version knows no more fields", T::UNSET);
    Err(Error::new(Status::Unsupported, text))
}

/// As [`unused`], of a field that is named as it is reached.
macro_rules! reserved {
    ($($path:tt)+) => {
        $crate::ffi::support::numbers::unused($crate::ffi::support::field::field!($($path)+), &$($path)+)
    };
}
pub(in crate::ffi) use reserved;
