//! What a session of a call tells, in the call's terms.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

use crate::client::Client;
use crate::error::Status;
use crate::event::{Event, EventKind};
use crate::session::State;
use crate::session::handle::life::Life;
use crate::session::handle::link::Link;
use crate::sync::AtomicU64;

/// The session that carries the voice of one leg.
pub(super) struct Carrier {
    pub client: Arc<Client>,
    /// Of the leg.
    pub number: usize,
    /// Of the call.
    pub life: Arc<Life>,
    /// Wakes the keeper of the call.
    pub wake: Arc<Notify>,
    pub phrases: Arc<AtomicU64>,
}

/// Takes no lock but that of the call's state and that of its client's pace: a session can end wherever it was begun.
impl Link for Carrier {
    fn relayed(&self, event: Event) -> Event {
        let kind = match event.kind {
            EventKind::Ready => EventKind::LinkUp,
            EventKind::Closed => EventKind::LinkDown,
            kind => kind,
        };
        match kind {
            EventKind::LinkUp if self.life.state() == State::Connecting => self.life.enter(State::Ready),
            EventKind::LinkDown => {
                if event.code == Status::Rate as i32 {
                    let retry_after = u64::try_from(event.retry_after_ms).ok().map(Duration::from_millis);
                    self.client.connects.note_refusal(retry_after, Instant::now());
                }
                self.wake.notify_one();
            }
            _ => {}
        }
        Event { kind, leg: self.number as i32, ..event }
    }

    fn phrases(&self) -> &Arc<AtomicU64> {
        &self.phrases
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::of_tests::with_pair;

    #[test]
    fn a_session_that_is_one_too_many_has_all_calls_of_the_client_wait() {
        let client = Arc::new(with_pair());
        let carrier = Carrier {
            client: client.clone(),
            number: 0,
            life: Arc::default(),
            wake: Arc::default(),
            phrases: Arc::default(),
        };
        let begin = Instant::now();
        let may_connect = || client.connects.ask((begin, 1), None, &carrier.wake, Instant::now());
        let closed = |code: Status| Event { code: code as i32, ..Event::new(EventKind::Closed) };
        carrier.relayed(Event { retry_after_ms: 3_600_000, ..closed(Status::ConnectionLost) });
        assert_eq!(may_connect(), Ok(()));
        let told = carrier.relayed(Event { retry_after_ms: 3_600_000, ..closed(Status::Rate) });
        assert_eq!((told.kind, told.leg), (EventKind::LinkDown, 0));
        assert!(may_connect().unwrap_err() >= begin + Duration::from_secs(3600));
        // Any session of another client.
        assert_eq!(with_pair().connects.ask((begin, 1), None, &carrier.wake, Instant::now()), Ok(()));
    }
}
