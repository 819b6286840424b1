//! The clock of event times, and the wall clock.

#![allow(clippy::disallowed_methods, reason = "this is the file that asks the system")]

/// Nanoseconds of the monotonic clock that C programs read with `clock_gettime(CLOCK_MONOTONIC)`.
#[cfg(all(unix, not(feature = "sim")))]
pub fn monotonic_ns() -> u64 {
    nix::time::clock_gettime(nix::time::ClockId::CLOCK_MONOTONIC)
        .map(|time| time.tv_sec() as u64 * 1_000_000_000 + time.tv_nsec() as u64)
        .unwrap_or_default()
}

/// By the counter of which mingw makes that clock, std::chrono its steady_clock and .NET its Stopwatch.
#[cfg(all(windows, not(feature = "sim")))]
#[allow(unsafe_code)]
pub fn monotonic_ns() -> u64 {
    use windows_sys::Win32::System::Performance::{QueryPerformanceCounter, QueryPerformanceFrequency};
    let (mut count, mut per_second) = (0, 0);
    // SAFETY: both are places of ours for an answer that always comes.
    unsafe {
        QueryPerformanceCounter(&mut count);
        QueryPerformanceFrequency(&mut per_second);
    }
    let (count, per_second) = (count as u64, (per_second as u64).max(1));
    count / per_second * 1_000_000_000 + count % per_second * 1_000_000_000 / per_second
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
