//! How long the end waits for speech.

use super::*;
use crate::client::of_tests::with_pair;
use crate::net::websocket::WebSocket;
use crate::products::tts::desk::Saying;
use crate::products::tts::options::TtsOptions;
use crate::session::Session;
use crate::session::stream::conversation::Conversation;

const ERROR: &[u8] = br#"{"message_type":"error","data":{"code":"C","desc":"d"}}"#;

/// A session that is READY, and its conversation without a peer.
async fn open() -> (Arc<Session>, Conversation) {
    let setup = TtsOptions { language: "es".into(), ..TtsOptions::default() }.setup(&with_pair()).unwrap();
    let desk = Arc::new(TtsDesk::new(&setup));
    let session = Arc::new(Session::new(&setup.session, desk.clone(), None));
    let product = Box::new(Tts::new(setup, desk));
    let mut conversation = Conversation::new(session.clone(), product, None, WebSocket::to_nobody().await);
    conversation.dialogue().become_ready();
    (session, conversation)
}

/// Whether the text that it may be about is still spoken is not known: what follows has as much time as after speech.
#[tokio::test(start_paused = true)]
async fn an_error_that_names_no_text_puts_off_the_end() {
    let (session, mut conversation) = open().await;
    session.send_text("hola", Saying { is_eos: true, ..Saying::default() }).unwrap();
    session.end().unwrap();
    conversation.written(5).await;
    tokio::time::sleep(SECOND).await;
    conversation.hear(ERROR);
    assert_eq!(conversation.next_write().await, Instant::now() + QUIET);
}

/// Nor does a stop of the process shorten the time that speech has.
#[tokio::test(start_paused = true)]
async fn a_stop_of_the_process_is_no_part_of_the_time_that_speech_has() {
    let setup = TtsOptions { language: "es".into(), ..TtsOptions::default() }.setup(&with_pair()).unwrap();
    let desk = Arc::new(TtsDesk::new(&setup));
    let mut tts = Tts::new(setup, desk);
    tts.stood_still(5 * SECOND);
    assert_eq!(tts.messages.last, Instant::now() + 5 * SECOND);
}
