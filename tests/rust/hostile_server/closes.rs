//! What a close means before and after the end.

use palabra::products::stt::options::SttOptions;
use palabra::products::tts::Saying;
use palabra::products::tts::options::TtsOptions;

use super::*;

/// Otherwise the service would keep the task for its idle time. Speech has no task, so nothing is said but the close.
#[test]
fn a_session_that_is_closed_before_its_end_ends_its_task() {
    let patience = || Some(Instant::now() + PATIENCE);
    let (address, goodbye) = hearing_server(text(RUNNING), None);
    let session = impatient(&address, PATIENCE);
    session.wait_ready(patience()).unwrap();
    session.close(PATIENCE);
    let (code, last) = goodbye.code_and_text();
    assert!(code == 1000 && last.as_ref().is_some_and(|text| text.contains("end_task")), "{code} {last:?}");

    let (address, goodbye) = hearing_server(Vec::new(), None);
    let session = open_tts(&address);
    session.wait_ready(patience()).unwrap();
    session.close(PATIENCE);
    assert_eq!(goodbye.code_and_text(), (1000, None));
}

fn options_of_key() -> ClientOptions {
    ClientOptions { api_key: Some(Secret::new("key")), ignore_environment: true, ..ClientOptions::default() }
}

fn open_tts(address: &str) -> Arc<Session> {
    let options = ClientOptions { tts_url: Some(format!("ws://{address}/tts")), ..options_of_key() };
    let speech = TtsOptions { language: "en".into(), ..TtsOptions::default() };
    Session::open_tts(Arc::new(Client::new(options).unwrap()), speech, None).unwrap()
}

fn open_stt(address: &str) -> Arc<Session> {
    let options = ClientOptions { stt_url: Some(format!("ws://{address}/stt")), ..options_of_key() };
    Session::open_stt(Arc::new(Client::new(options).unwrap()), SttOptions::default(), None).unwrap()
}

/// A server that says `bytes` and closes normally after a message with this word.
fn closing_after(word: &'static str, bytes: Vec<u8>) -> String {
    server(move |tcp| {
        let Ok(mut socket) = tungstenite::accept(tcp) else { return };
        let _ = socket.get_mut().write_all(&bytes);
        loop {
            match socket.read() {
                Ok(tungstenite::Message::Text(text)) if text.contains(word) => break,
                Ok(_) => {}
                Err(_) => return,
            }
        }
        let _ = socket.get_mut().write_all(&frame(8, &1000_u16.to_be_bytes()));
        read_until_gone(socket.get_mut());
    })
}

/// Translation and speech-to-text are over then. Speech that was asked for and did not come is lost, however politely
/// the server closes.
#[test]
fn a_normal_close_after_the_end_ends_everything_but_speech() {
    let session = open_stream(&closing_after("end_task", text(RUNNING)));
    session.wait_ready(Some(Instant::now() + PATIENCE)).unwrap();
    session.end().unwrap();
    events_of(&session);
    assert!(session.last_error().is_none());

    let session = open_stt(&closing_after("finalize", Vec::new()));
    session.end().unwrap();
    events_of(&session);
    assert!(session.last_error().is_none());

    let session = open_tts(&closing_after("Good evening", Vec::new()));
    let saying = Saying { is_eos: true, ..Saying::default() };
    session.send_text("Good evening", saying).unwrap();
    session.end().unwrap();
    assert_eq!(error_of(&session).close_code, 1000);
}

#[test]
fn a_text_that_is_still_growing_when_the_service_closes_is_missed() {
    let partial = r#"{"message_type":"transcription","transcription_id":"a","language":"en","is_eos":false,"segment":{"text":"and"}}"#;
    let session = open_stt(&closing_after("finalize", text(partial)));
    session.end().unwrap();
    assert_eq!(error_of(&session).status, Status::Timeout);
}
