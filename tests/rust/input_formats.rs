//! Every input format, through a whole session: the devserver returns the audio that it received.

use std::f64::consts::TAU;
use std::time::Duration;

use crate::support::{Devserver, Talk, spanish};
use palabra::audio::convert::{Converter, InputFormat};
use palabra::audio::format::Format;
use palabra::audio::g711;
use palabra::audio::mix::Selection;
use palabra::audio::samples::Encoding;
use palabra::error::Status;
use palabra::event::EventKind;
use palabra::products::translation::options::TranslationOptions;
use palabra::session::input::InputOptions;

/// The devserver's output format, so that it adds no conversion of its own.
const WIRE: Format = Format { sample_rate: 24_000, channels: 1 };
const HZ: f64 = 440.0;

fn options(input: InputFormat) -> TranslationOptions {
    TranslationOptions {
        wire_sample_rate: Some(WIRE.sample_rate),
        input: InputOptions {
            encoding: input.encoding,
            sample_rate: Some(input.sample_rate),
            channels: Some(input.channels),
            buffer_ms: Some(10_000),
            ..InputOptions::default()
        },
        ..spanish()
    }
}

fn format(encoding: Encoding, sample_rate: u32, channels: u32) -> InputFormat {
    InputFormat { encoding, sample_rate, channels, selection: Selection::All }
}

/// A tone with silence around it, which the devserver detects as a phrase.
fn phrase(rate: u32, seconds: f64) -> Vec<f32> {
    let rate = f64::from(rate);
    let pad = (rate * 0.5) as usize;
    let tone = (0..(rate * seconds) as usize).map(|n| (0.5 * (n as f64 * HZ * TAU / rate).sin()) as f32);
    std::iter::repeat_n(0.0, pad).chain(tone).chain(std::iter::repeat_n(0.0, 2 * pad)).collect()
}

/// Each sample on all channels, in an encoding.
fn encode(samples: &[f32], input: InputFormat) -> Vec<u8> {
    let law = |table: &'static [i16; 256]| {
        move |sample: f32| {
            let wanted = (sample * 32_768.0) as i32;
            let nearest =
                (0..=255u8).min_by_key(|&byte| (i32::from(table[usize::from(byte)]) - wanted).abs());
            vec![nearest.unwrap()]
        }
    };
    let one: Box<dyn Fn(f32) -> Vec<u8>> = match input.encoding {
        Encoding::S16 => Box::new(|sample| ((sample * 32_767.0) as i16).to_ne_bytes().to_vec()),
        Encoding::F32 => Box::new(|sample| sample.to_ne_bytes().to_vec()),
        Encoding::MuLaw => Box::new(law(&g711::MULAW)),
        Encoding::ALaw => Box::new(law(&g711::ALAW)),
        Encoding::Opaque => unreachable!("bytes have no samples"),
    };
    samples.iter().flat_map(|&sample| one(sample).repeat(input.channels as usize)).collect()
}

/// Sends everything in blocks of the given sizes, never more than there is space for.
fn send(talk: &Talk, bytes: &[u8], frame_bytes: usize, mut frames: impl FnMut() -> usize) {
    let mut rest = bytes;
    while !rest.is_empty() {
        let (now, later) = rest.split_at((frames() * frame_bytes).min(rest.len()));
        assert_eq!(talk.session.send_audio(now), Ok(now.len() / frame_bytes));
        rest = later;
    }
}

/// All speech that arrives until the session is over.
fn hear(talk: &mut Talk) -> Vec<i16> {
    talk.session.end().unwrap();
    let closed = talk.until_closed();
    assert_eq!(closed.code, 0, "{}", closed.texts.text());
    let audio = talk.events.iter().filter(|event| event.kind == EventKind::Audio);
    audio.flat_map(|event| event.pcm.iter().copied()).collect()
}

fn direct(input: InputFormat, bytes: &[u8]) -> Vec<i16> {
    let mut converter = Converter::new(input, WIRE).unwrap();
    let mut wire = Vec::new();
    converter.process(bytes, &mut wire);
    converter.finish(&mut wire);
    wire.chunks_exact(2).map(|pair| i16::from_le_bytes([pair[0], pair[1]])).collect()
}

/// Position of `heard` in `whole`, found by its beginning; the devserver removes silence around a phrase.
fn place(heard: &[i16], whole: &[i16]) -> usize {
    let error = |at: usize| -> i64 {
        heard[..3000]
            .iter()
            .zip(&whole[at..])
            .step_by(13)
            .map(|(&a, &b)| (i64::from(a) - i64::from(b)).pow(2))
            .sum()
    };
    (0..=whole.len() - heard.len()).min_by_key(|&at| error(at)).unwrap()
}

fn snr_db(heard: &[i16], expected: &[i16]) -> f64 {
    let signal: f64 = expected.iter().map(|&sample| f64::from(sample).powi(2)).sum();
    let noise: f64 = heard.iter().zip(expected).map(|(a, b)| (f64::from(*a) - f64::from(*b)).powi(2)).sum();
    10.0 * (signal / noise.max(1e-3)).log10()
}

/// The frequency of a tone, from its first and its last upward zero crossing.
fn pitch(samples: &[i16], rate: u32) -> f64 {
    let rises: Vec<f64> = samples
        .windows(2)
        .enumerate()
        .filter(|(_, pair)| pair[0] < 0 && pair[1] >= 0)
        .map(|(n, pair)| n as f64 + f64::from(-pair[0]) / (f64::from(pair[1]) - f64::from(pair[0])))
        .collect();
    (rises.len() - 1) as f64 * f64::from(rate) / (rises[rises.len() - 1] - rises[0])
}

/// The part of the tone without its edges.
fn tone_of(heard: &[i16]) -> &[i16] {
    &heard[4800..heard.len() - 4800]
}

/// The greatest second difference: a click is large in it; that of a tone is known.
fn roughness(samples: &[i16]) -> i32 {
    let second = |w: &[i16]| (i32::from(w[0]) - 2 * i32::from(w[1]) + i32::from(w[2])).abs();
    samples.windows(3).map(second).max().unwrap_or(0)
}

/// The result equals the direct conversion: chunk borders leave no trace.
#[allow(clippy::print_stdout, reason = "the figures are for the reader of --nocapture")]
fn comes_back_as_converted(input: InputFormat, frames: usize) -> Vec<i16> {
    let server = Devserver::start("superset");
    let mut talk = Talk::ready(&server.with_pair("id"), options(input));
    let audio = encode(&phrase(input.sample_rate, 2.0), input);
    send(&talk, &audio, input.frame_bytes(), || frames);
    let heard = hear(&mut talk);
    let stats = talk.session.stats();
    assert_eq!(stats.input_frames_sent, (audio.len() / input.frame_bytes()) as u64);
    let whole = direct(input, &audio);
    let at = place(&heard, &whole);
    let snr = snr_db(&heard, &whole[at..][..heard.len()]);
    let (seconds, pitch) = (heard.len() as f64 / 24_000.0, pitch(tone_of(&heard), 24_000));
    println!("{input:?}: {seconds:.3} s, {pitch:.3} Hz, SNR to the direct conversion {snr:.1} dB");
    assert!(snr > 30.0, "{snr} dB");
    assert!((seconds - 2.0).abs() < 0.08, "{seconds} s");
    assert!((pitch / HZ - 1.0).abs() < 0.001, "{pitch} Hz");
    heard
}

#[test]
fn phone_calls_in_mulaw() {
    let heard = comes_back_as_converted(format(Encoding::MuLaw, 8000, 1), 160);
    // The coarsest steps of the encoding are 1024 in 16 bits; a click would be thousands.
    let tone = (0.5 * 32_768.0 * (HZ * TAU / 24_000.0).powi(2)) as i32;
    assert!(roughness(tone_of(&heard)) < tone + 1024, "{}", roughness(tone_of(&heard)));
}

#[test]
fn phone_calls_in_alaw() {
    comes_back_as_converted(format(Encoding::ALaw, 8000, 1), 160);
}

#[test]
fn eight_channels_mixed() {
    comes_back_as_converted(format(Encoding::S16, 16_000, 8), 333);
}

#[test]
fn plain_audio_is_not_touched() {
    comes_back_as_converted(format(Encoding::S16, 24_000, 1), 480);
}

#[test]
fn one_channel_of_many() {
    let server = Devserver::start("superset");
    let input = format(Encoding::S16, 24_000, 3);
    let options = TranslationOptions {
        input: InputOptions { channel: Some(2), ..options(input).input },
        ..options(input)
    };
    let mut talk = Talk::ready(&server.with_pair("id"), options);
    let second = phrase(24_000, 1.0);
    let mut audio = encode(&second, input);
    for frame in audio.chunks_exact_mut(6) {
        frame[..2].copy_from_slice(&30_000i16.to_ne_bytes());
        frame[4..].copy_from_slice(&(-30_000i16).to_ne_bytes());
    }
    send(&talk, &audio, 6, || 480);
    let heard = hear(&mut talk);
    let whole = direct(format(Encoding::S16, 24_000, 1), &encode(&second, format(Encoding::S16, 24_000, 1)));
    let at = place(&heard, &whole);
    assert!(heard == whole[at..][..heard.len()], "not the second channel");
}

/// A headset is plugged in during speech: 48 kHz stereo, then 44.1 kHz, in blocks of any size.
#[test]
#[allow(clippy::print_stdout, reason = "the figures are for the reader of --nocapture")]
fn games_that_change_their_device() {
    let server = Devserver::start("superset");
    let (before, after) = (format(Encoding::F32, 48_000, 2), format(Encoding::F32, 44_100, 2));
    let mut talk = Talk::ready(&server.with_pair("id"), options(before));
    let mut state = 7u32;
    let mut block = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        64 + (state >> 8) as usize % (2048 - 64 + 1)
    };
    // The change comes 1.5 s in, 1 s after the tone began: after a whole number of its periods.
    let first = encode(&phrase(48_000, 1.0)[..72_000], before);
    let second = encode(&phrase(44_100, 1.0)[22_050..], after);
    send(&talk, &first, before.frame_bytes(), &mut block);
    talk.session.set_input_format(after.encoding, after.sample_rate, after.channels).unwrap();
    send(&talk, &second, after.frame_bytes(), &mut block);
    let heard = hear(&mut talk);
    let whole = [direct(before, &first), direct(after, &second)].concat();
    let at = place(&heard, &whole);
    let snr = snr_db(&heard, &whole[at..][..heard.len()]);
    let (seconds, pitch) = (heard.len() as f64 / 24_000.0, pitch(tone_of(&heard), 24_000));
    println!("48 kHz, then 44.1 kHz: {seconds:.3} s, {pitch:.3} Hz, SNR {snr:.1} dB");
    assert!(snr > 60.0, "{snr} dB");
    assert!((seconds - 2.0).abs() < 0.08, "{seconds} s");
    assert!((pitch / HZ - 1.0).abs() < 0.001, "{pitch} Hz");
    assert_eq!(talk.session.stats().input_frames_taken, 72_000 + 44_100 + 44_100);
}

#[test]
fn every_rate_and_number_of_channels_can_be_set_until_the_end() {
    let server = Devserver::start("superset");
    let talk = Talk::ready(&server.with_pair("id"), options(format(Encoding::S16, 48_000, 1)));
    let set = |rate, channels| {
        talk.session.set_input_format(Encoding::F32, rate, channels).map_err(|error| error.status)
    };
    assert_eq!(talk.session.send_audio(&[0; 20]), Ok(10));
    assert_eq!(set(192_000, 8), Ok(()));
    assert_eq!(set(44_101, 1), Ok(()));
    assert_eq!(set(44_100, 2), Ok(()));
    assert_eq!(talk.session.send_audio(&[0; 80]), Ok(10));
    talk.session.end().unwrap();
    // The service may have closed meanwhile.
    assert!(matches!(set(8000, 1), Err(Status::Ended | Status::Closed)));
    talk.session.close(Duration::ZERO);
}
