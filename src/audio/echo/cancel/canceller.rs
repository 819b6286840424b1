//! The canceller of a line: AEC3, which takes blocks of 4 ms where the line has some of 10 ms, and below 8 kHz a filter that is learned
//! beside speech too, whose sound is taken while somebody speaks.

use std::collections::VecDeque;

use sonora::high_pass_filter::HighPassFilter;
use sonora_aec3::block::Block;
use sonora_aec3::block_processor::BlockProcessor;
use sonora_aec3::common::{BLOCK_SIZE, num_bands_for_rate};

use super::bands::{Bands, FRAMES};
use super::choice::Choice;
use super::tuning::tuning;

/// Of a band: 160 frames fill two blocks of 64, and half of a third.
const AHEAD: usize = BLOCK_SIZE / 2;
/// A microphone that has so much has more.
const CLIPPED: u16 = 32_700;
/// Of each band.
const BAND_RATE: i32 = 16_000;

pub(super) struct Canceller {
    processor: BlockProcessor,
    choice: Choice,
    high_pass: HighPassFilter,
    low: [Vec<f32>; 1],
    played: Side,
    sent: Side,
    cleaned: Vec<VecDeque<f32>>,
    block: Block,
}

/// One of both sounds, on its way into blocks of 4 ms.
struct Side {
    bands: Bands,
    waiting: Vec<VecDeque<f32>>,
}

impl Canceller {
    pub(super) fn new(sample_rate: u32) -> Canceller {
        let rate = sample_rate as usize;
        let bands = num_bands_for_rate(rate);
        let ahead: VecDeque<f32> = vec![0.0; AHEAD].into();
        Canceller {
            processor: BlockProcessor::new(&tuning(), rate, 1, 1),
            choice: Choice::new(),
            high_pass: HighPassFilter::new(BAND_RATE, 1),
            low: [vec![0.0; BLOCK_SIZE]],
            played: Side::new(sample_rate, bands),
            sent: Side::new(sample_rate, bands),
            cleaned: vec![ahead; bands],
            block: Block::new(bands, 1),
        }
    }

    pub(super) fn play(&mut self, played: &[i16]) {
        self.played.add(played);
        while self.played.next(&mut self.block) {
            self.choice.play(self.block.view(0, 0));
            self.processor.buffer_render(&self.block);
        }
    }

    pub(super) fn clean(&mut self, sent: &mut [i16]) {
        let is_clipped = sent.iter().any(|sample| sample.unsigned_abs() >= CLIPPED);
        // How late an echo is, it finds by itself.
        self.processor.set_audio_buffer_delay(0);
        self.sent.add(sent);
        while self.sent.next(&mut self.block) {
            self.leave_out_rumble();
            self.choice.listen(self.block.view(0, 0));
            self.processor.process_capture(false, is_clipped, None, &mut self.block);
            self.choice.choose(self.block.view_mut(0, 0));
            for (number, cleaned) in self.cleaned.iter_mut().enumerate() {
                cleaned.extend(self.block.view(number, 0));
            }
        }
        let bands = &mut self.sent.bands;
        for (band, cleaned) in bands.each().iter_mut().zip(&mut self.cleaned) {
            band.iter_mut().zip(cleaned.drain(..FRAMES)).for_each(|(place, sample)| *place = sample);
        }
        bands.merge(sent);
    }

    /// What is below speech would be taken for an echo.
    fn leave_out_rumble(&mut self) {
        self.low[0].copy_from_slice(self.block.view(0, 0));
        self.high_pass.process_channels(&mut self.low);
        self.block.view_mut(0, 0).copy_from_slice(&self.low[0]);
    }
}

impl Side {
    fn new(sample_rate: u32, bands: usize) -> Side {
        Side { bands: Bands::new(sample_rate), waiting: vec![VecDeque::new(); bands] }
    }

    fn add(&mut self, samples: &[i16]) {
        self.bands.split(samples);
        self.waiting.iter_mut().zip(self.bands.each()).for_each(|(waiting, band)| waiting.extend(&*band));
    }

    /// Fills a block. Returns whether there was one.
    fn next(&mut self, block: &mut Block) -> bool {
        if self.waiting[0].len() < BLOCK_SIZE {
            return false;
        }
        for (number, waiting) in self.waiting.iter_mut().enumerate() {
            let places = block.view_mut(number, 0).iter_mut();
            places.zip(waiting.drain(..BLOCK_SIZE)).for_each(|(place, sample)| *place = sample);
        }
        true
    }
}
