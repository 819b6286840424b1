//! The pace of encoded audio.

use super::*;
use crate::client::of_tests::with_pair;
use crate::products::stt::options::SttOptions;
use crate::session::Session;
use crate::session::input::InputOptions;
use crate::session::stream::conversation::Conversation;
use crate::session::stream::outbox::Outbox;
use crate::session::stream::outgoing::Input;
use crate::wire::stt::Container;

const CHUNK_MS: u32 = 100;

fn setup() -> Setup {
    let options = SttOptions {
        container: Some(Container::Ogg),
        input: InputOptions { chunk_ms: Some(CHUNK_MS), ..InputOptions::default() },
        ..SttOptions::default()
    };
    options.setup(&with_pair()).unwrap()
}

fn desk(setup: &Setup) -> Arc<SttDesk> {
    Arc::new(SttDesk { outbox: Outbox::new(setup.command_limit) })
}

/// A session of encoded audio that is READY, and its conversation without a peer.
async fn open() -> (Arc<Session>, Conversation) {
    let setup = setup();
    let (input, chunks) = setup.input.open().unwrap();
    let desk = desk(&setup);
    let session = Session { input: Some(input), ..Session::new(&setup.session, desk.clone(), None) };
    let session = Arc::new(session);
    let (product, input) = (Stt::new(&setup, desk), Input::new(chunks, &setup.input, FRAMING));
    let socket = WebSocket::to_nobody().await;
    let mut conversation = Conversation::new(session.clone(), Box::new(product), Some(input), socket);
    conversation.dialogue().become_ready();
    (session, conversation)
}

/// How long bytes last is not known: less than a chunk of them leaves once in the time of a chunk.
#[tokio::test(start_paused = true)]
async fn encoded_bytes_leave_at_the_pace_of_chunks() {
    let (session, mut conversation) = open().await;
    session.send_encoded(&[1; 50]).unwrap();
    assert_eq!(conversation.written(5).await, [[1; 50]], "the first at once");
    session.send_encoded(&[2; 30]).unwrap();
    assert!(conversation.written(5).await.is_empty());
    tokio::time::sleep(Duration::from_millis(u64::from(CHUNK_MS) / 2)).await;
    session.send_encoded(&[3; 30]).unwrap();
    assert!(conversation.written(5).await.is_empty());
    tokio::time::sleep(Duration::from_millis(u64::from(CHUNK_MS) / 2)).await;
    assert_eq!(conversation.written(5).await, [[[2; 30], [3; 30]].concat()]);
}

#[tokio::test(start_paused = true)]
async fn a_stop_of_the_process_is_no_part_of_the_time_that_an_answer_has() {
    let setup = setup();
    let mut stt = Stt::new(&setup, desk(&setup));
    stt.messages.asked.ask(1, Instant::now());
    let until = stt.next_look().unwrap();
    let late = Duration::from_secs(5);
    stt.stood_still(late);
    assert_eq!(stt.next_look(), Some(until + late));
}
