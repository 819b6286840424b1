//! Comfort noise: a line that is silent sounds as it does in the pauses of who speaks on it. Wait-free, and nothing is
//! allocated.

/// The noise of a line, measured where nobody speaks: the least level of the last seconds.
pub struct NoiseMeter {
    /// Frames of a block, and the part of one that was heard.
    block: usize,
    frames: usize,
    power: f32,
    smoothed: f32,
    /// The least of the present period, and of those before it.
    least: f32,
    blocks: u32,
    periods: [f32; PERIODS],
    period: usize,
    level: f32,
}

const BLOCKS_PER_S: usize = 100;
/// Blocks of a period: speech has pauses in that time.
const PERIOD: u32 = 100;
const PERIODS: usize = 6;
/// Until so many blocks were heard, nothing is known.
const FIRST: u32 = 30;
/// Share of the power before in that of a block.
const SMOOTH: f32 = 0.5;
/// The least of noise is below its mean by so much.
const BIAS: f32 = 1.25;
/// A louder line is no noise that comforts: about -46 dB of full scale.
const MOST: f32 = 0.005;
/// Less is silence.
const LEAST: f32 = 0.5 / 32_768.0;

impl NoiseMeter {
    pub fn new(sample_rate: u32) -> NoiseMeter {
        NoiseMeter {
            block: block_of(sample_rate),
            frames: 0,
            power: 0.0,
            smoothed: 0.0,
            least: f32::MAX,
            blocks: 0,
            periods: [f32::MAX; PERIODS],
            period: 0,
            level: 0.0,
        }
    }

    /// Goes on at another rate.
    pub fn set_rate(&mut self, sample_rate: u32) {
        (self.block, self.frames, self.power) = (block_of(sample_rate), 0, 0.0);
    }

    /// The line sounds so.
    pub fn hear(&mut self, samples: &[f32]) {
        for sample in samples {
            self.power += sample * sample;
            self.frames += 1;
            if self.frames >= self.block {
                self.take_block();
            }
        }
    }

    fn take_block(&mut self) {
        let power = self.power / self.frames as f32;
        (self.frames, self.power) = (0, 0.0);
        let is_first = self.least == f32::MAX && self.periods[0] == f32::MAX && self.blocks == 0;
        self.smoothed = if is_first { power } else { power + (self.smoothed - power) * SMOOTH };
        self.least = self.least.min(self.smoothed);
        self.blocks += 1;
        if self.blocks == FIRST || self.blocks == PERIOD {
            let least = self.periods.iter().copied().fold(self.least, f32::min);
            self.level = (least * BIAS).sqrt().min(MOST);
        }
        if self.blocks == PERIOD {
            self.periods[self.period] = self.least;
            self.period = (self.period + 1) % PERIODS;
            (self.blocks, self.least) = (0, f32::MAX);
        }
    }

    /// Root of the mean square, as a share of full scale; 0: none, or not known yet.
    pub fn level(&self) -> f32 {
        if self.level < LEAST { 0.0 } else { self.level }
    }
}

fn block_of(sample_rate: u32) -> usize {
    (sample_rate as usize / BLOCKS_PER_S).max(1)
}

/// Length of a fade, from and to the loudest noise.
const FADE_MS: f32 = 50.0;
/// The noise falls off above, as that of a telephone line.
const CUT_OFF_HZ: f32 = 3000.0;

/// Makes noise of a level that changes without a step.
pub struct NoiseMaker {
    state: u32,
    /// The filter: its share of the sample before, and that sample.
    kept: f32,
    last: f32,
    /// Gain for a level of 1, the gain now, and its most change in a frame.
    unit: f32,
    gain: f32,
    step: f32,
}

impl NoiseMaker {
    pub fn new(sample_rate: u32) -> NoiseMaker {
        let mut maker =
            NoiseMaker { state: 0x9e37_79b9, kept: 0.0, last: 0.0, unit: 0.0, gain: 0.0, step: 0.0 };
        maker.set_rate(sample_rate);
        maker
    }

    /// Goes on at another rate.
    pub fn set_rate(&mut self, sample_rate: u32) {
        let level = if self.unit > 0.0 { self.gain / self.unit } else { 0.0 };
        self.kept = (-std::f32::consts::TAU * CUT_OFF_HZ / sample_rate as f32).exp();
        // Of evenly spread samples, of which a third is the mean square.
        self.unit = (3.0 * (1.0 + self.kept) / (1.0 - self.kept)).sqrt();
        self.gain = level * self.unit;
        self.step = MOST * self.unit / (FADE_MS * sample_rate as f32 / 1000.0);
    }

    /// Adds noise that fades to this level. Returns whether any is heard.
    pub fn add(&mut self, samples: &mut [i16], level: f32) -> bool {
        let wanted = level.min(MOST) * self.unit;
        if self.gain == 0.0 && wanted == 0.0 {
            return false;
        }
        for sample in samples.iter_mut() {
            self.gain += (wanted - self.gain).clamp(-self.step, self.step);
            self.last = self.kept * self.last + (1.0 - self.kept) * self.next();
            let noise = (self.last * self.gain * 32_768.0).round() as i16;
            *sample = sample.saturating_add(noise);
        }
        !samples.is_empty()
    }

    /// From -1 to 1.
    fn next(&mut self) -> f32 {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 17;
        self.state ^= self.state << 5;
        self.state as i32 as f32 / 2_147_483_648.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level(samples: &[i16]) -> f32 {
        let power: f32 = samples.iter().map(|&sample| (f32::from(sample) / 32_768.0).powi(2)).sum();
        (power / samples.len() as f32).sqrt()
    }

    fn noise(rate: u32, at: f32, seconds: usize) -> Vec<i16> {
        let mut samples = vec![0; rate as usize * seconds];
        NoiseMaker::new(rate).add(&mut samples, at);
        samples
    }

    fn floats(samples: &[i16]) -> Vec<f32> {
        samples.iter().map(|&sample| f32::from(sample) / 32_768.0).collect()
    }

    #[test]
    fn what_is_made_is_as_loud_as_what_was_measured() {
        for rate in [8000, 16_000, 48_000] {
            for wanted in [0.0005, 0.002, 0.005] {
                let made = noise(rate, wanted, 3);
                let loud = level(&made[rate as usize..]);
                assert!((loud / wanted - 1.0).abs() < 0.1, "{loud} for {wanted} at {rate}");
                let mut meter = NoiseMeter::new(rate);
                floats(&made[rate as usize..]).chunks(441).for_each(|part| meter.hear(part));
                let measured = meter.level() / wanted;
                assert!((0.7..1.2).contains(&measured), "{measured} at {rate}");
            }
        }
    }

    /// Speech for two seconds at a time, with short pauses.
    #[test]
    fn speech_is_no_noise_and_a_loud_line_is_bounded() {
        let mut meter = NoiseMeter::new(8000);
        assert_eq!(meter.level().to_bits(), 0);
        let quiet = floats(&noise(8000, 0.001, 30));
        let said = |n: usize| if n % 18_000 < 16_000 { (n as f32 * 0.3).sin() * 0.3 } else { 0.0 };
        let line: Vec<f32> = quiet.iter().enumerate().map(|(n, noise)| noise + said(n)).collect();
        meter.hear(&line);
        assert!((0.0006..0.0013).contains(&meter.level()), "{}", meter.level());
        meter.hear(&vec![0.2; 80_000]);
        assert!((meter.level() - MOST).abs() < 1e-6);
        meter.hear(&vec![0.0; 80_000]);
        assert_eq!(meter.level().to_bits(), 0, "a line without noise");
    }

    #[test]
    fn no_edge_has_a_step() {
        let mut maker = NoiseMaker::new(8000);
        let mut samples = vec![0i16; 16_000];
        assert!(!maker.add(&mut samples[..400], 0.0));
        maker.add(&mut samples[400..8000], MOST);
        maker.set_rate(8000);
        assert!(maker.add(&mut samples[8000..8800], 0.0));
        assert!(!maker.add(&mut samples[8800..], 0.0), "it has faded");
        // Its own steps, faded in and out.
        let most = |part: &[i16]| part.windows(2).map(|two| two[0].abs_diff(two[1])).max().unwrap();
        let inside = most(&samples[2000..8000]);
        assert!(most(&samples[380..440]) * 4 < inside && most(&samples[8380..8440]) * 2 < inside);
        assert!(samples[8800..].iter().all(|sample| *sample == 0));
    }

    #[test]
    fn noise_is_no_tone() {
        let made = noise(8000, 0.005, 4);
        let made = &made[8000..];
        for lag in 20..2000 {
            let likeness: f64 =
                made.iter().zip(&made[lag..]).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum();
            let power: f64 = made.iter().map(|a| f64::from(*a).powi(2)).sum();
            assert!((likeness / power).abs() < 0.05, "{lag}");
        }
    }
}
