//! The newest audio of the speaker, mono, for any number of players.

use crate::sync::{AtomicBool, AtomicI16, AtomicU32, AtomicU64, Ordering, fence};

use crate::audio::format::Format;
use crate::audio::samples::from_s16;
use crate::error::Result;
use crate::lock::note_slow;
use crate::memory;
use crate::session::output::ring::MOST_READ_MS;

/// Larger blocks than this are heard in part.
pub(crate) const MOST_BLOCK_MS: u32 = 300;
/// Most that waits behind what one read takes and one block adds.
pub(crate) const MOST_WAITING_MS: u32 = 200;
/// So that what is read is not overwritten meanwhile.
const SPARE_MS: u32 = 100;
/// Stands for a frame that the sender lost.
const LOST: i16 = i16::MIN;
/// Frames that are stamped together.
const GROUP: usize = 64;
/// The stamp of a group that nobody has written.
const NEVER: u64 = u64::MAX;

/// One thread writes. Readers follow by positions of their own, and nobody waits for anybody. What a reader is too late
/// for, it finds lost.
pub(crate) struct Bus {
    rate: u32,
    samples: Box<[AtomicI16]>,
    /// The number of the group that lies there: frames of others, older or newer ones, are lost. So a loss of any length
    /// costs the same.
    stamps: Box<[AtomicU64]>,
    written: AtomicU64,
    /// Where audio follows the latest frame that was lost.
    resumed: AtomicU64,
    /// Frames that usually arrive together.
    block: AtomicU32,
    /// The speaker goes on in another bus.
    is_over: AtomicBool,
}

impl Bus {
    pub(crate) fn new(rate: u32) -> Result<Bus> {
        let format = Format { sample_rate: rate, channels: 1 };
        let frames = format.frames_in_ms(MOST_READ_MS + MOST_BLOCK_MS + MOST_WAITING_MS + SPARE_MS);
        let frames = frames.next_multiple_of(GROUP);
        note_slow("the ring of an original is made");
        memory::ask(frames * size_of::<AtomicI16>())?;
        // Each is written: the first access to a page is a page fault, which must happen here.
        let samples = (0..frames).map(|_| AtomicI16::new(0)).collect();
        Ok(Bus {
            rate,
            samples,
            stamps: (0..frames / GROUP).map(|_| AtomicU64::new(NEVER)).collect(),
            written: AtomicU64::new(0),
            resumed: AtomicU64::new(0),
            block: AtomicU32::new(0),
            is_over: AtomicBool::new(false),
        })
    }

    pub(crate) fn rate(&self) -> u32 {
        self.rate
    }

    /// Older frames than the last so many are gone.
    pub(crate) fn capacity(&self) -> usize {
        self.samples.len()
    }

    /// Frames until now.
    pub(crate) fn written(&self) -> u64 {
        self.written.load(Ordering::Acquire)
    }

    /// Where audio follows the latest frame that was lost, or will.
    pub(crate) fn resumed(&self) -> u64 {
        self.resumed.load(Ordering::Relaxed)
    }

    /// Frames that usually arrive together.
    pub(crate) fn block(&self) -> usize {
        self.block.load(Ordering::Relaxed) as usize
    }

    pub(crate) fn set_block(&self, frames: u32) {
        self.block.store(frames, Ordering::Relaxed);
    }

    pub(crate) fn end(&self) {
        self.is_over.store(true, Ordering::Release);
    }

    pub(crate) fn is_over(&self) -> bool {
        self.is_over.load(Ordering::Acquire)
    }

    /// Adds samples. One thread at a time.
    pub(crate) fn write(&self, samples: &[i16]) {
        // Of more than fits, the newest stays.
        let kept = samples.len().min(self.samples.len());
        let mut at = self.written.load(Ordering::Relaxed) + (samples.len() - kept) as u64;
        let mut left = &samples[samples.len() - kept..];
        while !left.is_empty() {
            let (group, offset) = self.begin(at);
            let (now, later) = left.split_at(left.len().min(GROUP - offset));
            for (place, &sample) in group[offset..].iter().zip(now) {
                place.store(sample.max(LOST + 1), Ordering::Relaxed);
            }
            at += now.len() as u64;
            left = later;
        }
        self.written.store(at, Ordering::Release);
    }

    /// Adds frames that were lost. One thread at a time.
    pub(crate) fn lose(&self, frames: usize) {
        if frames == 0 {
            return;
        }
        let at = self.written.load(Ordering::Relaxed);
        // Nothing is in the groups that follow.
        let (group, offset) = self.begin(at);
        group[offset..].iter().take(frames).for_each(|place| place.store(LOST, Ordering::Relaxed));
        let resumed = at + frames as u64;
        self.resumed.store(resumed, Ordering::Relaxed);
        self.written.store(resumed, Ordering::Release);
    }

    /// The group of a position, and the offset in it. What is before it in a new group was lost.
    fn begin(&self, at: u64) -> (&[AtomicI16], usize) {
        let (number, offset) = (at / GROUP as u64, (at % GROUP as u64) as usize);
        let (stamp, group) = self.group(number);
        if stamp.load(Ordering::Relaxed) != number {
            stamp.store(number, Ordering::Relaxed);
            // Before the samples, for who reads what lay here.
            fence(Ordering::Release);
            group[..offset].iter().for_each(|place| place.store(LOST, Ordering::Relaxed));
        }
        (group, offset)
    }

    fn group(&self, number: u64) -> (&AtomicU64, &[AtomicI16]) {
        let place = (number % self.stamps.len() as u64) as usize;
        (&self.stamps[place], &self.samples[place * GROUP..][..GROUP])
    }

    /// The first frame from there on that was not lost; what is written next, if there is none.
    pub(crate) fn next_heard(&self, at: u64) -> u64 {
        let written = self.written();
        // Nothing older is there.
        let mut at = at.max(written.saturating_sub(self.samples.len() as u64));
        while at < written {
            let (number, offset) = (at / GROUP as u64, (at % GROUP as u64) as usize);
            let (stamp, group) = self.group(number);
            let is_there = |place: &AtomicI16| place.load(Ordering::Relaxed) != LOST;
            let found = if stamp.load(Ordering::Relaxed) == number {
                group[offset..].iter().position(is_there)
            } else {
                None
            };
            if let Some(frames) = found {
                return (at + frames as u64).min(written);
            }
            at = (number + 1) * GROUP as u64;
        }
        written
    }

    /// Reads what was written from this position on; NaN where a frame was lost.
    pub(crate) fn read(&self, mut at: u64, samples: &mut [f32]) {
        let mut left = samples;
        while !left.is_empty() {
            let (number, offset) = (at / GROUP as u64, (at % GROUP as u64) as usize);
            let (stamp, group) = self.group(number);
            let length = left.len().min(GROUP - offset);
            let (now, later) = std::mem::take(&mut left).split_at_mut(length);
            if stamp.load(Ordering::Relaxed) == number {
                for (sample, place) in now.iter_mut().zip(&group[offset..]) {
                    let value = place.load(Ordering::Relaxed);
                    *sample = if value == LOST { f32::NAN } else { from_s16(value) };
                }
            }
            // It may have been overwritten meanwhile.
            fence(Ordering::Acquire);
            if stamp.load(Ordering::Relaxed) != number {
                now.fill(f32::NAN);
            }
            at += length as u64;
            left = later;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bus: &Bus, at: u64, frames: usize) -> Vec<f32> {
        let mut samples = vec![9.0; frames];
        bus.read(at, &mut samples);
        samples
    }

    #[test]
    fn what_is_written_is_read_also_across_the_end_of_the_ring() {
        let bus = Bus::new(8000).unwrap();
        (0..200).for_each(|n| bus.write(&[n; 160]));
        assert_eq!(bus.written(), 32_000);
        for n in 160..200u16 {
            assert_eq!(read(&bus, u64::from(n) * 160, 160), [f32::from(n) / 32_768.0; 160]);
        }
    }

    #[test]
    fn what_was_lost_is_known_and_the_loudest_sample_is_none_of_it() {
        let bus = Bus::new(8000).unwrap();
        bus.write(&[i16::MIN, i16::MAX]);
        bus.lose(2);
        bus.write(&[0]);
        let heard = read(&bus, 0, 5);
        assert!(heard[0] < -0.999 && heard[1] > 0.999 && heard[4] == 0.0);
        assert!(heard[2].is_nan() && heard[3].is_nan());
    }

    /// In groups that are written in part, before and after it.
    #[test]
    fn a_loss_of_any_length_hides_what_lay_there() {
        for (before, lost, after) in [(1, 1, 1), (63, 2, 10), (64, 64, 64), (100, 30, 5), (10, 20_000, 200)] {
            let bus = Bus::new(8000).unwrap();
            (0..200).for_each(|_| bus.write(&[16_384; 100]));
            let begin = bus.written();
            bus.write(&vec![8192; before]);
            bus.lose(lost);
            bus.write(&vec![4096; after]);
            assert_eq!(bus.resumed(), begin + (before + lost) as u64);
            assert_eq!(bus.next_heard(begin + before as u64), bus.resumed());
            if lost < bus.capacity() {
                assert_eq!(read(&bus, begin, before), vec![0.25; before]);
            }
            assert!(read(&bus, begin + before as u64, lost).iter().all(|sample| sample.is_nan()));
            assert_eq!(read(&bus, bus.resumed(), after), vec![0.125; after], "{before} {lost} {after}");
        }
    }

    #[test]
    fn of_more_than_fits_the_newest_stays() {
        let bus = Bus::new(8000).unwrap();
        let samples: Vec<i16> = (0..20_000).collect();
        let heard = |range: std::ops::Range<i16>| -> Vec<f32> { range.map(from_s16).collect() };
        bus.write(&samples);
        assert_eq!(read(&bus, 19_900, 100), heard(19_900..20_000));
        bus.lose(1_000_001);
        bus.write(&samples);
        assert_eq!(bus.written(), 1_040_001);
        // In whole groups.
        let oldest = 1_040_001 - bus.capacity() as u64;
        assert!((oldest..oldest + GROUP as u64).contains(&bus.next_heard(100)));
        assert_eq!(read(&bus, 1_040_001 - 100, 100), heard(19_900..20_000));
        // What was overwritten is lost, not something else.
        assert!(read(&bus, 10, 100).iter().all(|sample| sample.is_nan()));
    }
}
