//! What PALABRA_SESSION_DROP_OLDEST drops.

use super::{Evidence, Failure, bounds};
use crate::caller::Did;
use crate::service::Stream;

/// A look at what has arrived, and the rounding of ms.
const SLACK_US: u64 = 60_000;

/// Audio is dropped only where more waits than may.
pub fn needed(seen: &Evidence) -> Vec<Failure> {
    let dropped = seen.log.stats.map_or(0, |stats| stats.input_frames_dropped);
    let Some(stream) = seen.stream.as_ref().filter(|stream| stream.ears.len() == 1) else {
        return Vec::new();
    };
    // Where silence or a pause takes the place of audio, more of it waits than its caller has sent.
    let is_plain = seen.is_steady() && seen.plan.options.gap == 0 && seen.plan.calls.is_empty();
    if dropped == 0 || !is_plain {
        return Vec::new();
    }
    let own = seen.plan.options.buffer_ms;
    let may_us = if own > 0 { own as u64 } else { bounds::buffer_ms() } * 1000;
    let most_us = most_waiting_us(seen, stream);
    if most_us > may_us {
        return Vec::new();
    }
    vec![format!("{dropped} frames; at most {} ms waited, {} may", most_us / 1000, may_us / 1000)]
}

/// The most that has waited, as far as the library can know what has arrived.
fn most_waiting_us(seen: &Evidence, stream: &Stream) -> u64 {
    let is_sound = |deed: &Did| matches!(deed, Did::Sent(..) | Did::Skipped(..));
    let moments = seen.log.deeds.iter().filter(|(_, deed)| is_sound(deed)).map(|(at, _)| *at);
    let (mut given, mut most) = (0, 0);
    for (at, part) in moments.zip(&seen.log.spoken) {
        given += part.taken_us();
        let known = at.saturating_sub(seen.way_ms() as u64 * 1000 + SLACK_US);
        most = most.max(given.saturating_sub(arrived_us(stream, known)));
    }
    most
}

fn arrived_us(stream: &Stream, until: u64) -> u64 {
    let place = stream.arrived.partition_point(|(at, _)| *at <= until);
    let samples = place.checked_sub(1).map_or(0, |place| stream.arrived[place].1);
    samples * 1_000_000 / u64::from(stream.ears[0].rate())
}
