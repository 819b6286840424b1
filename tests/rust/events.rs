//! What events carry when it is asked for.

use crate::common::{Devserver, Talk, spanish};
use palabra::event::EventKind;
use palabra::session::translation::options::TranslationOptions;

#[test]
fn transcripts_come_with_the_services_json_only_when_asked_for() {
    let server = Devserver::start("superset");
    for transcript_json in [false, true] {
        let options = TranslationOptions { transcript_json, ..spanish() };
        let mut talk = Talk::ready(&server.with_pair("dev"), options);
        talk.session.speak("hola", "es", false, 1).unwrap();
        let text = talk.wait_for("a text", |event| event.kind == EventKind::Transcript);
        let json: serde_json::Value = serde_json::from_str(text.texts.json()).unwrap_or_default();
        let expected = if transcript_json { Some("hola") } else { None };
        assert_eq!(json["transcription"]["text"].as_str(), expected);
    }
}

#[test]
fn a_session_tells_what_it_does_only_when_asked_for() {
    let server = Devserver::start("superset");
    for log_events in [false, true] {
        let options = TranslationOptions { log_events, ..spanish() };
        let mut talk = Talk::ready(&server.with_pair("dev"), options);
        talk.session.end(1).unwrap();
        talk.until_closed();
        let logs = talk.events.iter().filter(|event| event.kind == EventKind::Log);
        let told: Vec<_> = logs.map(|event| event.texts.text().to_owned()).collect();
        assert_eq!(!told.is_empty(), log_events);
        if log_events {
            assert!(told[0].starts_with("REST session created at 127.0.0.1:"), "{told:?}");
            assert!(told.iter().any(|line| line == "task sent"), "{told:?}");
        }
    }
}
