//! A small ring, and what makes it do for all that may wait.

use super::*;
use crate::runtime::reserve::Reserve;

/// Blocks of 20 ms at 16 kHz.
const BLOCK: usize = 320;

/// Without a reserve.
fn alone(buffer_ms: u32) -> (Inlet, Chunks) {
    Inlet::new(InputFormat::plain(MONO), MONO, 320, buffer_ms, 0).unwrap()
}

/// Sends as many samples, numbered on, and returns how many were taken.
fn send_on(inlet: &Inlet, number: &mut u16, samples: usize) -> usize {
    let bytes: Vec<u8> = (0..samples as u16).flat_map(|n| number.wrapping_add(n).to_le_bytes()).collect();
    let taken = send(inlet, &bytes);
    *number = number.wrapping_add(taken as u16);
    taken
}

/// Takes all that waits, and returns its samples.
fn rest(chunks: &mut Chunks) -> Vec<u16> {
    let mut wire = Vec::new();
    while let Some(chunk) = take(chunks, true) {
        wire.extend(chunk.as_chunks().0.iter().map(|&sample| u16::from_le_bytes(sample)));
    }
    wire
}

fn numbered(count: usize) -> Vec<u16> {
    (0..count).map(|n| n as u16).collect()
}

#[test]
fn the_ring_is_small_and_the_driver_makes_space_in_it() {
    let (inlet, mut chunks) = alone(2000);
    let mut number = 0;
    assert_eq!(send_on(&inlet, &mut number, 32_000), 5920, "370 ms");
    assert!(inlet.take_progress().was_refused);
    assert_eq!((inlet.space_frames(), inlet.waiting_ms()), (26_080, 370));
    let (inlet, mut next) = alone(2000);
    let mut number = 0;
    let mut visits = 0;
    next.keep_space();
    for _ in 0..100 {
        assert_eq!(send_on(&inlet, &mut number, BLOCK), BLOCK);
        if inlet.lacks_space() {
            visits += 1;
            next.keep_space();
            assert!(!inlet.lacks_space());
        }
    }
    assert_eq!(visits, 6, "every 320 ms");
    assert_eq!((inlet.space_frames(), send_on(&inlet, &mut number, 1)), (0, 0));
    assert!(rest(&mut next) == numbered(32_000));
    drop(rest(&mut chunks));
}

#[test]
fn a_burst_goes_into_the_reserve_in_order() {
    let reserve = Arc::<Reserve>::default();
    let (inlet, mut chunks) = alone(2000);
    inlet.draw_on(&reserve);
    for _ in 0..5 {
        let mut number = 0;
        for samples in [31_000, 600, 400] {
            assert_eq!(send_on(&inlet, &mut number, samples), samples);
        }
        assert!(rest(&mut chunks) == numbered(32_000));
        chunks.keep_space();
    }
}

/// As long as it does; then its ring is as small as before.
#[test]
fn who_sends_much_at_once_gets_a_larger_ring() {
    let (inlet, mut chunks) = alone(2000);
    let mut number = 0;
    let mut sent = |samples: usize, chunks: &mut Chunks| {
        let taken = send_on(&inlet, &mut number, samples);
        while take(chunks, false).is_some() {}
        chunks.keep_space();
        taken
    };
    assert_eq!(sent(16_000, &mut chunks), 5920);
    assert_eq!(sent(16_000, &mut chunks), 16_000, "in the next call");
    // 20 s later.
    (0..1000).for_each(|_| assert_eq!(sent(BLOCK, &mut chunks), BLOCK));
    assert!(sent(32_000, &mut chunks) < 9000);
}

#[test]
fn an_input_that_no_driver_visits_any_more_takes_all_that_may_wait() {
    let (inlet, mut chunks) = alone(2000);
    let mut number = 0;
    assert_eq!(send_on(&inlet, &mut number, BLOCK), BLOCK);
    chunks.leave_alone();
    assert_eq!(send_on(&inlet, &mut number, 31_680), 31_680);
    change_format(&inlet, |format| InputFormat { sample_rate: 8000, ..format }).unwrap();
    assert!(rest(&mut chunks) == numbered(32_000));
    assert_eq!(send_on(&inlet, &mut number, 16_000), 16_000);
}

#[test]
fn a_new_format_has_its_space_too() {
    let (inlet, mut chunks) = alone(2000);
    let mut number = 0;
    assert_eq!(send_on(&inlet, &mut number, BLOCK), BLOCK);
    change_format(&inlet, |format| InputFormat { sample_rate: 8000, ..format }).unwrap();
    for _ in 0..98 {
        chunks.keep_space();
        assert_eq!(send_on(&inlet, &mut number, 160), 160);
    }
    assert!(rest(&mut chunks).len() >= 31_000);
}

/// Frames whose size does not divide that of a ring of the reserve.
#[test]
fn frames_stay_whole_whatever_their_size() {
    let wire = Format { sample_rate: 8000, channels: 1 };
    let format =
        InputFormat { encoding: Encoding::F32, sample_rate: 8000, channels: 7, selection: Selection::One(6) };
    let (inlet, mut chunks) = opened(format, wire, 20, 2000, 0);
    for frames in [16_000, 900, 900, 900] {
        let bytes: Vec<u8> = (0..frames)
            .flat_map(|n| [0.9, 0.9, 0.9, 0.9, 0.9, 0.9, (n % 1000) as f32 / 32_768.0])
            .flat_map(f32::to_ne_bytes)
            .collect();
        assert_eq!(send(&inlet, &bytes), frames);
        let wire = rest(&mut chunks);
        assert_eq!(wire.len(), frames);
        let first = (0..frames).find(|&n| wire[n] != (n % 1000) as u16);
        assert_eq!(first.map(|n| (n, wire[n])), None);
    }
}
