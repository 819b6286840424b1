//! What a microphone hears of a loudspeaker, for the benches of the canceller.

pub const RATE: usize = 16_000;
/// No reflection is later.
pub const LATEST: usize = RATE;

/// A loudspeaker and a microphone.
#[derive(Clone, Copy)]
pub struct Room {
    pub level_db: f32,
    pub delay_ms: usize,
    pub fade_ms: usize,
}

impl Room {
    /// A direct way, and a reflection in each ms, which fade for so long: how late in frames, and how loud.
    pub fn response(self) -> Vec<(usize, f32)> {
        let mut seed = 99 + self.delay_ms as u64;
        let mut random = move || {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 40) as f32 / (1 << 23) as f32 - 1.0
        };
        let fade = |ms: usize| (-6.9 * ms as f32 / self.fade_ms as f32).exp();
        let part = |ms: usize| {
            let within = ((random() + 1.0) * 7.9) as usize;
            if ms == 0 { (0, 1.0) } else { (ms * RATE / 1000 + within, random() * fade(ms)) }
        };
        let parts: Vec<_> = (0..self.fade_ms.max(1)).map(part).collect();
        let power: f32 = parts.iter().map(|(_, part)| part * part).sum();
        let gain = 10f32.powf(self.level_db / 20.0) / power.sqrt();
        parts.into_iter().map(|(late, part)| (late + self.delay_ms * RATE / 1000, part * gain)).collect()
    }
}

/// What was read from there on is heard up to [`LATEST`] frames later.
pub fn play(read: impl IntoIterator<Item = i16>, at: usize, response: &[(usize, f32)], sound: &mut [f32]) {
    for (frame, sample) in read.into_iter().enumerate().filter(|(_, sample)| *sample != 0) {
        for &(late, part) in response {
            sound[at + frame + late] += f32::from(sample) * part;
        }
    }
}

pub fn db(samples: &[i16]) -> f64 {
    let power: f64 = samples.iter().map(|&sample| f64::from(sample).powi(2)).sum();
    10.0 * (power / samples.len() as f64 + 0.1).log10()
}

pub fn clipped(sample: f32) -> i16 {
    // The cast saturates.
    sample as i16
}

pub fn write(name: &str, samples: &[i16]) {
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: RATE as u32,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut writer = hound::WavWriter::create(name, spec).expect("a file that can be written");
    samples.iter().for_each(|&sample| writer.write_sample(sample).expect("space"));
    writer.finalize().expect("space");
}
