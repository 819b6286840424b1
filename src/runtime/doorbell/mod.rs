//! A handle that a foreign event loop can wait for. Level-triggered; the library owns, raises and clears it.
//!
//! A descriptor that polls readable (eventfd on Linux, a pipe on other Unix systems), or a manual-reset
//! event on Windows.

#[cfg(target_os = "linux")]
mod eventfd;
#[cfg(target_os = "linux")]
pub use eventfd::Doorbell;

#[cfg(all(unix, not(target_os = "linux")))]
mod pipe;
#[cfg(all(unix, not(target_os = "linux")))]
pub use pipe::Doorbell;

#[cfg(windows)]
#[allow(unsafe_code)]
mod windows;
#[cfg(windows)]
pub use windows::Doorbell;

#[cfg(all(test, unix))]
pub(crate) mod tests {
    use super::Doorbell;
    use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
    use std::os::fd::BorrowedFd;

    pub(crate) fn is_raised(doorbell: &Doorbell) -> bool {
        // SAFETY: the doorbell outlives the borrow.
        #[allow(unsafe_code)]
        let fd = unsafe { BorrowedFd::borrow_raw(doorbell.raw()) };
        poll(&mut [PollFd::new(fd, PollFlags::POLLIN)], PollTimeout::ZERO).unwrap() == 1
    }

    #[test]
    fn raised_until_cleared_however_often_it_is_raised() {
        let doorbell = Doorbell::new().unwrap();
        assert!(!is_raised(&doorbell));
        for _ in 0..100_000 {
            doorbell.raise();
        }
        assert!(is_raised(&doorbell) && is_raised(&doorbell));
        doorbell.clear();
        assert!(!is_raised(&doorbell));
        doorbell.clear();
        doorbell.raise();
        assert!(is_raised(&doorbell));
    }
}
