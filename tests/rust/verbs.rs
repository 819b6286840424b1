//! Every command in both dialects: what is sent to the service, and which tag the answer has.

use std::time::Duration;

use tokio::time::Instant;

use crate::support::{Devserver, Talk, flag, spanish};
use palabra::error::Status;
use palabra::event::{Event, EventKind};
use palabra::products::translation::options::TranslationOptions;
use palabra::session::State;
use palabra::session::handle::options::SessionOptions;

/// Intervals short enough for a test.
fn quick() -> TranslationOptions {
    TranslationOptions {
        task_interval: Some(Duration::from_millis(50)),
        pause_interval: Some(Duration::from_millis(50)),
        ..spanish()
    }
}

/// The task of `quick`, with a patch merged into it.
fn task(patch: &str) -> String {
    TranslationOptions { task_json: Some(patch.to_owned()), ..spanish() }.task().unwrap().to_string()
}

fn said(event: &Event) -> (EventKind, &str, &str, bool) {
    (event.kind, event.texts.service_code(), event.texts.text(), event.is(flag::PAUSED))
}

fn every_verb_is_acknowledged(talk: &mut Talk, interrupt: &str) {
    use EventKind::{SpeakStatus, TaskStatus};
    let session = talk.session.clone();
    session.speak("hola", "es", false, 11).unwrap();
    let queued = talk.answer(11);
    assert_eq!(said(&queued), (SpeakStatus, "tts_task", "queued", false));
    let spoken =
        talk.wait_for("speech", |event| event.kind == EventKind::Audio && event.is(flag::LAST_CHUNK));
    assert_eq!(spoken.phrase, queued.phrase);

    session.pause(12).unwrap();
    assert_eq!(said(&talk.answer(12)), (TaskStatus, "pause_task", "paused", true));
    session.get_task(13).unwrap();
    let paused = talk.answer(13);
    assert_eq!((paused.kind, paused.is(flag::PAUSED)), (EventKind::TaskInfo, true));
    session.resume(14).unwrap();
    assert_eq!(said(&talk.answer(14)), (TaskStatus, "set_task", "resumed", false));

    session.interrupt("", false, 15).unwrap();
    assert_eq!(said(&talk.answer(15)), (TaskStatus, interrupt, "interrupted", false));
    session.interrupt("es, fr", true, 16).unwrap();
    assert_eq!(said(&talk.answer(16)), (TaskStatus, interrupt, "interrupted", true));

    session.set_task(&task(r#"{"pipeline":{"transcription":{"diarize_speakers":true}}}"#), 17).unwrap();
    assert_eq!(said(&talk.answer(17)), (TaskStatus, "set_task", "resumed", false));
    session.resume(18).unwrap();
    assert_eq!(said(&talk.answer(18)), (TaskStatus, "set_task", "unchanged", false));
    session.get_task(19).unwrap();
    assert!(talk.answer(19).texts.text().contains("diarize_speakers"));

    session.end().unwrap();
    assert_eq!(talk.until_closed().code, Status::Ok.code());
    assert_eq!(talk.events.iter().filter(|event| event.kind == EventKind::Error).count(), 0);
}

#[test]
fn verbs_of_a_client_id_and_secret() {
    let server = Devserver::start("superset");
    let mut talk = Talk::ready(&server.with_pair("dev"), quick());
    every_verb_is_acknowledged(&mut talk, "flush_task");
    let report = server.report();
    assert_eq!((&report["rest"], &report["messages"]["interrupt_task"]), (&true.into(), &().into()));
    assert_eq!(report["messages"]["flush_task"], 2);
}

#[test]
fn verbs_of_an_api_key() {
    let server = Devserver::start("strict-v2");
    let mut talk = Talk::ready(&server.with_key("dev-key"), quick());
    every_verb_is_acknowledged(&mut talk, "interrupt_task");
    let report = server.report();
    assert_eq!((&report["rest"], &report["messages"]["flush_task"]), (&false.into(), &().into()));
    // Two commands of the test, none from polling.
    assert_eq!(
        (&report["messages"]["interrupt_task"], &report["messages"]["get_task"]),
        (&2.into(), &2.into())
    );
}

#[test]
fn a_first_generation_server_answers_questions_and_refusals_only() {
    let server = Devserver::start("strict-v1");
    let mut talk = Talk::ready(&server.with_pair("dev"), quick());
    let session = talk.session.clone();
    session.pause(1).unwrap();
    session.get_task(2).unwrap();
    assert!(talk.answer(2).is(flag::PAUSED));
    session.resume(3).unwrap();
    session.get_task(4).unwrap();
    assert!(!talk.answer(4).is(flag::PAUSED));
    session.set_task(r#"{"pipeline":{"transcription":{"source_language":"xx"}}}"#, 5).unwrap();
    let refused = talk.answer(5);
    assert_eq!((refused.kind, refused.texts.service_code()), (EventKind::Error, "VALIDATION_ERROR"));
    // The refused task is not the one that a resume sends.
    session.pause(6).unwrap();
    session.resume(7).unwrap();
    session.get_task(8).unwrap();
    assert!(talk.answer(8).texts.text().contains(r#""source_language":"en""#));
    assert_eq!(talk.events.iter().filter(|event| event.kind == EventKind::TaskStatus).count(), 0);
}

#[test]
fn a_refused_command_names_its_tag_and_the_session_lives() {
    let server = Devserver::start("superset");
    for client in [server.with_pair("dev"), server.with_key("dev-key")] {
        let mut talk = Talk::ready(&client, quick());
        talk.session.speak("hola", "es", false, 1).unwrap();
        talk.session.speak("hello", "en", false, 2).unwrap();
        talk.session.speak("hola", "es", false, 3).unwrap();
        assert_eq!(talk.answer(1).kind, EventKind::SpeakStatus);
        let refused = talk.answer(2);
        assert_eq!((refused.kind, refused.code), (EventKind::Error, Status::Service.code()));
        assert_eq!(talk.answer(3).kind, EventKind::SpeakStatus);
        assert_eq!(talk.session.state(), State::Ready);
    }
}

#[test]
fn late_acknowledgements_find_their_commands() {
    let server = Devserver::start("strict-v2");
    let mut talk = Talk::ready(&server.with_key("dev~late_ack=300"), quick());
    for tag in 1..=3 {
        talk.session.speak("hola", "es", false, tag).unwrap();
    }
    talk.session.interrupt("", false, 4).unwrap();
    talk.session.pause(5).unwrap();
    talk.session.resume(6).unwrap();
    let answers: Vec<(u64, String)> = (0..6)
        .map(|_| talk.wait_for("an answer", |event| event.user_tag != 0))
        .map(|event| (event.user_tag, event.texts.service_code().to_owned()))
        .collect();
    let named = |command: &str| -> Vec<u64> {
        answers.iter().filter(|(_, name)| name == command).map(|(tag, _)| *tag).collect()
    };
    assert_eq!(named("tts_task"), [1, 2, 3]);
    assert_eq!(
        (named("interrupt_task"), named("pause_task"), named("set_task")),
        (vec![4], vec![5], vec![6])
    );
}

#[test]
fn a_new_output_format_is_followed() {
    let server = Devserver::start("superset");
    let mut talk = Talk::ready(&server.with_key("dev-key"), quick());
    let zlib = task(r#"{"output_stream":{"target":{"format":"zlib_pcm_s16le"}}}"#);
    let mut lengths = Vec::new();
    for change in [None, Some(zlib), Some(task("{}"))] {
        if let Some(task) = change {
            talk.session.set_task(&task, 1).unwrap();
            assert_eq!(talk.answer(1).texts.text(), "updated");
        }
        talk.session.speak("hola", "es", false, 2).unwrap();
        let mut frames = 0;
        loop {
            let event = talk.wait(EventKind::Audio);
            frames += event.pcm.len();
            if event.is(flag::LAST_CHUNK) {
                break;
            }
        }
        lengths.push(frames);
    }
    assert!(lengths[0] > 0 && lengths.iter().all(|&length| length == lengths[0]), "{lengths:?}");
    assert_eq!(talk.events.iter().filter(|event| event.kind == EventKind::Error).count(), 0);
}

#[test]
fn zlib_output_from_the_start() {
    let server = Devserver::start("superset");
    let mut talk = Talk::ready(&server.with_pair("dev"), TranslationOptions { zlib_output: true, ..quick() });
    talk.session.speak("hola", "es", false, 2).unwrap();
    assert!(!talk.wait(EventKind::Audio).pcm.is_empty());
}

#[test]
fn what_can_be_told_at_once_is_refused_at_once() {
    let server = Devserver::start("superset");
    let talk = Talk::ready(
        &server.with_pair("dev"),
        TranslationOptions {
            session: SessionOptions { command_limit: Some(2), ..SessionOptions::default() },
            task_interval: Some(Duration::from_secs(600)),
            ..spanish()
        },
    );
    let session = &talk.session;
    let refusal = |json: &str| session.set_task(json, 1).unwrap_err().status;
    for json in ["", "{", "[]", "7", &format!("{{\"x\":\"{}\"}}", "x".repeat(300_000))] {
        assert_eq!(refusal(json), Status::InvalidArgument);
    }
    let rate = r#"{"input_stream":{"source":{"sample_rate":16000}}}"#;
    let opus = r#"{"input_stream":{"source":{"format":"opus"}}}"#;
    assert_eq!([refusal(rate), refusal(opus)], [Status::Unsupported; 2]);
    // The interval after the first task holds these back, so the outbox fills up.
    session.get_task(1).unwrap();
    while session.get_task(2).is_ok() {}
    assert_eq!(session.pause(3).unwrap_err().status, Status::Again);
    session.end().unwrap();
    assert_eq!(session.pause(4).unwrap_err().status, Status::Ended);
}

#[test]
fn commands_keep_their_distance_and_an_end_waits_for_them() {
    let server = Devserver::start("superset");
    let interval = Duration::from_millis(400);
    let options = TranslationOptions { task_interval: Some(interval), ..spanish() };
    let mut talk = Talk::ready(&server.with_key("dev-key"), options);
    let start = Instant::now();
    for tag in 1..=3 {
        talk.session.get_task(tag).unwrap();
    }
    talk.session.end().unwrap();
    for tag in 1..=3 {
        assert_eq!(talk.answer(tag).kind, EventKind::TaskInfo);
        assert!(start.elapsed() >= interval * (tag as u32 - 1), "{:?} for {tag}", start.elapsed());
    }
    assert_eq!(talk.until_closed().code, Status::Ok.code());
}

#[test]
fn the_usual_distances_satisfy_the_services_limits() {
    let server = Devserver::start_with(&["--dialect", "strict-v2", "--rate-jitter-ms", "700"]);
    let mut talk = Talk::ready(&server.with_key("dev-key"), spanish());
    let session = talk.session.clone();
    for tag in 1..=11 {
        session.speak("hola", "es", false, tag).unwrap();
    }
    for tag in [12, 15] {
        session.get_task(tag).unwrap();
        session.pause(tag + 1).unwrap();
        session.resume(tag + 2).unwrap();
    }
    session.end().unwrap();
    for tag in 1..=17 {
        assert_ne!(talk.answer(tag).kind, EventKind::Error, "{tag}");
    }
    assert_eq!(talk.until_closed().code, Status::Ok.code());
}

#[test]
fn an_interrupt_does_not_wait_for_others() {
    let server = Devserver::start("superset");
    let options = TranslationOptions { task_interval: Some(Duration::from_secs(600)), ..spanish() };
    let mut talk = Talk::ready(&server.with_key("dev-key"), options);
    talk.session.resume(1).unwrap();
    talk.session.interrupt("", false, 2).unwrap();
    assert_eq!(talk.answer(2).texts.text(), "interrupted");
}
