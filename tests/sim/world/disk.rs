//! The disk of the library's machine: files that are written, and what can go wrong with them.

use std::collections::BTreeMap;
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use palabra::world::Created;
use serde::{Deserialize, Serialize};

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

#[derive(Clone, Default)]
pub struct Disk(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    condition: Condition,
    /// It was once full, or refused a file.
    was_bad: bool,
    files: BTreeMap<PathBuf, Vec<u8>>,
}

impl Disk {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
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

    pub fn create(&self, path: &Path) -> io::Result<Box<dyn Created>> {
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
        let files = state.files.iter().filter(|(_, content)| !state.was_bad && !is_finished(content));
        files
            .map(|(path, content)| format!("{} of {} bytes is not finished", path.display(), content.len()))
            .collect()
    }
}

/// A header of 44 bytes, with the sizes that RIFF asks for, and whole stereo frames.
fn is_finished(content: &[u8]) -> bool {
    let size = |at: usize| {
        content.get(at..at + 4).map(|bytes| u32::from_le_bytes(bytes.try_into().unwrap_or_default()))
    };
    let length = content.len() as u32;
    length >= 44 && size(4) == length.checked_sub(8) && size(40) == length.checked_sub(44) && length % 4 == 0
}

struct File {
    disk: Disk,
    path: PathBuf,
    at: usize,
}

impl Created for File {}

impl Write for File {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
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

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
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
