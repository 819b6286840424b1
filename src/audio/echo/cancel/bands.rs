//! A block of 10 ms in bands of 16 kHz each, as the canceller takes it, and back.

use sonora::three_band_filter_bank::ThreeBandFilterBank;

/// Of a band.
pub(super) const FRAMES: usize = 160;
const WIDE: usize = 3;

/// At 16 kHz the only band is the sound itself, at 48 kHz there are three.
pub(super) struct Bands {
    bank: Option<Box<Bank>>,
    narrow: [f32; FRAMES],
}

struct Bank {
    filters: ThreeBandFilterBank,
    bands: [[f32; FRAMES]; WIDE],
    whole: [f32; WIDE * FRAMES],
}

impl Bands {
    pub(super) fn new(sample_rate: u32) -> Bands {
        let bank = || Bank {
            filters: ThreeBandFilterBank::new(),
            bands: [[0.0; FRAMES]; WIDE],
            whole: [0.0; WIDE * FRAMES],
        };
        Bands { bank: (sample_rate > 16_000).then(|| Box::new(bank())), narrow: [0.0; FRAMES] }
    }

    pub(super) fn each(&mut self) -> &mut [[f32; FRAMES]] {
        match &mut self.bank {
            Some(bank) => &mut bank.bands,
            None => std::slice::from_mut(&mut self.narrow),
        }
    }

    pub(super) fn split(&mut self, samples: &[i16]) {
        let whole = match &mut self.bank {
            Some(bank) => &mut bank.whole[..],
            None => &mut self.narrow,
        };
        whole.iter_mut().zip(samples).for_each(|(place, &sample)| *place = f32::from(sample));
        if let Some(bank) = &mut self.bank {
            bank.filters.analysis(&bank.whole, &mut bank.bands);
        }
    }

    pub(super) fn merge(&mut self, samples: &mut [i16]) {
        let whole = match &mut self.bank {
            Some(bank) => {
                bank.filters.synthesis(&bank.bands, &mut bank.whole);
                &bank.whole[..]
            }
            None => &self.narrow,
        };
        // The cast saturates.
        samples.iter_mut().zip(whole).for_each(|(place, sample)| *place = sample.round() as i16);
    }
}
