//! A stream that does what a recorded one did.

use std::collections::VecDeque;

use tokio::time::Instant;
use tokio_tungstenite::tungstenite::Message;

use super::flow::Flow;
use super::link::Link;
use super::serve::Talk;
use crate::replay::{AUDIO, Deed, What, kind};
use crate::time;

pub struct Replayed {
    link: Link,
    opened: Instant,
    deeds: VecDeque<Deed>,
    /// Messages of the client so far, audio apart.
    commands: usize,
}

impl Replayed {
    pub fn new(link: Link, deeds: VecDeque<Deed>) -> Self {
        Self { link, opened: time::now(), deeds, commands: 0 }
    }

    fn is_next(&self, deed: &Deed, now: Instant) -> bool {
        deed.after <= self.commands && self.opened + deed.at <= now
    }
}

impl Talk for Replayed {
    fn link(&mut self) -> &mut Link {
        &mut self.link
    }

    fn into_link(self) -> Link {
        self.link
    }

    fn on_text(&mut self, text: &str) -> Flow {
        let kind = kind(text);
        self.link.note_received(&kind, text.len());
        self.commands += usize::from(kind != AUDIO);
        Flow::Go
    }

    fn on_binary(&mut self, bytes: &[u8]) -> Flow {
        self.link.note_received("audio", bytes.len());
        self.link.seat.tally.audio(bytes);
        Flow::Go
    }

    fn next_event(&self) -> Option<Instant> {
        self.deeds.front().filter(|deed| deed.after <= self.commands).map(|deed| self.opened + deed.at)
    }

    fn on_time(&mut self, now: Instant) -> Flow {
        while self.deeds.front().is_some_and(|deed| self.is_next(deed, now)) {
            match self.deeds.pop_front().map(|deed| deed.what) {
                Some(What::Text(text)) => self.link.socket.send(Message::text(text), None),
                Some(What::Close(code)) => return Flow::Close(code, "as it was recorded"),
                Some(What::Lost) => return Flow::Reset,
                None => {}
            }
        }
        Flow::Go
    }

    fn on_wake(&mut self) -> Flow {
        Flow::Go
    }
}
