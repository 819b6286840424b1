//! Optional contents of events.

use crate::support::{Devserver, LogLines, Talk, spanish};
use palabra::event::EventKind;
use palabra::ffi::types::base::{PALABRA_FLAG_FINAL as FINAL, PALABRA_FLAG_TRANSLATION as TRANSLATION};
use palabra::products::translation::options::TranslationOptions;
use palabra::session::handle::options::SessionOptions;

#[test]
fn transcripts_come_with_the_services_json_only_when_asked_for() {
    let server = Devserver::start("superset");
    for transcript_json in [false, true] {
        let options = TranslationOptions {
            session: SessionOptions { wants_json: transcript_json, ..SessionOptions::default() },
            ..spanish()
        };
        let mut talk = Talk::ready(&server.with_pair("dev"), options);
        talk.session.speak("hola", "es", false, 1).unwrap();
        let text = talk.wait_for("a text", |event| event.kind == EventKind::Transcript);
        let json: serde_json::Value = serde_json::from_str(text.texts.json()).unwrap_or_default();
        let expected = if transcript_json { Some("hola") } else { None };
        assert_eq!(json["data"]["transcription"]["text"].as_str(), expected);
    }
}

/// A tone from 0.5 s to 1.5 s.
#[test]
fn texts_say_where_they_stand_in_the_audio() {
    let server = Devserver::start("superset");
    let mut talk = Talk::ready(&server.with_pair("dev"), spanish());
    let silence = |frames| std::iter::repeat_n(0i16, frames);
    let tone = (0..24_000).map(|n: i32| if n / 60 % 2 == 0 { 4000 } else { -4000 });
    let audio: Vec<u8> =
        silence(12_000).chain(tone).chain(silence(9600)).flat_map(i16::to_ne_bytes).collect();
    assert_eq!(talk.session.send_audio(&audio), Ok(45_600));
    talk.session.end().unwrap();
    talk.until_closed();
    let finals: Vec<_> = talk
        .events
        .iter()
        .filter(|event| event.kind == EventKind::Transcript && event.is(FINAL))
        .map(|event| (event.is(TRANSLATION), event.start_ms.unwrap(), event.end_ms.unwrap()))
        .collect();
    assert_eq!(finals.iter().map(|text| text.0).collect::<Vec<_>>(), [false, true]);
    for (_, start_ms, end_ms) in finals {
        assert!(start_ms.abs_diff(500) < 200 && end_ms.abs_diff(1500) < 200, "{start_ms} to {end_ms}");
    }
}

#[test]
fn what_a_session_does_is_told_to_whoever_opened_the_log_and_in_no_event_of_its_own() {
    let server = Devserver::start("superset");
    let mut log = LogLines::start();
    let options = TranslationOptions {
        session: SessionOptions { tag: 71_001, ..SessionOptions::default() },
        ..spanish()
    };
    let mut talk = Talk::ready(&server.with_pair("dev"), options);
    talk.session.end().unwrap();
    talk.until_closed();
    assert!(talk.events.iter().all(|event| event.kind != EventKind::Log));
    let told = log.of(71_001);
    assert!(told[0].starts_with("REST session created at 127.0.0.1:"), "{told:?}");
    assert!(told.iter().any(|line| line == "task sent"), "{told:?}");
}

#[test]
fn every_event_and_line_has_the_name_of_its_session() {
    let server = Devserver::start("superset");
    let name = Some(std::sync::Arc::new(c"call 4711".to_owned()));
    let mut talk = Talk::ready(
        &server.with_pair("dev"),
        TranslationOptions {
            session: SessionOptions { name: name.clone(), ..SessionOptions::default() },
            ..spanish()
        },
    );
    talk.session.end().unwrap();
    talk.until_closed();
    assert!(talk.events.len() > 1 && talk.events.iter().all(|event| event.session_name == name));
}
