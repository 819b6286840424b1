//! How one session shares the thread with others, and what ends it.

use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use super::Conversation;
use crate::client::metrics::Kind;
use crate::client::of_tests::with_pair;
use crate::error::Result;
use crate::event::About;
use crate::net::websocket::{TURN, WebSocket};
use crate::runtime;
use crate::runtime::ticker::{Next, Tick, Ticker};
use crate::session::Session;
use crate::session::events::mailbox::Limits;
use crate::session::handle::desk::Desk;
use crate::session::handle::options::SessionSetup;
use crate::session::stream::deadlines::Timing;
use crate::session::stream::dialogue::Dialogue;
use crate::session::stream::ending::Ending;
use crate::session::stream::outgoing::Outgoing;
use crate::session::stream::product::{Product, Wrote};
use crate::wire::envelope::NotText;

const MESSAGES: usize = 10;

struct NoDesk;

impl Desk for NoDesk {
    fn commands_waiting(&self) -> usize {
        0
    }
}

/// Has messages, each of which takes longer than a turn, as audio that has to be converted can.
struct Busy {
    written: Arc<AtomicUsize>,
}

impl Product for Busy {
    fn kind(&self) -> Kind {
        Kind::Translation
    }

    fn timing(&self) -> Timing {
        let long = Duration::from_secs(100);
        Timing { ready: long, liveness: long, end: long, asks: false }
    }

    fn begin(&mut self, dialogue: &mut Dialogue, _out: &mut Outgoing) -> Result<()> {
        dialogue.become_ready();
        Ok(())
    }

    fn write(&mut self, dialogue: &mut Dialogue, out: &mut Outgoing) -> Result<Wrote> {
        if self.written.load(Ordering::Relaxed) == MESSAGES {
            dialogue.session.life.request_close();
            return Ok(Wrote::Nothing);
        }
        let begun = tokio::time::Instant::now();
        while begun.elapsed() < TURN + Duration::from_millis(1) {}
        self.written.fetch_add(1, Ordering::Relaxed);
        out.queue(b"{}")?;
        Ok(Wrote::Something)
    }

    fn read(&mut self, _dialogue: &mut Dialogue, _frame: &[u8]) -> std::result::Result<(), NotText> {
        Ok(())
    }

    fn stood_still(&mut self, _late: Duration) {}

    fn overdue(&self, _is_heard: bool) -> Result<()> {
        Ok(())
    }

    fn ends_by_close(&self) -> bool {
        true
    }
}

async fn busy(written: Arc<AtomicUsize>) -> Conversation {
    let setup = SessionSetup {
        about: About { tag: 0, name: None },
        event_limits: Limits { events: 10, bytes: 1 << 20 },
        message_bytes: 1 << 20,
        end_s: 1,
        wants_json: false,
    };
    let mut session = Session::new(&setup, Arc::new(NoDesk), None);
    session.seat = Ticker::default().seat();
    let session = Arc::new(session);
    Conversation::new(session, Box::new(Busy { written }), None, WebSocket::to_nobody().await)
}

#[tokio::test]
async fn a_session_with_much_to_write_lets_others_go_first() {
    let written = Arc::new(AtomicUsize::new(0));
    let mut conversation = busy(written.clone()).await;
    let turns_of_others = Rc::new(AtomicUsize::new(0));
    let others = async {
        let mut seen = 0;
        while seen < MESSAGES {
            tokio::task::yield_now().await;
            let now = written.load(Ordering::Relaxed);
            turns_of_others.fetch_add(usize::from(now > seen), Ordering::Relaxed);
            seen = now;
        }
    };
    tokio::select! {
        biased;
        () = others => {}
        outcome = conversation.run() => panic!("{outcome:?} before anybody else had a turn"),
    }
    assert!(turns_of_others.load(Ordering::Relaxed) > MESSAGES / 2);
}

/// Whatever ends it: otherwise the ticker, which need not visit it, would keep it.
#[tokio::test]
async fn a_session_that_ends_requests_a_last_visit() {
    let session = busy(Arc::default()).await.dialogue().session.clone();
    assert!(!session.seat.is_requested());
    drop(Ending::new(session.clone(), Arc::new(with_pair()), runtime::start().unwrap()));
    assert!(session.seat.is_requested());
    assert_eq!(session.tick(), Next::Over);
}
