//! What the stages of a session report to it. Each report wakes the stream that waits.

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::recogniser::Answer;
use crate::engine::{Failure, Wake};

#[derive(Debug)]
pub enum Event {
    Heard(Answer),
    /// The text of a job in its target's language.
    Translated {
        job: u64,
        text: String,
    },
    /// The speech of a job, which completes the job.
    Spoken {
        job: u64,
        frames: Vec<i16>,
    },
    Failed(Failure),
}

#[derive(Clone)]
pub struct Events {
    sender: UnboundedSender<Event>,
    wake: Wake,
}

impl Events {
    pub fn new(wake: Wake) -> (Self, UnboundedReceiver<Event>) {
        let (sender, receiver) = unbounded_channel();
        (Self { sender, wake }, receiver)
    }

    pub fn tell(&self, event: Event) {
        // A session that has ended ignores reports.
        let _ = self.sender.send(event);
        self.wake.notify_one();
    }
}
