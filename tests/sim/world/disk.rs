//! The disk of the library's machine: files that are written and read, and what can go wrong with them.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use palabra::world::{Created, Opened};
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use super::blocking;
use super::executor::Executor;
use super::host::Host;
use crate::meter;

/// How a disk is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Condition {
    #[default]
    Sound,
    /// Each deed takes so much longer.
    Slow(Duration),
    /// It takes nothing more.
    Full,
    /// No file can be created.
    Refused,
}

/// Where files are. There are no other folders.
pub const FOLDER: &str = "/recordings";

#[derive(Clone)]
pub struct Disk {
    state: Arc<Mutex<State>>,
    executor: Executor,
}

#[derive(Default)]
struct State {
    condition: Condition,
    /// It was once full, or refused a file.
    was_bad: bool,
    files: BTreeMap<PathBuf, Vec<u8>>,
    /// Files that programs find there.
    given: BTreeSet<PathBuf>,
}

impl Disk {
    pub fn new(executor: Executor) -> Disk {
        Disk { state: Arc::default(), executor }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn set(&self, condition: Condition) {
        let mut state = self.state();
        state.condition = condition;
        state.was_bad |= matches!(condition, Condition::Full | Condition::Refused);
    }

    /// How much longer a deed takes.
    pub fn takes(&self) -> Duration {
        match self.state().condition {
            Condition::Slow(time) => time,
            _ => Duration::ZERO,
        }
    }

    /// A deed takes its time. A call that waits lets the others go on; whoever is not allowed to wait stands still as
    /// a whole. The job of a helper has taken its time already.
    fn take_time(&self) {
        let time = self.takes();
        if time.is_zero() {
            return;
        }
        if blocking::may_wait() {
            let until = Instant::now() + time;
            while Instant::now() < until {
                blocking::wait(Some(until));
            }
        } else if let Some(host) = self.executor.current().filter(|host| *host != Host::Helpers) {
            self.executor.freeze(host, time);
        }
    }

    /// Puts a file there.
    pub fn give(&self, path: &Path, content: Vec<u8>) {
        let mut state = self.state();
        state.files.insert(path.to_owned(), content);
        state.given.insert(path.to_owned());
    }

    pub fn exists(&self, path: &Path) -> bool {
        self.take_time();
        path == Path::new(FOLDER) || self.state().files.contains_key(path)
    }

    pub fn open(&self, path: &Path) -> io::Result<Box<dyn Opened>> {
        self.take_time();
        if !self.state().files.contains_key(path) {
            return Err(io::ErrorKind::NotFound.into());
        }
        Ok(Box::new(File { disk: self.clone(), path: path.to_owned(), at: 0 }))
    }

    pub fn create(&self, path: &Path) -> io::Result<Box<dyn Created>> {
        self.take_time();
        let mut state = self.state();
        if state.condition == Condition::Refused {
            return Err(io::ErrorKind::PermissionDenied.into());
        }
        state.files.insert(path.to_owned(), Vec::new());
        Ok(Box::new(File { disk: self.clone(), path: path.to_owned(), at: 0 }))
    }

    /// Recordings whose header does not count what they hold, on a disk that took everything.
    pub fn unfinished(&self) -> Vec<String> {
        let state = self.state();
        let files = state.files.iter().filter(|(path, content)| {
            !state.was_bad && !state.given.contains(*path) && !is_finished(content)
        });
        files
            .map(|(path, content)| format!("{} of {} bytes is not finished", path.display(), content.len()))
            .collect()
    }
}

/// A header of 44 bytes, with the sizes that RIFF asks for, and whole frames.
fn is_finished(content: &[u8]) -> bool {
    let size = |at: usize| {
        content.get(at..at + 4).map(|bytes| u32::from_le_bytes(bytes.try_into().unwrap_or_default()))
    };
    let length = content.len() as u32;
    let frame = u32::from(content.get(32).copied().unwrap_or_default()).max(2);
    length >= 44
        && size(4) == length.checked_sub(8)
        && size(40) == length.checked_sub(44)
        && (length - 44).is_multiple_of(frame)
}

struct File {
    disk: Disk,
    path: PathBuf,
    at: usize,
}

impl Created for File {}

impl Opened for File {
    fn length(&self) -> u64 {
        self.disk.state().files.get(&self.path).map_or(0, |content| content.len() as u64)
    }
}

impl Read for File {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        self.disk.take_time();
        let state = self.disk.state();
        let content = state.files.get(&self.path).map_or(&[][..], Vec::as_slice);
        let rest = &content[self.at.min(content.len())..];
        let read = rest.len().min(bytes.len());
        bytes[..read].copy_from_slice(&rest[..read]);
        self.at += read;
        Ok(read)
    }
}

impl Write for File {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.disk.take_time();
        meter::as_world(|| self.put(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl File {
    fn put(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut state = self.disk.state();
        let is_full = state.condition == Condition::Full;
        let content = state.files.entry(self.path.clone()).or_default();
        let end = self.at + bytes.len();
        if is_full && end > content.len() {
            return Err(io::ErrorKind::StorageFull.into());
        }
        content.resize(content.len().max(end), 0);
        content[self.at..end].copy_from_slice(bytes);
        self.at = end;
        Ok(bytes.len())
    }
}

impl Seek for File {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let length = self.disk.state().files.get(&self.path).map_or(0, |content| content.len() as i64);
        let at = match to {
            SeekFrom::Start(at) => at as i64,
            SeekFrom::End(past) => length + past,
            SeekFrom::Current(past) => self.at as i64 + past,
        };
        self.at = usize::try_from(at).map_err(|_| io::Error::from(io::ErrorKind::InvalidInput))?;
        Ok(self.at as u64)
    }
}
