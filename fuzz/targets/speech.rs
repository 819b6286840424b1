//! Speech in messages: however the service cuts it, the samples are the same.

use palabra::wire::translation::incoming::OutputFormat;
use palabra::wire::{base64, translation, tts};

use super::bytes::Bytes;

pub fn run(data: &[u8]) {
    let mut bytes = Bytes(data);
    let (mode, most) = (bytes.below(4), bytes.below(5000));
    let sizes: Vec<usize> = (0..4).map(|_| 1 + bytes.below(100)).collect();
    let audio = bytes.0;
    match mode {
        0 => of_translation(audio, &sizes),
        1 => inflated(audio, most),
        2 => of_tts(audio, &sizes, tts::Format::Pcm),
        // A header is looked for where a message begins.
        _ if !audio.windows(4).skip(1).any(|four| four == b"RIFF") => of_tts(audio, &sizes, tts::Format::Wav),
        _ => {}
    }
}

/// The samples of 16 bits, and half a sample.
fn plainly(audio: &[u8]) -> (Vec<i16>, Option<u8>) {
    let (pairs, half) = audio.as_chunks::<2>();
    (pairs.iter().map(|&pair| i16::from_le_bytes(pair)).collect(), half.first().copied())
}

fn pieces<'a>(mut audio: &'a [u8], sizes: &[usize]) -> Vec<&'a [u8]> {
    let mut pieces = Vec::new();
    for size in sizes.iter().cycle() {
        let (piece, rest) = audio.split_at((*size).min(audio.len()));
        pieces.push(piece);
        audio = rest;
        if audio.is_empty() {
            break;
        }
    }
    pieces
}

fn message(head: &str, audio: &[u8]) -> Vec<u8> {
    let mut message = head.as_bytes().to_vec();
    base64::append(audio, &[], &mut message);
    message.extend_from_slice(br#""}}"#);
    message
}

fn translated<R>(audio: &[u8], take: impl FnOnce(translation::incoming::Audio<'_>) -> R) -> R {
    let frame = message(r#"{"message_type":"output_audio_data","data":{"language":"es","data":""#, audio);
    let taken = translation::incoming::read(&frame, |message| match message {
        translation::incoming::Message::Audio(audio) => take(audio),
        other => panic!("{other:?}"),
    });
    taken.expect("the frame is a text")
}

fn of_translation(audio: &[u8], sizes: &[usize]) {
    let (mut samples, mut half) = (Vec::new(), None);
    for piece in pieces(audio, sizes) {
        let (more, left) =
            translated(piece, |audio| audio.samples(OutputFormat::Pcm, half, 0)).expect("base64");
        samples.extend(more);
        half = left;
    }
    assert_eq!((samples, half), plainly(audio));
}

/// What the service packs: no more than is allowed comes out of it.
fn inflated(packed: &[u8], most: usize) {
    let samples = |most| translated(packed, |audio| audio.samples(OutputFormat::ZlibPcm, None, most));
    let Ok((all, half)) = samples(1 << 20) else { return };
    let bytes = 2 * all.len() + usize::from(half.is_some());
    if packed.is_empty() || bytes <= most {
        assert_eq!(samples(most), Ok((all, half)));
    } else {
        assert_eq!(samples(most), Err(translation::incoming::BadAudio::TooLong));
    }
}

fn of_tts(audio: &[u8], sizes: &[usize], format: tts::Format) {
    let (whole, left) = spoken(&[audio], format);
    assert_eq!(spoken(&pieces(audio, sizes), format), (whole.clone(), left));
    if format == tts::Format::Pcm || !audio.starts_with(b"RIFF") {
        assert_eq!(whole, plainly(audio).0);
    } else {
        assert!(whole.len() <= audio.len() / 2);
    }
}

/// The samples, with those that wait because a header may begin with them, and half a sample.
fn spoken(pieces: &[&[u8]], format: tts::Format) -> (Vec<i16>, Option<u8>) {
    let (mut samples, mut before) = (Vec::new(), Vec::new());
    for piece in pieces {
        let frame = message(r#"{"message_type":"audio_chunk","data":{"generation_id":"g","audio":""#, piece);
        let taken = tts::incoming::read(&frame, |message| match message {
            tts::incoming::Message::Audio(audio) => {
                assert_eq!(audio.bytes().as_deref(), Some(*piece));
                audio.samples(format, std::mem::take(&mut before))
            }
            other => panic!("{other:?}"),
        });
        let (more, left) = taken.expect("the frame is a text").expect("base64");
        samples.extend(more);
        before = left;
    }
    let is_head = before.starts_with(b"RIFF") && before.len() > 4;
    let (more, half) = if is_head { Default::default() } else { plainly(&before) };
    samples.extend(more);
    (samples, half)
}
