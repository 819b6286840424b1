//! The speaker's audio on its way to the player.

use rtrb::Producer;

use crate::audio::convert::Converter;

pub(crate) struct OriginalFeed {
    converter: Converter,
    bytes: Vec<u8>,
    samples: Producer<i16>,
}

impl OriginalFeed {
    pub(crate) fn new(converter: Converter, samples: Producer<i16>) -> OriginalFeed {
        OriginalFeed { converter, bytes: Vec::new(), samples }
    }

    /// Takes a chunk that was sent. If nothing is read, the newest is lost.
    pub(crate) fn add(&mut self, chunk: &[u8]) {
        self.bytes.clear();
        self.converter.process(chunk, &mut self.bytes);
        let (samples, _) = self.bytes.as_chunks::<2>();
        let room = self.samples.slots().min(samples.len());
        if let Ok(slots) = self.samples.write_chunk_uninit(room) {
            slots.fill_from_iter(samples.iter().map(|&sample| i16::from_le_bytes(sample)));
        }
    }
}
