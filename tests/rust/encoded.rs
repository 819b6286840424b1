//! Encoded audio, which the library neither decodes nor encodes: input of speech-to-text, and MP3 of text-to-speech.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use crate::support::{Devserver, PATIENCE, Talk, client, flag};
use palabra::audio::samples::Encoding;
use palabra::client::secret::Secret;
use palabra::client::{Client, ClientOptions};
use palabra::error::Status;
use palabra::event::{Event, EventKind};
use palabra::ffi::types::base::PALABRA_FLAG_FINAL as FINAL;
use palabra::products::stt::options::SttOptions;
use palabra::products::tts::Saying;
use palabra::products::tts::options::TtsOptions;
use palabra::session::Session;
use palabra::session::handle::options::SessionOptions;
use palabra::session::handle::schedule::Pace;
use palabra::session::input::InputOptions;
use palabra::wire::stt::Container;
use palabra::wire::tts::Format;
use serde_json::{Value, json};

const MS: Duration = Duration::from_millis(1);

fn stt(server: &Devserver, key: &str) -> Arc<Client> {
    client(ClientOptions {
        api_key: Some(Secret::new(key)),
        stt_url: Some(format!("ws://{}/asr/v1/speech-to-text/stream", server.address)),
        ..ClientOptions::default()
    })
}

fn open(client: &Arc<Client>, container: Container) -> Talk {
    let options = SttOptions { container: Some(container), ..SttOptions::default() };
    Talk { session: Session::open_stt(client.clone(), options, None).unwrap(), events: Vec::new() }
}

/// The server's only stream.
fn stream(server: &Devserver) -> Value {
    server.report()["streams"].as_array().unwrap().last().unwrap().clone()
}

/// All byte values, in an order that is not that of samples.
fn bytes(size: usize) -> Vec<u8> {
    (0..size).map(|n| (n * 7 / 3) as u8).collect()
}

fn sum(bytes: &[u8]) -> Value {
    let mut sum = flate2::Crc::new();
    sum.update(bytes);
    json!(sum.sum())
}

/// Sends like a caller that resends the bytes that were not taken.
fn send_all(talk: &Talk, mut bytes: &[u8]) {
    let start = Instant::now();
    while !bytes.is_empty() {
        let taken = talk.session.send_encoded(bytes).unwrap();
        bytes = &bytes[taken..];
        assert!(start.elapsed() < PATIENCE, "{} bytes are not taken", bytes.len());
        std::thread::sleep(MS);
    }
}

#[test]
fn encoded_bytes_arrive_as_they_were_sent_and_the_last_of_them_before_the_end() {
    use Container::*;
    for (container, name) in [(Webm, "webm"), (Flac, "flac")] {
        let server = Devserver::start("superset");
        let mut talk = open(&stt(&server, "dev"), container);
        let audio = bytes(100_003);
        // Before READY, and more than the input buffer holds.
        let early = talk.session.send_encoded(&audio).unwrap();
        assert!((64_000..100_000).contains(&early), "{early}");
        talk.wait(EventKind::Ready);
        let (first, second) = audio[early..].split_at(10_001);
        first.chunks(333).for_each(|block| send_all(&talk, block));
        talk.session.finalize(7).unwrap();
        let heard_ms = (early + first.len()) / 4;
        let answer = talk.answer(7);
        assert!(
            answer.is(FINAL) && answer.end_ms.unwrap().abs_diff(heard_ms as u32) < 60,
            "{name}: {answer:?}"
        );
        send_all(&talk, second);
        talk.session.end().unwrap();
        assert_eq!(talk.until_closed().code, 0);
        let last = talk.events.iter().rfind(|event| event.is(FINAL)).unwrap();
        assert!(last.end_ms.unwrap().abs_diff(audio.len() as u32 / 4) < 60, "{name}: {last:?}");
        let report = stream(&server);
        assert_eq!(report["settings"], json!({"format": name}));
        assert_eq!((&report["audio_bytes"], &report["audio_crc32"]), (&json!(audio.len()), &sum(&audio)));
        let stats = talk.session.stats();
        assert_eq!((stats.input_frames_taken, stats.input_frames_sent), (100_003, 100_003));
        assert_eq!(stats.silence_frames_sent, 0, "silence cannot be added");
    }
}

#[test]
fn less_than_a_chunk_leaves_while_the_recorder_goes_on() {
    let server = Devserver::start("superset");
    let mut talk = open(&stt(&server, "dev"), Container::Webm);
    talk.wait(EventKind::Ready);
    let (start, mut sent) = (Instant::now(), 0);
    while stream(&server)["audio_bytes"].as_u64().unwrap() < 20 {
        sent += talk.session.send_encoded(&[7]).unwrap();
        assert!(start.elapsed() < PATIENCE, "{sent} bytes stay inside");
        std::thread::sleep(5 * MS);
    }
    assert!(sent < 3200, "{sent} bytes were a chunk");
}

#[test]
fn no_silence_follows_encoded_bytes() {
    let server = Devserver::start("superset");
    let session = SessionOptions { end_timeout: Some(1000 * MS), ..SessionOptions::default() };
    let options = SttOptions { container: Some(Container::Aac), session, ..SttOptions::default() };
    let opened = Session::open_stt(stt(&server, "dev~no_answer~.n"), options, None).unwrap();
    let mut talk = Talk { session: opened, events: Vec::new() };
    send_all(&talk, &bytes(1000));
    talk.session.end().unwrap();
    assert_eq!(talk.until_closed().code, 0);
    assert_eq!(stream(&server)["audio_bytes"], 1000);
}

#[test]
fn bytes_are_spread_over_the_time_that_they_last() {
    let server = Devserver::start("superset");
    let mut talk = open(&stt(&server, "dev"), Container::Ogg);
    let audio = bytes(3001);
    let paced = |lead, deadline| talk.session.send_encoded_paced(&audio, 300 * MS, lead, deadline);
    assert_eq!(paced(Duration::ZERO, Some(Instant::now())).unwrap_err().status, Status::Timeout);
    let start = Instant::now();
    assert_eq!(paced(Duration::ZERO, None).unwrap(), audio.len());
    assert!(start.elapsed() >= 300 * MS);
    let (start, session) = (Instant::now(), talk.session.clone());
    let sent = paced(300 * MS, Some(start + 2000 * MS)).unwrap();
    assert!(sent <= audio.len());
    std::thread::spawn(move || session.end());
    talk.until_closed();
    assert_eq!(stream(&server)["audio_bytes"], audio.len() + sent);
}

#[test]
fn samples_and_bytes_are_not_mixed() {
    let server = Devserver::start("superset");
    let talk = open(&stt(&server, "dev"), Container::Wav);
    let session = &talk.session;
    assert_eq!(session.send_audio(&[0; 4]).unwrap_err(), Status::Unsupported);
    let pace = Pace { lead: Duration::ZERO, percent: 100 };
    let paced = session.send_paced(|_| Ok(&[0; 4]), pace, None);
    assert_eq!(paced.unwrap_err().status, Status::Unsupported);
    let changed = session.set_input_format(Encoding::S16, 16_000, 1);
    assert_eq!(changed.unwrap_err().status, Status::Unsupported);
    assert_eq!(session.skip(10), Err(Status::Unsupported), "silence cannot be inserted");
    let file = session.send_file("tests/data/tone.mp3".as_ref(), pace, None).unwrap_err();
    assert!(file.status == Status::Unsupported && file.text.contains("encoded"), "{}", file.text);
    assert_eq!(session.audio_space(), Ok(64_000));
    let options = SttOptions { input: InputOptions::default(), ..SttOptions::default() };
    let samples = Session::open_stt(stt(&server, "dev"), options, None).unwrap();
    assert_eq!(samples.send_encoded(&[0]).unwrap_err(), Status::Unsupported);
    samples.close(Duration::ZERO);
}

/// Speech of the devserver in MP3, 60 ms for a character: silence in frames of 24 ms and 96 bytes.
fn is_speech(data: &[u8], characters: usize) -> bool {
    let begins = |frame: &[u8]| frame.starts_with(&[0xff, 0xf3]);
    data.len() == (characters * 60).div_ceil(24) * 96 && data.chunks(96).all(begins)
}

fn data_of(events: &[Event], id: &str) -> Vec<u8> {
    let audio = events.iter().filter(|event| event.kind == EventKind::Audio && event.texts.id() == id);
    audio.flat_map(|event| event.data.clone()).collect()
}

#[test]
fn mp3_is_delivered_as_bytes() {
    let server = Devserver::start("superset");
    for key in ["dev", "dev~cut_pcm~.c", "dev~tts_interleave~.i", "dev~tts_merged_last~.m"] {
        let options = TtsOptions { language: "en".into(), format: Format::Mp3, ..TtsOptions::default() };
        let mut talk = Talk::open_tts(&server.with_key(key), options);
        for id in ["a", "b"] {
            let saying = Saying { is_eos: true, generation: Some(id), user_tag: 3, ..Saying::default() };
            talk.session.send_text("Good evening", saying).unwrap();
        }
        let (said, rate) = talk.session.synthesize("Welcome", Some(Instant::now() + PATIENCE)).unwrap();
        assert!(is_speech(&said.data, 7) && said.pcm.is_empty() && rate == 24_000, "{key}");
        talk.session.end().unwrap();
        assert_eq!(talk.until_closed().code, 0);
        for id in ["a", "b"] {
            assert!(is_speech(&data_of(&talk.events, id), 12), "{key} {id}");
        }
        let audio: Vec<&Event> = talk.events.iter().filter(|event| event.kind == EventKind::Audio).collect();
        assert!(audio.iter().all(|event| event.pcm.is_empty() && event.sample_rate == 24_000));
        assert_eq!(audio.iter().filter(|event| event.is(flag::LAST_CHUNK)).count(), 2, "{key}");
        assert_eq!(talk.session.stats().audio_frames_received, 0);
    }
    let settings = &server.report()["streams"][0]["settings"];
    assert_eq!(settings["output"], json!({"format": "mp3", "sample_rate": 24_000}));
}
