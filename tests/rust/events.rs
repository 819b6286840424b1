//! What events contain on request.

use crate::support::{Devserver, LogLines, Talk, spanish};
use palabra::event::EventKind;
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
