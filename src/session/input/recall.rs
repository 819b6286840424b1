//! What was sent of late, so that another session can send it again when this one breaks.

use crate::arrays::as_arrays;

/// 16-bit samples of the wire.
pub(crate) struct Recall {
    samples: Vec<i16>,
    /// Samples before those.
    gone: u64,
    most: usize,
    channels: u64,
    sample_rate: u64,
}

impl Recall {
    /// Keeps the latest `keep_ms`.
    pub(crate) fn new(sample_rate: u32, channels: u32, keep_ms: u32) -> Recall {
        let frames = u64::from(sample_rate) * u64::from(keep_ms) / 1000;
        Recall {
            samples: Vec::new(),
            gone: 0,
            most: frames as usize * channels as usize,
            channels: channels.into(),
            sample_rate: sample_rate.into(),
        }
    }

    /// The next piece of the stream was sent, in whole samples.
    pub(crate) fn note(&mut self, bytes: &[u8]) {
        self.samples.extend(as_arrays::<2, _>(bytes).0.iter().map(|&sample| i16::from_le_bytes(sample)));
        // Moved rarely: only when twice as much is here.
        if self.samples.len() > 2 * self.most {
            self.forget(self.samples.len() - self.most);
        }
    }

    /// What is kept of the stream from this place on. Nothing if less than that was sent: such a place is no place in
    /// this stream.
    pub(crate) fn since(&mut self, ms: u32) -> &[i16] {
        let from = u64::from(ms) * self.sample_rate / 1000 * self.channels;
        self.forget(self.samples.len().saturating_sub(self.most));
        match from.checked_sub(self.gone) {
            None => &self.samples,
            Some(skipped) => self.samples.get(skipped as usize..).unwrap_or_default(),
        }
    }

    /// What was sent so far must not be said again.
    pub(crate) fn forget_all(&mut self) {
        self.forget(self.samples.len());
    }

    fn forget(&mut self, samples: usize) {
        self.samples.drain(..samples);
        self.gone += samples as u64;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(recall: &mut Recall, samples: std::ops::Range<i16>) {
        samples.for_each(|sample| recall.note(&sample.to_le_bytes()));
    }

    #[test]
    fn what_is_recalled_begins_at_a_place_of_the_stream_and_is_bounded() {
        // A sample lasts 1 ms.
        let mut recall = Recall::new(1000, 1, 100);
        assert_eq!(recall.since(0).len(), 0);
        sent(&mut recall, 0..50);
        assert_eq!(recall.since(0).len(), 50);
        assert_eq!(recall.since(47), [47, 48, 49]);
        assert!(recall.since(50).is_empty() && recall.since(51).is_empty());
        sent(&mut recall, 50..1000);
        assert_eq!((recall.since(0).len(), recall.since(0)[0]), (100, 900));
        assert_eq!(recall.since(998), [998, 999]);
        sent(&mut recall, 1000..1003);
        assert_eq!((recall.since(0).len(), recall.since(0)[0]), (100, 903));
        assert!(recall.samples.capacity() <= 400);
        recall.forget_all();
        sent(&mut recall, 1003..1005);
        assert_eq!(recall.since(0), [1003, 1004]);
    }

    #[test]
    fn places_count_frames() {
        let mut recall = Recall::new(1000, 2, 100);
        sent(&mut recall, 0..20);
        assert_eq!(recall.since(9), [18, 19]);
    }
}
