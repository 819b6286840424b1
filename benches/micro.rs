//! The cost of one message, and the cost of one call for the caller. Run with `cargo bench --bench micro`.

#![allow(clippy::disallowed_methods, clippy::disallowed_macros, reason = "it is no part of the library")]

use std::hint::black_box;
use std::sync::Arc;

use divan::Bencher;
use divan::counter::BytesCount;
use palabra::client::{Client, ClientOptions, credentials::Credentials};
use palabra::event::{About, Event, EventKind};
use palabra::ffi::types::base::PALABRA_FLAG_FINAL;
use palabra::products::translation::options::TranslationOptions;
use palabra::session::Session;
use palabra::session::events::mailbox::{Limits, Mailbox};
use palabra::session::events::queue::{Polled, Queue};
use palabra::session::input::InputOptions;
use palabra::wire::translation::incoming::{self, Message, OutputFormat};
use palabra::wire::translation::outgoing;

fn main() {
    divan::main();
}

/// 320 ms at 24 kHz mono.
const CHUNK_BYTES: usize = 15_360;

fn pcm() -> Vec<u8> {
    (0..CHUNK_BYTES).map(|n| (n * 31) as u8).collect()
}

#[divan::bench(args = [CHUNK_BYTES, CHUNK_BYTES / 2 + 1])]
fn encode_chunk(bencher: Bencher, seam: usize) {
    let pcm = pcm();
    let (first, second) = pcm.split_at(seam);
    let mut message = Vec::with_capacity(outgoing::audio_len(CHUNK_BYTES));
    bencher.counter(BytesCount::new(CHUNK_BYTES)).bench_local(|| {
        message.clear();
        outgoing::append_audio(black_box(first), black_box(second), &mut message);
    });
}

#[divan::bench]
fn decode_chunk(bencher: Bencher) {
    let base64 = base64_simd::STANDARD.encode_to_string(pcm());
    let frame = format!(
        r#"{{"message_type":"output_audio_data","data":{{"transcription_id":"0123456789abcdef","translation_part_id":"0","language":"es","last_chunk":false,"data":"{base64}","chunk_generation_delta":null}}}}"#
    );
    bencher.counter(BytesCount::new(CHUNK_BYTES)).bench(|| {
        incoming::read(black_box(frame.as_bytes()), |message| match message {
            Message::Audio(audio) => audio.samples(OutputFormat::Pcm, None, 1 << 20),
            _ => unreachable!("an audio message"),
        })
    });
}

#[divan::bench]
fn decode_transcript(bencher: Bencher) {
    let frame = br#"{"message_type":"validated_transcription","data":{"transcription":{"transcription_id":"0123456789abcdef","language":"en","text":"He was not an ill disposed young man","segments":[{"text":"He was","start":0.0,"end":1.2}]}}}"#;
    bencher.bench(|| incoming::read(black_box(frame), |message| matches!(message, Message::Transcript(_))));
}

/// 20 ms frames into the ring buffer of a session whose server never answers; the ring has space for all of them.
#[divan::bench(sample_count = 25, sample_size = 100)]
fn send_call_20_ms(bencher: Bencher) {
    let session = waiting_session();
    let frame = [7u8; 960];
    bencher.bench_local(|| assert_eq!(session.send_audio(black_box(&frame)), Ok(480)));
    session.close(std::time::Duration::ZERO);
}

/// A final text, which is dropped only in favor of another final text.
fn final_text() -> Event {
    Event { flags: PALABRA_FLAG_FINAL, ..Event::new(EventKind::Transcript) }
}

fn mailbox(waiting: usize, limit: usize) -> (Arc<Queue>, Arc<Mailbox>) {
    let queue = Arc::new(Queue::new());
    let mailbox =
        Mailbox::new(About { tag: 1, name: None }, Limits { events: limit, bytes: 1 << 40 }, queue.clone());
    (0..waiting).for_each(|_| mailbox.push(final_text()));
    (queue, mailbox)
}

/// One event in and one out, while this many are queued.
#[divan::bench(args = [10, 100_000], sample_count = 25, sample_size = 1000)]
fn push_and_take_beside(bencher: Bencher, waiting: usize) {
    let (queue, mailbox) = mailbox(waiting, usize::MAX);
    let now = tokio::time::Instant::now();
    bencher.bench_local(|| {
        mailbox.push(black_box(final_text()));
        assert!(matches!(queue.poll(Some(now)), Polled::Event(_)));
    });
}

/// One event into a full mailbox, which has to find an event to drop.
#[divan::bench(args = [10, 100_000], sample_count = 25, sample_size = 100)]
fn push_into_full(bencher: Bencher, waiting: usize) {
    let (_queue, mailbox) = mailbox(waiting, waiting);
    bencher.bench_local(|| mailbox.push(black_box(final_text())));
}

fn waiting_session() -> Arc<Session> {
    // Neither accepts nor refuses connections: the session stays CONNECTING.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let client = Client::new(ClientOptions {
        credentials: Some(Credentials::new("id", "secret")),
        api_url: Some(format!("http://{}", silent.local_addr().expect("an address"))),
        ignore_environment: true,
        ..ClientOptions::default()
    });
    // Lives as long as the benchmark.
    std::mem::forget(silent);
    let options = TranslationOptions {
        source_language: Some("en".into()),
        target_languages: Some("es".into()),
        input: InputOptions { buffer_ms: Some(60_000), ..InputOptions::default() },
        ..TranslationOptions::default()
    };
    Session::open(Arc::new(client.expect("a client")), options, None).expect("a session")
}
