//! Speech-to-text sessions with the devserver: what is sent, what arrives, and how they end.

use std::f64::consts::TAU;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use crate::support::{Devserver, LogLines, PATIENCE, Talk, client, spanish};
use palabra::audio::g711;
use palabra::audio::samples::Encoding;
use palabra::client::secret::Secret;
use palabra::client::{Client, ClientOptions};
use palabra::error::Status;
use palabra::event::{Event, EventKind};
use palabra::ffi::types::base::{PALABRA_FLAG_FINAL as FINAL, PALABRA_FLAG_TRANSLATION as TRANSLATION};
use palabra::products::stt::options::SttOptions;
use palabra::session::handle::options::SessionOptions;
use palabra::session::handle::options::StreamAddress;
use palabra::session::handle::schedule::Pace;
use palabra::session::input::InputOptions;
use palabra::session::input::gap::Policy;
use palabra::session::{Session, State};
use palabra::wire::stt::query::Finalization;
use serde_json::{Value, json};

const MS: Duration = Duration::from_millis(1);
const RATE: usize = 16_000;

fn stt_url(server: &Devserver) -> String {
    format!("ws://{}/asr/v1/speech-to-text/stream", server.address)
}

/// The key may name faults.
fn with_key(server: &Devserver, key: &str) -> Arc<Client> {
    client(ClientOptions {
        api_key: Some(Secret::new(key)),
        stt_url: Some(stt_url(server)),
        ..ClientOptions::default()
    })
}

fn open(client: &Arc<Client>, options: SttOptions) -> Talk {
    let options = SttOptions { input: InputOptions { buffer_ms: Some(20_000), ..options.input }, ..options };
    Talk { session: Session::open_stt(client.clone(), options, None).unwrap(), events: Vec::new() }
}

fn ready(client: &Arc<Client>, options: SttOptions) -> Talk {
    let mut talk = open(client, options);
    talk.wait(EventKind::Ready);
    talk
}

/// The last of the server's streams.
fn stream(server: &Devserver) -> Value {
    server.report()["streams"].as_array().unwrap().last().unwrap().clone()
}

fn tone(rate: usize, ms: usize) -> Vec<i16> {
    let frames = rate * ms / 1000;
    (0..frames).map(|n| ((n as f64 * 440.0 * TAU / rate as f64).sin() * 12_000.0) as i16).collect()
}

fn bytes(samples: &[i16]) -> Vec<u8> {
    samples.iter().flat_map(|sample| sample.to_ne_bytes()).collect()
}

/// A tone at 16 kHz after some silence: a complete phrase with silence after it, an unfinished one without.
fn phrase(tone_ms: usize, after_ms: usize) -> Vec<u8> {
    bytes(&[vec![0; RATE / 4], tone(RATE, tone_ms), vec![0; RATE * after_ms / 1000]].concat())
}

fn send(talk: &Talk, audio: &[u8]) {
    let sent = talk.session.send_audio(audio).unwrap();
    assert_eq!(audio.len() % sent, 0, "no room");
}

fn is_final(event: &Event) -> bool {
    event.kind == EventKind::Transcript && event.is(FINAL)
}

fn finals(talk: &Talk) -> Vec<&str> {
    let finals = talk.events.iter().filter(|event| is_final(event) && !event.is(TRANSLATION));
    finals.map(|event| event.texts.text()).collect()
}

/// How long an end may wait; a quick end takes far less, on a slow machine too.
const QUICK: Duration = Duration::from_secs(60);

fn ends_well(talk: &mut Talk) {
    talk.session.end().unwrap();
    let closed = talk.until_closed();
    assert_eq!((closed.kind, closed.code), (EventKind::Closed, 0), "{}", closed.texts.text());
}

fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < PATIENCE, "{what}");
        std::thread::sleep(5 * MS);
    }
}

#[test]
fn every_encoding_goes_out_as_it_is() {
    let server = Devserver::start("superset");
    for (encoding, rate, format, said_rate) in [
        (Encoding::S16, 16_000, "pcm_s16le", Value::Null),
        (Encoding::S16, 8000, "pcm_s16le", json!("8000")),
        (Encoding::S16, 44_100, "pcm_s16le", json!("44100")),
        (Encoding::F32, 16_000, "pcm_f32le", json!("16000")),
        (Encoding::MuLaw, 8000, "mulaw", json!("8000")),
        (Encoding::ALaw, 8000, "alaw", json!("8000")),
    ] {
        let options = SttOptions {
            input: InputOptions { encoding, sample_rate: Some(rate), ..InputOptions::default() },
            ..SttOptions::default()
        };
        let mut talk = ready(&with_key(&server, "dev"), options);
        // All values, in pieces that match neither the chunks nor the ring buffer.
        let frames = rate as usize * 13 / 10;
        let mut audio: Vec<u8> = (0..frames * encoding.sample_bytes()).map(|n| (n * 7 / 3) as u8).collect();
        for block in audio.chunks(encoding.sample_bytes() * 777) {
            send(&talk, block);
        }
        ends_well(&mut talk);
        let stats = talk.session.stats();
        assert_eq!(stats.input_frames_sent, frames as u64);
        let silence = stats.silence_frames_sent as usize * encoding.sample_bytes();
        audio.extend(std::iter::repeat_n(encoding.silent_byte(), silence));
        let mut sum = flate2::Crc::new();
        sum.update(&audio);
        let report = stream(&server);
        let settings = &report["settings"];
        assert_eq!((&settings["format"], &settings["sample_rate"]), (&json!(format), &said_rate));
        assert_eq!(report["audio_bytes"], audio.len(), "{format} {rate}");
        assert_eq!(report["audio_crc32"], sum.sum(), "{format} {rate}");
        assert_eq!((&report["closed_code"], &report["closed_by"]), (&json!(1000), &json!("client")));
    }
}

#[test]
fn several_channels_become_one_of_16_bit() {
    let server = Devserver::start("superset");
    for (channel, expected) in [(None, 0x2000i16), (Some(2), 0x4000)] {
        let options = SttOptions {
            input: InputOptions {
                encoding: Encoding::F32,
                sample_rate: Some(8000),
                channels: Some(2),
                channel,
                ..InputOptions::default()
            },
            ..SttOptions::default()
        };
        let mut talk = ready(&with_key(&server, "dev"), options);
        send(&talk, &[0.0f32, 0.5].map(f32::to_ne_bytes).concat().repeat(4000));
        ends_well(&mut talk);
        let report = stream(&server);
        let silence = vec![0; 2 * talk.session.stats().silence_frames_sent as usize];
        let mut sum = flate2::Crc::new();
        sum.update(&[expected.to_le_bytes().repeat(4000), silence].concat());
        assert_eq!(
            (&report["settings"]["format"], &report["audio_crc32"]),
            (&json!("pcm_s16le"), &json!(sum.sum()))
        );
    }
}

#[test]
fn another_device_is_converted_to_what_the_stream_was_opened_with() {
    let server = Devserver::start("superset");
    let options = SttOptions {
        input: InputOptions { encoding: Encoding::MuLaw, ..InputOptions::default() },
        ..SttOptions::default()
    };
    let mut talk = ready(&with_key(&server, "dev"), options);
    send(&talk, &[0xff; 2000]);
    talk.session.set_input_format(Encoding::S16, 48_000, 2).unwrap();
    send(&talk, &[0; 4 * 48_000]);
    talk.session.set_input_format(Encoding::MuLaw, 8000, 1).unwrap();
    let law: Vec<u8> = tone(8000, 500).into_iter().map(g711::to_mulaw).collect();
    send(&talk, &law);
    ends_well(&mut talk);
    let silence = vec![0xff; talk.session.stats().silence_frames_sent as usize];
    let mut sum = flate2::Crc::new();
    sum.update(&[vec![0xff; 2000 + 8000], law, silence].concat());
    let report = stream(&server);
    assert_eq!((&report["settings"]["format"], &report["audio_crc32"]), (&json!("mulaw"), &json!(sum.sum())));
}

#[test]
fn texts_grow_become_final_and_are_translated() {
    let server = Devserver::start("superset");
    let options = SttOptions {
        language: Some("en".into()),
        translate_languages: Some("es, fr".into()),
        filler_filter: Some(false),
        session: SessionOptions { wants_json: true, tag: 5, ..SessionOptions::default() },
        ..SttOptions::default()
    };
    let mut talk = ready(&with_key(&server, "dev"), options);
    send(&talk, &phrase(1500, 1200));
    let last = talk.wait_for("the final", is_final);
    assert_eq!((last.texts.text(), last.texts.language()), ("phrase 1, 1.5 s", "en"));
    assert!(
        last.start_ms.unwrap().abs_diff(250) < 60 && last.end_ms.unwrap().abs_diff(1750) < 60,
        "{last:?}"
    );
    let json: Value = serde_json::from_str(last.texts.json()).unwrap();
    assert_eq!((&json["message_type"], &json["is_eos"]), (&json!("transcription"), &json!(true)));
    let growing = talk.events.iter().find(|event| event.kind == EventKind::Transcript).unwrap();
    assert_eq!((growing.flags, growing.phrase, growing.session_tag), (0, last.phrase, 5));
    for language in ["es", "fr"] {
        let translated = talk.wait_for(language, |event| event.is(TRANSLATION));
        assert!(translated.is(FINAL) && translated.phrase == last.phrase);
        assert_eq!(translated.texts.text(), format!("[{language}] phrase 1, 1.5 s"));
    }
    let report = stream(&server);
    assert_eq!(
        report["settings"],
        json!({"format": "pcm_s16le", "language": "en", "translate_languages": "es,fr",
            "enable_filler_filter": "false"})
    );
}

#[test]
fn the_end_brings_the_last_final_and_its_translations() {
    let server = Devserver::start("superset");
    let options = || SttOptions { translate_languages: Some("es".into()), ..SttOptions::default() };
    for fault in [
        "dev",
        "dev~stt_bare_fin",
        "dev~stt_full_fin",
        "dev~split_frames",
        "dev~duplicate_frames",
        "dev~garbage",
    ] {
        let mut talk = ready(&with_key(&server, fault), options());
        send(&talk, &[phrase(500, 1000), phrase(800, 0)].concat());
        let start = Instant::now();
        ends_well(&mut talk);
        assert!(start.elapsed() < QUICK, "{fault}: {:?}", start.elapsed());
        let said = finals(&talk);
        assert_eq!((said[0], said[said.len() - 1]), ("phrase 1, 0.5 s", "phrase 2, 0.8 s"), "{fault}");
        let translated = talk.events.iter().rfind(|event| event.is(TRANSLATION)).unwrap();
        assert_eq!(translated.texts.text(), "[es] phrase 2, 0.8 s");
        assert!(talk.events.iter().all(|event| !event.texts.text().contains("fin>")), "{fault}");
    }
}

#[test]
fn a_final_that_comes_again_is_told_and_not_waited_for() {
    let server = Devserver::start("superset");
    let session = SessionOptions { end_timeout: Some(10 * QUICK), ..SessionOptions::default() };
    let options = SttOptions { session, translate_languages: Some("es".into()), ..SttOptions::default() };
    let mut talk = ready(&with_key(&server, "dev~stt_tell_again~stt_empty_segments"), options);
    send(&talk, &phrase(500, 1200));
    talk.wait_for("the better text", |event| is_final(event) && event.texts.text() == "phrase 1, 0.5 s.");
    let start = Instant::now();
    ends_well(&mut talk);
    assert!(start.elapsed() < QUICK, "{:?}", start.elapsed());
}

#[test]
fn the_end_of_silence_is_quiet_and_quick() {
    let server = Devserver::start("superset");
    let mut log = LogLines::start();
    let mut talk = open(
        &with_key(&server, "dev"),
        SttOptions {
            session: SessionOptions { tag: 73_001, ..SessionOptions::default() },
            ..SttOptions::default()
        },
    );
    // Before READY: the call waits.
    talk.session.end().unwrap();
    assert_eq!(talk.session.end().unwrap_err().status, Status::Ended);
    assert_eq!(talk.session.finalize(1).unwrap_err().status, Status::Ended);
    let start = Instant::now();
    assert_eq!(talk.until_closed().code, 0);
    assert!(start.elapsed() < QUICK);
    assert!(finals(&talk).is_empty() && !log.of(73_001).is_empty());
    assert_eq!(talk.session.finalize(1).unwrap_err().status, Status::Closed);
}

#[test]
fn a_service_that_does_not_know_finalize_gets_silence() {
    let server = Devserver::start("superset");
    let mut talk = ready(&with_key(&server, "dev~no_answer~.silence"), SttOptions::default());
    send(&talk, &phrase(500, 0));
    talk.session.end().unwrap();
    let start = Instant::now();
    assert_eq!(talk.until_closed().code, 0, "nothing was said, nothing is lost");
    let (took, stats) = (start.elapsed().as_millis() as u64, talk.session.stats());
    let silence_ms = stats.silence_frames_sent * 1000 / RATE as u64;
    assert!(took >= 2000 && (1280..=took).contains(&silence_ms), "{silence_ms} ms of silence in {took} ms");
}

#[test]
fn finals_that_are_not_marked_end_with_the_wait() {
    let server = Devserver::start("superset");
    let mut talk = ready(&with_key(&server, "dev~stt_no_fin"), SttOptions::default());
    send(&talk, &phrase(500, 0));
    talk.session.end().unwrap();
    assert_eq!(talk.until_closed().code, 0);
    assert_eq!(finals(&talk), ["phrase 1, 0.5 s"]);
}

#[test]
fn a_text_that_was_growing_still_is_told() {
    let server = Devserver::start("superset");
    // The final and the answer come too late.
    let mut talk = ready(&with_key(&server, "dev~late_answer_ms=1600"), SttOptions::default());
    send(&talk, &phrase(1000, 0));
    talk.wait(EventKind::Transcript);
    talk.session.end().unwrap();
    let closed = talk.until_closed();
    // It may arrive during the close: then nothing was lost.
    let is_told =
        closed.code == Status::Timeout.code() && closed.texts.text().contains("did not become final");
    assert!(is_told || !finals(&talk).is_empty(), "{closed:?}");
}

#[test]
fn finalize_is_answered_in_both_modes() {
    for (finalization, key) in [
        (None, "dev"),
        (Some(Finalization::Auto), "dev"),
        (Some(Finalization::Manual), "dev"),
        (Some(Finalization::Manual), "dev~stt_bare_fin"),
        (None, "dev~split_frames"),
    ] {
        let server = Devserver::start("superset");
        let options = SttOptions { finalization, finalization_timeout_s: Some(60), ..SttOptions::default() };
        let mut talk = ready(&with_key(&server, key), options);
        // Not a whole chunk: the rest of it is sent before `finalize`.
        send(&talk, &phrase(500, 300));
        talk.session.finalize(7).unwrap();
        let answer = talk.answer(7);
        assert!(is_final(&answer));
        assert_eq!(answer.texts.text(), "phrase 1, 0.5 s", "{finalization:?} {key}");
        assert_eq!(answer.texts.language(), if key.contains("bare") { "" } else { "en" });
        // Nothing was said since the last final.
        talk.session.finalize(8).unwrap();
        talk.session.finalize(9).unwrap();
        for tag in [8, 9] {
            let answer = talk.answer(tag);
            assert!(is_final(&answer) && answer.texts.text().is_empty());
        }
        ends_well(&mut talk);
        let report = stream(&server);
        let mode = match finalization {
            None => Value::Null,
            Some(Finalization::Auto) => json!("auto"),
            Some(Finalization::Manual) => json!("manual"),
        };
        assert_eq!(
            (&report["settings"]["finalization_mode"], &report["messages"]["finalize"]),
            (&mode, &json!(4))
        );
        assert_eq!(report["settings"]["finalization_timeout"], "60");
    }
}

#[test]
fn by_hand_nothing_is_final_before_it_is_asked_for() {
    let server = Devserver::start("superset");
    let options = SttOptions { finalization: Some(Finalization::Manual), ..SttOptions::default() };
    let mut talk = ready(&with_key(&server, "dev"), options);
    send(&talk, &phrase(500, 1500));
    wait_until("the audio", || stream(&server)["audio_bytes"] == 2 * RATE * 2240 / 1000);
    send(&talk, &phrase(500, 0));
    talk.session.finalize(3).unwrap();
    talk.answer(3);
    assert_eq!(finals(&talk).len(), 1);
}

#[test]
fn a_finalize_without_an_answer_is_an_error_with_its_tag() {
    let server = Devserver::start("superset");
    let options = || SttOptions { finalize_timeout: Some(300 * MS), ..SttOptions::default() };
    let mut talk = ready(&with_key(&server, "dev~stt_no_fin"), options());
    send(&talk, &phrase(500, 0));
    talk.session.finalize(4).unwrap();
    let error = talk.answer(4);
    assert_eq!((error.kind, error.code, error.flags), (EventKind::Error, Status::Timeout.code(), 0));
    if finals(&talk).is_empty() {
        // The server was slower than the timeout.
        talk.wait_for("the final", is_final);
    }
    assert_eq!(finals(&talk), ["phrase 1, 0.5 s"]);
    // A request that is pending when the session ends is reported too.
    let mut talk = ready(&with_key(&server, "dev~stt_no_fin"), SttOptions::default());
    talk.session.finalize(5).unwrap();
    talk.session.end().unwrap();
    assert_eq!(talk.until_closed().code, 0);
    let errors = talk.events.iter().filter(|event| event.kind == EventKind::Error);
    assert_eq!(errors.map(|event| event.user_tag).collect::<Vec<_>>(), [5]);
}

#[test]
fn texts_are_never_made_of_deltas() {
    let server = Devserver::start("superset");
    let mut talk = ready(&with_key(&server, "dev~stt_wrong_delta"), SttOptions::default());
    send(&talk, &phrase(1500, 1200));
    talk.wait_for("the final", is_final);
    let transcripts = talk.events.iter().filter(|event| event.kind == EventKind::Transcript);
    assert!(transcripts.clone().count() > 1);
    assert!(transcripts.map(|event| event.texts.text()).all(|text| text.starts_with("phrase 1, ")));
}

#[test]
fn complaints_explain_the_close_flat_or_nested() {
    let server = Devserver::start("superset");
    for fault in ["dev~stream_error=BAD_REQUEST", "dev~stream_error=BAD_REQUEST~stt_flat_error"] {
        let mut talk =
            ready(&with_key(&server, &format!("{fault}~close_after_ms=3000")), SttOptions::default());
        send(&talk, &phrase(500, 0));
        let error = talk.wait(EventKind::Error);
        assert_eq!((error.code, error.texts.service_code()), (Status::Service.code(), "BAD_REQUEST"));
        assert_eq!(error.texts.text(), "failed on purpose");
        let closed = talk.until_closed();
        assert_eq!(
            (closed.code, closed.texts.service_code()),
            (Status::Service.code(), "BAD_REQUEST"),
            "{closed:?}"
        );
    }
}

#[test]
fn refusals_come_with_their_status_and_reason() {
    let (strict, server) = (Devserver::start_with(&["--token", "another"]), Devserver::start("superset"));
    let refused = |server: &Devserver, key: &str, options: SttOptions| {
        let mut talk = open(&with_key(server, key), options);
        let closed = talk.until_closed();
        let error = talk.session.last_error().unwrap();
        assert_eq!(closed.code, error.status.code());
        assert!(!error.text.contains("key-that"), "{}", error.text);
        error
    };
    let unknown = refused(&strict, "key-that-nobody-may-see", SttOptions::default());
    assert_eq!((unknown.status, unknown.http_status, unknown.retriable), (Status::Auth, 401, false));
    let wrong = SttOptions { language: Some("xx&language=en".into()), ..SttOptions::default() };
    let wrong = refused(&server, "dev~stt_one_stream", wrong);
    assert_eq!((wrong.status, wrong.http_status, wrong.retriable), (Status::Session, 400, false));
    let reason = "invalid parameter \"language\": unsupported language code \"xx";
    assert!(wrong.text.contains(reason), "{}", wrong.text);
    let _first = ready(&with_key(&server, "dev~stt_one_stream"), SttOptions::default());
    let second = refused(&server, "dev~stt_one_stream", SttOptions::default());
    assert_eq!(
        (second.status, second.http_status, second.retriable),
        (Status::Rate, 409, true),
        "{}",
        second.text
    );
    assert!(second.text.contains("open already"), "{}", second.text);
}

#[test]
fn a_connection_that_breaks_or_goes_silent_is_told() {
    let server = Devserver::start("superset");
    let mut talk = ready(&with_key(&server, "dev~reset_after_audio=2"), SttOptions::default());
    send(&talk, &phrase(1000, 0));
    assert_eq!(talk.until_closed().code, Status::ConnectionLost.code());
    let options = SttOptions {
        session: SessionOptions { liveness_timeout: Some(5000 * MS), ..SessionOptions::default() },
        ..SttOptions::default()
    };
    let mut talk = ready(&with_key(&server, "dev~silent_after_ms=1000"), options);
    assert_eq!(talk.until_closed().code, Status::ConnectionDead.code());
}

#[test]
fn a_connection_that_is_dead_at_the_end_is_no_good_end() {
    let server = Devserver::start("superset");
    let mut talk = ready(&with_key(&server, "dev~silent_after_ms=0"), SttOptions::default());
    send(&talk, &phrase(500, 0));
    talk.session.end().unwrap();
    assert_eq!(talk.until_closed().code, Status::ConnectionDead.code());
}

#[test]
fn a_service_that_gets_no_audio_leaves_and_the_reason_is_told() {
    let server = Devserver::start_with(&["--idle-timeout-ms", "6500"]);
    let mut talk = ready(&with_key(&server, "dev"), SttOptions::default());
    let closed = talk.until_closed();
    assert_eq!(closed.code, Status::ConnectionLost.code());
    assert!(closed.texts.text().contains("because no audio came"), "{}", closed.texts.text());
    assert_eq!(talk.session.last_error().unwrap().close_code, 1001);
}

#[test]
fn the_code_of_a_close_says_whether_to_come_back() {
    let server = Devserver::start("superset");
    for (code, is_retriable) in [(1002, false), (1012, true)] {
        let mut talk = open(&with_key(&server, &format!("dev~close_code={code}")), SttOptions::default());
        assert_eq!(talk.until_closed().code, Status::ConnectionLost.code());
        let error = talk.session.last_error().unwrap();
        assert_eq!((error.close_code, error.retriable), (code, is_retriable));
    }
}

#[test]
fn more_requests_than_the_limit_are_refused() {
    // Connections are not accepted, so the requests wait.
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let client = client(ClientOptions {
        api_key: Some(Secret::new("key")),
        stt_url: Some(format!("ws://{}/", nobody.local_addr().unwrap())),
        ..ClientOptions::default()
    });
    let talk = open(
        &client,
        SttOptions {
            session: SessionOptions { command_limit: Some(2), ..SessionOptions::default() },
            ..SttOptions::default()
        },
    );
    assert_eq!((talk.session.finalize(1), talk.session.finalize(2)), (Ok(()), Ok(())));
    assert_eq!(talk.session.finalize(3).unwrap_err().status, Status::Again);
}

#[test]
fn silence_in_place_of_missing_input_brings_the_final_and_keeps_the_session() {
    let server = Devserver::start_with(&["--idle-timeout-ms", "2000"]);
    let options = SttOptions {
        input: InputOptions {
            encoding: Encoding::ALaw,
            gap_policy: Policy::Silence,
            gap_after: Some(100 * MS),
            ..InputOptions::default()
        },
        ..SttOptions::default()
    };
    let mut talk = ready(&with_key(&server, "dev"), options);
    let law = |samples: Vec<i16>| samples.into_iter().map(g711::to_alaw).collect::<Vec<u8>>();
    send(&talk, &law([vec![0; 2000], tone(8000, 500)].concat()));
    let last = talk.wait_for("the final", is_final);
    assert_eq!(last.texts.text(), "phrase 1, 0.5 s");
    wait_until("more silence than the service waits for", || {
        talk.session.stats().silence_frames_sent > 20_000
    });
    send(&talk, &law(tone(8000, 500)));
    talk.session.finalize(2).unwrap();
    assert_eq!(talk.answer(2).texts.text(), "phrase 2, 0.5 s");
    ends_well(&mut talk);
}

#[test]
fn three_ways_to_connect() {
    // An API key, with a custom address or with that of its region.
    let server = Devserver::start("superset");
    let mut talk = ready(&with_key(&server, "dev key/+%&=?#ü"), SttOptions::default());
    ends_well(&mut talk);
    assert_eq!(server.report()["rest"], false);
    let region = |region: &str| {
        let options = ClientOptions {
            api_key: Some(Secret::new("k")),
            region: Some(region.into()),
            ..ClientOptions::default()
        };
        Session::open_stt(client(options), SttOptions::default(), None).err()
    };
    assert_eq!(region("us").unwrap().status, Status::InvalidArgument);
    assert_eq!(region("mars").unwrap().status, Status::InvalidArgument);
    // A client id and secret: a REST session, and its token at the host of the REST API.
    let server = Devserver::start("superset");
    let mut talk = ready(&server.with_pair("dev"), SttOptions::default());
    ends_well(&mut talk);
    wait_until("the deletion", || server.report()["deleted"] == 1);
    assert_eq!(stream(&server)["product"], "stt");
    // An address and a token, with any kind of client.
    let server = Devserver::start("superset");
    let address = StreamAddress { ws_url: stt_url(&server) + "?x=1", token: Secret::new("dev") };
    let options = SttOptions {
        session: SessionOptions { stream: Some(address), ..SessionOptions::default() },
        ..SttOptions::default()
    };
    let mut talk = ready(&client(ClientOptions::default()), options);
    ends_well(&mut talk);
}

#[test]
fn recordings_go_out_at_the_pace_of_speech() {
    let server = Devserver::start("superset");
    let mut talk = open(&with_key(&server, "dev"), SttOptions::default());
    let start = Instant::now();
    let pace = Pace { lead: 200 * MS, percent: 100 };
    let audio = phrase(750, 0);
    assert_eq!(talk.session.send_paced(|_| Ok(&audio), pace, None), Ok(RATE));
    assert!(start.elapsed() >= 790 * MS);
    let path = std::env::temp_dir().join(format!("palabra-stt-{}.wav", std::process::id()));
    let format = palabra::audio::format::Format { sample_rate: 8000, channels: 2 };
    let stereo: Vec<i16> = tone(8000, 550).into_iter().flat_map(|sample| [sample, sample]).collect();
    palabra::media::wav::write(&path, format, &stereo).unwrap();
    let sent = talk.session.send_file(&path, pace, None);
    std::fs::remove_file(&path).unwrap();
    assert_eq!(sent.ok(), Some(4400));
    ends_well(&mut talk);
    let silence = talk.session.stats().silence_frames_sent;
    assert_eq!(stream(&server)["audio_bytes"], 2 * (RATE as u64 + 8800 + silence));
    assert_eq!(finals(&talk), ["phrase 1, 1.3 s"]);
}

#[test]
fn what_belongs_to_another_product_is_refused() {
    let server = Devserver::start("superset");
    let talk = ready(&with_key(&server, "dev"), SttOptions::default());
    let session = &talk.session;
    let mut frame = [0; 4];
    for refused in [
        session.speak("hello", "es", false, 1).unwrap_err().status,
        session.interrupt("", false, 1).unwrap_err().status,
        session.pause(1).unwrap_err().status,
        session.resume(1).unwrap_err().status,
        session.set_task("no task", 1).unwrap_err().status,
        session.get_task(1).unwrap_err().status,
        session.read_audio(b"es", |_| Ok(&mut frame)).err().unwrap(),
        session.playout_stats(b"es").err().unwrap(),
        session
            .record_start(std::path::Path::new("x.wav"), palabra::session::output::RecordOptions::default())
            .unwrap_err()
            .status,
    ] {
        assert_eq!(refused, Status::Unsupported);
    }
    let translation = Talk::ready(&server.with_pair("dev"), spanish());
    assert_eq!(translation.session.finalize(1).unwrap_err().status, Status::Unsupported);
}

#[test]
fn a_close_in_the_middle_is_quick() {
    let server = Devserver::start("superset");
    let talk = ready(&with_key(&server, "dev"), SttOptions::default());
    send(&talk, &phrase(500, 0));
    let start = Instant::now();
    talk.session.close(PATIENCE);
    assert!(start.elapsed() < QUICK);
    wait_until("the goodbye", || stream(&server)["closed_code"] == 1000);
}

#[test]
fn while_connecting_the_oldest_input_makes_room_if_asked_for() {
    let server = Devserver::start("superset");
    let options = SttOptions {
        input: InputOptions { drop_oldest: true, buffer_ms: Some(500), ..InputOptions::default() },
        ..SttOptions::default()
    };
    let client = with_key(&server, "dev~upgrade_delay_ms=3000");
    let mut talk = Talk { session: Session::open_stt(client, options, None).unwrap(), events: Vec::new() };
    // Not paced by the clock, so that a slow machine has space for each packet.
    let make_room = || wait_until("room for a packet", || talk.session.stats().input_queue_ms <= 500);
    for _ in 0..14 {
        make_room();
        assert_eq!(talk.session.send_audio(&[0; 3200]), Ok(1600), "the sender is never refused");
    }
    make_room();
    assert_eq!(talk.session.state(), State::Connecting, "too slow a machine");
    talk.wait(EventKind::Ready);
    talk.session.end().unwrap();
    assert_eq!(talk.until_closed().code, 0);
    let stats = talk.session.stats();
    assert_eq!(stats.input_frames_sent + stats.input_frames_dropped, 22_400);
    assert!((8000 - 320..=8000).contains(&stats.input_frames_sent), "{}", stats.input_frames_sent);
}
