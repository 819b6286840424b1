//! The file of a recording. Its own thread opens, writes and closes it, so that a slow disk delays nothing else.

use crate::sync::{AtomicUsize, Ordering};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::end::End;
use super::pieces::Piece;
use crate::audio::format::Format;
use crate::error::{Error, Result, Status};
use crate::media::wav::Writer;
use crate::runtime::JobGuard;
use crate::runtime::work::{Work, Worker};

/// How much may wait for the disk, in seconds.
const MOST_WAITING_S: usize = 90;
/// Number of files of the process that are open or being written: each has a thread.
const MOST_FILES: usize = 256;
/// Samples of silence written at a time, for a process that was stopped and in place of what a slow disk lost.
const SILENCE: u64 = 4800;

static FILES: AtomicUsize = AtomicUsize::new(0);

type Create = Box<dyn FnOnce(&Path) -> Result<Writer> + Send>;

pub(super) struct RecordingFile {
    worker: Worker<Writing>,
    waiting: Arc<AtomicUsize>,
    most_waiting: usize,
    /// Samples of silence before the next ones, or in place of those that did not fit.
    silence: u64,
    end: Arc<End>,
}

/// What the file's thread has.
struct Writing {
    create: Option<Create>,
    writer: Option<Writer>,
    waiting: Arc<AtomicUsize>,
    end: Arc<End>,
    /// Shutdown waits for the file, from the end of the recording on.
    job: Option<JobGuard>,
    place: Place,
}

/// One of the [`MOST_FILES`].
struct Place;

impl RecordingFile {
    /// Starts the thread, which touches no file yet.
    pub(super) fn new(format: Format) -> Result<RecordingFile> {
        RecordingFile::written_by(format, move |path| Writer::create(path, format))
    }

    fn written_by(
        format: Format,
        create: impl FnOnce(&Path) -> Result<Writer> + Send + 'static,
    ) -> Result<RecordingFile> {
        let place = Place::take()?;
        let waiting = Arc::new(AtomicUsize::new(0));
        let end = Arc::new(End::default());
        let writing = Writing {
            create: Some(Box::new(create)),
            writer: None,
            waiting: waiting.clone(),
            end: end.clone(),
            job: None,
            place,
        };
        let worker = Worker::start(Work::Recording, writing, Writing::finish)
            .map_err(|error| Error::new(Status::Limit, format!("no thread for the recording: {error}")))?;
        let most_waiting = MOST_WAITING_S * (format.sample_rate * format.channels) as usize;
        Ok(RecordingFile { worker, waiting, most_waiting, silence: 0, end })
    }

    /// Begins to create the file.
    pub(super) fn create(&self, path: PathBuf) {
        self.worker.add(move |writing| writing.create(&path));
    }

    /// What the disk does not take in time is lost. Silence replaces it, so that the rest keeps its position.
    pub(super) fn append(&mut self, samples: Vec<i16>) {
        if samples.is_empty() {
            return;
        }
        if self.waiting.load(Ordering::Relaxed) + samples.len() > self.most_waiting {
            self.silence += samples.len() as u64;
            self.end.lose();
            return;
        }
        self.write_silence();
        self.waiting.fetch_add(samples.len(), Ordering::Relaxed);
        self.worker.add(move |writing| writing.append(&samples));
    }

    /// Silence waits for the disk as a number.
    pub(super) fn append_all(&mut self, pieces: Vec<Piece>) {
        for piece in pieces {
            match piece {
                Piece::Samples(samples) => self.append(samples),
                Piece::Silence(samples) => self.silence += samples,
            }
        }
    }

    /// Completes the file in the background.
    pub(super) fn finish(mut self, job: JobGuard) {
        self.write_silence();
        self.worker.add(|writing| writing.job = Some(job));
    }

    pub(super) fn end(&self) -> &Arc<End> {
        &self.end
    }

    fn write_silence(&mut self) {
        if self.silence > 0 {
            let samples = std::mem::take(&mut self.silence);
            self.worker.add(move |writing| writing.keep(|writer| append_silence(writer, samples)));
        }
    }
}

impl Place {
    fn take() -> Result<Place> {
        let place = Place;
        if FILES.fetch_add(1, Ordering::Relaxed) < MOST_FILES {
            return Ok(place);
        }
        Err(Error::new(Status::Limit, format!("{MOST_FILES} recordings of this process are not written yet")))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        FILES.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Writing {
    fn create(&mut self, path: &Path) {
        match self.create.take().map(|create| create(path)) {
            Some(Ok(created)) => {
                self.writer = Some(created);
                self.end.create();
            }
            Some(Err(error)) => self.end.fail(error),
            None => {}
        }
    }

    fn append(&mut self, samples: &[i16]) {
        self.keep(|writer| writer.append(samples));
        self.waiting.fetch_sub(samples.len(), Ordering::Relaxed);
    }

    /// A file that could not be written is closed at once, without another attempt.
    fn keep(&mut self, step: impl FnOnce(&mut Writer) -> Result<()>) {
        if let Some(Err(error)) = self.writer.as_mut().map(step) {
            self.end.fail(error);
            self.writer = None;
        }
    }

    /// No samples follow. Shutdown continues when the file is closed.
    fn finish(self) {
        let Writing { writer, end, job, place, .. } = self;
        if let Some(Err(error)) = writer.map(Writer::finish) {
            end.fail(error);
        }
        end.finish();
        drop((job, place));
    }
}

fn append_silence(writer: &mut Writer, samples: u64) -> Result<()> {
    let mut left = samples;
    while left > 0 {
        let now = left.min(SILENCE);
        writer.append(&[0; SILENCE as usize][..now as usize])?;
        left -= now;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::wav;
    use std::sync::mpsc::{self, Sender};
    use std::time::Duration;

    use tokio::time::Instant;

    const STEREO: Format = Format { sample_rate: 24_000, channels: 2 };
    const LONG: Duration = Duration::from_secs(60);

    fn scratch(name: &str) -> PathBuf {
        std::env::temp_dir().join(format!("palabra-recorder-{}-{name}.wav", std::process::id()))
    }

    /// A file on a disk that does not respond until the sender is dropped.
    fn stalled(path: &Path) -> (RecordingFile, Sender<()>) {
        let (go_on, gate) = mpsc::channel();
        let file = RecordingFile::written_by(STEREO, move |path| {
            let _ = gate.recv();
            Writer::create(path, STEREO)
        });
        let file = file.unwrap();
        file.create(path.to_owned());
        (file, go_on)
    }

    fn until_written(file: &RecordingFile) {
        let patience = Instant::now() + LONG;
        while file.waiting.load(Ordering::Relaxed) > 0 {
            assert!(Instant::now() < patience);
            std::thread::yield_now();
        }
    }

    #[test]
    fn a_stall_costs_what_it_lasted_and_nothing_after_it() {
        let path = scratch("stall");
        let (mut file, go_on) = stalled(&path);
        let second = vec![1000; 48_000];
        let fitting = MOST_WAITING_S;
        (0..fitting).for_each(|_| file.append(second.clone()));
        assert!(file.end().untold().is_none());
        (0..5).for_each(|_| file.append(second.clone()));
        file.end().wait_created(Duration::ZERO).unwrap();
        assert_eq!(file.end().untold().unwrap().status, Status::Io, "told while the disk stands still");
        assert!(file.end().untold().is_none(), "once");
        drop(go_on);
        until_written(&file);
        // As much as before fits again.
        (0..fitting).for_each(|_| file.append(vec![2000; 48_000]));
        until_written(&file);
        let end = file.end().clone();
        drop(file);
        assert_eq!(end.wait(LONG).unwrap_err().status, Status::Io);
        let pcm = wav::read(&path).unwrap().pcm;
        assert_eq!(pcm.len(), (2 * fitting + 5) * 48_000, "everything is in its place in time");
        let is = |seconds: std::ops::Range<usize>, level| {
            pcm[seconds.start * 48_000..seconds.end * 48_000].iter().all(|&sample| sample == level)
        };
        assert!(
            is(0..fitting, 1000) && is(fitting..fitting + 5, 0) && is(fitting + 5..2 * fitting + 5, 2000)
        );
        std::fs::remove_file(&path).unwrap();
    }

    #[test]
    fn nobody_waits_for_a_disk_that_stands_still() {
        let path = scratch("still");
        let (file, go_on) = stalled(&path);
        file.end().wait_created(Duration::ZERO).unwrap();
        let end = file.end().clone();
        drop(file);
        assert_eq!(end.wait(Duration::ZERO).unwrap_err().status, Status::Timeout);
        assert!(!end.is_over());
        drop(go_on);
        end.wait(LONG).unwrap();
        std::fs::remove_file(&path).unwrap();
    }

    #[test]
    fn a_file_is_waited_for_without_a_limit() {
        let path = scratch("unlimited");
        let (file, go_on) = stalled(&path);
        let end = file.end().clone();
        drop((file, go_on));
        end.wait(Duration::MAX).unwrap();
        std::fs::remove_file(&path).unwrap();
    }

    #[test]
    fn a_failure_is_told_when_it_happens_and_once() {
        let mut file = RecordingFile::new(STEREO).unwrap();
        file.create("/dev/full".into());
        file.end().wait_created(LONG).unwrap();
        let patience = Instant::now() + LONG;
        let failure = loop {
            file.append(vec![0; 4800]);
            if let Some(failure) = file.end().untold() {
                break failure;
            }
            assert!(Instant::now() < patience);
        };
        assert_eq!(failure.status, Status::Io);
        file.append(vec![0; 480_000]);
        let end = file.end().clone();
        drop(file);
        assert_eq!(end.wait(LONG).unwrap_err().status, Status::Io);
        assert!(end.untold().is_none());
    }

    #[test]
    fn who_begins_is_told_that_there_is_no_file_and_nobody_else() {
        let file = RecordingFile::new(STEREO).unwrap();
        file.create("no-such-folder/recording.wav".into());
        assert_eq!(file.end().wait_created(LONG).unwrap_err().status, Status::Io);
        assert!(file.end().untold().is_none());
        let late = RecordingFile::new(STEREO).unwrap();
        late.end().wait_created(Duration::ZERO).unwrap();
        late.create("no-such-folder/recording.wav".into());
        let end = late.end().clone();
        drop(late);
        end.wait(LONG).unwrap_err();
        assert_eq!(end.untold().unwrap().status, Status::Io, "nobody waited any more");
    }
}
