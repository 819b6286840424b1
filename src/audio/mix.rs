//! Mixing of interleaved channels to one.

/// The channels that are used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Selection {
    /// All channels with equal gain; never louder than the loudest.
    #[default]
    All,
    /// One channel, counted from 0.
    One(usize),
}

impl Selection {
    /// The selection for a stream with fewer channels.
    pub fn among(self, channels: usize) -> Selection {
        match self {
            Selection::One(channel) if channel < channels => self,
            _ => Selection::All,
        }
    }

    /// Writes one sample for each whole frame, as far as both slices reach.
    pub fn mix(self, interleaved: &[f32], channels: usize, mono: &mut [f32]) {
        let frames = mono.iter_mut().zip(interleaved.chunks_exact(channels));
        match self.among(channels) {
            Selection::One(channel) => frames.for_each(|(sample, frame)| *sample = frame[channel]),
            Selection::All if channels == 1 => frames.for_each(|(sample, frame)| *sample = frame[0]),
            Selection::All => {
                let share = 1.0 / channels as f32;
                frames.for_each(|(sample, frame)| *sample = frame.iter().sum::<f32>() * share);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mixed(selection: Selection, interleaved: &[f32], channels: usize) -> Vec<f32> {
        let mut mono = vec![9.0; interleaved.len() / channels];
        selection.mix(interleaved, channels, &mut mono);
        mono
    }

    #[test]
    fn the_mix_is_the_mean() {
        assert_eq!(mixed(Selection::All, &[1.0, 0.0, -0.5, -0.5], 2), [0.5, -0.5]);
        assert_eq!(mixed(Selection::All, &[1.0; 16], 8), [1.0, 1.0]);
        assert_eq!(mixed(Selection::All, &[0.25, -1.0], 1), [0.25, -1.0]);
    }

    #[test]
    fn one_channel_can_be_picked_while_it_is_there() {
        let frames = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6];
        assert_eq!(mixed(Selection::One(2), &frames, 3), [0.3, 0.6]);
        assert_eq!(mixed(Selection::One(0), &frames, 1), frames);
        assert_eq!(Selection::One(1).among(2), Selection::One(1));
        assert_eq!(Selection::One(2).among(2), Selection::All);
    }
}
