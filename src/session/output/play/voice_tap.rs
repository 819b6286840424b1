//! A copy of what a speaker sends, for a recording. As real-time safe as sending.

use std::sync::Arc;

use super::tap::{Tap, Taps};
use crate::audio::convert::InputFormat;
use crate::session::output::original::Decoder;

/// In place of frames that were lost.
const SILENCE: [i16; 256] = [0; 256];

pub(crate) struct VoiceTap {
    decoder: Decoder,
    tap: Tap,
}

impl VoiceTap {
    pub(crate) fn new(format: InputFormat, taken_by: Arc<Taps>) -> VoiceTap {
        VoiceTap { decoder: Decoder::new(format), tap: Tap::new(format.sample_rate, taken_by) }
    }

    /// For what is sent in another format.
    pub(crate) fn in_format(&self, format: InputFormat) -> VoiceTap {
        VoiceTap::new(format, self.tap.taken_by().clone())
    }

    pub(crate) fn format(&self) -> InputFormat {
        self.decoder.format()
    }

    /// Takes whole frames.
    pub(crate) fn put(&mut self, bytes: &[u8]) {
        let VoiceTap { decoder, tap } = self;
        decoder.decode(bytes, |samples| tap.put(samples));
    }

    pub(crate) fn put_silence(&mut self, frames: usize) {
        let most = self.decoder.format().frames_in_ms(super::tap::ROOM_MS);
        let mut left = frames.min(most);
        while left > 0 {
            let now = left.min(SILENCE.len());
            self.tap.put(&SILENCE[..now]);
            left -= now;
        }
    }
}
