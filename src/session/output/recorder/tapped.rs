//! One side of a recording that comes from an audio thread.

use std::sync::Arc;

use super::track::Track;
use crate::audio::convert::{Converter, InputFormat};
use crate::audio::format::{Format, OUTPUT};
use crate::audio::samples::Encoding;
use crate::session::output::play::tap::Taps;

pub(super) struct Tapped {
    taps: Vec<Arc<Taps>>,
    /// For the present rate of that thread.
    from: Option<(u32, Vec<Converter>)>,
    bytes: Vec<u8>,
    /// Of the file.
    mono: Format,
    /// What is ahead of its time is left out, however long the recording is.
    keeps_time: bool,
    pub track: Track,
}

impl Tapped {
    pub(super) fn new(mono: Format, keeps_time: bool) -> Tapped {
        Tapped {
            taps: Vec::new(),
            from: None,
            bytes: Vec::new(),
            mono,
            keeps_time,
            track: Track::new(mono.sample_rate),
        }
    }

    /// What arrives there is taken too.
    pub(super) fn attach(&mut self, taps: Arc<Taps>) {
        // One that nobody can fill any more has told everything.
        self.taps.retain(|taps| Arc::strong_count(taps) > 1 || !taps.is_over());
        self.taps.push(taps);
    }

    /// Takes what has arrived until now, or with `is_paused` leaves it out.
    pub(super) fn take(&mut self, now_ms: u64, is_paused: bool) {
        let Tapped { taps, from, bytes, mono, keeps_time, track } = self;
        let mut take = |rate, samples: &[i16]| {
            if samples.is_empty() || is_paused {
                return;
            }
            if from.as_ref().is_none_or(|(known, _)| *known != rate) {
                *from = Some((rate, converters(rate, *mono)));
            }
            let Some((_, converters)) = from else { return };
            bytes.clear();
            bytes.extend_from_slice(bytemuck::cast_slice(samples));
            for converter in converters {
                let from = std::mem::take(bytes);
                converter.process(&from, bytes);
            }
            let samples = as_samples(bytes);
            let excess = if *keeps_time { track.excess(samples.len(), now_ms) } else { 0 };
            track.add(samples.skip(excess), now_ms);
        };
        taps.iter().for_each(|taps| taps.drain(&mut take));
    }
}

/// From a rate to that of the file, in one step or by the rate of the service, from and to which both are convertible.
fn converters(sample_rate: u32, mono: Format) -> Vec<Converter> {
    let from =
        InputFormat { encoding: Encoding::S16, ..InputFormat::plain(Format { sample_rate, channels: 1 }) };
    match Converter::new(from, mono) {
        Some(converter) => vec![converter],
        None => [Converter::new(from, OUTPUT), Converter::new(InputFormat::plain(OUTPUT), mono)]
            .into_iter()
            .flatten()
            .collect(),
    }
}

pub(super) fn as_samples(bytes: &[u8]) -> impl ExactSizeIterator<Item = i16> {
    bytes.as_chunks().0.iter().map(|&sample| i16::from_le_bytes(sample))
}
