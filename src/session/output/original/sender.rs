//! The sender's end of the original: where its thread finds the bus that players hear now.

use std::sync::Arc;

use super::bus::Bus;
use super::writer::Writer;
use crate::audio::convert::InputFormat;
use crate::runtime::try_cell::TryCell;
use crate::session::output::offer::Offer;

/// Empty until the original is heard for the first time.
pub(crate) struct OriginalSender {
    offer: Offer<Writer>,
    /// One sender at a time has access, as to the input.
    writer: TryCell<Option<Writer>>,
}

impl Default for OriginalSender {
    fn default() -> OriginalSender {
        OriginalSender { offer: Offer::default(), writer: TryCell::new(None) }
    }
}

impl OriginalSender {
    /// What is sent from now on in this format is written there.
    pub(crate) fn change(&self, bus: &Arc<Bus>, format: InputFormat) {
        self.offer.make(Writer::new(bus.clone(), format));
    }

    /// Passes whole frames on. Wait-free, as sending.
    pub(crate) fn pass(&self, bytes: &[u8]) {
        self.with_writer(|writer| writer.write(bytes));
    }

    /// As [`OriginalSender::pass`], for frames that were lost.
    pub(crate) fn lose(&self, frames: usize) {
        self.with_writer(|writer| writer.lose(frames));
    }

    fn with_writer(&self, write: impl FnOnce(&mut Writer)) {
        self.writer.try_with(|writer| {
            self.offer.exchange(writer);
            writer.as_mut().map(write);
        });
    }
}
