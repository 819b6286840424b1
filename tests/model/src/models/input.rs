//! The ring of the input: a thread sends, the driver takes chunks.

use loom::thread;
use std::sync::Arc;

use crate::audio::convert::InputFormat;
use crate::audio::format::{Format, WireFormat};
use crate::audio::mix::Selection;
use crate::audio::samples::Encoding;
use crate::error::Error;
use crate::session::input::{Chunks, Inlet};

/// A chunk is a millisecond.
const WIRE: Format = Format { sample_rate: 8000, channels: 1 };
const CHUNK: usize = 8;

fn open(buffer_ms: u32) -> (Inlet, Chunks) {
    Inlet::new(InputFormat::plain(WIRE), WireFormat::from(WIRE), 1, buffer_ms, 0).unwrap()
}

/// Numbered from one; as many as fit.
fn send(inlet: &Inlet, from: usize, count: usize) -> usize {
    let bytes: Vec<u8> = (from..from + count).flat_map(|n| (n as i16 + 1).to_le_bytes()).collect();
    inlet.send(|_| Ok::<_, Error>(&bytes), |_| ()).unwrap().unwrap()
}

fn take(chunks: &mut Chunks, flush: bool, taken: &mut Vec<i16>) -> bool {
    let mut add =
        |bytes: &[u8]| taken.extend(bytes.as_chunks().0.iter().map(|&sample| i16::from_le_bytes(sample)));
    let is_taken = chunks.next(flush, |first, second| {
        add(first);
        add(second);
        Ok(())
    });
    is_taken.unwrap()
}

/// A driver that looks so often while another thread sends, and takes the rest afterwards.
fn driven(looks: usize, inlet: Inlet, mut chunks: Chunks, sends: impl FnOnce(&Inlet)) -> Vec<i16> {
    let driver = thread::spawn(move || {
        let mut taken = Vec::new();
        (0..looks).for_each(|_| {
            take(&mut chunks, false, &mut taken);
        });
        (chunks, taken)
    });
    sends(&inlet);
    let (mut chunks, mut taken) = driver.join().unwrap();
    while take(&mut chunks, true, &mut taken) {}
    assert!(!inlet.must_flush());
    taken
}

fn numbered(count: usize) -> Vec<i16> {
    (1..=count as i16).collect()
}

pub(super) fn frames_arrive_in_order() {
    let (inlet, chunks) = open(4);
    let taken = driven(3, inlet, chunks, |inlet| {
        assert_eq!(send(inlet, 0, 5) + send(inlet, 5, 6) + send(inlet, 11, 7), 18);
    });
    assert_eq!(taken, numbered(18));
}

pub(super) fn a_change_of_format_keeps_the_order() {
    let (inlet, chunks) = open(4);
    let taken = driven(3, inlet, chunks, |inlet| {
        assert_eq!(send(inlet, 0, CHUNK + 3), CHUNK + 3);
        let left = |_| InputFormat {
            encoding: Encoding::S16,
            sample_rate: 8000,
            channels: 2,
            selection: Selection::One(0),
        };
        let next = inlet.prepare(left).unwrap().unwrap();
        inlet.set_format(next, |_| Ok(())).unwrap();
        let bytes: Vec<u8> =
            (CHUNK + 3..3 * CHUNK).flat_map(|n| [n as i16 + 1, -1]).flat_map(i16::to_le_bytes).collect();
        assert_eq!(inlet.send(|_| Ok::<_, Error>(&bytes), |_| ()).unwrap().unwrap(), 2 * CHUNK - 3);
    });
    assert_eq!(taken, numbered(3 * CHUNK));
}

pub(super) fn losses_arrive_in_order() {
    let (inlet, chunks) = open(4);
    let taken = driven(3, inlet, chunks, |inlet| {
        assert_eq!(send(inlet, 0, 5), 5);
        assert_eq!(inlet.skip(6, |_| ()), Some(6));
        assert_eq!(send(inlet, 5, 9), 9);
    });
    let mut expected = numbered(14);
    expected.splice(5..5, [0; 6]);
    assert_eq!(taken, expected);
}

pub(super) fn a_ring_that_is_full_is_not_overwritten() {
    let (inlet, chunks) = open(2);
    let mut sent = 0;
    let taken = driven(2, inlet, chunks, |inlet| {
        for _ in 0..3 {
            sent += send(inlet, sent, CHUNK + 2);
        }
    });
    assert!(sent >= 2 * CHUNK);
    assert_eq!(taken, numbered(sent));
}

/// More than the ring holds goes on in one of the reserve.
pub(super) fn a_burst_goes_on_in_another_ring() {
    const RING: usize = 2008;
    let (inlet, mut chunks) = open(1000);
    let reserve = Arc::default();
    inlet.draw_on(&reserve);
    let driver = thread::spawn(move || {
        chunks.keep_space();
        chunks
    });
    assert_eq!(send(&inlet, 0, RING + 8), RING + 8);
    let (mut chunks, mut taken) = (driver.join().unwrap(), Vec::new());
    while take(&mut chunks, true, &mut taken) {}
    assert_eq!(taken, numbered(RING + 8));
}

/// A loss that is counted as input is counted as a loss too.
pub(super) fn what_is_counted_is_whole() {
    let (inlet, _chunks) = open(4);
    let inlet = Arc::new(inlet);
    let ticker = inlet.clone();
    let ticker = thread::spawn(move || ticker.take_progress());
    assert_eq!(send(&inlet, 0, 5), 5);
    assert_eq!(inlet.skip(6, |_| ()), Some(6));
    let progress = ticker.join().unwrap();
    assert!(progress.frames.saturating_sub(progress.skipped) <= 5);
}
