//! What an audio thread has copied, at one rate.

use crate::arrays::as_arrays;
use crate::audio::convert::{Converter, InputFormat};
use crate::audio::format::{Format, OUTPUT};
use crate::audio::samples::Encoding;

pub(crate) struct Mono {
    to: Format,
    /// For the present rate of that thread.
    from: Option<(u32, Vec<Converter>)>,
    bytes: Vec<u8>,
}

impl Mono {
    pub(crate) fn new(sample_rate: u32) -> Mono {
        Mono { to: Format { sample_rate, channels: 1 }, from: None, bytes: Vec::new() }
    }

    /// Converts samples that have this rate.
    pub(crate) fn convert(&mut self, rate: u32, samples: &[i16]) -> impl ExactSizeIterator<Item = i16> {
        if self.from.as_ref().is_none_or(|(known, _)| *known != rate) {
            self.from = Some((rate, converters(rate, self.to)));
        }
        self.bytes.clear();
        self.bytes.extend_from_slice(bytemuck::cast_slice(samples));
        for converter in self.from.iter_mut().flat_map(|(_, converters)| converters) {
            let from = std::mem::take(&mut self.bytes);
            converter.process(&from, &mut self.bytes);
        }
        as_samples(&self.bytes)
    }

    /// What is left of what was converted. What comes next begins anew.
    #[cfg(feature = "echo")]
    pub(crate) fn finish(&mut self) -> impl ExactSizeIterator<Item = i16> {
        self.bytes.clear();
        for converter in self.from.take().iter_mut().flat_map(|(_, converters)| converters) {
            let from = std::mem::take(&mut self.bytes);
            converter.process(&from, &mut self.bytes);
            converter.finish(&mut self.bytes);
        }
        as_samples(&self.bytes)
    }
}

/// From a rate to another, in one step or by the rate of the service, from and to which both are convertible.
fn converters(sample_rate: u32, to: Format) -> Vec<Converter> {
    let from =
        InputFormat { encoding: Encoding::S16, ..InputFormat::plain(Format { sample_rate, channels: 1 }) };
    match Converter::new(from, to) {
        Some(converter) => vec![converter],
        None => [Converter::new(from, OUTPUT), Converter::new(InputFormat::plain(OUTPUT), to)]
            .into_iter()
            .flatten()
            .collect(),
    }
}

pub(crate) fn as_samples(bytes: &[u8]) -> impl ExactSizeIterator<Item = i16> {
    as_arrays::<2, _>(bytes).0.iter().map(|&sample| i16::from_le_bytes(sample))
}
