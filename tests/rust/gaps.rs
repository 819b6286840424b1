//! Input that stops, through a whole session: silence in its place, a pause, and what is dropped before READY.

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use tokio::time::Instant;

use crate::support::{Devserver, LogLines, PATIENCE, Talk, flag, spanish};
use palabra::error::Status;
use palabra::event::{Event, EventKind};
use palabra::products::translation::options::TranslationOptions;
use palabra::session::State;
use palabra::session::handle::options::SessionOptions;
use palabra::session::input::InputOptions;
use palabra::session::input::gap::Policy;

const RATE: usize = 16_000;
const MS: Duration = Duration::from_millis(1);
/// Distinguishes the log lines of the sessions.
static TAG: AtomicU64 = AtomicU64::new(72_000);

fn with_gaps(policy: Policy, after_ms: u32) -> TranslationOptions {
    TranslationOptions {
        task_interval: Some(50 * MS),
        pause_interval: Some(50 * MS),
        session: SessionOptions { tag: TAG.fetch_add(1, Ordering::Relaxed), ..SessionOptions::default() },
        input: InputOptions {
            gap_policy: policy,
            gap_after: Some(after_ms * MS),
            sample_rate: Some(RATE as u32),
            buffer_ms: Some(10_000),
            ..InputOptions::default()
        },
        ..spanish()
    }
}

/// A tone after some silence: for the devserver a phrase that is not complete.
fn unfinished_phrase(ms: usize) -> Vec<u8> {
    let frames = ms * RATE / 1000;
    let tone = (0..frames)
        .map(|n| ((n as f64 * 440.0 * std::f64::consts::TAU / RATE as f64).sin() * 12_000.0) as i16);
    std::iter::repeat_n(0, RATE / 4).chain(tone).flat_map(i16::to_le_bytes).collect()
}

fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < PATIENCE, "{what}");
        thread::sleep(5 * MS);
    }
}

fn is_status(event: &Event, text: &str) -> bool {
    event.kind == EventKind::TaskStatus && event.texts.text() == text
}

/// Compares with the server's report of what it received, not only with what was sent.
fn frames_at(server: &Devserver) -> u64 {
    server.report()["audio_frames"].as_u64().unwrap()
}

#[test]
fn silence_completes_a_phrase_whose_input_stopped() {
    let server = Devserver::start("superset");
    let (mut log, options) = (LogLines::start(), with_gaps(Policy::Silence, 200));
    let tag = options.session.tag;
    // Before READY, from which the missing input is counted.
    let start = Instant::now();
    let mut talk = Talk::ready(&server.with_pair("dev"), options);
    let audio = unfinished_phrase(1000);
    let frames = audio.len() / 2;
    assert_eq!(talk.session.send_audio(&audio), Ok(frames));
    // The phrase ends and is spoken, though nothing is sent any more.
    talk.wait_for("the speech", |event| event.kind == EventKind::Audio && event.is(flag::LAST_CHUNK));
    assert!(log.has(tag, "input is missing: silence is sent"));
    let on_wire_ms = || {
        let stats = talk.session.stats();
        (stats.input_frames_sent + stats.silence_frames_sent) * 1000 / RATE as u64
    };
    wait_until("two seconds of audio", || on_wire_ms() > 2000);
    let (sent_ms, ms) = (on_wire_ms(), start.elapsed().as_millis() as u64);
    assert!(sent_ms <= ms, "{sent_ms} ms of audio after {ms} ms");
    let stats = talk.session.stats();
    assert_eq!((stats.gap_in_effect, stats.input_frames_sent), (Policy::Silence, frames as u64));
    // New input follows at once, in a chunk of its own, and silence is not counted twice.
    assert_eq!(talk.session.send_audio(&audio), Ok(frames));
    assert_eq!(talk.session.end(), Ok(()));
    assert_eq!(talk.until_closed().code, Status::Ok.code());
    let stats = talk.session.stats();
    assert_eq!((stats.input_frames_sent, stats.gap_in_effect), (2 * frames as u64, Policy::None));
    assert_eq!(frames_at(&server), stats.input_frames_sent + stats.silence_frames_sent);
    assert_eq!(server.received("pause_task"), 0);
}

#[test]
fn silence_keeps_a_session_open_that_never_got_input() {
    // Long, because a slow machine sends late.
    let server = Devserver::start_with(&["--no-rate-limits", "--idle-timeout-ms", "2200"]);
    let talk = Talk::ready(&server.with_pair("dev"), with_gaps(Policy::Silence, 100));
    wait_until("silence for longer than the server waits", || {
        assert_eq!(talk.session.state(), State::Ready);
        talk.session.stats().silence_frames_sent * 10 > 25 * RATE as u64
    });
}

/// Waits for the pause that follows so much input, and returns how many there were: a caller who is late with its input
/// finds the task paused already.
fn pauses_until_input_is_sent(talk: &mut Talk, frames: u64) -> u32 {
    for pauses in 1.. {
        let paused = talk.wait_for("the pause", |event| is_status(event, "paused"));
        assert_eq!((paused.user_tag, paused.is(flag::PAUSED)), (0, true));
        let stats = talk.session.stats();
        if (stats.input_frames_sent, stats.gap_in_effect, stats.gap_pauses) == (frames, Policy::Pause, pauses)
        {
            return pauses;
        }
    }
    unreachable!("the wait has an end")
}

#[test]
fn a_pause_without_input_ends_with_the_first_fresh_frame_and_nothing_is_lost() {
    for (server, generation) in [("superset", 1), ("strict-v2", 2)] {
        let server = Devserver::start(server);
        let client = if generation == 1 { server.with_pair("dev") } else { server.with_key("dev") };
        let (mut log, options) = (LogLines::start(), with_gaps(Policy::Pause, 300));
        let tag = options.session.tag;
        let mut talk = Talk::open(&client, options);
        let session = talk.session.clone();
        let audio = unfinished_phrase(500);
        let (frames, later) = (audio.len() / 2, 5 * audio.len() / 2);
        assert_eq!(session.send_audio(&audio), Ok(frames));
        let pauses = pauses_until_input_is_sent(&mut talk, frames as u64);
        assert!(log.has(tag, "input is missing: the task is paused"));
        // No audio from before the hold is left to follow it.
        assert_eq!(session.stats().silence_frames_sent, 0);
        assert_eq!(frames_at(&server), frames as u64);

        // In one piece: the next gap begins seconds after the resume.
        assert_eq!(session.send_audio(&audio.repeat(5)), Ok(later));
        let resumed = talk.wait_for("the resume", |event| is_status(event, "resumed"));
        assert_eq!(resumed.user_tag, 0);
        assert!(log.has(tag, "input is back: the task is resumed"));
        assert_eq!(session.end(), Ok(()));
        assert_eq!(talk.until_closed().code, Status::Ok.code());
        // All of the audio waits until the resume was sent: the server drops what arrives during a pause.
        let stats = session.stats();
        assert_eq!((stats.gap_pauses, stats.input_frames_sent), (pauses, (frames + later) as u64));
        assert_eq!(frames_at(&server), (frames + later) as u64);
        assert_eq!(
            (server.received("pause_task"), server.received("set_task")),
            (pauses.into(), u64::from(pauses) + 1)
        );
    }
}

#[test]
fn input_and_an_end_during_a_pause_are_both_obeyed() {
    let server = Devserver::start("superset");
    // The resume must keep the minimum interval from the first task.
    let options = TranslationOptions { task_interval: Some(1500 * MS), ..with_gaps(Policy::Pause, 100) };
    let mut talk = Talk::ready(&server.with_pair("dev"), options);
    talk.wait_for("the pause", |event| is_status(event, "paused"));
    let audio = unfinished_phrase(700);
    assert_eq!(talk.session.send_audio(&audio), Ok(audio.len() / 2));
    assert_eq!(talk.session.end(), Ok(()));
    assert_eq!(talk.until_closed().code, Status::Ok.code());
    assert_eq!(frames_at(&server), audio.len() as u64 / 2);
    assert!(talk.events.iter().any(|event| event.kind == EventKind::Audio), "the phrase is spoken");
}

#[test]
fn an_end_during_a_pause_needs_no_resume() {
    let server = Devserver::start("superset");
    let mut talk = Talk::ready(&server.with_pair("dev"), with_gaps(Policy::Pause, 100));
    talk.wait_for("the pause", |event| is_status(event, "paused"));
    assert_eq!(talk.session.end(), Ok(()));
    assert_eq!(talk.until_closed().code, Status::Ok.code());
    assert_eq!(server.received("set_task"), 1);
}

#[test]
fn a_pause_keeps_the_distances_of_the_service() {
    let server = Devserver::start_with(&["--dialect", "strict-v2", "--rate-jitter-ms", "700"]);
    let options =
        TranslationOptions { task_interval: None, pause_interval: None, ..with_gaps(Policy::Pause, 100) };
    let mut talk = Talk::ready(&server.with_key("dev"), options);
    // Two holds in quick succession: the second pause waits until the service accepts it.
    for pauses in 1..=2 {
        talk.wait_for("the pause", |event| is_status(event, "paused"));
        assert_eq!(talk.session.stats().gap_pauses, pauses);
        assert_eq!(talk.session.send_audio(&[0; 640]), Ok(320));
        talk.wait_for("the resume", |event| is_status(event, "resumed"));
    }
    assert!(talk.events.iter().all(|event| event.kind != EventKind::Error));
}

#[test]
fn the_callers_own_pause_switches_the_policy_off() {
    let server = Devserver::start("superset");
    let mut talk = Talk::ready(&server.with_pair("dev"), with_gaps(Policy::Pause, 400));
    let session = talk.session.clone();
    session.pause(7).unwrap();
    assert!(is_status(&talk.answer(7), "paused"));
    // On a slow machine the policy paused first.
    let done =
        || [server.received("pause_task"), server.received("set_task"), session.stats().gap_pauses.into()];
    let before = done();
    let at = Instant::now();
    // Input during the caller's pause resumes nothing, and its absence pauses nothing.
    assert_eq!(session.send_audio(&[0; 640]), Ok(320));
    wait_until("more than twice the gap", || at.elapsed() > 900 * MS);
    assert_eq!(done(), before);
    session.resume(8).unwrap();
    assert!(is_status(&talk.answer(8), "resumed"));
    assert_eq!(talk.wait_for("the policy's pause", |event| is_status(event, "paused")).user_tag, 0);
    assert_eq!(session.stats().gap_pauses, before[2] as u32 + 1);
}

#[test]
fn without_a_policy_nothing_is_sent() {
    let server = Devserver::start("superset");
    let talk = Talk::ready(&server.with_pair("dev"), with_gaps(Policy::None, 20));
    let at = Instant::now();
    wait_until("half a second", || at.elapsed() > 500 * MS);
    let stats = talk.session.stats();
    assert_eq!((stats.chunks_sent, stats.gap_pauses, stats.gap_in_effect), (0, 0, Policy::None));
}

/// 1.4 s of a live microphone while the service is slow, with a buffer of half a second.
fn speaks_while_connecting(drop_oldest: bool) -> (u64, Vec<usize>, palabra::session::handle::stats::Stats) {
    let server = Devserver::start("superset");
    let options = TranslationOptions {
        input: InputOptions { drop_oldest, buffer_ms: Some(500), ..with_gaps(Policy::None, 20).input },
        ..with_gaps(Policy::None, 20)
    };
    let mut talk = Talk::open(&server.with_pair("dev~ready_after_polls=5"), options);
    // Not paced by the clock, so that a slow machine has space for each packet.
    let has_room = || !drop_oldest || talk.session.stats().input_queue_ms <= 500;
    let taken: Vec<usize> = (0..14)
        .map(|_| {
            wait_until("room for a packet", has_room);
            talk.session.send_audio(&[0; 3200]).unwrap()
        })
        .collect();
    wait_until("the last to make room", has_room);
    assert_eq!(talk.session.state(), State::Connecting, "too slow a machine");
    talk.wait(EventKind::Ready);
    talk.session.end().unwrap();
    assert_eq!(talk.until_closed().code, Status::Ok.code());
    let is_loss = |event: &&Event| event.kind == EventKind::Warning && event.is(flag::DROPPED);
    let told: Vec<u64> = talk.events.iter().filter(is_loss).map(|event| event.dropped).collect();
    let stats = talk.session.stats();
    assert_eq!(told, if drop_oldest { vec![stats.input_frames_dropped] } else { Vec::new() });
    (frames_at(&server), taken, stats)
}

#[test]
fn while_connecting_the_oldest_input_can_make_room() {
    let (received, taken, stats) = speaks_while_connecting(true);
    assert!(taken.iter().all(|&frames| frames == 1600), "the sender is never refused");
    assert_eq!(stats.input_frames_taken, 22_400);
    assert_eq!(stats.input_frames_sent + stats.input_frames_dropped, 22_400);
    assert_eq!(stats.input_frames_sent, received);
    // The newest half second, within the length of a chunk.
    assert!((8000 - 320..=8000).contains(&received), "{received}");
}

#[test]
fn by_default_the_beginning_is_kept() {
    let (received, taken, stats) = speaks_while_connecting(false);
    assert_eq!((stats.input_frames_dropped, stats.input_frames_taken), (0, received));
    assert!(taken[13] == 0 && received >= 8000, "a full ring says so");
}
