//! What a message leaves for what comes after it.

use palabra::event::Event;
use palabra::products::stt::options::SttOptions;
use palabra::session::output::{OutputMode, OutputOptions, Sound};

use super::*;

fn next(session: &Session, kind: EventKind) -> Event {
    let deadline = Some(Instant::now() + PATIENCE);
    loop {
        match session.poll_event(deadline).unwrap() {
            Polled::Event(numbered) if numbered.event.kind == kind => return numbered.event,
            Polled::Event(_) => {}
            Polled::Closed | Polled::Nothing => panic!("no {kind:?}"),
        }
    }
}

/// A request without an answer fails by itself, and no message of the service caused that.
#[test]
fn the_json_of_a_message_goes_with_its_own_events_alone() {
    let partial = r#"{"message_type":"transcription","transcription_id":"a","language":"en","is_eos":false,"segment":{"text":"and"}}"#;
    let (address, _goodbye) = hearing_server(text(partial), None);
    let options = ClientOptions {
        api_key: Some(Secret::new("key")),
        stt_url: Some(format!("ws://{address}/stt")),
        ignore_environment: true,
        ..ClientOptions::default()
    };
    let asked = SttOptions {
        session: SessionOptions { wants_json: true, ..SessionOptions::default() },
        finalize_timeout: Some(Duration::from_millis(50)),
        ..SttOptions::default()
    };
    let session = Session::open_stt(Arc::new(Client::new(options).unwrap()), asked, None).unwrap();
    session.finalize(1).unwrap();
    assert_eq!(next(&session, EventKind::Transcript).texts.json(), partial);
    assert_eq!(next(&session, EventKind::Error).texts.json(), "");
}

/// Its text comes first, and the program takes all back before there is any speech of it.
#[test]
fn a_phrase_that_was_taken_back_before_its_speech_is_not_heard() {
    let transcript = r#"{"message_type":"translated_transcription","data":{"transcription":{"transcription_id":"a","language":"es","text":"y"}}}"#;
    let speech = |id: &str| {
        let samples = "AQAB".repeat(160);
        text(&format!(
            r#"{{"message_type":"output_audio_data","data":{{"transcription_id":"{id}","language":"es","data":"{samples}","last_chunk":true}}}}"#
        ))
    };
    let later = [
        speech("a"),
        speech("b"),
        text(r#"{"message_type":"eos","data":{}}"#),
        frame(8, &1000_u16.to_be_bytes()),
    ];
    let address = server(move |tcp| {
        let Ok(mut socket) = tungstenite::accept(tcp) else { return };
        let _ = socket.read();
        let _ = socket.get_mut().write_all(&[text(RUNNING), text(transcript)].concat());
        while socket.read().is_ok_and(|message| !message.to_string().contains("flush_task")) {}
        let _ = socket.get_mut().write_all(&later.concat());
        read_until_gone(socket.get_mut());
    });
    let output = OutputOptions { mode: OutputMode::Playout, ..OutputOptions::default() };
    let options = TranslationOptions { output, ..spanish() };
    let session = open_with(&format!("ws://{address}/stream"), options, None);
    next(&session, EventKind::Transcript);
    session.interrupt("", false, 1).unwrap();
    next(&session, EventKind::StreamEnd);
    let mut bytes = [0; 4800];
    while session.read_audio(b"es", |_| Ok(&mut bytes)).unwrap() != Sound::ENDED {
        thread::sleep(Duration::from_millis(1));
    }
    let stats = session.playout_stats(b"es").unwrap();
    assert_eq!((stats.phrases_started, stats.phrases_finished), (1, 1));
}
