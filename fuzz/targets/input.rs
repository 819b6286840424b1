//! The input: what the caller sends leaves once and in order, with silence where something was lost, however it is
//! taken.

use std::collections::VecDeque;

use palabra::audio::convert::InputFormat;
use palabra::audio::format::{Format, WireFormat};
use palabra::audio::mix::Selection;
use palabra::error::Error;
use palabra::session::input::{Chunks, Inlet};

use super::bytes::{Bytes, keep_filter};

const WIRE: Format = Format { sample_rate: 16_000, channels: 1 };
const MOST_STEPS: usize = 300;

pub fn run(data: &[u8]) {
    let mut bytes = Bytes(data);
    if bytes.flag() { Exact::new(&mut bytes).run(&mut bytes) } else { lengths(&mut bytes) }
}

fn send(inlet: &Inlet, audio: &[u8]) -> usize {
    inlet.send(|_| Ok::<_, Error>(audio), |_| ()).expect("no other thread").expect("no error")
}

fn next(chunks: &mut Chunks, flush: bool) -> Option<Vec<u8>> {
    let mut chunk = Vec::new();
    let is_sent = chunks.next(flush, |first, second| {
        chunk = [first, second].concat();
        Ok(())
    });
    is_sent.expect("no error").then_some(chunk)
}

/// The caller has the wire format: every frame is recognised.
struct Exact {
    inlet: Inlet,
    chunks: Chunks,
    /// What was taken and did not come out; 0 for silence.
    waiting: VecDeque<i16>,
    said: i16,
    /// Frames of the caller that came out, silence that was made up, frames that never came out.
    out: u64,
    silence: u64,
    lost: u64,
    keep_ms: u32,
    delivered: u64,
    /// The length of chunks has changed: the driver is woken for that.
    is_changed: bool,
    is_over: bool,
}

impl Exact {
    fn new(bytes: &mut Bytes<'_>) -> Exact {
        let (chunk_ms, buffer_ms) = (1 + bytes.below(400) as u32, 10 + bytes.below(1500) as u32);
        let headroom_ms = if bytes.flag() { 500 } else { 0 };
        let opened = Inlet::new(InputFormat::plain(WIRE), WIRE, chunk_ms, buffer_ms, headroom_ms);
        let (inlet, mut chunks) = opened.expect("a usual format");
        chunks.fill_up_to(2 * bytes.below(700));
        Exact {
            inlet,
            chunks,
            waiting: VecDeque::new(),
            said: 0,
            out: 0,
            silence: 0,
            lost: 0,
            keep_ms: buffer_ms,
            delivered: 0,
            is_changed: false,
            is_over: false,
        }
    }

    fn run(mut self, bytes: &mut Bytes<'_>) {
        for _ in 0..MOST_STEPS {
            if bytes.is_empty() {
                break;
            }
            self.step(bytes);
            self.check();
        }
        self.is_over = true;
        while self.take(true) {}
        self.check();
        let rest = std::mem::take(&mut self.waiting);
        self.lost += rest.len() as u64;
        assert_eq!(self.lost, self.inlet.dropped(), "what did not come out was dropped");
        let (taken, _) = self.inlet.frames();
        assert_eq!(taken + self.silence, self.out + self.lost);
        assert_eq!(self.inlet.take_untold(), self.lost);
    }

    fn step(&mut self, bytes: &mut Bytes<'_>) {
        match bytes.below(10) {
            0..=2 => self.send(bytes.below(3000), bytes.below(3) % 2),
            3 => self.skip(bytes.below(4000)),
            4 | 5 => drop(self.take(false)),
            6 => drop(self.take(true)),
            7 => {
                self.chunks.drop_older_than(self.keep_ms, bytes.flag());
            }
            8 => self.fill(bytes.below(1000)),
            _ => {
                let passed = self.chunks.last().end;
                self.delivered = self.delivered.max(passed * bytes.below(5) as u64 / 4);
                let delivered = if bytes.flag() { u64::MAX } else { self.delivered };
                let speed = bytes.one_of(&[f64::INFINITY, 0.0, 0.1, 0.5, 0.99, 2.0]);
                self.is_changed |= self.inlet.note_network(delivered, speed);
            }
        }
    }

    /// With half a frame at the end, too.
    fn send(&mut self, frames: usize, more: usize) {
        let space = self.inlet.space_frames();
        let before = self.said;
        let samples: Vec<i16> = (0..frames).map(|_| self.mark()).collect();
        let mut audio: Vec<u8> = samples.iter().flat_map(|sample| sample.to_le_bytes()).collect();
        audio.resize(audio.len() + more, 0);
        let taken = send(&self.inlet, &audio);
        assert!(taken <= frames.min(space), "{taken} of {frames} where {space} fit");
        self.waiting.extend(&samples[..taken]);
        self.said = if taken == 0 { before } else { samples[taken - 1] };
    }

    /// Unlike any other that can wait at the same time.
    fn mark(&mut self) -> i16 {
        self.said = self.said % i16::MAX + 1;
        self.said
    }

    fn skip(&mut self, frames: usize) {
        let space = self.inlet.space_frames();
        let lost = self.inlet.skip(frames, |_| ()).expect("no other thread");
        assert!(lost <= frames.min(space));
        self.waiting.extend(std::iter::repeat_n(0, lost));
    }

    fn take(&mut self, flush: bool) -> bool {
        let was_due = std::mem::take(&mut self.is_changed) || self.inlet.has_chunk();
        let most = self.chunks.most_chunk_bytes();
        let Some(chunk) = next(&mut self.chunks, flush) else {
            assert!(!self.inlet.has_chunk(), "the driver is not woken for nothing");
            return false;
        };
        assert!(flush || was_due, "the driver is woken for a chunk");
        let sent = self.chunks.last();
        assert!(!chunk.is_empty() && chunk.len() % 2 == 0);
        assert!(chunk.len() <= most || sent.padding > 0);
        assert_eq!(sent.length * 2, chunk.len());
        let (audio, padding) = chunk.split_at(chunk.len() - 2 * sent.padding);
        assert!(padding.iter().all(|&byte| byte == 0));
        for sample in audio.as_chunks::<2>().0 {
            self.came(i16::from_le_bytes(*sample));
        }
        true
    }

    fn came(&mut self, sample: i16) {
        self.out += 1;
        while let Some(next) = self.waiting.pop_front() {
            if next == sample {
                return;
            }
            self.lost += 1;
        }
        panic!("{sample} was not sent, or came twice or too early");
    }

    /// As for a gap: what was gathered is completed with silence.
    fn fill(&mut self, more: usize) {
        self.chunks.settle();
        let frames = self.chunks.missing() + more;
        self.chunks.add_silence(frames);
        self.silence += frames as u64;
        self.waiting.extend(std::iter::repeat_n(0, frames));
    }

    fn check(&self) {
        let (taken, arrived) = self.inlet.frames();
        assert!(arrived <= taken && self.inlet.dropped() <= taken);
        assert!(self.lost <= self.inlet.dropped(), "what was not dropped comes out");
        assert!(self.inlet.space_frames() <= 16 * 2100);
    }
}

/// Any formats: each is converted to its end, and nothing is lost between them.
fn lengths(bytes: &mut Bytes<'_>) {
    let mut format = format(bytes);
    let wire = WireFormat { encoding: bytes.encoding(), sample_rate: bytes.rate().min(48_000), channels: 1 };
    let (chunk_ms, buffer_ms) = (1 + bytes.below(200) as u32, 10 + bytes.below(500) as u32);
    keep_filter(format.sample_rate, wire.sample_rate);
    let Ok((inlet, mut chunks)) = Inlet::new(format, wire, chunk_ms, buffer_ms, 0) else { return };
    // Of this format, and on the wire of those before.
    let (mut taken, mut expected, mut came) = (0, 0, 0);
    let on_wire = |frames: u64, rate: u32| (frames * u64::from(wire.sample_rate)).div_ceil(u64::from(rate));
    for _ in 0..MOST_STEPS / 6 {
        if bytes.is_empty() {
            break;
        }
        match bytes.below(6) {
            0 | 1 => {
                taken += send(&inlet, &vec![bytes.byte(); bytes.below(800) * format.frame_bytes()]) as u64
            }
            2 => taken += inlet.skip(bytes.below(800), |_| ()).expect("no other thread") as u64,
            3 => {
                let other = self::format(bytes);
                keep_filter(other.sample_rate, wire.sample_rate);
                let next = inlet.prepare(|_| other).expect("a usual rate");
                if next.is_some_and(|next| inlet.set_format(next, |_| Ok(())).is_ok()) {
                    expected += on_wire(taken, format.sample_rate);
                    (format, taken) = (other, 0);
                }
            }
            _ => {
                let flush = bytes.below(8) == 7;
                // A flush ends the filter: what follows is another sound.
                let before = came;
                while let Some(chunk) = next(&mut chunks, flush) {
                    assert_eq!(chunk.len() % wire.frame_bytes(), 0);
                    came += (chunk.len() / wire.frame_bytes()) as u64;
                }
                if flush {
                    expected += on_wire(taken, format.sample_rate);
                    taken = 0;
                    assert_eq!(came, expected, "{before} before");
                }
            }
        }
    }
    while let Some(chunk) = next(&mut chunks, true) {
        came += (chunk.len() / wire.frame_bytes()) as u64;
    }
    assert_eq!(came, expected + on_wire(taken, format.sample_rate), "{format:?} as {wire:?}");
    let (all, sent) = inlet.frames();
    assert_eq!((all, inlet.waiting_ms(), inlet.has_chunk()), (sent, 0, false));
}

fn format(bytes: &mut Bytes<'_>) -> InputFormat {
    let channels = 1 + bytes.below(8) as u32;
    let selection = if bytes.flag() { Selection::One(bytes.below(9)) } else { Selection::All };
    InputFormat { encoding: bytes.encoding(), sample_rate: bytes.rate(), channels, selection }
}
