//! What is played and comes back, with the devserver.

use std::time::Duration;

use palabra::audio::format::PlayoutFormat;
use palabra::audio::samples::Encoding;
use palabra::call::LegOptions;
use palabra::event::EventKind;
use palabra::products::translation::options::TranslationOptions;
use palabra::session::input::InputOptions;
use palabra::session::output::{EchoPolicy, EchoStats, OutputMode, OutputOptions};

use crate::call::{Line, options, tick};
use crate::support::{Devserver, PATIENCE, Talk, spanish};

const TICK: usize = 160;

/// A party with a loudspeaker: what it hears of the other comes back 7 ticks later at half the level.
#[test]
fn a_party_that_hears_itself_is_told_how_late_and_how_loud() {
    let devserver = Devserver::start("superset");
    let mut line = Line::open(&devserver.with_pair("id"), options());
    let loud = line.call.join(LegOptions { echo: EchoPolicy::Measure, ..LegOptions::new("en") }).unwrap();
    let other = line.call.join(LegOptions::new("es")).unwrap();
    line.wait_up();
    let mut heard: Vec<i16> = vec![0; 7 * TICK];
    let mut seed = 1u32;
    let begin = std::time::Instant::now();
    // The clock of both lines. Blocks that come too early are moved by the library.
    for number in 1.. {
        assert!(begin.elapsed() < PATIENCE, "no echo was found");
        let said: Vec<u8> = (0..TICK)
            .map(|sample| {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let at = (number * TICK + sample) as f32 / 8000.0;
                let loudness = ((at * 13.0).sin() + (at * 7.3).sin()).max(0.0) * 0.2;
                (((seed >> 16) as i32 - 32_768) as f32 * loudness) as i16
            })
            .flat_map(i16::to_ne_bytes)
            .collect();
        tick(&other, &said);
        let back: Vec<u8> = heard[heard.len() - 7 * TICK..][..TICK]
            .iter()
            .flat_map(|sample| (sample / 2).to_ne_bytes())
            .collect();
        heard.extend(tick(&loud, &back).1);
        if loud.stats().echo.is_some() {
            break;
        }
        std::thread::sleep(
            (begin + Duration::from_millis(20) * number as u32)
                .saturating_duration_since(std::time::Instant::now()),
        );
    }
    let EchoStats { delay_ms, level_db } = loud.stats().echo.unwrap();
    assert!(delay_ms.abs_diff(140) <= 20 && (level_db + 6).abs() <= 3, "{level_db} dB after {delay_ms} ms");
    let told = line.wait(EventKind::Echo, 0);
    let told = told.echo.unwrap();
    assert!(told.0.abs_diff(140) <= 20 && (told.1 + 6).abs() <= 3, "{told:?}");
    assert_eq!(other.stats().echo, None);
}

/// What a session plays comes back 14 ticks later at half the level. Its input and its output have got other formats meanwhile,
/// and now and then a tick is lost.
#[test]
fn a_session_that_hears_itself_is_told_how_late_and_how_loud() {
    const FRAMES: usize = 240;
    let devserver = Devserver::start("superset");
    let output =
        OutputOptions { mode: OutputMode::Playout, sample_rate: Some(8000), ..OutputOptions::default() };
    let input = InputOptions { sample_rate: Some(16_000), ..InputOptions::default() };
    let options = TranslationOptions { echo: EchoPolicy::Measure, input, output, ..spanish() };
    let mut talk = Talk::ready(&devserver.with_pair("id"), options);
    talk.session.set_input_format(Encoding::S16, 24_000, 1).unwrap();
    // The player has begun with what was copied.
    let mut first = [0; 160];
    talk.session.read_audio(b"", |_| Ok(&mut first)).unwrap();
    let format = PlayoutFormat { encoding: Encoding::S16, sample_rate: 24_000, channels: 1 };
    talk.session.set_output_format(b"", format).unwrap();
    let mut heard: Vec<i16> = vec![0; 14 * FRAMES];
    let mut seed = 1u32;
    let begin = std::time::Instant::now();
    for number in 0.. {
        assert!(begin.elapsed() < PATIENCE, "no echo was found");
        // Somebody speaks for a second, and hears it again from the devserver.
        let is_speaking = number % 400 < 100;
        let back = heard[heard.len() - 14 * FRAMES..][..FRAMES].iter();
        let said: Vec<u8> = back
            .map(|&sample| {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                sample / 2 + if is_speaking { (seed >> 16) as i16 / 8 } else { 0 }
            })
            .flat_map(i16::to_ne_bytes)
            .collect();
        if number % 100 == 99 {
            talk.session.skip(FRAMES).unwrap();
        } else {
            talk.session.send_audio(&said).unwrap();
        }
        let mut bytes = [0; 2 * FRAMES];
        talk.session.read_audio(b"", |_| Ok(&mut bytes)).unwrap();
        heard.extend(bytes.as_chunks().0.iter().map(|&sample| i16::from_ne_bytes(sample)));
        if talk.session.stats().echo.is_some() {
            break;
        }
        std::thread::sleep(
            (begin + Duration::from_millis(10) * number as u32)
                .saturating_duration_since(std::time::Instant::now()),
        );
    }
    let EchoStats { delay_ms, level_db } = talk.session.stats().echo.unwrap();
    assert!(delay_ms.abs_diff(140) <= 20 && (level_db + 6).abs() <= 3, "{level_db} dB after {delay_ms} ms");
    assert_eq!(talk.wait(EventKind::Echo).echo, Some((delay_ms, level_db)));
}
