//! Puts the packets of a line in order by their timestamps, and says what was lost.

use crate::audio::format::PlayoutFormat;
use crate::error::Result;
use crate::memory;

/// Packets that wait for an earlier one: more than arrive meanwhile.
const MOST_HELD: usize = 32;
/// A timestamp that is farther away begins another stream.
const FAR_S: u32 = 30;

pub(super) enum Piece<'a> {
    Said(&'a [u8]),
    /// Frames that never arrived.
    Lost(usize),
}

#[derive(Clone, Copy, Default)]
struct Packet {
    at: u32,
    frames: u32,
}

/// Its thread is that of the line: nothing is allocated after it was made.
pub(super) struct Jitter {
    frame_bytes: usize,
    /// How long a missing packet is waited for, and how far a timestamp may be away, in frames.
    depth: u32,
    far: u32,
    /// What is held, each frame in the place of its timestamp: a power of two of them.
    ring: Vec<u8>,
    places: u32,
    /// In the order of their timestamps, all of them behind the next one.
    held: [Packet; MOST_HELD],
    count: usize,
    /// The timestamp of the next frame; `None` before the first packet.
    next: Option<u32>,
    /// Frames of time for which the first of them has waited.
    waited: u32,
}

impl Jitter {
    /// Takes packets of up to `most_ms`.
    pub(super) fn new(format: PlayoutFormat, depth_ms: u32, most_ms: u32) -> Result<Jitter> {
        let places = format.frames_in_ms(depth_ms + most_ms).next_power_of_two();
        let bytes = places * format.frame_bytes();
        memory::ask(bytes)?;
        Ok(Jitter {
            frame_bytes: format.frame_bytes(),
            depth: format.frames_in_ms(depth_ms) as u32,
            far: FAR_S * format.sample_rate,
            // Not 0: the first access to a page is a page fault, which must happen here.
            ring: vec![1; bytes],
            places: places as u32,
            held: [Packet::default(); MOST_HELD],
            count: 0,
            next: None,
            waited: 0,
        })
    }

    /// What is held is dropped, and the next packet is the first.
    pub(super) fn forget(&mut self) {
        (self.count, self.next, self.waited) = (0, None, 0);
    }

    /// Takes a packet, or nothing, and passes on what has its turn. `elapsed`: frames of time since the last call.
    pub(super) fn take(&mut self, at: u32, said: &[u8], elapsed: u32, pass: &mut dyn FnMut(Piece<'_>)) {
        if self.count > 0 {
            self.waited = self.waited.saturating_add(elapsed);
        }
        if !said.is_empty() {
            self.enter(at, said, pass);
        }
        self.release(false, pass);
    }

    fn enter(&mut self, at: u32, said: &[u8], pass: &mut dyn FnMut(Piece<'_>)) {
        let frames = (said.len() / self.frame_bytes) as u32;
        let ahead = at.wrapping_sub(*self.next.get_or_insert(at)) as i32;
        if ahead.unsigned_abs() > self.far {
            self.release(true, pass);
            self.next = Some(at);
        } else if ahead > 0 && ahead as u32 + frames <= self.places && self.count < MOST_HELD {
            return self.hold(Packet { at, frames }, said);
        } else if ahead > 0 {
            self.release(true, pass);
        }
        let late = self.begin(Packet { at, frames }, pass);
        if late < frames {
            pass(Piece::Said(&said[late as usize * self.frame_bytes..]));
        }
    }

    fn hold(&mut self, packet: Packet, said: &[u8]) {
        let next = self.next.unwrap_or(packet.at);
        let distance = |at: u32| at.wrapping_sub(next);
        let before = self.held[..self.count].partition_point(|held| distance(held.at) < distance(packet.at));
        if self.held[..self.count].get(before).is_some_and(|held| held.at == packet.at) {
            return;
        }
        self.held.copy_within(before..self.count, before + 1);
        self.held[before] = packet;
        self.count += 1;
        let (first, second) = self.place(packet);
        let (begin, rest) = said.split_at(first.len());
        self.ring[first].copy_from_slice(begin);
        self.ring[second].copy_from_slice(rest);
    }

    /// Where the bytes of a packet lie, in two parts.
    fn place(&self, packet: Packet) -> (std::ops::Range<usize>, std::ops::Range<usize>) {
        let begin = (packet.at % self.places) as usize * self.frame_bytes;
        let bytes = packet.frames as usize * self.frame_bytes;
        let first = bytes.min(self.ring.len() - begin);
        (begin..begin + first, 0..bytes - first)
    }

    /// Passes on what is held until something is missing that may still arrive; or `all`.
    fn release(&mut self, all: bool, pass: &mut dyn FnMut(Piece<'_>)) {
        while self.count > 0 {
            let next = self.next.unwrap_or(self.held[0].at);
            let is_missing = (self.held[0].at.wrapping_sub(next) as i32) > 0;
            let newest = self.held[self.count - 1].at.wrapping_sub(next);
            if !all && is_missing && self.waited < self.depth && newest <= self.depth {
                return;
            }
            let packet = self.held[0];
            self.held.copy_within(1..self.count, 0);
            self.count -= 1;
            self.waited = 0;
            let late = self.begin(packet, pass).min(packet.frames);
            let (first, second) =
                self.place(Packet { at: packet.at.wrapping_add(late), frames: packet.frames - late });
            for part in [first, second].into_iter().filter(|part| !part.is_empty()) {
                pass(Piece::Said(&self.ring[part]));
            }
        }
    }

    /// A packet has its turn: what is missing before it was lost. Returns how many of its frames are too late.
    fn begin(&mut self, packet: Packet, pass: &mut dyn FnMut(Piece<'_>)) -> u32 {
        let next = self.next.unwrap_or(packet.at);
        let ahead = packet.at.wrapping_sub(next) as i32;
        let late = ahead.min(0).unsigned_abs();
        if ahead > 0 {
            pass(Piece::Lost(ahead as usize));
        }
        if late < packet.frames {
            self.next = Some(packet.at.wrapping_add(packet.frames));
        }
        late
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audio::samples::Encoding;
    use crate::call::options::USUAL_JITTER_MS;

    const TICK: u32 = 160;
    const FORMAT: PlayoutFormat = PlayoutFormat { encoding: Encoding::MuLaw, sample_rate: 8000, channels: 1 };

    struct Line {
        jitter: Jitter,
        /// The number of each packet that was passed on, and 0 for frames that were lost, with how many frames.
        passed: Vec<(u8, usize)>,
        /// The first timestamp.
        base: u32,
    }

    impl Line {
        fn new(base: u32) -> Line {
            Line { jitter: Jitter::new(FORMAT, USUAL_JITTER_MS, 500).unwrap(), passed: Vec::new(), base }
        }

        /// Frames `from` on of the stream arrive, all with this number.
        fn arrive(&mut self, number: u8, from: u32, frames: u32, elapsed: u32) {
            let passed = &mut self.passed;
            let mut pass = |piece: Piece<'_>| {
                let (number, frames) = match piece {
                    Piece::Said(bytes) => {
                        assert!(bytes.iter().all(|byte| *byte == bytes[0]));
                        (bytes[0], bytes.len())
                    }
                    Piece::Lost(frames) => (0, frames),
                };
                match passed.last_mut().filter(|last| last.0 == number) {
                    Some(last) => last.1 += frames,
                    None => passed.push((number, frames)),
                }
            };
            let said = vec![number; frames as usize];
            self.jitter.take(self.base.wrapping_add(from), &said, elapsed, &mut pass);
        }

        /// A packet with this number, counted from 1, in a tick.
        fn packet(&mut self, number: u8) {
            self.arrive(number, u32::from(number - 1) * TICK, TICK, TICK);
        }

        fn packets(mut self, numbers: &[u8]) -> Vec<(u8, usize)> {
            numbers.iter().for_each(|&number| self.packet(number));
            self.passed
        }
    }

    /// Packets in order; 0: lost.
    fn in_order(numbers: &[u8]) -> Vec<(u8, usize)> {
        numbers.iter().map(|&number| (number, TICK as usize)).collect()
    }

    /// Also where timestamps wrap, and where the places of the ring do.
    #[test]
    fn packets_come_out_in_order() {
        for base in [0, 7777, u32::MAX - 500, u32::MAX] {
            let line = || Line::new(base);
            assert_eq!(line().packets(&[1, 2, 3]), in_order(&[1, 2, 3]));
            assert_eq!(line().packets(&[1, 3, 2, 4]), in_order(&[1, 2, 3, 4]));
            assert_eq!(line().packets(&[1, 4, 3, 2, 5]), in_order(&[1, 2, 3, 4, 5]));
            assert_eq!(line().packets(&[1, 2, 2, 4, 4, 3, 3, 4, 1, 5]), in_order(&[1, 2, 3, 4, 5]), "twice");
        }
    }

    #[test]
    fn what_does_not_arrive_in_time_was_lost() {
        // It is waited for until three more packets have arrived.
        assert_eq!(Line::new(9).packets(&[1, 3, 4, 5]), in_order(&[1]));
        assert_eq!(Line::new(9).packets(&[1, 3, 4, 5, 6]), in_order(&[1, 0, 3, 4, 5, 6]));
        assert_eq!(
            Line::new(9).packets(&[1, 3, 4, 5, 6, 2, 7]),
            in_order(&[1, 0, 3, 4, 5, 6, 7]),
            "too late"
        );
        assert_eq!(Line::new(9).packets(&[1, 3, 5, 4, 2]), in_order(&[1, 2, 3, 4, 5]));
        // Nothing else arrives, but time passes.
        let mut line = Line::new(9);
        [1, 3].into_iter().for_each(|number| line.packet(number));
        (0..2).for_each(|_| line.arrive(0, 0, 0, TICK));
        assert_eq!(line.passed, in_order(&[1]));
        line.arrive(0, 0, 0, TICK);
        assert_eq!(line.passed, in_order(&[1, 0, 3]));
    }

    #[test]
    fn a_pause_in_which_nothing_is_sent_is_a_loss_at_once() {
        let mut line = Line::new(u32::MAX - 1000);
        line.packet(1);
        line.arrive(2, 16_000, TICK, TICK);
        assert_eq!(line.passed, [(1, 160), (0, 16_000 - 160), (2, 160)]);
        // Also while an earlier one is waited for.
        line.arrive(4, 16_000 + 2 * TICK, TICK, TICK);
        line.arrive(5, 48_000, TICK, TICK);
        assert_eq!(line.passed[3..], [(0, 160), (4, 160), (0, 32_000 - 3 * 160), (5, 160)]);
        // A short one, in which not even the packets would wait for so long.
        let mut line = Line::new(3);
        line.packet(1);
        line.arrive(2, 800, TICK, TICK);
        assert_eq!(line.passed, [(1, 160), (0, 640), (2, 160)]);
    }

    #[test]
    fn another_stream_begins_at_its_first_packet() {
        for from in [1u32 << 31, 1 << 30, 3 << 30, 300_000] {
            let mut line = Line::new(5);
            [1, 3].into_iter().for_each(|number| line.packet(number));
            line.arrive(7, from, TICK, TICK);
            line.arrive(8, from + TICK, TICK, TICK);
            assert_eq!(line.passed, in_order(&[1, 0, 3, 7, 8]), "{from}");
        }
        let mut line = Line::new(5);
        line.packet(1);
        line.jitter.forget();
        line.packet(9);
        assert_eq!(line.passed, in_order(&[1, 9]));
    }

    /// Packets of other lengths, and such that overlap: each frame is passed on once.
    #[test]
    fn a_frame_is_heard_once() {
        let mut line = Line::new(100);
        line.arrive(1, 0, 80, 80);
        line.arrive(2, 40, 80, 80);
        line.arrive(4, 200, 400, 80);
        line.arrive(3, 100, 130, 80);
        assert_eq!(line.passed, [(1, 80), (2, 40), (3, 110), (4, 370)]);
    }

    #[test]
    fn more_than_can_wait_is_not_waited_with() {
        let mut line = Line::new(0);
        line.packet(1);
        let small = TICK / 16;
        // Each of them is much shorter than the wait.
        (0..MOST_HELD as u32 + 8).for_each(|n| line.arrive(2, TICK + small + n, 1, 0));
        assert_eq!(line.passed, [(1, 160), (0, small as usize), (2, MOST_HELD + 8)]);
    }
}
