//! Time that the library adds between a text and its first audio: both directions through it and the loopback network,
//! without the server's part, which is measured there. Prints the median and the maximum of many rounds, and fails when
//! the median is not below a millisecond.
//!
//!     cargo bench -p palabra --bench tts_latency

#![allow(clippy::disallowed_methods, clippy::disallowed_macros, reason = "it is no part of the library")]
#![allow(clippy::print_stdout)]

use std::net::TcpListener;
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};
use std::thread;
use std::time::Duration;

use palabra::client::secret::Secret;
use palabra::client::{Client, ClientOptions};
use palabra::event::EventKind;
use palabra::products::tts::Saying;
use palabra::products::tts::options::TtsOptions;
use palabra::session::Session;
use palabra::session::events::queue::Polled;
use palabra::session::handle::options::SessionOptions;
use palabra::session::handle::options::StreamAddress;
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::{self, Message};

const ROUNDS: usize = 500;
/// Keeps within the rate limit of texts, and lets the machine do other work.
const PAUSE: Duration = Duration::from_millis(3);
const BOUND: Duration = Duration::from_millis(1);

/// Answers each text immediately with 200 ms of audio, and reports its own processing time.
fn server(spent: Sender<Duration>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("ws://{}/", listener.local_addr().unwrap());
    let audio = "AAAA".repeat(9600 / 3);
    let chunk = format!(
        r#"{{"message_type":"audio_chunk","data":{{"audio":"{audio}","size":9600,"generation_id":"","last_chunk":true,"audio_len":0.2}}}}"#
    );
    thread::spawn(move || {
        let (tcp, _) = listener.accept().unwrap();
        tcp.set_nodelay(true).unwrap();
        let mut socket = tungstenite::accept(tcp).unwrap();
        while let Ok(message) = socket.read() {
            let read = Instant::now();
            if !message.is_text() || message.to_text().is_ok_and(|text| text.contains(r#""init""#)) {
                continue;
            }
            let reply = Message::text(chunk.as_str());
            spent.send(read.elapsed()).unwrap();
            if socket.send(reply).is_err() {
                return;
            }
        }
    });
    url
}

fn main() {
    let (spent, spending) = channel();
    let stream = StreamAddress { ws_url: server(spent), token: Secret::new("token") };
    let client = ClientOptions { ignore_environment: true, ..ClientOptions::default() };
    let options = TtsOptions {
        language: "en".into(),
        texts_per_second: Some(1000),
        session: SessionOptions { stream: Some(stream), ..SessionOptions::default() },
        ..TtsOptions::default()
    };
    let session = Session::open_tts(Arc::new(Client::new(client).unwrap()), options, None).unwrap();
    session.wait_ready(Some(Instant::now() + Duration::from_secs(10))).unwrap();
    let mut rounds: Vec<Duration> = (0..ROUNDS)
        .map(|_| {
            thread::sleep(PAUSE);
            let asked = Instant::now();
            session.send_text("Good evening", Saying { is_eos: true, ..Saying::default() }).unwrap();
            wait_for_audio(&session);
            asked.elapsed().saturating_sub(spending.recv().unwrap())
        })
        .collect();
    session.close(Duration::from_secs(1));
    rounds.sort();
    let at = |percent: usize| rounds[ROUNDS * percent / 100].as_micros();
    println!(
        "text to first audio, without the server: p50 {} us, p90 {} us, p99 {} us ({ROUNDS} rounds)",
        at(50),
        at(90),
        at(99)
    );
    assert!(rounds[ROUNDS / 2] < BOUND, "the middle is above {BOUND:?}");
}

fn wait_for_audio(session: &Session) {
    loop {
        match session.poll_event(Some(Instant::now() + Duration::from_secs(10))).unwrap() {
            Polled::Event(numbered) if numbered.event.kind == EventKind::Audio => return,
            Polled::Event(_) => {}
            Polled::Nothing | Polled::Closed => panic!("no audio came"),
        }
    }
}
