//! Servers that violate the protocol: the session ends once, with the right error, in time, and without a secret.

mod closes;
mod handshake;
mod limits;
mod next;
mod rest;
mod trust;

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use palabra::client::secret::Secret;
use palabra::client::{Client, ClientOptions, credentials::Credentials};
use palabra::error::{Error, Status};
use palabra::event::EventKind;
use palabra::products::translation::options::TranslationOptions;
use palabra::session::Session;
use palabra::session::events::queue::{Polled, Queue};
use palabra::session::events::shared::SharedQueue;
use palabra::session::handle::options::SessionOptions;
use palabra::session::handle::options::StreamAddress;
use tokio::time::Instant;
use tokio_tungstenite::tungstenite;

const TOKEN: &str = "token-that-nobody-may-see";
use crate::support::PATIENCE;

/// Serves each connection with `serve`, for as long as the test runs.
fn server(serve: impl Fn(TcpStream) + Send + Sync + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let serve = Arc::new(serve);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let serve = serve.clone();
            thread::spawn(move || serve(stream));
        }
    });
    address.to_string()
}

/// A server that upgrades, waits for the task and then writes `bytes` as they are.
fn stream_server(bytes: Vec<u8>) -> String {
    server(move |tcp| {
        let Ok(mut socket) = tungstenite::accept(tcp) else {
            return;
        };
        let _ = socket.read();
        let _ = socket.get_mut().write_all(&bytes);
        read_until_gone(socket.get_mut());
    })
}

fn read_until_gone(tcp: &mut TcpStream) {
    let mut buffer = [0; 4096];
    while matches!(tcp.read(&mut buffer), Ok(n) if n > 0) {}
}

/// An unmasked frame, as servers send it (RFC 6455 section 5.2).
fn frame(opcode: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0x80 | opcode];
    match payload.len() {
        len @ 0..=125 => bytes.push(len as u8),
        len @ 126..=65535 => {
            bytes.push(126);
            bytes.extend((len as u16).to_be_bytes());
        }
        len => {
            bytes.push(127);
            bytes.extend((len as u64).to_be_bytes());
        }
    }
    bytes.extend(payload);
    bytes
}

fn text(payload: &str) -> Vec<u8> {
    frame(1, payload.as_bytes())
}

fn client(api: &str) -> Arc<Client> {
    client_within(api, PATIENCE)
}

fn client_within(api: &str, rest_timeout: Duration) -> Arc<Client> {
    let options = ClientOptions {
        credentials: Some(Credentials::new("id", TOKEN)),
        api_url: Some(format!("http://{api}")),
        rest_timeout: Some(rest_timeout),
        ignore_environment: true,
        ..ClientOptions::default()
    };
    Arc::new(Client::new(options).unwrap())
}

fn spanish() -> TranslationOptions {
    TranslationOptions {
        source_language: Some("en".into()),
        target_languages: Some("es".into()),
        end_silence_s: Some(1),
        ..TranslationOptions::default()
    }
}

fn open_stream(address: &str) -> Arc<Session> {
    open_at(&format!("ws://{address}/stream"))
}

fn open_at(ws_url: &str) -> Arc<Session> {
    open_with(ws_url, spanish(), None)
}

fn open_with(ws_url: &str, options: TranslationOptions, queue: Option<SharedQueue>) -> Arc<Session> {
    let stream = StreamAddress { ws_url: ws_url.into(), token: Secret::new(TOKEN) };
    let session = SessionOptions { stream: Some(stream), ..options.session };
    Session::open(client("127.0.0.1:1"), TranslationOptions { session, ..options }, queue).unwrap()
}

/// All events until CLOSED, which must come once and last; no text may contain the token.
fn events_of(session: &Session) -> Vec<(EventKind, String)> {
    let deadline = Some(Instant::now() + PATIENCE);
    let mut events = Vec::new();
    loop {
        match session.poll_event(deadline).unwrap() {
            Polled::Event(numbered) => {
                let event = numbered.event;
                assert!(!event.texts.text().contains(TOKEN), "{:?}", event.kind);
                events.push((event.kind, event.texts.text().to_owned()));
            }
            Polled::Closed => break,
            Polled::Nothing => panic!("no CLOSED in time after {events:?}"),
        }
    }
    assert_eq!(events.iter().filter(|(kind, _)| *kind == EventKind::Closed).count(), 1);
    assert_eq!(events.last().unwrap().0, EventKind::Closed);
    events
}

fn error_of(session: &Session) -> Error {
    events_of(session);
    session.last_error().expect("an error")
}

const RUNNING: &str = r#"{"message_type":"current_task","data":{"task_status":"running"}}"#;

#[test]
fn a_server_that_speaks_something_else() {
    let address = server(|mut tcp| {
        let _ = tcp.write_all(b"220 mail.example ESMTP\r\n");
        read_until_gone(&mut tcp);
    });
    let error = error_of(&open_stream(&address));
    assert_eq!(error.status, Status::Protocol, "{}", error.text);
}

#[test]
fn a_server_that_hangs_up_in_the_upgrade() {
    let address = server(|tcp| drop(tcp.shutdown(Shutdown::Both)));
    let error = error_of(&open_stream(&address));
    assert_eq!((error.status, error.retriable), (Status::ConnectionLost, true), "{}", error.text);
}

#[test]
fn refusals_keep_status_and_reason_and_lose_the_token() {
    let address = server(|mut tcp| {
        let _ = tcp.read(&mut [0; 4096]);
        let body = format!("no stream for {TOKEN}");
        let reply = format!("HTTP/1.1 403 Forbidden\r\nContent-Length: {}\r\n\r\n{body}", body.len());
        let _ = tcp.write_all(reply.as_bytes());
        read_until_gone(&mut tcp);
    });
    let error = error_of(&open_stream(&address));
    assert_eq!((error.status, error.http_status), (Status::Auth, 403));
    assert!(error.text.contains("no stream for ***"), "{}", error.text);
}

#[test]
fn text_that_is_not_utf8() {
    let address = stream_server(frame(1, b"{\"message_type\":\"\xff\"}"));
    assert_eq!(error_of(&open_stream(&address)).status, Status::Protocol);
}

#[test]
fn a_message_of_ten_megabytes() {
    let error = error_of(&open_stream(&stream_server(frame(1, &vec![b' '; 10 << 20]))));
    assert_eq!((error.status, error.retriable), (Status::Limit, false));
    assert!(error.text.contains("larger than 8388608 bytes"), "{error}");
}

#[test]
fn a_length_that_promises_exabytes() {
    let address = stream_server(vec![0x81, 127, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);
    assert_eq!(error_of(&open_stream(&address)).status, Status::Limit);
}

#[test]
fn reserved_opcodes_and_masked_frames() {
    for bytes in [frame(3, b"x"), vec![0x81, 0x81, 1, 2, 3, 4, 5], vec![0xf1, 0]] {
        let address = stream_server(bytes);
        assert_eq!(error_of(&open_stream(&address)).status, Status::Protocol);
    }
}

#[test]
fn junk_in_the_conversation_is_survived_and_order_is_kept() {
    let mut bytes = text(RUNNING);
    for junk in ["", "{", "[]", "7", "null", "\"x\"", r#"{"message_type":"eos","data":"{"}"#] {
        bytes.extend(text(junk));
    }
    bytes.extend(frame(2, b"\xff\xfe"));
    bytes.extend(frame(9, b"ping"));
    bytes.extend(text(r#"{"message_type":"output_audio_data","data":{"data":"%%%"}}"#));
    bytes
        .extend(text(r#"{"message_type":"output_audio_data","data":{"transcription_id":null,"data":null}}"#));
    bytes.extend(text(&format!(r#"{{"message_type":"error","data":{{"desc":["for {TOKEN}"]}}}}"#)));
    bytes.extend(text(r#"{"es":{"current_queue_level_ms":1}}"#));
    bytes.extend(frame(2, br#"{"message_type":"eos","data":{}}"#));
    bytes.extend(frame(8, &1000u16.to_be_bytes()));
    let session = open_stream(&stream_server(bytes));
    let events = events_of(&session);
    let kinds: Vec<_> = events.iter().map(|(kind, _)| *kind).collect();
    use EventKind::*;
    let (before, after) = ([Ready, TaskInfo], [Error, Audio, Error, Raw, StreamEnd, Closed]);
    assert_eq!(kinds, [&before[..], &[Raw; 7], &[Warning], &after].concat());
    assert_eq!(events[12].1, "for ***");
    assert_eq!(session.last_error(), None);
}

#[test]
fn a_close_that_nobody_asked_for_tells_its_code() {
    let mut bytes = text(RUNNING);
    bytes.extend(frame(8, &[&1011u16.to_be_bytes()[..], b"overload"].concat()));
    let error = error_of(&open_stream(&stream_server(bytes)));
    assert_eq!((error.status, error.close_code), (Status::ConnectionLost, 1011));
    assert!(error.text.starts_with("the server closed the connection (code 1011"), "{error}");
    assert!(error.text.contains("overload"));
}

#[test]
fn every_close_tells_whether_to_come_back() {
    for (code, status, retriable) in [
        (1000, Status::ConnectionLost, true),
        (1001, Status::ConnectionLost, true),
        (1008, Status::Session, true),
        (1009, Status::Service, false),
        (1012, Status::ConnectionLost, true),
        (1013, Status::ConnectionLost, true),
        (3000, Status::Auth, false),
        (4000, Status::Service, false),
        (4999, Status::Service, false),
    ] {
        let mut bytes = text(RUNNING);
        bytes.extend(text(r#"{"message_type":"warning","data":{"code":"C","desc":"two\r\nlines"}}"#));
        bytes.extend(frame(8, &[&u16::to_be_bytes(code)[..], b"two\r\nlines"].concat()));
        let session = open_stream(&stream_server(bytes));
        let events = events_of(&session);
        assert!(events.iter().all(|(_, text)| !text.contains(char::is_control)), "{events:?}");
        assert!(events.contains(&(EventKind::Warning, "two lines".to_owned())), "{events:?}");
        let error = session.last_error().unwrap();
        assert_eq!((error.status, error.close_code, error.retriable), (status, code, retriable), "{error}");
        assert!(error.text.contains(&code.to_string()) && error.text.ends_with(": two lines"), "{error}");
    }
}

#[test]
fn a_server_that_breaks_is_worth_another_try_and_a_complaint_of_long_ago_explains_no_restart() {
    for (service_code, close_code, status, retriable) in [
        ("SERVER_ERROR", 1011, Status::Service, true),
        ("VALIDATION_ERROR", 1008, Status::Service, false),
        ("VALIDATION_ERROR", 1012, Status::ConnectionLost, true),
    ] {
        let mut bytes = text(RUNNING);
        bytes.extend(text(&format!(
            r#"{{"message_type":"error","data":{{"code":"{service_code}","desc":"d"}}}}"#
        )));
        bytes.extend(frame(8, &u16::to_be_bytes(close_code)));
        let error = error_of(&open_stream(&stream_server(bytes)));
        assert_eq!((error.status, error.retriable, error.close_code), (status, retriable, close_code));
    }
}

#[test]
fn a_complaint_before_the_close_is_the_reason() {
    let mut bytes = text(RUNNING);
    bytes.extend(text(r#"{"message_type":"error","data":{"code":"SERVICE_TIMEOUT","desc":"no audio"}}"#));
    bytes.extend(frame(8, &1008u16.to_be_bytes()));
    let error = error_of(&open_stream(&stream_server(bytes)));
    assert_eq!((error.status, error.close_code), (Status::Service, 1008));
    assert_eq!(error.service_code, "SERVICE_TIMEOUT");
}

/// REST servers that misbehave: each is refused within the REST timeout, and nothing hangs.
#[test]
fn rest_replies_that_make_no_sense() {
    let cases: [(&str, &[u8], Status); 6] = [
        ("not HTTP", b"hello\r\n\r\n", Status::ConnectionLost),
        ("not JSON", b"HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\nhi", Status::Protocol),
        ("a redirect", b"HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n", Status::Session),
        ("no address", b"HTTP/1.1 201 OK\r\nContent-Length: 11\r\n\r\n{\"data\":{}}", Status::Protocol),
        ("too long", b"HTTP/1.1 201 OK\r\nContent-Length: 9000000\r\n\r\n", Status::Protocol),
        ("silence", b"", Status::Connect),
    ];
    for (what, reply, expected) in cases {
        let address = server(move |mut tcp| {
            let _ = tcp.read(&mut [0; 4096]);
            let _ = tcp.write_all(reply);
            if reply.is_empty() {
                return read_until_gone(&mut tcp);
            }
            // A body so long that the reader's own limit ends it.
            while what == "too long" && tcp.write_all(&[b' '; 65536]).is_ok() {}
        });
        let rest_timeout = if reply.is_empty() { Duration::from_millis(500) } else { PATIENCE };
        let session = Session::open(client_within(&address, rest_timeout), spanish(), None).unwrap();
        let error = error_of(&session);
        assert_eq!(error.status, expected, "{what}: {}", error.text);
    }
}

#[test]
fn a_server_that_stops_in_the_middle_of_a_message() {
    let whole = text(RUNNING);
    let address = server(move |tcp| {
        let Ok(mut socket) = tungstenite::accept(tcp) else {
            return;
        };
        let _ = socket.read();
        let _ = socket.get_mut().write_all(&whole[..whole.len() / 2]);
        let _ = socket.get_mut().shutdown(Shutdown::Both);
    });
    assert_eq!(error_of(&open_stream(&address)).status, Status::ConnectionLost);
}

/// What the client says last: the code of its close frame, 0 without one, and its last text after the first message.
struct Goodbye(mpsc::Receiver<(u16, Option<String>)>);

/// A server that upgrades, waits for the task, writes `bytes` and then `again` for ever, and reads everything from the
/// client.
fn hearing_server(bytes: Vec<u8>, again: Option<Vec<u8>>) -> (String, Goodbye) {
    let (codes, heard) = mpsc::channel();
    let address = server(move |tcp| {
        let Ok(mut socket) = tungstenite::accept(tcp) else {
            return;
        };
        let _ = socket.read();
        let mut writer = socket.get_ref().try_clone().unwrap();
        let _ = writer.write_all(&bytes);
        if let Some(again) = again.clone() {
            thread::spawn(move || {
                while writer.write_all(&again).is_ok() {
                    thread::sleep(Duration::from_millis(20));
                }
            });
        }
        let mut last = None;
        let code = loop {
            match socket.read() {
                Ok(tungstenite::Message::Close(Some(close))) => break close.code.into(),
                Ok(tungstenite::Message::Text(text)) => last = Some(text.to_string()),
                Ok(_) => {}
                Err(_) => break 0,
            }
        };
        let _ = codes.send((code, last));
    });
    (address, Goodbye(heard))
}

impl Goodbye {
    fn code(&self) -> u16 {
        self.code_and_text().0
    }

    fn code_and_text(&self) -> (u16, Option<String>) {
        self.0.recv_timeout(PATIENCE).expect("the client hangs up")
    }
}

/// Waits half a second for the service only if the service causes the wait, not a slow machine.
fn impatient(address: &str, ready_timeout: Duration) -> Arc<Session> {
    let stream = StreamAddress { ws_url: format!("ws://{address}/stream"), token: Secret::new(TOKEN) };
    let options = TranslationOptions {
        session: SessionOptions {
            stream: Some(stream),
            ready_timeout: Some(ready_timeout),
            end_timeout: Some(Duration::from_millis(100)),
            ..SessionOptions::default()
        },
        ..spanish()
    };
    Session::open(client("127.0.0.1:1"), options, None).unwrap()
}

#[test]
fn whenever_the_session_gives_up_it_says_goodbye() {
    let refusal = r#"{"message_type":"error","data":{"code":"VALIDATION_ERROR","desc":"no"}}"#;
    let eos = r#"{"message_type":"eos","data":{}}"#;
    let cases: [(&str, Vec<u8>, Option<Status>); 7] = [
        ("not ready", Vec::new(), Some(Status::NotReady)),
        ("task refused", text(refusal), Some(Status::Task)),
        ("the server stays open", [text(RUNNING), text(eos)].concat(), None),
        ("too long", frame(1, &vec![b' '; 10 << 20]), Some(Status::Limit)),
        (
            "a length of exabytes",
            vec![0x81, 127, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
            Some(Status::Limit),
        ),
        ("not UTF-8", frame(1, b"{\"message_type\":\"\xff\"}"), Some(Status::Protocol)),
        ("a reserved opcode", frame(3, b"x"), Some(Status::Protocol)),
    ];
    for (what, bytes, status) in cases {
        let (address, goodbye) = hearing_server(bytes, None);
        let ready_timeout =
            if status == Some(Status::NotReady) { Duration::from_millis(500) } else { PATIENCE };
        let session = impatient(&address, ready_timeout);
        events_of(&session);
        assert_eq!(session.last_error().map(|error| error.status), status, "{what}");
        let code = if status == Some(Status::Limit) { 1009 } else { 1000 };
        assert_eq!(goodbye.code(), code, "{what}");
    }
}

#[test]
fn a_close_is_answered_by_one() {
    let (address, goodbye) = hearing_server(frame(8, &1011_u16.to_be_bytes()), None);
    assert_eq!(error_of(&impatient(&address, PATIENCE)).close_code, 1011);
    assert_eq!(goodbye.code(), 1000);
}

/// The end of a session arrives although its server continues: notices are not a tail, and a tail has a limit.
#[test]
fn an_end_comes_whatever_the_server_still_says() {
    let transcript = r#"{"message_type":"partial_transcription","data":{"transcription":{"transcription_id":"a","language":"en","text":"and"}}}"#;
    for chatter in [r#"{"message_type":"mystery","data":{}}"#, transcript] {
        let (address, goodbye) = hearing_server(text(RUNNING), Some(text(chatter)));
        let session = impatient(&address, PATIENCE);
        session.wait_ready(Some(Instant::now() + PATIENCE)).unwrap();
        session.end().unwrap();
        assert_eq!(error_of(&session).status, Status::Timeout, "{chatter}");
        assert_eq!(goodbye.code(), 1000, "{chatter}");
    }
}

/// A server that sends and never reads, one that answers pings that were not sent, and one that sends nothing.
#[test]
#[ignore = "prove: waits for the shortest liveness timeout, 5 s, three times"]
fn a_server_that_does_not_read_is_dead() {
    let talk = text(r#"{"message_type":"mystery","data":{}}"#);
    for chatter in [frame(9, b"x"), frame(10, b""), talk, Vec::new()] {
        let again = chatter.clone();
        let address = server(move |tcp| {
            let Ok(mut socket) = tungstenite::accept(tcp) else {
                return;
            };
            let _ = socket.read();
            let tcp = socket.get_mut();
            let _ = tcp.write_all(&text(RUNNING));
            while tcp.write_all(&again).is_ok() {
                thread::sleep(Duration::from_millis(100));
            }
        });
        let stream = StreamAddress { ws_url: format!("ws://{address}/stream"), token: Secret::new(TOKEN) };
        let liveness_timeout = Some(Duration::from_secs(5));
        let options = TranslationOptions {
            session: SessionOptions { stream: Some(stream), liveness_timeout, ..SessionOptions::default() },
            ..spanish()
        };
        let session = Session::open(client("127.0.0.1:1"), options, None).unwrap();
        assert_eq!(error_of(&session).status, Status::ConnectionDead, "{:?}", chatter.first());
    }
}
