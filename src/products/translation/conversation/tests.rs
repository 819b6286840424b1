//! What goes out, and in which order.

use std::sync::Arc;

use serde_json::Value;

use super::*;
use crate::client::credentials::Credentials;
use crate::client::{Client, ClientOptions};
use crate::net::websocket::Incoming;
use crate::products::translation::options::TranslationOptions;
use crate::session::events::queue::Polled;
use crate::session::handle::life::meanwhile;
use crate::session::handle::product::Product;
use crate::session::input::Ingest;
use crate::session::input::gap::Policy;
use crate::session::stream::outbox::Outbox;
use crate::session::stream::turn::Listen;

/// Half of a chunk: only the end makes it go.
const HALF: [u8; 320] = [7; 320];

fn plan(gap_policy: Policy) -> Plan {
    let options = TranslationOptions {
        source_language: Some("en".into()),
        target_languages: Some("es".into()),
        sample_rate: Some(16_000),
        chunk_ms: Some(20),
        gap_policy,
        ..TranslationOptions::default()
    };
    let credentials = Some(Credentials::new("id", "secret"));
    let client = ClientOptions { credentials, ignore_environment: true, ..ClientOptions::default() };
    options.plan(&Client::new(client).unwrap()).unwrap()
}

fn session(plan: &Plan) -> (Arc<Session>, Chunks) {
    let (ingest, chunks) = Ingest::new(plan.input, plan.wire, plan.chunk_ms, plan.room_ms()).unwrap();
    let translation = Translation {
        wire: plan.wire,
        chunk_ms: plan.chunk_ms,
        gap: plan.gap(Instant::now()),
        outbox: Outbox::new(plan.command_limit),
    };
    let product = Product::Translation(Box::new(translation));
    (Arc::new(Session { product, ingest: Some(ingest), ..Session::new(&plan.terms, None) }), chunks)
}

/// The types of the messages that the driver queues until it has queued the end.
fn written(conversation: &mut Conversation<'_>) -> Vec<String> {
    for _ in 0..20 {
        conversation.write_what_is_due().unwrap();
    }
    let queued = conversation.socket.take_queued();
    let messages = queued.iter().map(|bytes| serde_json::from_slice::<Value>(bytes).unwrap());
    messages.map(|message| message["message_type"].as_str().unwrap().to_owned()).collect()
}

/// What is sent or asked before the end goes out before it, wherever the driver is when that happens.
#[tokio::test]
async fn the_end_overtakes_nothing() {
    for (asks, wanted) in [(false, &["input_audio_data", "end_task"][..]), (true, &["get_task", "end_task"])]
    {
        for policy in [Policy::None, Policy::Pause] {
            // Far more than there are in one round of the driver.
            for looks in 1..=10 {
                let plan = plan(policy);
                let (session, mut chunks) = session(&plan);
                let translation = session.translation().unwrap();
                let socket = WebSocket::to_nobody().await;
                let mut conversation = Conversation::new(&session, translation, &plan, &mut chunks, socket);
                conversation.dialogue.stage = Stage::Live;
                session.life.enter(Phase::Ready);
                let owner = session.clone();
                meanwhile::after(looks, move || {
                    if asks {
                        owner.get_task(1).unwrap();
                    } else {
                        assert_eq!(owner.send_audio(&HALF), Ok(HALF.len() / 2));
                    }
                    owner.life.request_end(1).unwrap();
                });
                assert_eq!(written(&mut conversation), wanted, "{policy:?}, after {looks} looks");
                assert!(!meanwhile::is_to_come());
            }
        }
    }
}

/// However much one turn of the socket brings, what waits is within its limits before the turn is over.
#[tokio::test]
async fn a_turn_keeps_to_the_limits_of_events() {
    const LIMIT: usize = 3 << 20;
    let mut plan = plan(Policy::None);
    plan.terms.event_limits.bytes = LIMIT;
    let (session, mut chunks) = session(&plan);
    let socket = WebSocket::to_nobody().await;
    let translation = session.translation().unwrap();
    let mut conversation = Conversation::new(&session, translation, &plan, &mut chunks, socket);
    conversation.dialogue.stage = Stage::Live;
    let speech = base64_simd::STANDARD.encode_to_string(vec![0; 1 << 20]);
    let message =
        format!(r#"{{"message_type":"output_audio_data","data":{{"language":"es","data":"{speech}"}}}}"#);
    for n in 1..=10 {
        conversation.dialogue.take(Incoming::Text(message.as_bytes()));
        let levels = session.events.levels();
        assert_eq!(levels.waiting_events as u64 + levels.dropped_events, n);
        assert!(levels.waiting_bytes > 0 && levels.waiting_bytes <= LIMIT, "{levels:?}");
    }
    let now = || session.poll_event(Some(std::time::Instant::now())).unwrap();
    assert!(matches!(now(), Polled::Nothing), "told at the end of the turn");
    conversation.dialogue.settle().unwrap();
    assert!(matches!(now(), Polled::Event(loss) if loss.event.dropped == 8));
}
