//! Linux: an eventfd, which is one descriptor without a buffer that could fill up.

use std::io;
use std::os::fd::{AsFd, AsRawFd, RawFd};

use nix::sys::eventfd::{EfdFlags, EventFd};

pub struct Doorbell(EventFd);

impl Doorbell {
    pub fn new() -> io::Result<Doorbell> {
        let flags = EfdFlags::EFD_CLOEXEC | EfdFlags::EFD_NONBLOCK;
        Ok(Doorbell(EventFd::from_value_and_flags(0, flags)?))
    }

    pub fn raise(&self) {
        // Fails only when the counter is full, and then the doorbell is raised already.
        let _ = self.0.write(1);
    }

    pub fn clear(&self) {
        // Fails only when the doorbell is not raised.
        let _ = self.0.read();
    }

    pub fn raw(&self) -> RawFd {
        self.0.as_fd().as_raw_fd()
    }
}
