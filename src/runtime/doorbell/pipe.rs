//! macOS and BSD: a pipe that holds one byte while it is raised.

use std::io;
use std::os::fd::{AsRawFd, OwnedFd, RawFd};

use nix::fcntl::{FcntlArg, FdFlag, OFlag, fcntl};

pub struct Doorbell {
    reader: OwnedFd,
    writer: OwnedFd,
}

impl Doorbell {
    pub fn new() -> io::Result<Doorbell> {
        let (reader, writer) = nix::unistd::pipe()?;
        for end in [&reader, &writer] {
            fcntl(end, FcntlArg::F_SETFD(FdFlag::FD_CLOEXEC))?;
            fcntl(end, FcntlArg::F_SETFL(OFlag::O_NONBLOCK))?;
        }
        Ok(Doorbell { reader, writer })
    }

    pub fn raise(&self) {
        // Fails only when the pipe is full, and then the doorbell is raised already.
        let _ = nix::unistd::write(&self.writer, &[0]);
    }

    pub fn clear(&self) {
        let mut buffer = [0; 512];
        while matches!(nix::unistd::read(&self.reader, &mut buffer), Ok(n) if n > 0) {}
    }

    pub fn raw(&self) -> RawFd {
        self.reader.as_raw_fd()
    }
}
