//! What the ticker does not look at. Visits are counted, not measured.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::audio::format::OUTPUT;
use crate::event::EventKind;
use crate::runtime::ticker::{Next, Tick, Ticker};
use crate::session::output::OutputMode;

/// Ticks.
const MANY: u32 = 500;

/// A session, and how often it was visited.
struct Counted(Arc<Session>, AtomicUsize);

impl Tick for Counted {
    fn tick(&self) -> Next {
        self.1.fetch_add(1, Ordering::Relaxed);
        self.0.tick()
    }
}

struct Scene {
    ticker: Arc<Ticker>,
    session: Arc<Session>,
    conversation: Conversation,
    counted: Arc<Counted>,
}

impl Scene {
    async fn open(setup: &Setup) -> Scene {
        let ticker = Arc::new(Ticker::default());
        let (session, mut conversation) = open_at(setup, ticker.seat()).await;
        conversation.dialogue().become_ready();
        let counted = Arc::new(Counted(session.clone(), AtomicUsize::new(0)));
        ticker.watch(&session.seat, counted.clone());
        let ticking = ticker.clone();
        tokio::spawn(async move { ticking.run().await });
        Scene { ticker, session, conversation, counted }
    }

    /// Visits in that many ticks.
    async fn visits(&self, ticks: u32) -> usize {
        let before = self.counted.1.load(Ordering::Relaxed);
        tokio::time::sleep(ticks * Duration::from_millis(10)).await;
        self.counted.1.load(Ordering::Relaxed) - before
    }

    /// The driver does what it was woken for, tick by tick.
    async fn drive(&mut self, ticks: u32) -> Vec<Value> {
        let mut sent = Vec::new();
        for _ in 0..ticks {
            tokio::time::sleep(Duration::from_millis(10)).await;
            for message in self.conversation.written(3).await {
                sent.push(serde_json::from_slice(&message).unwrap());
            }
        }
        sent
    }
}

#[tokio::test(start_paused = true)]
async fn an_idle_session_is_visited_only_when_something_was_sent() {
    let mut scene = Scene::open(&setup(Policy::None)).await;
    scene.drive(3).await;
    scene.visits(2).await;
    assert_eq!(scene.visits(MANY).await, 0);

    // Less than a chunk: it leaves a chunk later, which only a visit finds.
    assert_eq!(scene.session.send_audio(&HALF), Ok(HALF.len() / 2));
    assert_eq!(scene.visits(1).await, 1);
    assert_eq!(scene.visits(10).await, 10, "while some of it waits");
    assert_eq!(scene.drive(10).await.len(), 1);
    scene.visits(2).await;
    assert_eq!(scene.visits(MANY).await, 0);

    scene.session.skip(1).unwrap();
    assert_eq!(scene.visits(1).await, 1);
    scene.drive(10).await;
    scene.visits(2).await;
    scene.session.flush_input().unwrap();
    assert_eq!(scene.visits(MANY).await, 1, "nothing waits that could be flushed");
    drop(scene.ticker);
}

#[tokio::test(start_paused = true)]
async fn a_session_is_visited_while_the_time_decides() {
    for policy in [Policy::Silence, Policy::Pause] {
        let scene = Scene::open(&setup(policy)).await;
        scene.visits(2).await;
        assert_eq!(scene.visits(MANY).await, MANY as usize, "{policy:?}");
    }
}

/// For as long as it was not visited the input was not missing.
#[tokio::test(start_paused = true)]
async fn a_session_whose_task_is_paused_rests_until_input_comes() {
    let mut setup = setup(Policy::Pause);
    setup.input = InputOptions {
        sample_rate: Some(16_000),
        chunk_ms: Some(20),
        gap_policy: Policy::Pause,
        gap_after: Some(Duration::from_millis(500)),
        ..InputOptions::default()
    }
    .setup(OUTPUT, |_| setup.input.wire)
    .unwrap();
    let mut scene = Scene::open(&setup).await;
    let sent = scene.drive(100).await;
    assert!(sent.iter().any(|message| message["message_type"] == "pause_task"), "{sent:?}");
    scene.visits(2).await;
    assert_eq!(scene.visits(MANY).await, 0);
    scene.session.send_audio(&[HALF, HALF].concat()).unwrap();
    assert_eq!(scene.visits(1).await, 1);
    let sent = scene.drive(1000).await;
    let types: Vec<_> = sent.iter().map(|message| message["message_type"].as_str().unwrap()).collect();
    let set = types.iter().position(|&kind| kind == "set_task").expect("it is resumed");
    assert_eq!(types[set..], ["set_task", "input_audio_data", "pause_task"]);
}

#[tokio::test(start_paused = true)]
async fn a_session_is_visited_until_its_speech_was_heard() {
    let mut setup = setup(Policy::None);
    setup.output = OutputMode::Playout;
    let mut scene = Scene::open(&setup).await;
    scene.drive(3).await;
    scene.visits(2).await;
    assert_eq!(scene.visits(MANY).await, 0);
    let speech = base64_simd::STANDARD.encode_to_string(vec![7; 4800]);
    let message = format!(
        r#"{{"message_type":"output_audio_data","data":{{"transcription_id":"t1","language":"es","last_chunk":true,"data":"{speech}"}}}}"#
    );
    scene.conversation.hear(message.as_bytes());
    scene.drive(1).await;
    assert_eq!(scene.visits(50).await, 50, "the player will report");
    let mut out = vec![0; 9600];
    scene.session.read_audio(b"es", |_| Ok(&mut out)).unwrap();
    scene.visits(1).await;
    let now = || scene.session.poll_event(Some(Instant::now())).unwrap();
    let kinds = std::iter::from_fn(|| match now() {
        Polled::Event(delivery) => Some(delivery.event.kind),
        _ => None,
    });
    let kinds: Vec<_> = kinds.filter(|kind| *kind != EventKind::Ready).collect();
    assert_eq!(kinds, [EventKind::PlayoutStarted, EventKind::PlayoutFinished]);
    assert_eq!(scene.visits(MANY).await, 0);
}

/// The guard of the driver ends a session wherever it is.
#[tokio::test(start_paused = true)]
async fn a_resting_session_that_ends_leaves_the_ticker() {
    let mut scene = Scene::open(&setup(Policy::None)).await;
    scene.drive(3).await;
    scene.visits(2).await;
    assert_eq!(scene.visits(MANY).await, 0);
    scene.session.life.enter_closed(None);
    scene.session.seat.request_visit();
    assert_eq!(scene.visits(MANY).await, 1);
    assert_eq!(Arc::strong_count(&scene.counted), 1);
}
