//! Servers that send too much: the limits of a session hold at every moment.

use super::*;

const MESSAGE: usize = 1 << 16;
const MESSAGE_TOO_BIG: u16 = 1009;

/// A translation with these limits.
fn limited(limits: SessionOptions) -> TranslationOptions {
    TranslationOptions { session: limits, ..spanish() }
}

fn small_messages() -> TranslationOptions {
    limited(SessionOptions { message_bytes_limit: Some(MESSAGE as u32), ..SessionOptions::default() })
}

/// As [`stream_server`]; also returns the code with which the client closes.
fn closing_server(bytes: Vec<u8>) -> (String, mpsc::Receiver<u16>) {
    let (told, code) = mpsc::channel();
    let address = server(move |tcp| {
        let Ok(mut socket) = tungstenite::accept(tcp) else { return };
        let _ = socket.read();
        let _ = socket.get_mut().write_all(&bytes);
        while let Ok(message) = socket.read() {
            if let tungstenite::Message::Close(Some(frame)) = message {
                let _ = told.send(frame.code.into());
            }
        }
    });
    (address, code)
}

fn refused(options: TranslationOptions, bytes: Vec<u8>) {
    let (address, code) = closing_server(bytes);
    let error = error_of(&open_with(&format!("ws://{address}/stream"), options, None));
    assert_eq!((error.status, error.retriable), (Status::Limit, false), "{error}");
    assert_eq!(error.close_code, MESSAGE_TOO_BIG, "{error}");
    assert!(error.text.contains("65536 bytes"), "{error}");
    assert_eq!(code.recv_timeout(PATIENCE), Ok(MESSAGE_TOO_BIG));
}

/// A message of this many bytes that the library delivers unchanged.
fn raw(bytes: usize) -> String {
    let message = |fill: &str| format!(r#"{{"message_type":"something","data":{{"x":"{fill}"}}}}"#);
    message(&"x".repeat(bytes - message("").len()))
}

#[test]
fn a_message_as_large_as_allowed_is_read_and_a_larger_one_is_not() {
    let mut bytes = text(RUNNING);
    bytes.extend(text(&raw(MESSAGE)));
    bytes.extend(frame(8, &1000u16.to_be_bytes()));
    let session = open_with(&format!("ws://{}/stream", stream_server(bytes)), small_messages(), None);
    let events = events_of(&session);
    assert!(events.iter().any(|(kind, _)| *kind == EventKind::Raw), "{events:?}");
    assert_eq!(session.last_error().unwrap().close_code, 1000);
    refused(small_messages(), text(&raw(MESSAGE + 1)));
}

#[test]
fn fragments_count_together() {
    let whole = raw(MESSAGE + 1);
    let mut bytes = frame(1, &whole.as_bytes()[..1000]);
    bytes[0] &= 0x7f;
    for piece in whole.as_bytes()[1000..].chunks(1000) {
        let mut fragment = frame(0, piece);
        fragment[0] &= 0x7f;
        bytes.extend(fragment);
        bytes.extend(frame(9, b"between"));
    }
    refused(small_messages(), bytes);
}

#[test]
fn speech_counts_as_it_is_when_it_is_inflated() {
    let speech = |samples: usize| {
        let mut packer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
        packer.write_all(&vec![7; 2 * samples]).unwrap();
        let data = base64_simd::STANDARD.encode_to_string(packer.finish().unwrap());
        text(&format!(
            r#"{{"message_type":"output_audio_data","data":{{"language":"es","transcription_id":"a","data":"{data}"}}}}"#
        ))
    };
    let options = || TranslationOptions { zlib_output: true, ..small_messages() };
    let mut bytes = text(RUNNING);
    bytes.extend(speech(MESSAGE / 2));
    bytes.extend(frame(8, &1000u16.to_be_bytes()));
    let session = open_with(&format!("ws://{}/stream", stream_server(bytes)), options(), None);
    assert!(events_of(&session).iter().any(|(kind, _)| *kind == EventKind::Audio));
    let mut bytes = text(RUNNING);
    bytes.extend(speech(2 * MESSAGE));
    assert!(bytes.len() < MESSAGE);
    refused(options(), bytes);
}

/// The queued data never exceeds the limit, whatever arrives, whoever polls, and also in the middle of a turn.
#[test]
fn what_waits_never_exceeds_its_bytes() {
    const BYTES: usize = 200_000;
    let mut bytes = text(RUNNING);
    for round in 0..100 {
        bytes.extend(text(&raw(1000 + 300 * round)));
        let speech = base64_simd::STANDARD.encode_to_string(vec![round as u8; 9600]);
        bytes.extend(text(&format!(
            r#"{{"message_type":"output_audio_data","data":{{"language":"es","transcription_id":"{round}","data":"{speech}"}}}}"#
        )));
    }
    // A single event that exceeds the limit of the queue.
    bytes.extend(text(&raw(BYTES + 1)));
    bytes.extend(frame(8, &1000u16.to_be_bytes()));
    let url = format!("ws://{}/stream", stream_server(bytes));
    let options = || {
        limited(SessionOptions {
            event_bytes_limit: Some(BYTES),
            event_limit: Some(100_000),
            ..SessionOptions::default()
        })
    };
    let queue = Arc::new(Queue::new());
    let sessions = [
        open_with(&url, options(), None),
        open_with(&url, options(), Some(SharedQueue::Events(queue.clone()))),
        open_with(&url, options(), Some(SharedQueue::Events(queue.clone()))),
    ];
    let patience = Instant::now() + PATIENCE;
    while sessions.iter().any(|session| session.state() != palabra::session::State::Closed) {
        for session in &sessions {
            let waiting = session.stats().events.waiting_bytes;
            assert!(waiting <= BYTES, "{waiting}");
        }
        assert!(Instant::now() < patience);
        thread::yield_now();
    }
    for session in &sessions {
        let events = session.stats().events;
        assert!(events.waiting_bytes <= BYTES && events.dropped_events > 100, "{events:?}");
        assert!(events.waiting_audio_frames > 0, "the newest speech is kept: {events:?}");
    }
    let events = events_of(&sessions[0]);
    assert_eq!(events[0].0, EventKind::Overflow);
    assert_eq!(sessions[0].stats().events.waiting_bytes, 0);
}
