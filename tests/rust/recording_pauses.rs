//! A recording that is paused, as while a card number is spoken, and one at another rate.

use std::path::PathBuf;
use std::time::Duration;

use tokio::time::Instant;

use crate::support::{Devserver, PATIENCE, Talk, spanish};
use palabra::audio::format::Format;
use palabra::error::Status;
use palabra::event::EventKind;
use palabra::media::wav;
use palabra::products::translation::options::TranslationOptions;
use palabra::session::input::InputOptions;
use palabra::session::output::{OutputMode, OutputOptions, RecordOptions};

/// 100 ms of the input.
const BLOCK: usize = 2400;
/// A telephone recording at 8 kHz.
const RATE: u32 = 8000;

fn playing() -> TranslationOptions {
    TranslationOptions {
        input: InputOptions { buffer_ms: Some(10_000), chunk_ms: Some(200), ..InputOptions::default() },
        output: OutputOptions { mode: OutputMode::Playout, ..OutputOptions::default() },
        ..spanish()
    }
}

/// A file that is deleted after the test.
struct File(PathBuf);

impl File {
    fn new(name: &str) -> File {
        File(std::env::temp_dir().join(format!("palabra-pauses-{}-{name}.wav", std::process::id())))
    }

    /// One channel of the recording.
    fn side(&self, side: usize, sample_rate: u32) -> Vec<i16> {
        let recording = wav::read(&self.0).unwrap();
        assert_eq!(recording.format, Format { sample_rate, channels: 2 });
        recording.pcm.iter().skip(side).step_by(2).copied().collect()
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// Each block has a level of its own.
fn level(block: usize) -> i16 {
    1000 + 500 * block as i16
}

fn say(talk: &Talk, blocks: std::ops::Range<usize>) {
    for block in blocks {
        let audio = level(block).to_ne_bytes().repeat(BLOCK);
        assert_eq!(talk.session.send_audio(&audio), Ok(BLOCK));
    }
}

fn until_sent(talk: &Talk, blocks: usize) {
    let patience = Instant::now() + PATIENCE;
    while talk.session.stats().input_frames_sent < (blocks * BLOCK) as u64 {
        assert!(Instant::now() < patience);
        std::thread::yield_now();
    }
}

/// Most of the audio of the pause is sent after the recording continues; none of it may be in the file.
#[test]
fn what_was_said_in_a_pause_is_in_no_file_whenever_it_is_sent() {
    let (server, file) = (Devserver::start("superset"), File::new("said"));
    let talk = Talk::ready(&server.with_pair("id"), playing());
    let options = RecordOptions { sample_rate: Some(RATE), ..RecordOptions::default() };
    let running = [talk.session.record_pause(), talk.session.record_resume()];
    assert!(running.into_iter().all(|refused| refused.unwrap_err().status == Status::InvalidArgument));
    talk.session.record_start(&file.0, options).unwrap();
    say(&talk, 0..10);
    talk.session.record_pause().unwrap();
    talk.session.record_pause().unwrap();
    say(&talk, 10..20);
    talk.session.record_resume().unwrap();
    talk.session.record_resume().unwrap();
    say(&talk, 20..30);
    until_sent(&talk, 30);
    talk.session.record_stop(PATIENCE).unwrap();
    let heard = file.side(0, RATE);
    for block in 0..30 {
        let samples = heard.iter().filter(|sample| sample.abs_diff(level(block)) < 50).count();
        let whole = RATE as usize / 10;
        match block {
            // A transition passes through all levels.
            10..20 => assert!(samples < 10, "{samples} samples of block {block}"),
            // 10 ms next to the pause are removed with it.
            9 | 20 => assert!((whole * 8 / 10..=whole * 9 / 10).contains(&samples), "{samples} of {block}"),
            _ => assert!((whole * 9 / 10..=whole).contains(&samples), "{samples} of {block}"),
        }
    }
    let first = |block| heard.iter().position(|&sample| sample.abs_diff(level(block)) < 50).unwrap();
    let time = first(20) - first(9);
    assert!(time + RATE as usize / 50 >= RATE as usize * 11 / 10, "time went on: {time} samples");
}

#[test]
fn what_was_read_in_a_pause_is_not_in_the_file() {
    let (server, file) = (Devserver::start("superset"), File::new("read"));
    let mut talk = Talk::ready(&server.with_pair("dev~burst_s=6"), playing());
    talk.session.record_start(&file.0, RecordOptions::default()).unwrap();
    let read = |ticks: usize| {
        let mut samples = Vec::new();
        let patience = Instant::now() + PATIENCE;
        while samples.len() < ticks * 240 {
            let mut bytes = [0; 480];
            talk.session.read_audio(b"", |_| Ok(&mut bytes)).unwrap();
            let tick = bytes.as_chunks().0.iter().map(|&sample| i16::from_ne_bytes(sample));
            samples.extend(tick.filter(|&sample| sample != 0));
            assert!(Instant::now() < patience);
            // As a loudspeaker reads: a recording takes 2 s at once, and not more.
            std::thread::sleep(Duration::from_millis(10));
        }
        samples
    };
    let before = read(10);
    talk.session.record_pause().unwrap();
    let meanwhile = read(20);
    talk.session.record_resume().unwrap();
    let after = read(10);
    talk.session.record_stop(PATIENCE).unwrap();
    let heard: Vec<i16> = file.side(1, 24_000).into_iter().filter(|&sample| sample != 0).collect();
    assert!(heard == [before, after].concat(), "{} samples, {} meanwhile", heard.len(), meanwhile.len());
    assert!(!meanwhile.is_empty());
    talk.session.end().unwrap();
    talk.wait(EventKind::Closed);
}
