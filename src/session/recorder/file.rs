//! The file of a recording, written on a thread of its own: a slow disk must hold up nobody.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::time::{Duration, Instant};

use crate::audio::format::Format;
use crate::audio::wav::Writer;
use crate::error::{Error, Result, Status};
use crate::lock::{Condvar, Mutex, Rank, lock};
use crate::runtime::{JobGuard, thread};

/// What may wait for the disk: about a minute and a half of stereo.
const MOST_WAITING: usize = 4 << 20;

enum Message {
    Samples(Vec<i16>),
    /// Shutdown waits for the file from now on.
    Last(#[allow(dead_code, reason = "held until the thread ends")] JobGuard),
}

pub struct RecordingFile {
    messages: Sender<Message>,
    waiting: Arc<AtomicUsize>,
    end: Arc<End>,
}

/// How the writing went, once it is over.
pub struct End {
    outcome: Mutex<Option<Result<()>>>,
    changed: Condvar,
}

impl Default for End {
    fn default() -> End {
        End { outcome: Mutex::new(Rank::RecordingFile, None), changed: Condvar::new() }
    }
}

impl RecordingFile {
    pub fn create(path: &Path, format: Format) -> Result<RecordingFile> {
        let writer = Writer::create(path, format)?;
        let (messages, received) = mpsc::channel();
        let waiting = Arc::new(AtomicUsize::new(0));
        let end = Arc::new(End::default());
        let (left, told) = (waiting.clone(), end.clone());
        thread::spawn("palabra-wav", move || {
            let (outcome, _job) = write(writer, &received, &left);
            *lock(&told.outcome) = Some(outcome);
            told.changed.notify_all();
        })
        .map_err(|error| Error::new(Status::Limit, format!("no thread for the recording: {error}")))?;
        Ok(RecordingFile { messages, waiting, end })
    }

    /// What a disk cannot take in time is lost, and the end tells of it.
    pub fn append(&self, samples: Vec<i16>) {
        let waiting = self.waiting.fetch_add(samples.len(), Ordering::Relaxed);
        if waiting <= MOST_WAITING {
            let _ = self.messages.send(Message::Samples(samples));
        }
    }

    /// Completes the file in the background.
    pub fn finish(self, job: JobGuard) -> Arc<End> {
        let _ = self.messages.send(Message::Last(job));
        self.end
    }
}

fn write(
    mut writer: Writer,
    received: &Receiver<Message>,
    waiting: &AtomicUsize,
) -> (Result<()>, Option<JobGuard>) {
    let mut outcome = Ok(());
    let mut job = None;
    while let Ok(message) = received.recv() {
        match message {
            Message::Samples(samples) => {
                if outcome.is_ok() {
                    outcome = writer.append(&samples);
                }
                waiting.fetch_sub(samples.len(), Ordering::Relaxed);
            }
            Message::Last(guard) => {
                job = Some(guard);
                break;
            }
        }
    }
    let lost = waiting.load(Ordering::Relaxed) > 0;
    let too_slow = || Error::new(Status::Io, "the disk was too slow for the recording: a part is missing");
    let finished = writer.finish();
    (outcome.and(finished).and_then(|()| if lost { Err(too_slow()) } else { Ok(()) }), job)
}

impl End {
    pub fn wait(&self, timeout: Duration) -> Result<()> {
        let deadline = Instant::now() + timeout;
        let mut outcome = lock(&self.outcome);
        loop {
            if let Some(outcome) = outcome.as_ref() {
                return outcome.clone();
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(Error::new(Status::Timeout, "the recording is still being written"));
            }
            outcome = self.changed.wait_timeout(outcome, left);
        }
    }
}
