//! What a session of a call has to send again, and what it would leave to the next one.

use super::backlog::{Backlog, ResendLimits};
use super::chunks::Chunks;
use super::options::InputSetup;
use super::recall::Recall;

/// What is sent again where sessions take the place of others that broke.
pub(crate) struct Resend {
    limits: ResendLimits,
    /// What was sent on this stream.
    pub recall: Recall,
    /// What comes before the input, and the input until that is sent.
    pub backlog: Option<Backlog>,
}

impl Resend {
    pub(crate) fn new(setup: &InputSetup) -> Option<Resend> {
        let limits = setup.resend.filter(|_| Backlog::can_hold(setup.wire))?;
        let recall = Recall::new(setup.wire.sample_rate, setup.wire.channels, limits.keep_ms);
        Some(Resend { limits, recall, backlog: None })
    }

    /// For the session that takes the place of this one. `settled_ms`: up to where in the stream nothing is said again.
    pub(crate) fn into_backlog(self, settled_ms: Option<u32>, chunks: Box<Chunks>) -> Backlog {
        let Resend { limits, mut recall, backlog } = self;
        let unsettled = settled_ms.map_or(&[][..], |ms| recall.since(ms));
        Backlog::new(limits, unsettled, backlog, chunks)
    }
}
