//! What a session has of the call that it serves.

use crate::sync::AtomicU64;
use std::sync::Arc;

use crate::event::Event;
use crate::session::events::delivery::Delivery;
use crate::session::output::Playout;

/// Says in the call's terms what a session tells.
pub(crate) trait Link: Send + Sync {
    /// The event of the call in place of one of its session.
    fn relayed(&self, event: Event) -> Event;

    /// Numbers the phrases of all sessions that follow each other in one direction.
    fn phrases(&self) -> &Arc<AtomicU64>;
}

/// The place of a session in a call.
pub(crate) struct CallPlace {
    pub delivery: Arc<Delivery>,
    pub link: Arc<dyn Link>,
    /// Where its speech and its original are heard. It outlives the session.
    pub ear: Arc<Playout>,
}
