//! What is sent, and in which order.

mod resending;
mod resting;
mod silence;

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio::time::Instant;

use crate::client::of_tests::with_pair;
use crate::error::Status;
use crate::lock::lock;
use crate::net::websocket::WebSocket;
use crate::products::translation::command::Command;
use crate::products::translation::desk::TranslationDesk;
use crate::products::translation::open::parts;
use crate::products::translation::options::{Setup, TranslationOptions};
use crate::runtime::seats::Seat;
use crate::session::events::queue::Polled;
use crate::session::handle::life::meanwhile;
use crate::session::input::InputOptions;
use crate::session::input::gap::{Effect, Policy};
use crate::session::stream::conversation::Conversation;
use crate::session::stream::outbox::Request;
use crate::session::{Session, State};

/// Half of a chunk: it is sent only because of the end.
const HALF: [u8; 320] = [7; 320];

fn setup(gap_policy: Policy) -> Setup {
    let options = TranslationOptions {
        source_language: Some("en".into()),
        target_languages: Some("es".into()),
        input: InputOptions {
            sample_rate: Some(16_000),
            chunk_ms: Some(20),
            gap_policy,
            ..InputOptions::default()
        },
        ..TranslationOptions::default()
    };
    options.setup(&with_pair()).unwrap()
}

/// A translation that is READY, and its conversation without a peer.
async fn open(setup: &Setup) -> (Arc<Session>, Conversation) {
    open_at(setup, Seat::default()).await
}

async fn open_at(setup: &Setup, seat: Seat) -> (Arc<Session>, Conversation) {
    let (session, product, input) = parts(setup, None).unwrap();
    let session = Arc::new(Session { seat, ..session });
    let socket = WebSocket::to_nobody().await;
    let mut conversation = Conversation::new(session.clone(), Box::new(product), Some(input), socket);
    conversation.dialogue().deadlines.ready();
    (session, conversation)
}

/// The types of the messages that the driver queues until it has queued the end.
async fn written(conversation: &mut Conversation) -> Vec<String> {
    let queued = conversation.written(20).await;
    let messages = queued.iter().map(|bytes| serde_json::from_slice::<Value>(bytes).unwrap());
    messages.map(|message| message["message_type"].as_str().unwrap().to_owned()).collect()
}

/// What is sent or requested before the end is sent before it, wherever the driver is at that moment.
#[tokio::test]
async fn the_end_overtakes_nothing() {
    for (asks, wanted) in [(false, &["input_audio_data", "end_task"][..]), (true, &["get_task", "end_task"])]
    {
        for policy in [Policy::None, Policy::Pause] {
            // Far more than there are in one round of the driver.
            for looks in 1..=10 {
                let (session, mut conversation) = open(&setup(policy)).await;
                session.life.enter(State::Ready);
                let owner = session.clone();
                meanwhile::after(looks, move || {
                    if asks {
                        owner.get_task(1).unwrap();
                    } else {
                        assert_eq!(owner.send_audio(&HALF), Ok(HALF.len() / 2));
                    }
                    owner.life.request_end(1).unwrap();
                });
                assert_eq!(written(&mut conversation).await, wanted, "{policy:?}, after {looks} looks");
                assert!(!meanwhile::is_to_come());
                // Another thread may have seen the session open just before the end.
                let outbox = &session.desk_of::<TranslationDesk>().unwrap().outbox;
                let late = outbox.add(Request { command: Command::GetTask, user_tag: 2 });
                assert_eq!(late.unwrap_err().status, Status::Ended, "it would never be sent");
            }
        }
    }
}

/// The service ends a session that sends no audio for ten seconds, and the caller sends none after the end.
#[tokio::test(start_paused = true)]
async fn an_end_that_waits_behind_commands_sends_silence() {
    let mut setup = setup(Policy::None);
    setup.spacing.speak_per_minute = 2;
    let (session, mut conversation) = open(&setup).await;
    session.life.enter(State::Ready);
    for tag in 1..=4 {
        session.speak("hola", "es", false, tag).unwrap();
    }
    session.life.request_end(1).unwrap();
    let (mut all, mut pauses) = (Vec::new(), vec![0]);
    while all.last().is_none_or(|last| last != "end_task") {
        for message in written(&mut conversation).await {
            if message == "input_audio_data" {
                pauses.push(0);
            }
            all.push(message);
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
        *pauses.last_mut().unwrap() += 1;
        assert!(all.len() < 100);
    }
    assert_eq!(all.iter().filter(|message| *message == "tts_task").count(), 4);
    assert!(pauses.len() > 3 && pauses.iter().all(|seconds| *seconds < 10), "{pauses:?}: {all:?}");
}

/// Nothing is sent while the task is paused, and the driver sleeps until it can do something.
#[tokio::test(start_paused = true)]
async fn an_end_that_waits_in_a_pause_of_the_task_is_waited_for() {
    let mut setup = setup(Policy::Pause);
    setup.spacing.speak_per_minute = 2;
    let (session, mut conversation) = open(&setup).await;
    session.life.enter(State::Ready);
    let is_held = || lock(session.gap.as_ref().unwrap()).holds();
    session.with_gap(|gap| {
        gap.begin(Instant::now());
        gap.sent(Effect::Pauses, true, Instant::now());
    });
    assert!(is_held());
    for tag in 1..=4 {
        session.speak("hola", "es", false, tag).unwrap();
    }
    session.life.request_end(1).unwrap();
    // A ping is due after 10 s.
    for _ in 0..9 {
        written(&mut conversation).await;
        assert!(conversation.next_write().await > Instant::now(), "it would never sleep");
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

/// However much one turn of the socket delivers, the waiting events keep their limits before the turn is over.
#[tokio::test]
async fn a_turn_keeps_to_the_limits_of_events() {
    const LIMIT: usize = 3 << 20;
    let mut setup = setup(Policy::None);
    setup.session.event_limits.bytes = LIMIT;
    let (session, mut conversation) = open(&setup).await;
    let speech = base64_simd::STANDARD.encode_to_string(vec![0; 1 << 20]);
    let message =
        format!(r#"{{"message_type":"output_audio_data","data":{{"language":"es","data":"{speech}"}}}}"#);
    for n in 1..=10 {
        conversation.hear(message.as_bytes());
        let levels = session.delivery.mailbox().levels();
        assert_eq!(levels.waiting_events as u64 + levels.dropped_events, n);
        assert!(levels.waiting_bytes > 0 && levels.waiting_bytes <= LIMIT, "{levels:?}");
    }
    let now = || session.poll_event(Some(Instant::now())).unwrap();
    assert!(matches!(now(), Polled::Nothing), "told at the end of the turn");
    conversation.dialogue().settle().unwrap();
    assert!(matches!(now(), Polled::Event(loss) if loss.event.dropped == 8));
}
