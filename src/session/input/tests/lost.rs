//! Input that is dropped, and silence in the place of what was lost.

use super::*;

#[test]
fn the_oldest_input_makes_room_for_the_newest() {
    let (inlet, mut chunks) = plain(MONO, 20, 1000);
    send(&inlet, &[1; 2 * 8000]);
    send(&inlet, &[2; 2 * 4800]);
    chunks.drop_older_than(1000, false);
    assert_eq!(inlet.dropped(), 0);
    chunks.drop_older_than(400, false);
    assert_eq!((inlet.dropped(), inlet.frames(), inlet.waiting_ms()), (6400, (12_800, 0), 400));
    assert_eq!(inlet.space_frames(), 16_000 - 6400);
    let mut wire = Vec::new();
    while let Some(chunk) = take(&mut chunks, true) {
        wire.extend(chunk);
    }
    assert!(wire == [[1; 2 * 1600].as_slice(), &[2; 2 * 4800]].concat());
    assert_eq!(inlet.frames(), (12_800, 6400));
}

/// A line that takes an eighth: 250 ms of two seconds may wait, the newest.
#[test]
fn a_slow_line_gets_the_newest_input_that_it_can_deliver() {
    let (inlet, mut chunks) = plain_newest(320, 2000);
    assert_eq!(send(&inlet, &[1; 2 * 30_000]), 30_000);
    assert!(chunks.next(false, |_, _| Ok(())).unwrap());
    chunks.drop_older_than(2000, true);
    assert_eq!(inlet.dropped(), 0, "a line that is fast enough");
    assert_eq!(send(&inlet, &[2; 2 * 2000]), 2000);
    inlet.note_network(1600, 0.125);
    inlet.suspect(true);
    assert!(!chunks.drop_older_than(2000, true), "it may only be far away");
    inlet.suspect(false);
    assert!(chunks.drop_older_than(2000, true));
    assert_eq!((inlet.waiting_ms(), inlet.dropped()), (218, 26_912));
    assert!(!chunks.drop_older_than(2000, true));
}

/// Five seconds on a line that stands still: what is on its way cannot be dropped, and counts.
#[test]
fn on_a_line_that_stands_still_the_newest_input_waits_and_no_more() {
    let (inlet, mut chunks) = plain_newest(320, 2000);
    inlet.note_network(0, f64::INFINITY);
    let mut packets = 0u32;
    let mut speak = |chunks: &mut Chunks, stands: bool| {
        packets += 1;
        let packet = packets.to_le_bytes().repeat(160);
        assert_eq!(send(&inlet, &packet), 320, "nothing is refused");
        if !stands || packets < 80 {
            let _ = take(chunks, false);
        }
        chunks.drop_older_than(2000, true);
        assert!(inlet.waiting_ms() <= 2000, "{}", inlet.waiting_ms());
    };
    (0..250).for_each(|_| speak(&mut chunks, true));
    let lost = inlet.dropped();
    assert_eq!(inlet.waiting_ms(), 2000);
    assert_eq!(lost, 3 * 16_000, "three seconds");
    // The line is back.
    inlet.note_network(25 * 1000, f64::INFINITY);
    let mut wire = Vec::new();
    while let Some(chunk) = take(&mut chunks, true) {
        wire.extend(chunk);
    }
    let packets: Vec<u32> = wire.chunks(4).map(|four| u32::from_le_bytes(four.try_into().unwrap())).collect();
    assert!(packets.is_sorted_by(|&a, &b| b == a || b == a + 1), "one piece");
    assert_eq!(packets.last(), Some(&250));
    inlet.note_network(u64::MAX, f64::INFINITY);
    assert_eq!((inlet.waiting_ms(), inlet.frames()), (0, (80_000, 80_000 - lost)));
    assert_eq!((inlet.take_untold(), inlet.take_untold()), (lost, 0));
}

/// All but the newest frame is on its way, where nothing can be dropped.
#[test]
fn a_single_frame_that_is_dropped_is_told() {
    let (inlet, mut chunks) = plain_newest(20, 1000);
    inlet.note_network(0, f64::INFINITY);
    assert_eq!(send(&inlet, &[1; 2 * 17_600]), 17_600);
    while take(&mut chunks, true).is_some() {}
    assert!(!chunks.drop_older_than(1000, true), "there is nothing to drop");
    assert_eq!(send(&inlet, &[2; 2]), 1);
    assert!(chunks.drop_older_than(1000, true));
    assert_eq!(inlet.dropped(), 1);
}

/// Any count costs the same, and silence has the length and the place of what was lost.
#[test]
fn silence_takes_the_place_of_what_was_lost() {
    for encoding in [Encoding::S16, Encoding::MuLaw] {
        let (inlet, mut chunks) = opened(input(encoding, 16_000), MONO, 20, 1000, 0);
        let loud = match encoding {
            Encoding::MuLaw => vec![0u8; 100],
            _ => vec![1; 200],
        };
        let mut expected = Vec::new();
        for lost in [0, 1, 70, 1000, 320, 5] {
            assert_eq!(send(&inlet, &loud), 100);
            assert_eq!(inlet.skip(lost, |_| ()), Some(lost));
            assert!(!inlet.take_progress().was_refused, "{lost}");
            expected.extend(std::iter::repeat_n(true, 100));
            expected.extend(std::iter::repeat_n(false, lost));
        }
        assert_eq!(inlet.frames().0, expected.len() as u64);
        assert!(inlet.has_chunk());
        let mut wire = Vec::new();
        while let Some(chunk) = take(&mut chunks, false) {
            assert_eq!(chunk.len(), 640);
            wire.extend(chunk);
        }
        wire.extend(take(&mut chunks, true).unwrap_or_default());
        let sounds: Vec<bool> = wire.chunks(2).map(|sample| sample != [0, 0]).collect();
        assert!(sounds == expected, "{encoding:?}");
        assert_eq!(inlet.frames(), (expected.len() as u64, expected.len() as u64));
    }
}

#[test]
fn losses_are_bounded_by_the_buffer_and_by_their_number() {
    let (inlet, mut chunks) = plain(MONO, 20, 1000);
    assert_eq!(inlet.skip(usize::MAX, |_| ()), Some(16_000));
    assert_eq!(inlet.skip(1, |_| ()), Some(0));
    assert!(inlet.take_progress().was_refused);
    assert_eq!(inlet.waiting_ms(), 1000);
    chunks.drop_older_than(500, false);
    assert_eq!(inlet.waiting_ms(), 500, "the oldest silence can be dropped");
    while take(&mut chunks, false).is_some() {}
    let entered = (0..1000).filter(|_| inlet.skip(1, |_| ()) == Some(1)).count();
    assert_eq!(entered, 100, "one for each 10 ms");
    assert_eq!(send(&inlet, &[1; 640]), 320);
    let chunk = take(&mut chunks, false).unwrap();
    assert_eq!(chunk, [[0; 200].as_slice(), &[1; 440]].concat());
}

/// What a policy has sent in place of a loss is not sent again when the caller states the loss.
#[test]
fn a_loss_that_was_made_up_for_needs_no_silence() {
    let (inlet, _chunks) = plain(MONO, 20, 1000);
    let silence = |ms| MadeUp { is_over: false, silence: std::time::Duration::from_millis(ms) };
    inlet.note_made_up(silence(300), false);
    inlet.note_made_up(silence(20), false);
    assert_eq!((inlet.skip(8000, |_| ()), inlet.waiting_ms()), (Some(8000), 180));
    inlet.note_made_up(MadeUp { is_over: true, ..silence(10) }, false);
    assert_eq!((inlet.skip(160, |_| ()), inlet.waiting_ms()), (Some(160), 180));
    inlet.note_made_up(silence(0), true);
    assert_eq!(
        (inlet.skip(80_000, |_| ()), inlet.waiting_ms()),
        (Some(80_000), 180),
        "while the task is paused"
    );
    inlet.note_made_up(silence(0), false);
    assert_eq!((inlet.skip(160, |_| ()), inlet.waiting_ms()), (Some(160), 190));
}

#[test]
fn the_oldest_input_is_that_of_the_oldest_format() {
    let (inlet, mut chunks) = plain(MONO, 20, 1000);
    send(&inlet, &[1; 2 * 1600]);
    change_format(&inlet, |_| input(Encoding::MuLaw, 8000)).unwrap();
    send(&inlet, &[2; 4000]);
    chunks.drop_older_than(550, false);
    assert_eq!((inlet.dropped(), inlet.dropped_us()), (800, 50_000));
    chunks.drop_older_than(250, false);
    // All of it, and 250 ms.
    assert_eq!((inlet.dropped(), inlet.dropped_us()), (1600 + 2000, 350_000));
}

/// Its length is that of the format in which it was sent, and it is heard by who listens to the speaker.
#[test]
fn what_finds_no_place_is_told_by_its_length() {
    let (inlet, _chunks) = plain(MONO, 20, 1000);
    let mut passed = 0;
    inlet.drop_newest(&[1; 2 * 800], |bytes| passed = bytes.len()).unwrap();
    assert_eq!((inlet.dropped_us(), passed), (50_000, 1600));
}

/// A second of 48 kHz that has not arrived is a second, and not six of those at 8 kHz.
#[test]
fn what_is_on_its_way_counts_by_its_own_format() {
    let (inlet, mut chunks) = opened(input(Encoding::S16, 48_000), MONO, 320, 2000, 500);
    inlet.note_network(0, f64::INFINITY);
    assert_eq!(send(&inlet, &[1; 2 * 48_000]), 48_000);
    while take(&mut chunks, false).is_some() {}
    change_format(&inlet, |_| input(Encoding::MuLaw, 8000)).unwrap();
    assert_eq!(send(&inlet, &[2; 7200]), 7200);
    while take(&mut chunks, false).is_some() {}
    assert!(!chunks.drop_older_than(2000, true), "1.9 s of two");
    assert_eq!(send(&inlet, &[2; 1600]), 1600);
    assert!(chunks.drop_older_than(2000, true));
    assert_eq!(inlet.dropped(), 800, "100 ms");
}

/// A leg with packets of 5 ms loses every other one: all that fills two chunks has its place, as audio has.
#[test]
fn losses_have_a_place_for_as_long_as_audio_has() {
    let (inlet, mut chunks) = plain(MONO, 1000, 20);
    for packet in 0..200 {
        assert_eq!((send(&inlet, &[1; 2 * 80]), inlet.skip(80, |_| ())), (80, Some(80)), "{packet}");
    }
    assert_eq!((inlet.space_frames(), inlet.waiting_ms()), (0, 2000));
    let mut wire = Vec::new();
    while let Some(chunk) = take(&mut chunks, true) {
        wire.extend(chunk);
    }
    assert!(wire == [[1; 2 * 80], [0; 2 * 80]].concat().repeat(200));
}
