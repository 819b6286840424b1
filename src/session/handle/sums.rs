//! The figures of a session that are added up over sessions.

use std::time::Duration;

use super::session::Session;
use super::stats::load;
use crate::client::metrics::{Metered, Sums};
use crate::session::input::Inlet;
use crate::sync::AtomicU64;

impl Metered for Session {
    fn sums(&self) -> Sums {
        let counters = &self.counters;
        let us = |frames: u64, rate: u32| frames * 1_000_000 / u64::from(rate);
        // How long encoded audio is, only the service knows.
        let input = self.input.as_ref().filter(|input| !input.is_encoded());
        let (ready_us, answer_us) = (load(&counters.ready_us), load(&counters.first_audio_us));
        let wire = |frames: &AtomicU64| input.map_or(0, |input| us(load(frames), input.wire().0.sample_rate));
        Sums {
            sent_us: wire(&counters.wire_frames_sent),
            silence_us: wire(&counters.silence_frames_sent),
            dropped_us: input.map_or(0, Inlet::dropped_us),
            speech_us: load(&counters.audio_us_received),
            bytes_sent: load(&counters.bytes_sent),
            bytes_received: load(&counters.bytes_received),
            // In a call the mailbox is that of the call.
            events_dropped: match self.link {
                None => self.delivery.mailbox().levels().dropped_events,
                Some(_) => 0,
            },
            gap_pauses: load(&counters.gap_pauses),
            readies: u64::from(ready_us > 0),
            ready_us,
            answers: u64::from(answer_us > 0),
            answer_us,
        }
    }
}

impl Session {
    /// How long it took to become READY, if it did.
    pub(crate) fn ready_after(&self) -> Option<Duration> {
        Some(load(&self.counters.ready_us)).filter(|&us| us > 0).map(Duration::from_micros)
    }
}
