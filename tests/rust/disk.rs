//! Recordings on disks that are slow, full or blocked must not affect anything else.
#![cfg(target_os = "linux")]

use std::fs::{self, File};
use std::io::Read;
use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use tokio::time::Instant;

use crate::support::{Devserver, PATIENCE, Talk, spanish};
use palabra::error::Status;
use palabra::event::EventKind;
use palabra::media::wav;
use palabra::products::translation::options::TranslationOptions;
use palabra::session::Session;
use palabra::session::output::OutputMode;
use palabra::session::output::OutputOptions;
use palabra::session::output::RecordOptions;

const AT_ONCE: Duration = Duration::ZERO;

fn playing() -> TranslationOptions {
    TranslationOptions {
        output: OutputOptions { mode: OutputMode::Playout, ..OutputOptions::default() },
        ..spanish()
    }
}

fn scratch(name: &str) -> PathBuf {
    std::env::temp_dir().join(format!("palabra-disk-{}-{name}", std::process::id()))
}

/// A file whose opening for writing blocks until it is opened for reading.
fn pipe(name: &str) -> PathBuf {
    let path = scratch(name);
    assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
    path
}

fn read(session: &Session) -> Result<(), Status> {
    let mut tick = [0; 480];
    session.read_audio(b"", |_| Ok(&mut tick)).map(drop)
}

#[test]
fn a_disk_that_does_not_answer_holds_up_nobody() {
    let server = Devserver::start("superset");
    let client = server.with_pair("dev");
    let talk = Talk::ready(&client, playing());
    let stuck = pipe("stuck");
    let begun = thread::spawn({
        let (session, path) = (talk.session.clone(), stuck.clone());
        move || session.record_start(&path, RecordOptions::default())
    });
    // The recorder checks at each chunk that is sent.
    while !begun.is_finished() {
        let _ = talk.session.send_audio(&[0; 480]);
        thread::sleep(Duration::from_millis(1));
    }
    begun.join().unwrap().unwrap();
    talk.session.send_audio(&[0; 48_000]).unwrap();
    let mut other = Talk::ready(&client, playing());
    assert_eq!(talk.session.record_stop(AT_ONCE).unwrap_err().status, Status::Timeout);
    // The next file of the same session is on another disk.
    let sound = scratch("sound.wav");
    talk.session.record_start(&sound, RecordOptions::default()).unwrap();
    talk.session.record_stop(PATIENCE).unwrap();
    wav::read(&sound).unwrap();
    fs::remove_file(&sound).unwrap();
    other.session.record_start(&stuck, RecordOptions::default()).unwrap();
    assert_eq!(other.session.record_stop(AT_ONCE).unwrap_err().status, Status::Timeout);
    let before = Instant::now();
    talk.session.close(AT_ONCE);
    assert!(before.elapsed() < PATIENCE / 10);
    // Both continue, and fail: a pipe does not support writing the header later.
    let reading = stuck.clone();
    let reader = thread::spawn(move || File::open(reading).unwrap().read_to_end(&mut Vec::new()));
    assert_eq!(other.wait(EventKind::Error).code, Status::Io.code());
    drop(reader);
    fs::remove_file(&stuck).unwrap();
}

#[test]
fn a_full_disk_is_told_when_it_is_full_and_once() {
    let server = Devserver::start("superset");
    let mut talk = Talk::ready(&server.with_pair("dev"), playing());
    talk.session.record_start("/dev/full".as_ref(), RecordOptions::default()).unwrap();
    let error = talk.wait(EventKind::Error);
    assert_eq!(error.code, Status::Io.code());
    assert!(error.texts.text().contains("/dev/full"), "{}", error.texts.text());
    assert_eq!(error.flags, 0);
    assert_eq!(talk.session.record_stop(PATIENCE).unwrap_err().status, Status::Io);
    let sound = scratch("after.wav");
    talk.session.record_start(&sound, RecordOptions::default()).unwrap();
    talk.session.record_stop(PATIENCE).unwrap();
    fs::remove_file(&sound).unwrap();
    talk.session.end().unwrap();
    assert_eq!(talk.until_closed().code, 0);
    assert_eq!(talk.events.iter().filter(|event| event.kind == EventKind::Error).count(), 1);
}

#[test]
fn a_file_that_cannot_be_created_is_no_recording() {
    let server = Devserver::start("superset");
    let mut talk = Talk::ready(&server.with_pair("dev"), playing());
    for _ in 0..20 {
        let begun = talk.session.record_start("no-such-folder/x.wav".as_ref(), RecordOptions::default());
        assert_eq!(begun.unwrap_err().status, Status::Io);
    }
    assert_eq!(talk.session.record_stop(PATIENCE).unwrap_err().status, Status::InvalidArgument);
    talk.session.end().unwrap();
    talk.until_closed();
    assert!(talk.events.iter().all(|event| event.kind != EventKind::Error));
}

#[test]
fn recordings_follow_each_other_at_once_and_no_reader_is_refused() {
    const ROTATIONS: usize = 40;
    let server = Devserver::start("superset");
    let client = server.with_pair("dev");
    let mut talks: Vec<Talk> = (0..2).map(|_| Talk::ready(&client, playing())).collect();
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        let mut rotating = Vec::new();
        for (place, talk) in talks.iter().enumerate() {
            let (session, done) = (&talk.session, &done);
            scope.spawn(move || {
                while !done.load(Ordering::Relaxed) {
                    read(session).unwrap();
                    let _ = session.send_audio(&[0; 480]);
                    // Faster than time, and not as fast as a processor that nothing is left of for the disk.
                    thread::park_timeout(Duration::from_millis(1));
                }
            });
            rotating.push(scope.spawn(move || {
                let path = scratch(&format!("rotation-{place}.wav"));
                for _ in 0..ROTATIONS {
                    session.record_start(&path, RecordOptions::default()).unwrap();
                    session.record_stop(PATIENCE).unwrap();
                }
                fs::remove_file(&path).unwrap();
            }));
        }
        let ends: Vec<_> = rotating.into_iter().map(|thread| thread.join()).collect();
        done.store(true, Ordering::Relaxed);
        ends.into_iter().for_each(|end| end.unwrap());
    });
    for talk in &mut talks {
        talk.session.end().unwrap();
        assert_eq!(talk.until_closed().code, 0);
    }
}
