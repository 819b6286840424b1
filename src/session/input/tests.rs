//! What goes in comes out completely and in order.

mod lost;
mod space;

use std::sync::Arc;

use super::gap::MadeUp;
use super::inlet::MAX_LANES;
use super::*;
use crate::audio::convert::{Converter, InputFormat};
use crate::audio::format::{Format, WireFormat};
use crate::audio::mix::Selection;
use crate::audio::samples::Encoding;
use crate::error::{Error, Result, Status};

const STEREO: Format = Format { sample_rate: 16_000, channels: 2 };
const MONO: Format = Format { sample_rate: 16_000, channels: 1 };

/// With a reserve of its own.
fn opened(
    input: InputFormat,
    wire: impl Into<WireFormat>,
    chunk_ms: u32,
    buffer_ms: u32,
    headroom_ms: u32,
) -> (Inlet, Chunks) {
    let (inlet, chunks) = Inlet::new(input, wire, chunk_ms, buffer_ms, headroom_ms).unwrap();
    inlet.draw_on(&Arc::default());
    (inlet, chunks)
}

fn plain(format: Format, chunk_ms: u32, buffer_ms: u32) -> (Inlet, Chunks) {
    opened(InputFormat::plain(format), format, chunk_ms, buffer_ms, 0)
}

/// Drops the oldest input instead of refusing the newest.
fn plain_newest(chunk_ms: u32, buffer_ms: u32) -> (Inlet, Chunks) {
    opened(InputFormat::plain(MONO), MONO, chunk_ms, buffer_ms, 500)
}

fn input(encoding: Encoding, sample_rate: u32) -> InputFormat {
    InputFormat { encoding, sample_rate, channels: 1, selection: Selection::All }
}

fn send(inlet: &Inlet, bytes: &[u8]) -> usize {
    inlet.send(|_| Ok::<_, Error>(bytes), |_| ()).unwrap().unwrap()
}

/// What is sent from now on has another format.
fn change_format(inlet: &Inlet, change: impl FnOnce(InputFormat) -> InputFormat) -> Result<()> {
    inlet.prepare(change)?.map_or(Ok(()), |next| inlet.set_format(next, |_| Ok(())))
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
    assert!(!inlet.take_progress().was_refused);
    assert_eq!(send(&inlet, &[0; 4 * 100 + 3]), 40);
    assert!(inlet.take_progress().was_refused);
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
    let (inlet, mut chunks) = opened(input(Encoding::MuLaw, 8000), MONO, 320, 2000, 0);
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
    change_format(&inlet, |_| input(Encoding::ALaw, 16_000)).unwrap();
    assert_eq!(inlet.space_frames(), 16_000);
    assert!(inlet.has_chunk(), "an old ring is to be emptied");
    send(&inlet, &[0xd5; 300]);
    change_format(&inlet, |_| InputFormat::plain(MONO)).unwrap();
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
    let (inlet, mut chunks) = opened(input(Encoding::S16, 48_000), MONO, 20, 1000, 0);
    send(&inlet, &[0; 2 * 4801]);
    change_format(&inlet, |old| InputFormat { sample_rate: 44_100, ..old }).unwrap();
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
    let mulaw = |rate: u32| change_format(&inlet, move |_| input(Encoding::MuLaw, rate));
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
    assert_eq!(chunks.last_seconds(), 0.02);
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
    let (inlet, mut chunks) = opened(input(Encoding::MuLaw, 8000), wire, 20, 1000, 0);
    let audio: Vec<u8> = (0..200u8).collect();
    send(&inlet, &audio);
    assert!(!chunks.has_sent(200));
    assert_eq!(take(&mut chunks, false).unwrap(), audio[..160]);
    assert_eq!((chunks.has_sent(160), chunks.has_sent(200)), (true, false));
    assert_eq!(take(&mut chunks, true).unwrap(), audio[160..]);
    assert!(chunks.has_sent(200));
    // Another device: converted to the format that the stream was opened with.
    change_format(&inlet, |_| input(Encoding::S16, 8000)).unwrap();
    send(&inlet, &[0; 2 * 200]);
    assert_eq!(take(&mut chunks, false).unwrap(), [0xff; 160]);
    chunks.settle();
    assert_eq!(take_silent(&mut chunks), (120, vec![0xff; 160]));
    assert!(chunks.has_sent(400));
}

#[test]
fn gathered_input_is_not_lost_when_more_comes_before_the_silence() {
    for encoding in [Encoding::S16, Encoding::MuLaw] {
        let (inlet, mut chunks) = opened(input(encoding, 16_000), MONO, 20, 1000, 0);
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

/// A file in another format needs two changes.
#[test]
fn so_many_changes_find_room() {
    let (inlet, chunks) = plain(MONO, 20, 1000);
    let mut rates = (8000..).step_by(1000);
    let mut change = || {
        send(&inlet, &[0; 4000]);
        let sample_rate = rates.next().unwrap();
        change_format(&inlet, |old| InputFormat { sample_rate, ..old })
    };
    (0..15).for_each(|_| change().unwrap());
    assert!(inlet.check_changes(1).is_ok());
    assert_eq!(inlet.check_changes(2).unwrap_err().status, Status::Again);
    change().unwrap();
    assert_eq!(change().unwrap_err().status, Status::Again);
    // Nobody takes them away any more, and nobody needs them.
    drop(chunks);
    (0..20).for_each(|_| change().unwrap());
}

#[cfg(debug_assertions)]
#[test]
fn a_ring_is_made_while_the_sender_may_send() {
    let (inlet, _chunks) = plain(MONO, 20, 1000);
    change_format(&inlet, |_| input(Encoding::F32, 44_100)).unwrap();
    assert_eq!(crate::lock::slow_while_held(), 0);
}

#[test]
fn a_change_while_another_thread_sends_is_refused() {
    let (inlet, _chunks) = plain(MONO, 20, 1000);
    let change = || change_format(&inlet, |old| InputFormat { channels: 2, ..old });
    let inside = inlet.send(
        |_| {
            let busy = change().unwrap_err().status;
            assert_eq!(busy, Status::Busy);
            Err::<&[u8], _>(busy)
        },
        |_| (),
    );
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

/// By it the limit of what may wait in the connection is set, also while the first chunk goes in parts.
#[test]
fn the_usual_chunk_is_as_long_as_the_line_allows() {
    let (inlet, mut chunks) = plain(MONO, 320, 2000);
    assert_eq!(chunks.usual_chunk_bytes(), 10_240);
    send(&inlet, &[0; 10_240]);
    take(&mut chunks, false).unwrap();
    assert_eq!((chunks.chunk_bytes(), chunks.usual_chunk_bytes()), (7040, 10_240));
    inlet.note_network(u64::MAX, 0.1);
    assert_eq!(chunks.usual_chunk_bytes(), 1600);
}

/// The product decides when they leave.
#[test]
fn the_library_looks_at_each_encoded_byte() {
    let wire = WireFormat { encoding: Encoding::Opaque, sample_rate: 8000, channels: 1 };
    let (inlet, _chunks) = opened(input(Encoding::Opaque, 8000), wire, 20, 1000, 0);
    assert!(!inlet.has_chunk());
    assert_eq!(send(&inlet, &[0]), 1);
    assert!(inlet.has_chunk());
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
