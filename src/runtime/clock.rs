//! The clock of event times, and the wall clock.

#![allow(clippy::disallowed_methods, reason = "this is the file that asks the system")]

/// Nanoseconds of the monotonic clock that C programs read with `clock_gettime(CLOCK_MONOTONIC)`.
#[cfg(all(unix, not(feature = "sim")))]
pub fn monotonic_ns() -> u64 {
    nix::time::clock_gettime(nix::time::ClockId::CLOCK_MONOTONIC)
        .map(|time| time.tv_sec() as u64 * 1_000_000_000 + time.tv_nsec() as u64)
        .unwrap_or_default()
}

/// Nanoseconds since the first call: on other systems the caller has no clock in common with the library.
#[cfg(all(not(unix), not(feature = "sim")))]
pub fn monotonic_ns() -> u64 {
    static START: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
    START.get_or_init(std::time::Instant::now).elapsed().as_nanos() as u64
}

/// The date and time of this machine, which may be set wrong and may jump.
#[cfg(not(feature = "sim"))]
pub fn wall() -> std::time::SystemTime {
    std::time::SystemTime::now()
}

#[cfg(feature = "sim")]
pub fn monotonic_ns() -> u64 {
    crate::world::world().monotonic_ns()
}

#[cfg(feature = "sim")]
pub fn wall() -> std::time::SystemTime {
    crate::world::world().wall()
}
