//! When a session is ready (protocol.md 5.4).

use std::net::TcpListener;
use std::thread;
use std::time::Duration;

use crate::support::{Devserver, Talk, client, spanish};
use palabra::client::ClientOptions;
use palabra::client::secret::Secret;
use palabra::error::Status;
use palabra::event::EventKind;
use palabra::products::translation::options::TranslationOptions;
use palabra::session::handle::options::SessionOptions;
use palabra::session::handle::options::StreamAddress;
use palabra::session::handle::schedule::Pace;
use tokio_tungstenite::tungstenite::{self, Message};

#[test]
fn both_generations_become_ready_where_they_are_understood() {
    for dialect in ["superset", "strict-v1", "strict-v2"] {
        let server = Devserver::start(dialect);
        let talk = Talk::ready(&server.with_pair("dev"), spanish());
        assert_eq!(talk.events[0].kind, EventKind::Ready, "no NOT_FOUND before it");
        if dialect != "strict-v1" {
            let asked = server.received("get_task");
            let _ = Talk::ready(&server.with_key("dev-key"), spanish());
            assert_eq!(server.received("get_task"), asked, "{dialect}");
        }
    }
}

/// A server that never acknowledges does not confirm the task, and is not polled.
#[test]
fn the_second_generation_never_asks() {
    let server = Devserver::start("strict-v1");
    let options = TranslationOptions {
        session: SessionOptions {
            ready_timeout: Some(Duration::from_millis(300)),
            ..SessionOptions::default()
        },
        ..spanish()
    };
    let closed = Talk::open(&server.with_key("dev-key"), options).until_closed();
    assert_eq!(closed.code, Status::NotReady.code());
    assert_eq!(server.received("get_task"), 0);
}

/// A server that answers each message with the next of `replies`, then keeps the connection.
fn scripted(replies: &'static [&'static [&'static str]]) -> StreamAddress {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let ws_url = format!("ws://{}/", listener.local_addr().unwrap());
    thread::spawn(move || {
        let (tcp, _) = listener.accept().unwrap();
        let mut socket = tungstenite::accept(tcp).unwrap();
        let mut replies = replies.iter();
        while let Ok(message) = socket.read() {
            if message.is_text()
                && let Some(replies) = replies.next()
            {
                for reply in *replies {
                    let _ = socket.send(Message::text(*reply));
                }
            }
        }
    });
    StreamAddress { ws_url, token: Secret::new("token") }
}

const NOT_FOUND: &str =
    r#"{"message_type":"error","data":{"code":"NOT_FOUND","desc":"No active task found"}}"#;
const CURRENT: &str = r#"{"message_type":"current_task","data":{"task_status":"running"}}"#;

#[test]
fn not_found_is_fatal_for_the_second_generation_and_nothing_for_the_first() {
    let open = |dialect_v2| {
        let stream = Some(scripted(&[&[NOT_FOUND], &[NOT_FOUND], &[CURRENT]]));
        let options = TranslationOptions {
            session: SessionOptions { stream, dialect_v2, ..SessionOptions::default() },
            ..spanish()
        };
        Talk::open(&client(ClientOptions::default()), options)
    };
    let closed = open(true).until_closed();
    assert_eq!((closed.code, closed.texts.service_code()), (Status::Task.code(), "NOT_FOUND"));
    let mut first = open(false);
    first.wait(EventKind::Ready);
    assert_eq!(first.events.len(), 1, "nothing before READY");
}

/// A `current_task` that was not requested is part of the conversation; only the acknowledgement confirms the task.
#[test]
fn a_current_task_does_not_make_the_second_generation_ready() {
    const STARTED: &str = r#"{"message_type":"task_status","data":
        {"command":"set_task","event":"started","task_status":"running"}}"#;
    let stream = Some(scripted(&[&[CURRENT, STARTED]]));
    let options = TranslationOptions {
        session: SessionOptions { stream, dialect_v2: true, ..SessionOptions::default() },
        ..spanish()
    };
    let talk = Talk::ready(&client(ClientOptions::default()), options);
    let kinds: Vec<EventKind> = talk.events.iter().map(|event| event.kind).collect();
    assert_eq!(kinds, [EventKind::TaskInfo, EventKind::Ready]);
}

#[test]
fn an_answer_to_a_poll_that_comes_after_ready_is_nobodys_error() {
    const STARTED: &str = r#"{"message_type":"task_status","data":
        {"command":"set_task","event":"started","task_status":"running"}}"#;
    let stream = Some(scripted(&[&[], &[STARTED, NOT_FOUND], &[CURRENT]]));
    let options =
        TranslationOptions { session: SessionOptions { stream, ..SessionOptions::default() }, ..spanish() };
    let mut talk = Talk::ready(&client(ClientOptions::default()), options);
    talk.session.get_task(7).unwrap();
    assert_eq!(talk.answer(7).kind, EventKind::TaskInfo);
    assert!(talk.events.iter().all(|event| event.kind != EventKind::Error));
}

#[test]
fn a_session_that_fails_deletes_its_rest_session() {
    let server = Devserver::start("superset");
    let options = TranslationOptions {
        session: SessionOptions {
            ready_timeout: Some(Duration::from_millis(300)),
            ..SessionOptions::default()
        },
        ..spanish()
    };
    let mut talk = Talk::open(&server.with_pair("dev~never_ready"), options);
    let closed = talk.until_closed();
    assert_eq!(closed.code, Status::NotReady.code());
    // Waits for the deletion, which comes after CLOSED.
    talk.session.close(Duration::from_secs(5));
    assert_eq!(server.report()["deleted"], 1);
}

/// Why it broke has been told: by CLOSED, once.
#[test]
fn who_sends_on_to_a_session_that_broke_is_told_that_it_is_closed() {
    let server = Devserver::start("superset");
    let mut talk = Talk::ready(&server.with_pair("dev~close_after_audio=1"), spanish());
    talk.session.send_audio(&[0; 2 * 16_000]).unwrap();
    assert_eq!(talk.until_closed().code, Status::ConnectionLost.code());
    let pace = Pace { lead: Duration::ZERO, percent: 100 };
    let refused = talk.session.send_paced(|_| Ok(&[0; 640]), pace, None).unwrap_err();
    assert_eq!(refused.status, Status::Closed);
}
