//! What a session is for, and what only such a session has.

use crate::error::Status;
use crate::lock::Mutex;
use crate::products::stt::Stt;
use crate::products::translation::Translation;
use crate::products::tts::Tts;
use crate::session::Session;
use crate::session::input::Ingest;
use crate::session::input::gap::Gap;

/// A verb that does not belong to the product is refused with `Unsupported`.
pub enum Product {
    /// While it is being made.
    None,
    Translation(Box<Translation>),
    Stt(Box<Stt>),
    Tts(Box<Tts>),
}

impl Session {
    pub(crate) fn translation(&self) -> Result<&Translation, Status> {
        match &self.product {
            Product::Translation(translation) => Ok(translation),
            _ => Err(Status::Unsupported),
        }
    }

    pub(crate) fn stt(&self) -> Result<&Stt, Status> {
        match &self.product {
            Product::Stt(stt) => Ok(stt),
            _ => Err(Status::Unsupported),
        }
    }

    pub(crate) fn tts(&self) -> Result<&Tts, Status> {
        match &self.product {
            Product::Tts(tts) => Ok(tts),
            _ => Err(Status::Unsupported),
        }
    }

    /// The policy for missing input, where there is one.
    pub(crate) fn gap(&self) -> Option<&Mutex<Gap>> {
        match &self.product {
            Product::Translation(translation) => translation.gap.as_ref(),
            Product::Stt(stt) => stt.gap.as_ref(),
            Product::Tts(_) | Product::None => None,
        }
    }

    /// The way in for audio, where there is one.
    pub(crate) fn ingest(&self) -> Result<&Ingest, Status> {
        self.ingest.as_ref().ok_or(Status::Unsupported)
    }

    pub(crate) fn commands_waiting(&self) -> usize {
        match &self.product {
            Product::Translation(translation) => translation.outbox.len(),
            Product::Stt(stt) => stt.outbox.len(),
            Product::Tts(tts) => tts.waiting(),
            Product::None => 0,
        }
    }
}
