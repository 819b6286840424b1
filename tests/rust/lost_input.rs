//! Lost input: stated by the caller, or dropped because the connection stalls. And audio that fills no chunk.

use std::net::{TcpListener, TcpStream};
use std::os::fd::AsRawFd;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::Duration;

use palabra::client::ClientOptions;
use palabra::client::secret::Secret;
use palabra::error::Status;
use palabra::event::{Event, EventKind};
use palabra::products::translation::options::TranslationOptions;
use palabra::session::Session;
use palabra::session::handle::options::{SessionOptions, StreamAddress};
use palabra::session::input::InputOptions;
use palabra::session::input::gap::Policy;
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::{self, Message};

use crate::support::{Devserver, PATIENCE, Talk, client, flag, spanish};

const RATE: usize = 16_000;
const PACKET: usize = RATE / 50;
const BUFFER_MS: usize = 1000;
const RUNNING: &str = r#"{"message_type":"current_task","data":{"task_status":"running"}}"#;
const END: &str = r#"{"message_type":"end_of_stream","data":{}}"#;
/// The shortest message that the service accepts, 1 KB, in frames.
const LEAST: usize = 512;

fn options(input: InputOptions) -> TranslationOptions {
    TranslationOptions { input: InputOptions { sample_rate: Some(RATE as u32), ..input }, ..spanish() }
}

fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < PATIENCE, "{what}");
        thread::sleep(Duration::from_millis(2));
    }
}

fn frames_at(server: &Devserver) -> usize {
    server.report()["audio_frames"].as_u64().unwrap() as usize
}

/// The samples of an audio message.
fn samples(text: &str) -> Option<Vec<i16>> {
    let (_, rest) = text.split_once(r#""input_audio_data","data":{"data":""#)?;
    let bytes = base64_simd::STANDARD.decode_to_vec(rest.split('"').next().unwrap()).unwrap();
    Some(bytes.chunks(2).map(|sample| i16::from_le_bytes(sample.try_into().unwrap())).collect())
}

/// Reads until the first audio has come, stops until it is told to continue, and passes on what it reads.
fn stand_still(tcp: TcpStream, go_on: &Receiver<()>, heard: &Sender<Vec<i16>>) {
    let mut socket = tungstenite::accept(tcp).unwrap();
    let mut stands = true;
    while let Ok(message) = socket.read() {
        let Message::Text(text) = message else { continue };
        match samples(&text) {
            Some(samples) => {
                heard.send(samples).unwrap();
                if std::mem::take(&mut stands) {
                    let _ = go_on.recv();
                }
            }
            None if text.contains("end_task") => drop(socket.send(Message::text(END))),
            None => drop(socket.send(Message::text(RUNNING))),
        }
    }
}

/// A connection to a server whose socket buffers are small.
struct Line {
    session_options: SessionOptions,
    go_on: Sender<()>,
    heard: Receiver<Vec<i16>>,
}

/// Sets the receive buffer to its minimum.
fn take_little(listener: &TcpListener) {
    let bytes: libc::c_int = 4096;
    let (descriptor, size) = (listener.as_raw_fd(), size_of_val(&bytes) as libc::socklen_t);
    // SAFETY: the value outlives the call, and its size is correct.
    let set = unsafe {
        libc::setsockopt(descriptor, libc::SOL_SOCKET, libc::SO_RCVBUF, (&raw const bytes).cast(), size)
    };
    assert_eq!(set, 0);
}

impl Line {
    fn lay() -> Line {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        take_little(&listener);
        let ws_url = format!("ws://{}/stream", listener.local_addr().unwrap());
        let ((go_on, told), (hear, heard)) = (mpsc::channel(), mpsc::channel());
        thread::spawn(move || stand_still(listener.accept().unwrap().0, &told, &hear));
        let stream = Some(StreamAddress { ws_url, token: Secret::new("t") });
        Line { session_options: SessionOptions { stream, ..SessionOptions::default() }, go_on, heard }
    }
}

/// Sends packets filled with their number, as soon as there is space.
fn speak(session: &Session, numbers: std::ops::RangeInclusive<i16>) {
    for number in numbers {
        let packet: Vec<u8> = number.to_le_bytes().repeat(PACKET);
        wait_until("space", || session.audio_space().unwrap() >= PACKET);
        assert_eq!(session.send_audio(&packet), Ok(PACKET));
    }
}

fn losses(events: &[Event]) -> Vec<&Event> {
    events.iter().filter(|event| event.texts.service_code() == "INPUT_DROPPED").collect()
}

/// Eight seconds of a microphone while nothing can be sent, with a buffer of one second.
#[test]
fn after_a_line_stood_still_the_newest_input_follows_and_the_loss_is_told_once() {
    let line = Line::lay();
    let input = InputOptions {
        drop_oldest: true,
        buffer_ms: Some(BUFFER_MS as u32),
        ..options(InputOptions::default()).input
    };
    let options = TranslationOptions { input, session: line.session_options, ..spanish() };
    let mut talk = Talk::ready(&client(ClientOptions::default()), options);
    speak(&talk.session, 1..=20);
    let first = line.heard.recv_timeout(PATIENCE).unwrap();
    speak(&talk.session, 21..=400);
    wait_until("what is too old is dropped", || talk.session.stats().input_queue_ms as usize <= BUFFER_MS);
    line.go_on.send(()).unwrap();
    talk.session.end().unwrap();
    assert_eq!(talk.until_closed().code, Status::Ok.code());
    let stats = talk.session.stats();
    let told = losses(&talk.events);
    assert_eq!(told.len(), 1);
    assert_eq!((told[0].kind, told[0].dropped), (EventKind::Warning, stats.input_frames_dropped));
    assert!(told[0].is(flag::DROPPED) && told[0].dropped > 0);
    assert_eq!(stats.input_frames_taken as usize, 400 * PACKET);
    assert_eq!(stats.input_frames_sent + stats.input_frames_dropped, stats.input_frames_taken);
    let heard: Vec<i16> = first.into_iter().chain(line.heard.try_iter().flatten()).collect();
    assert_eq!(heard.len() as u64, stats.input_frames_sent);
    assert!(heard.is_sorted() && heard.last() == Some(&400), "in order, up to the newest");
    let hole = heard.windows(2).rposition(|two| two[1] > two[0] + 1).expect("a hole");
    let newest = heard.len() - 1 - hole;
    assert!(newest <= BUFFER_MS * RATE / 1000, "{newest} frames behind the hole");
}

#[test]
fn a_loss_is_stated_and_the_wire_keeps_its_length() {
    let server = Devserver::start("superset");
    let mut talk = Talk::ready(&server.with_pair("dev"), options(InputOptions::default()));
    let session = talk.session.clone();
    for lost in [1, 100, 2400] {
        assert_eq!(session.send_audio(&[1; 2 * PACKET]), Ok(PACKET));
        assert_eq!(session.skip(lost), Ok(lost));
    }
    assert_eq!(session.skip(0), Ok(0));
    session.end().unwrap();
    assert_eq!(session.skip(1), Err(Status::Ended));
    assert_eq!(talk.until_closed().code, Status::Ok.code());
    let all = 3 * PACKET + 2501;
    let stats = session.stats();
    assert_eq!((stats.input_frames_taken, stats.input_frames_sent), (all as u64, all as u64));
    assert_eq!(frames_at(&server), all);
    assert_eq!(session.skip(1), Err(Status::Closed));
}

#[test]
fn a_rest_leaves_when_it_is_told_to_and_otherwise_after_a_while() {
    let server = Devserver::start("superset");
    let talk = Talk::ready(&server.with_pair("dev"), options(InputOptions::default()));
    let session = &talk.session;
    session.flush_input().unwrap();
    for (at, is_told) in [(1, true), (2, false)] {
        assert_eq!(session.send_audio(&[1; 2 * 160]), Ok(160));
        if is_told {
            session.flush_input().unwrap();
        }
        wait_until("a message as small as the service accepts", || frames_at(&server) >= at * LEAST);
        wait_until("its acknowledgement", || session.stats().input_frames_sent as usize >= at * 160);
        assert_eq!(session.stats().input_frames_sent as usize, at * 160);
        assert_eq!(session.stats().silence_frames_sent as usize, at * (LEAST - 160));
        assert_eq!(frames_at(&server), at * LEAST);
    }
}

/// Telephone packets that are lost one by one: silence replaces them, and never more than is missing.
#[test]
fn short_losses_are_made_up_for_without_a_word_of_the_caller() {
    let server = Devserver::start("superset");
    let silence = InputOptions { gap_policy: Policy::Silence, ..InputOptions::default() };
    let start = Instant::now();
    let talk = Talk::ready(&server.with_pair("dev"), options(silence));
    let silence = || talk.session.stats().silence_frames_sent;
    for packet in 0u32.. {
        assert!(start.elapsed() < PATIENCE, "no silence");
        // A late sender does not catch up.
        thread::sleep(Duration::from_millis(20));
        if packet % 3 > 0 {
            assert_eq!(talk.session.send_audio(&[1; 2 * PACKET]), Ok(PACKET));
        }
        let (sent, now) = (talk.session.stats().input_frames_taken + silence(), start.elapsed());
        assert!(sent as u128 <= now.as_millis() * RATE as u128 / 1000, "{sent} frames after {now:?}");
        if silence() > 2 * PACKET as u64 {
            break;
        }
    }
}
