//! WAV files (RIFF, RF64, BW64): a file and a pipe hold the same audio, however it is read, and what is written is read.

use std::cell::RefCell;
use std::fs::File;
use std::io::{PipeWriter, Write};
use std::os::fd::{AsRawFd, FromRawFd};
use std::path::{Path, PathBuf};

use palabra::audio::format::Format;
use palabra::error::{Error, Result, Status};
use palabra::media::source::Patience;
use palabra::media::wav::reader::Reader;
use palabra::media::wav::{self, Writer};

use super::bytes::Bytes;

/// More than fits into a pipe at once would need a second thread.
const MOST_BYTES: usize = 60_000;

pub fn run(data: &[u8]) {
    let mut bytes = Bytes(data);
    let (mode, size) = (bytes.byte(), 1 + 7 * bytes.below(256));
    let contents = &bytes.0[..bytes.0.len().min(MOST_BYTES)];
    if mode == b'w' {
        check_writing(contents, size);
    } else {
        check_reading(contents, size);
    }
}

/// A file in memory.
struct InMemory(File);

impl InMemory {
    fn new(contents: &[u8]) -> InMemory {
        // SAFETY: a static name; the new descriptor belongs to the file.
        let mut file = unsafe { File::from_raw_fd(libc::memfd_create(c"wav".as_ptr(), libc::MFD_CLOEXEC)) };
        file.write_all(contents).expect("there is memory for a small file");
        InMemory(file)
    }

    fn path(&self) -> PathBuf {
        path_of(&self.0)
    }
}

fn path_of(file: &impl AsRawFd) -> PathBuf {
    PathBuf::from(format!("/proc/self/fd/{}", file.as_raw_fd()))
}

fn check_reading(contents: &[u8], size: usize) {
    let file = InMemory::new(contents);
    let of_file = all(&file.path(), size, None);
    // The system closes nothing that a test of another file needs: each reader has its own descriptor.
    assert_eq!(all(&file.path(), 1 << 20, None), of_file, "in one piece");
    let (reading_end, mut writing_end) = std::io::pipe().expect("a pipe");
    writing_end.write_all(contents).expect("a pipe has room for it");
    let of_pipe = all(&path_of(&reading_end), size, Some(writing_end));
    match (&of_file, &of_pipe) {
        (Ok(_), Ok(_)) => assert_eq!(of_file, of_pipe, "through a pipe"),
        (Ok(_), Err(error)) => panic!("only a file can be read: {error}"),
        // Only in a file is it known before the audio is read that more of it follows.
        (Err(error), Ok(_)) => assert_eq!(error.status, Status::Unsupported, "{error}"),
        // A file is skipped through behind its end, so it may fail later and for another reason.
        (Err(error), Err(other)) => {
            assert!(
                [error, other].iter().all(|error| [Status::Io, Status::Unsupported].contains(&error.status))
            );
        }
    }
    check_whole(&file.path(), &of_file);
}

/// The format and the audio of a file, read in blocks of this many frames.
type Audio = (Format, Vec<u8>);

fn all(path: &Path, size: usize, writing_end: Option<PipeWriter>) -> Result<Audio> {
    let (is_pipe, writing_end) = (writing_end.is_some(), RefCell::new(writing_end));
    // What a pipe holds is there: once more is waited for, its end may be known.
    let close = || {
        drop(writing_end.take());
        Ok(())
    };
    let mut reader = Reader::open(path, &Patience { deadline: None, go_on: &close })?;
    let _: Result<()> = close();
    let frame = reader.encoding().sample_bytes() * reader.format().channels as usize;
    let (mut audio, mut block) = (Vec::new(), Vec::new());
    loop {
        let goes_on = reader.read(size, &mut block)?;
        assert!(block.len() <= size * frame && block.len() % frame == 0);
        assert!(goes_on || block.is_empty());
        audio.extend_from_slice(&block);
        if !goes_on {
            break;
        }
        // Nothing is waited for: a pipe without a writer is over.
        assert!(!block.is_empty(), "there is always something to read or an end");
    }
    assert!(!reader.read(size, &mut block)? && block.is_empty(), "the end stays the end");
    let frames = (audio.len() / frame) as u64;
    if !is_pipe {
        assert_eq!(frames, reader.frames());
    }
    Ok((reader.format(), audio))
}

fn check_whole(path: &Path, of_file: &Result<Audio>) {
    match wav::read(path) {
        Ok(whole) => {
            let pcm: Vec<u8> = whole.pcm.iter().flat_map(|sample| sample.to_ne_bytes()).collect();
            assert_eq!(Ok((whole.format, pcm)), *of_file);
        }
        Err(Error { status: Status::Unsupported, .. }) => {}
        Err(error) => assert_eq!(Some(error.status), of_file.as_ref().err().map(|error| error.status)),
    }
}

fn check_writing(contents: &[u8], size: usize) {
    let mut bytes = Bytes(contents);
    let format = Format { sample_rate: bytes.rate(), channels: 1 + bytes.below(8) as u32 };
    let pcm: Vec<i16> = bytes.0.as_chunks::<2>().0.iter().map(|&sample| i16::from_le_bytes(sample)).collect();
    let whole = pcm.len() - pcm.len() % format.channels as usize;
    let file = InMemory::new(b"what was here before");
    let mut writer = Writer::create(&file.path(), format).expect("a file in memory");
    let mut written = Vec::new();
    for piece in pcm[..whole].chunks(size) {
        writer.append(piece).expect("there is memory");
        written.extend_from_slice(&piece[..piece.len() - piece.len() % format.channels as usize]);
        assert_eq!(writer.frames() as usize, written.len() / format.channels as usize);
    }
    writer.finish().expect("there is memory");
    let read = wav::read(&file.path()).expect("what was written is read");
    assert_eq!((read.format, read.pcm), (format, written));
}
