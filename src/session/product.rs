//! What a session is for, and what only such a session has.

use std::sync::Mutex;

use super::Session;
use super::gap::Gap;
use super::ingest::Ingest;
use super::outbox::{Command, Outbox};
use super::stt::Stt;
use super::tts::Tts;
use crate::audio::format::Format;
use crate::error::Status;

/// A verb that does not belong to the product is refused with `Unsupported`.
pub enum Product {
    /// While it is being made.
    None,
    Translation(Box<Translation>),
    Stt(Box<Stt>),
    Tts(Box<Tts>),
}

pub struct Translation {
    /// What goes out; fixed for the life of the session.
    pub wire: Format,
    pub chunk_ms: u32,
    /// Touched by the runtime and by who asks for figures, never on the way of the caller's audio.
    pub gap: Option<Mutex<Gap>>,
    pub outbox: Outbox<Command>,
}

impl Session {
    pub(super) fn translation(&self) -> Result<&Translation, Status> {
        match &self.product {
            Product::Translation(translation) => Ok(translation),
            _ => Err(Status::Unsupported),
        }
    }

    pub(super) fn stt(&self) -> Result<&Stt, Status> {
        match &self.product {
            Product::Stt(stt) => Ok(stt),
            _ => Err(Status::Unsupported),
        }
    }

    pub(super) fn tts(&self) -> Result<&Tts, Status> {
        match &self.product {
            Product::Tts(tts) => Ok(tts),
            _ => Err(Status::Unsupported),
        }
    }

    /// The policy for missing input, where there is one.
    pub(super) fn gap(&self) -> Option<&Mutex<Gap>> {
        match &self.product {
            Product::Translation(translation) => translation.gap.as_ref(),
            Product::Stt(stt) => stt.gap.as_ref(),
            Product::Tts(_) | Product::None => None,
        }
    }

    /// The way in for audio, where there is one.
    pub(super) fn ingest(&self) -> Result<&Ingest, Status> {
        self.ingest.as_ref().ok_or(Status::Unsupported)
    }

    pub(super) fn commands_waiting(&self) -> usize {
        match &self.product {
            Product::Translation(translation) => translation.outbox.len(),
            Product::Stt(stt) => stt.outbox.len(),
            Product::Tts(tts) => tts.waiting(),
            Product::None => 0,
        }
    }
}
