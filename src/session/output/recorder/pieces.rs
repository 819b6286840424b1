//! What is complete on all sides of a recording.

use super::track::Track;

/// Samples of all channels in turn.
pub(super) enum Piece {
    Samples(Vec<i16>),
    /// So many samples of silence.
    Silence(u64),
}

/// Passes on what is complete on all sides. Silence that is longer than a second, as after a stop of the process, takes no
/// memory.
pub(super) fn interleaved(sides: &mut [&mut Track]) -> Vec<Piece> {
    let long = sides.first().map_or(1, |side| side.second());
    let mut left = sides.iter().map(|side| side.waiting()).min().unwrap_or(0);
    let (mut pieces, mut samples) = (Vec::new(), Vec::with_capacity(sides.len() * left.min(long) as usize));
    while left > 0 {
        let silence = sides.iter().map(|side| side.silence()).min().unwrap_or(0).min(left);
        if silence <= long {
            samples.extend(sides.iter_mut().map(|side| side.next()));
            left -= 1;
            continue;
        }
        let before = std::mem::take(&mut samples);
        pieces.extend([Piece::Samples(before), Piece::Silence(sides.len() as u64 * silence)]);
        sides.iter_mut().for_each(|side| side.skip(silence));
        left -= silence;
    }
    if !samples.is_empty() {
        pieces.push(Piece::Samples(samples));
    }
    pieces
}
