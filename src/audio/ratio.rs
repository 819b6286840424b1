//! The ratio of two rates, and places in a sound that both count.

/// Greatest reduction of a rate: from 192 kHz to 8 kHz.
pub(super) const STEEPEST: u32 = 24;

/// The output rate divided by the input rate, in lowest terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ratio {
    pub(super) up: u32,
    pub(super) down: u32,
}

impl Ratio {
    /// Returns `None` for a rate of 0, and for a reduction that no pair of usable rates needs.
    pub fn between(from: u32, to: u32) -> Option<Ratio> {
        let common = greatest_common_divisor(from, to);
        let ratio = Ratio { up: to.checked_div(common)?, down: from.checked_div(common)? };
        let is_sane = ratio.up > 0 && ratio.down > 0 && ratio.down.div_ceil(ratio.up) <= STEEPEST;
        is_sane.then_some(ratio)
    }

    /// The position of an output, this many outputs after the one at `from`.
    pub fn moment(self, from: Moment, outputs: u64) -> Moment {
        let steps = u64::from(from.phase) + outputs * u64::from(self.down);
        let up = u64::from(self.up);
        Moment { sample: from.sample + steps / up, phase: (steps % up) as u32 }
    }

    /// The position nearest to one that is counted in the steps of another ratio.
    pub fn nearest(self, moment: Moment, of: Ratio) -> Moment {
        let (up, of_up) = (u64::from(self.up), u64::from(of.up));
        let steps = (u64::from(moment.phase) * up + of_up / 2) / of_up;
        Moment { sample: moment.sample + steps / up, phase: (steps % up) as u32 }
    }

    /// Upper bound of the samples that come out for this many that go in.
    pub fn most_out(self, samples: usize) -> usize {
        (samples as u64 * u64::from(self.up)).div_ceil(u64::from(self.down)) as usize + 1
    }
}

/// A position in the input: so many steps of 1/up after a sample.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moment {
    pub sample: u64,
    pub phase: u32,
}

fn greatest_common_divisor(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { greatest_common_divisor(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_moment_of_another_ratio_is_at_most_half_a_step_away() {
        let ratio = |to| Ratio::between(24_000, to).unwrap();
        let (cd, double, same) = (ratio(44_100), ratio(48_000), ratio(24_000));
        let at = |sample, phase| Moment { sample, phase };
        assert_eq!(cd.nearest(at(7, 1), double), at(7, 74));
        assert_eq!(double.nearest(at(7, 146), cd), at(8, 0));
        assert_eq!(double.nearest(at(7, 80), cd), at(7, 1));
        assert_eq!(same.nearest(at(7, 1), double), at(8, 0));
    }

    #[test]
    fn impossible_ratios_are_refused() {
        for (from, to) in [(0, 0), (0, 8000), (8000, 0), (192_001, 8000), (48_000, 1000)] {
            assert!(Ratio::between(from, to).is_none(), "{from} to {to}");
        }
        let usable = [8000, 8001, 11_025, 44_100, 44_101, 96_000, 176_400, 191_999, 192_000];
        for from in usable {
            assert!(usable.into_iter().all(|to| Ratio::between(from, to).is_some()), "{from}");
        }
    }
}
