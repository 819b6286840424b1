//! The source of audio: a file on disk, or a pipe that another program fills at its own pace.

use std::io::{self, BufReader, ErrorKind, Read, Seek, SeekFrom};
use std::path::Path;
use std::time::Duration;

use tokio::time::Instant;

use super::disk::{self, Opened};
use crate::error::{Error, Result, Status};
use crate::memory;

/// Interval at which a wait checks whether to continue.
const STEP: Duration = Duration::from_millis(20);

/// Read at a time, where all is wanted.
const BLOCK: usize = 64 << 10;

/// Opens a source without waiting. A pipe without a writer has no data yet. Reading without data is
/// [`ErrorKind::WouldBlock`].
pub struct Source {
    file: BufReader<Opened>,
    /// `None`: a pipe or the like, whose end only its writer knows.
    length: Option<u64>,
}

/// How long a reader is willing to wait for a pipe.
pub struct Patience<'a> {
    pub deadline: Option<Instant>,
    /// Returns whether there is still a reason to wait.
    pub go_on: &'a dyn Fn() -> Result<()>,
}

impl Patience<'static> {
    pub const ENDLESS: Patience<'static> = Patience { deadline: None, go_on: &|| Ok(()) };
}

impl Patience<'_> {
    /// Returns whether to wait longer.
    pub fn check(&self) -> Result<()> {
        (self.go_on)()?;
        match self.deadline {
            Some(at) if at <= Instant::now() => Err(Status::Timeout.into()),
            _ => Ok(()),
        }
    }
}

impl Source {
    pub fn open(path: &Path) -> Result<Source> {
        let file = disk::open_at_once(path).map_err(failed)?;
        let length = disk::length(&file).map_err(failed)?;
        Ok(Source { file: BufReader::new(file), length })
    }

    /// Size of the whole file in bytes; `None` for a pipe.
    pub fn length(&self) -> Option<u64> {
        self.length
    }

    /// Waits until data can be read, at most for this time.
    pub fn wait(&self, most: Duration) {
        wait_readable(self.file.get_ref(), most);
    }

    /// Reads all of `bytes`; waits for a pipe.
    pub fn read_exact(&mut self, bytes: &mut [u8], patience: &Patience<'_>) -> Result<()> {
        let mut done = 0;
        while done < bytes.len() {
            match self.read(&mut bytes[done..]) {
                Ok(0) => return Err(Error::new(Status::Io, "it ends before its audio")),
                Ok(read) => done += read,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    patience.check()?;
                    self.wait(STEP);
                }
                Err(error) => return Err(failed(error)),
            }
        }
        Ok(())
    }

    /// Reads to the end, but no more than `most` bytes; waits for a pipe.
    pub fn read_up_to(&mut self, most: usize, patience: &Patience<'_>) -> Result<Vec<u8>> {
        let (mut content, mut block) = (Vec::new(), vec![0; BLOCK]);
        while content.len() < most {
            let room = block.len().min(most - content.len());
            match self.read(&mut block[..room]) {
                Ok(0) => break,
                Ok(read) => {
                    memory::grow(&mut content, read)?;
                    content.extend_from_slice(&block[..read]);
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => self.wait(STEP),
                Err(error) => return Err(failed(error)),
            }
            // A writer that never pauses must not outlast the time.
            patience.check()?;
        }
        Ok(content)
    }

    /// Continues at another position of a file on disk.
    pub fn seek_to(&mut self, place: u64) -> Result<()> {
        self.file.seek(SeekFrom::Start(place)).map(drop).map_err(failed)
    }

    /// Skips bytes.
    pub fn skip(&mut self, bytes: u64, patience: &Patience<'_>) -> Result<()> {
        if self.length.is_some() {
            return self.file.seek_relative(i64::try_from(bytes).unwrap_or(i64::MAX)).map_err(failed);
        }
        let mut junk = [0; 512];
        let mut left = bytes;
        while left > 0 {
            // A writer that never pauses must reach the audio in time as well.
            patience.check()?;
            let size = left.min(junk.len() as u64);
            self.read_exact(&mut junk[..size as usize], patience)?;
            left -= size;
        }
        Ok(())
    }
}

impl Read for Source {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(bytes)?;
        if read > 0 || self.length.is_some() || bytes.is_empty() {
            return Ok(read);
        }
        // A pipe also reports its end before its first writer opened it.
        match state(self.file.get_ref()) {
            State::Over => Ok(0),
            State::NoWriterYet => Err(ErrorKind::WouldBlock.into()),
            // Written in the meantime, or a device that has no more data.
            State::Readable => self.file.read(bytes),
        }
    }
}

/// Without the file's name, which the opener knows.
pub fn failed(error: io::Error) -> Error {
    Error::of_system(Status::Io, &error, error.to_string())
}

#[cfg(all(unix, not(feature = "sim")))]
fn wait_readable(file: &Opened, most: Duration) {
    use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
    use std::os::fd::AsFd;

    let timeout = PollTimeout::try_from(most).unwrap_or(PollTimeout::MAX);
    // An interrupted wait is a shorter wait.
    let _ = poll(&mut [PollFd::new(file.as_fd(), PollFlags::POLLIN)], timeout);
}

// Only systems with pipes have the others.
#[cfg_attr(any(not(unix), feature = "sim"), allow(dead_code))]
enum State {
    Over,
    NoWriterYet,
    Readable,
}

#[cfg(all(unix, not(feature = "sim")))]
fn state(file: &Opened) -> State {
    use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
    use std::os::fd::AsFd;

    let mut watched = [PollFd::new(file.as_fd(), PollFlags::POLLIN)];
    let _ = poll(&mut watched, PollTimeout::ZERO);
    match watched[0].revents() {
        Some(events) if events.contains(PollFlags::POLLIN) => State::Readable,
        Some(events) if events.is_empty() => State::NoWriterYet,
        _ => State::Over,
    }
}

// A simulation has no pipes.
#[cfg(any(not(unix), feature = "sim"))]
fn state(_: &Opened) -> State {
    State::Over
}

#[cfg(feature = "sim")]
fn wait_readable(_: &Opened, _: Duration) {}

#[cfg(all(not(unix), not(feature = "sim")))]
#[allow(clippy::disallowed_methods, reason = "this system cannot wait for a file")]
fn wait_readable(_: &Opened, most: Duration) {
    std::thread::sleep(most);
}
