//! What goes in comes out completely and in order.

use super::gap::MadeUp;
use super::inlet::MAX_LANES;
use super::*;
use crate::audio::convert::{Converter, InputFormat};
use crate::audio::format::{Format, WireFormat};
use crate::audio::mix::Selection;
use crate::audio::samples::Encoding;
use crate::error::{Error, Status};

const STEREO: Format = Format { sample_rate: 16_000, channels: 2 };
const MONO: Format = Format { sample_rate: 16_000, channels: 1 };

fn plain(format: Format, chunk_ms: u32, buffer_ms: u32) -> (Inlet, Chunks) {
    Inlet::new(InputFormat::plain(format), format, chunk_ms, buffer_ms, 0).unwrap()
}

/// Drops the oldest input instead of refusing the newest.
fn plain_newest(chunk_ms: u32, buffer_ms: u32) -> (Inlet, Chunks) {
    Inlet::new(InputFormat::plain(MONO), MONO, chunk_ms, buffer_ms, 500).unwrap()
}

fn input(encoding: Encoding, sample_rate: u32) -> InputFormat {
    InputFormat { encoding, sample_rate, channels: 1, selection: Selection::All }
}

fn send(inlet: &Inlet, bytes: &[u8]) -> usize {
    inlet.send(|_| Ok::<_, Error>(bytes)).unwrap().unwrap()
}

fn take(chunks: &mut Chunks, flush: bool) -> Option<Vec<u8>> {
    let mut taken = Vec::new();
    let any = chunks.next(flush, |first, second| {
        taken = [first, second].concat();
        Ok(())
    });
    any.unwrap().then_some(taken)
}

#[test]
fn only_whole_frames_enter_and_a_full_ring_says_how_many() {
    let (inlet, mut chunks) = plain(STEREO, 20, 40);
    assert_eq!(inlet.space_frames(), 640);
    assert_eq!(send(&inlet, &[0; 4 * 600]), 600);
    assert_eq!(send(&inlet, &[0; 4 * 100 + 3]), 40);
    assert_eq!(send(&inlet, &[0; 4]), 0);
    assert_eq!(take(&mut chunks, false).unwrap().len(), 4 * 320);
    assert_eq!((inlet.space_frames(), inlet.frames()), (320, (640, 320)));
}

#[test]
fn chunks_come_out_in_order_across_the_seam() {
    let (inlet, mut chunks) = plain(Format { sample_rate: 8000, channels: 1 }, 20, 60);
    let mut expected = 0u8;
    let mut next = 0u8;
    for _ in 0..50 {
        let bytes: Vec<u8> = (0..222)
            .map(|_| {
                next = next.wrapping_add(1);
                next
            })
            .collect();
        assert_eq!(send(&inlet, &bytes), 111);
        while let Some(chunk) = take(&mut chunks, false) {
            assert_eq!(chunk.len(), 320);
            for byte in chunk {
                expected = expected.wrapping_add(1);
                assert_eq!(byte, expected);
            }
        }
    }
    assert_eq!(take(&mut chunks, true).map_or(0, |rest| rest.len()), 50 * 222 % 320);
    assert_eq!(take(&mut chunks, true), None);
}

#[test]
fn a_chunk_that_could_not_be_sent_stays() {
    let (inlet, mut chunks) = plain(MONO, 20, 40);
    send(&inlet, &[1; 640]);
    assert!(chunks.next(false, |_, _| Err(Status::Internal.into())).is_err());
    assert_eq!(take(&mut chunks, false).unwrap(), [1; 640]);
}

/// Phone frames become chunks of exactly the wire's length, no later than the filter demands.
#[test]
fn converted_chunks_are_whole_and_the_tail_is_complete() {
    let (inlet, mut chunks) = Inlet::new(input(Encoding::MuLaw, 8000), MONO, 320, 2000, 0).unwrap();
    let audio: Vec<u8> = (0..8000u32).map(|n| (n * 37 % 251) as u8).collect();
    let mut wire = Vec::new();
    let mut lengths = vec![10_240 - 3200, 3200];
    for frame in audio.chunks(160) {
        assert_eq!(send(&inlet, frame), 160);
        let was_due = inlet.has_chunk();
        let chunk = take(&mut chunks, false);
        assert_eq!(was_due, chunk.is_some());
        if let Some(chunk) = chunk {
            assert_eq!(chunk.len(), lengths.pop().unwrap_or(10_240));
            let behind = inlet.frames().0 as usize - (wire.len() + chunk.len()) / 4;
            assert!(behind <= 24 + 160, "{behind}");
            wire.extend(chunk);
        }
    }
    while let Some(chunk) = take(&mut chunks, true) {
        wire.extend(chunk);
    }
    let mut direct = Vec::new();
    let mut converter = Converter::new(input(Encoding::MuLaw, 8000), MONO).unwrap();
    converter.process(&audio, &mut direct);
    converter.finish(&mut direct);
    assert!(wire == direct, "the chunks are not the direct conversion");
    assert_eq!((wire.len(), inlet.frames()), (32_000, (8000, 8000)));
}

#[test]
fn a_new_format_follows_what_was_sent_before() {
    let (inlet, mut chunks) = plain(MONO, 20, 1000);
    send(&inlet, &[1; 2 * 400]);
    inlet.set_format(|_| input(Encoding::ALaw, 16_000)).unwrap();
    assert_eq!(inlet.space_frames(), 16_000);
    assert!(inlet.has_chunk(), "an old ring is to be emptied");
    send(&inlet, &[0xd5; 300]);
    inlet.set_format(|_| InputFormat::plain(MONO)).unwrap();
    send(&inlet, &[2; 2 * 600]);
    assert_eq!(inlet.waiting_ms(), (400 + 300 + 600) / 16);
    let mut wire = Vec::new();
    while let Some(chunk) = take(&mut chunks, false) {
        assert_eq!(chunk.len(), 640);
        wire.extend(chunk);
    }
    assert!(!inlet.has_chunk());
    wire.extend(take(&mut chunks, true).unwrap());
    let silence = [8, 0].repeat(300);
    assert!(wire == [vec![1; 800], silence, vec![2; 1200]].concat());
    assert_eq!(inlet.frames(), (1300, 1300));
}

#[test]
fn each_format_is_resampled_to_its_end() {
    let (inlet, mut chunks) = Inlet::new(input(Encoding::S16, 48_000), MONO, 20, 1000, 0).unwrap();
    send(&inlet, &[0; 2 * 4801]);
    inlet.set_format(|old| InputFormat { sample_rate: 44_100, ..old }).unwrap();
    send(&inlet, &[0; 2 * 4410]);
    let mut bytes = 0;
    while let Some(chunk) = take(&mut chunks, true) {
        bytes += chunk.len();
    }
    assert_eq!(bytes, 2 * (1601 + 1600));
}

#[test]
fn changes_are_bounded_and_the_same_format_is_none() {
    let (inlet, mut chunks) = plain(MONO, 20, 1000);
    let mulaw = |rate: u32| inlet.set_format(move |_| input(Encoding::MuLaw, rate));
    for n in 0..MAX_LANES {
        mulaw(if n % 2 == 0 { 8000 } else { 48_000 }).unwrap();
        send(&inlet, &[0xff; 10]);
    }
    mulaw(48_000).unwrap();
    assert_eq!(mulaw(8000).unwrap_err().status, Status::Again);
    assert!(take(&mut chunks, true).is_some());
    mulaw(8000).unwrap();
}

/// A chunk of what was gathered and silence, and how much of it is silence.
fn take_silent(chunks: &mut Chunks) -> (usize, Vec<u8>) {
    let missing = chunks.missing();
    chunks.add_silence(missing);
    (missing, take(chunks, false).unwrap())
}

#[test]
fn silence_completes_a_chunk_and_what_follows_begins_another() {
    let (inlet, mut chunks) = plain(MONO, 20, 1000);
    send(&inlet, &[1; 2 * 420]);
    assert_eq!(take(&mut chunks, false).unwrap(), [1; 640]);
    chunks.settle();
    assert_eq!(inlet.waiting_ms(), 6, "gathered, but not sent");
    assert_eq!(take_silent(&mut chunks), (220, [[1; 200].as_slice(), &[0; 440]].concat()));
    assert_eq!(chunks.last().count(), 100);
    assert_eq!(take_silent(&mut chunks), (320, vec![0; 640]));
    assert_eq!((chunks.last().count(), inlet.frames()), (0, (420, 420)));
    send(&inlet, &[2; 640]);
    assert!(inlet.has_chunk());
    assert_eq!(take(&mut chunks, false).unwrap(), [2; 640]);
}

#[test]
fn the_wire_can_be_what_the_caller_has() {
    let wire = WireFormat { encoding: Encoding::MuLaw, sample_rate: 8000, channels: 1 };
    let (inlet, mut chunks) = Inlet::new(input(Encoding::MuLaw, 8000), wire, 20, 1000, 0).unwrap();
    let audio: Vec<u8> = (0..200u8).collect();
    send(&inlet, &audio);
    assert!(!chunks.has_sent(200));
    assert_eq!(take(&mut chunks, false).unwrap(), audio[..160]);
    assert_eq!((chunks.has_sent(160), chunks.has_sent(200)), (true, false));
    assert_eq!(take(&mut chunks, true).unwrap(), audio[160..]);
    assert!(chunks.has_sent(200));
    // Another device: converted to the format that the stream was opened with.
    inlet.set_format(|_| input(Encoding::S16, 8000)).unwrap();
    send(&inlet, &[0; 2 * 200]);
    assert_eq!(take(&mut chunks, false).unwrap(), [0xff; 160]);
    chunks.settle();
    assert_eq!(take_silent(&mut chunks), (120, vec![0xff; 160]));
    assert!(chunks.has_sent(400));
}

#[test]
fn gathered_input_is_not_lost_when_more_comes_before_the_silence() {
    for encoding in [Encoding::S16, Encoding::MuLaw] {
        let (inlet, mut chunks) = Inlet::new(input(encoding, 16_000), MONO, 20, 1000, 0).unwrap();
        let bytes = encoding.sample_bytes();
        send(&inlet, &vec![0xff; bytes * 100]);
        chunks.settle();
        assert_eq!(chunks.missing(), 220);
        send(&inlet, &vec![0xff; bytes * 219]);
        assert!(!inlet.has_chunk() && take(&mut chunks, false).is_none());
        send(&inlet, &vec![0xff; bytes * 321]);
        assert!(inlet.has_chunk());
        assert_eq!(take(&mut chunks, false).unwrap().len(), 640);
        assert_eq!(take(&mut chunks, false).unwrap().len(), 640);
        assert_eq!((take(&mut chunks, true), inlet.frames()), (None, (640, 640)));
    }
}

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

/// Any count costs the same, and silence has the length and the place of what was lost.
#[test]
fn silence_takes_the_place_of_what_was_lost() {
    for encoding in [Encoding::S16, Encoding::MuLaw] {
        let (inlet, mut chunks) = Inlet::new(input(encoding, 16_000), MONO, 20, 1000, 0).unwrap();
        let loud = match encoding {
            Encoding::MuLaw => vec![0u8; 100],
            _ => vec![1; 200],
        };
        let mut expected = Vec::new();
        for lost in [0, 1, 70, 1000, 320, 5] {
            assert_eq!(send(&inlet, &loud), 100);
            assert_eq!(inlet.skip(lost), Some(lost));
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
    assert_eq!(inlet.skip(usize::MAX), Some(16_000));
    assert_eq!(inlet.skip(1), Some(0));
    assert!(inlet.take_progress().was_refused);
    assert_eq!(inlet.waiting_ms(), 1000);
    chunks.drop_older_than(500, false);
    assert_eq!(inlet.waiting_ms(), 500, "the oldest silence can be dropped");
    while take(&mut chunks, false).is_some() {}
    let entered = (0..1000).filter(|_| inlet.skip(1) == Some(1)).count();
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
    assert_eq!((inlet.skip(8000), inlet.waiting_ms()), (Some(8000), 180));
    inlet.note_made_up(MadeUp { is_over: true, ..silence(10) }, false);
    assert_eq!((inlet.skip(160), inlet.waiting_ms()), (Some(160), 180));
    inlet.note_made_up(silence(0), true);
    assert_eq!((inlet.skip(80_000), inlet.waiting_ms()), (Some(80_000), 180), "while the task is paused");
    inlet.note_made_up(silence(0), false);
    assert_eq!((inlet.skip(160), inlet.waiting_ms()), (Some(160), 190));
}

#[test]
fn a_short_rest_is_filled_up_to_what_the_service_accepts() {
    let (inlet, mut chunks) = plain(MONO, 320, 2000);
    chunks.fill_up_to(1024);
    send(&inlet, &[1; 600]);
    assert!(!inlet.must_flush() && take(&mut chunks, false).is_none());
    inlet.flush();
    assert!(inlet.must_flush());
    assert_eq!(take(&mut chunks, true).unwrap(), [[1; 600].as_slice(), &[0; 424]].concat());
    assert_eq!((chunks.last().count(), chunks.last().padding), (300, 212));
    assert!(!inlet.must_flush() && take(&mut chunks, true).is_none());
    send(&inlet, &[1; 1200]);
    assert_eq!(take(&mut chunks, true).unwrap(), [1; 1200]);
    assert_eq!((chunks.last().padding, inlet.frames()), (0, (900, 900)));
}

#[test]
fn the_oldest_input_is_that_of_the_oldest_format() {
    let (inlet, mut chunks) = plain(MONO, 20, 1000);
    send(&inlet, &[1; 2 * 1600]);
    inlet.set_format(|_| input(Encoding::MuLaw, 8000)).unwrap();
    send(&inlet, &[2; 4000]);
    chunks.drop_older_than(550, false);
    assert_eq!(inlet.dropped(), 800, "50 ms");
    chunks.drop_older_than(250, false);
    assert_eq!(inlet.dropped(), 1600 + 2000, "all of it, and 250 ms");
}

#[test]
fn a_change_while_another_thread_sends_is_refused() {
    let (inlet, _chunks) = plain(MONO, 20, 1000);
    let inside = inlet.send(|_| {
        let busy = inlet.set_format(|old| InputFormat { channels: 2, ..old }).unwrap_err().status;
        assert_eq!(busy, Status::Busy);
        Err::<&[u8], _>(busy)
    });
    assert_eq!(inside, Some(Err(Status::Busy)));
}

/// The first part measures the line; blocks of a chunk are still sent whole.
#[test]
fn the_first_chunk_goes_in_two_parts() {
    let (inlet, mut chunks) = plain(MONO, 320, 2000);
    let mut lengths = Vec::new();
    for _ in 0..3 {
        assert_eq!(send(&inlet, &[0; 10_240]), 5120);
        while inlet.has_chunk() {
            lengths.push(take(&mut chunks, false).unwrap().len());
        }
    }
    assert_eq!(lengths, [3200, 7040, 10_240, 10_240]);
}

/// What was sent counts until it is delivered, for statistics and capacity.
#[test]
fn what_the_network_holds_still_waits() {
    let (inlet, mut chunks) = plain(MONO, 320, 2000);
    let silence = vec![0; 64_000];
    assert_eq!(send(&inlet, &silence), 32_000);
    for _ in 0..4 {
        assert!(chunks.next(false, |_, _| Ok(())).unwrap());
    }
    assert_eq!((chunks.last().begin, chunks.last().end), (10_240, 15_360));
    inlet.note_network(1600, f64::INFINITY);
    assert_eq!((inlet.waiting_ms(), inlet.space_frames()), (1900, 1600));
    assert_eq!(send(&inlet, &silence), 1600, "although the ring has room for more");
    inlet.note_network(u64::MAX, f64::INFINITY);
    assert_eq!((inlet.waiting_ms(), inlet.space_frames()), (1140, 13_760));
}

/// A tenth of the audio fits the line: a tenth of the buffer may wait, in chunks that leave within half a second.
#[test]
fn a_slow_line_is_given_less_in_shorter_chunks() {
    let (inlet, mut chunks) = plain(MONO, 320, 2000);
    let silence = vec![0; 64_000];
    assert!(inlet.note_network(u64::MAX, 0.1));
    assert!(!inlet.note_network(u64::MAX, 0.1));
    assert_eq!(send(&inlet, &silence), 3200 - 400);
    let mut lengths = Vec::new();
    while let Some(chunk) = take(&mut chunks, false) {
        lengths.push(chunk.len());
    }
    assert_eq!(lengths, [1600, 1600, 1600]);
    inlet.note_network(u64::MAX, 2.0);
    assert_eq!(send(&inlet, &silence[..20_480]), 10_240);
    assert_eq!(take(&mut chunks, false).unwrap().len(), 10_240 - 3 * 1600, "the rest of the first chunk");
    assert_eq!(take(&mut chunks, false).unwrap().len(), 10_240, "as configured");
}
