//! What leaves a mailbox: taken out under its lock, turned into an event outside.

use super::waiting::Taken;
use crate::event::{About, Event, EventKind, Texts};
use crate::runtime::clock;

#[derive(Debug)]
pub struct Numbered {
    /// Position in the session's order of delivery, from 1 without gaps.
    pub seq: u64,
    pub event: Event,
}

/// What was dropped, and its audio.
#[derive(Clone, Copy, Default)]
pub(super) struct Loss {
    pub events: u64,
    pub frames: u64,
}

/// A parcel that was taken out, to be opened outside the locks.
pub(crate) struct Parcel {
    pub(super) seq: u64,
    pub(super) what: What,
    /// For the event that reports a loss.
    pub(super) about: Option<About>,
}

pub(super) enum What {
    Loss(Loss),
    Waiting(Taken),
    Terminal(Event),
}

impl Parcel {
    pub(crate) fn open(self) -> Numbered {
        let event = match self.what {
            What::Loss(loss) => overflow(loss, self.about.as_ref()),
            What::Waiting(taken) => taken.open(),
            What::Terminal(event) => event,
        };
        Numbered { seq: self.seq, event }
    }
}

fn overflow(Loss { events, frames }: Loss, about: Option<&About>) -> Event {
    let text = format!("{events} events with {frames} frames of audio were dropped");
    Event {
        time_ns: clock::monotonic_ns(),
        session_tag: about.map_or(0, |about| about.tag),
        session_name: about.and_then(|about| about.name.clone()),
        dropped: events,
        texts: Texts::new(&text, "", "", ""),
        ..Event::new(EventKind::Overflow)
    }
}
