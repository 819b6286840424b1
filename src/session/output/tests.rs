//! A line as its player hears it.

mod absences;
mod bounds;
mod flushes;
mod formats;
mod originals;
mod rates;
mod silences;
mod sounds;

use super::playout::MAX_LINES;
use super::*;
use crate::audio::format::PlayoutFormat;
use crate::audio::samples::Encoding;
use crate::error::Status;
use crate::event::{Event, EventKind, flag};

const S16: PlayoutFormat = PlayoutFormat { encoding: Encoding::S16, sample_rate: 24_000, channels: 1 };
const OPTIONS: PlayoutSetup = PlayoutSetup {
    format: S16,
    prime_ms: 60,
    cap_ms: 10_000,
    target_ms: None,
    reader_lag_ms: None,
    original: None,
    apart: false,
    comfort: false,
};
/// 10 ms.
const TICK: usize = 240;
const RAMP: usize = 120;

fn playout(options: PlayoutSetup) -> Playout {
    Playout::new(options, &["es".to_owned()]).unwrap()
}

fn speech(id: &str, pcm: Vec<i16>, is_last: bool) -> Speech {
    Speech { phrase: 1, id: id.to_owned(), part: 0, pcm, is_last }
}

/// Recognisable at every sample, and never silent.
fn pattern(from: usize, frames: usize) -> Vec<i16> {
    (from..from + frames).map(|n| 100 + (n * 7 % 5000) as i16).collect()
}

fn read_in(playout: &Playout, language: &str, frames: usize) -> (Vec<i16>, Sound) {
    let mut bytes = vec![0; frames * 2];
    let line = playout.line(language.as_bytes()).unwrap();
    let sound = line.read(|frame_bytes| {
        assert_eq!(frame_bytes, 2);
        Ok(&mut bytes)
    });
    let samples = bytes.as_chunks().0.iter().map(|&sample| i16::from_ne_bytes(sample)).collect();
    (samples, sound.unwrap().unwrap())
}

fn read(playout: &Playout, frames: usize) -> (Vec<i16>, Sound) {
    read_in(playout, "es", frames)
}

/// Reads tick by tick, feeding as the library does, until this many frames were read.
fn play(playout: &Playout, frames: usize) -> (Vec<i16>, Vec<Event>) {
    let (mut heard, mut events) = (Vec::new(), Vec::new());
    while heard.len() < frames {
        events.extend(playout.feed());
        heard.extend(read(playout, TICK.min(frames - heard.len())).0);
    }
    events.extend(playout.feed());
    (heard, events)
}

fn kinds(events: &[Event]) -> Vec<EventKind> {
    events.iter().map(|event| event.kind).collect()
}

#[test]
fn without_speech_there_is_silence() {
    let playout = playout(OPTIONS);
    assert_eq!(read(&playout, 480), (vec![0; 480], Sound::SILENCE));
    playout.finish();
    assert!(!playout.is_busy());
    assert_eq!(read(&playout, 480), (vec![0; 480], Sound::ENDED));
}

#[test]
fn a_phrase_is_heard_as_it_is_and_its_marks_are_exact() {
    let playout = playout(OPTIONS);
    read(&playout, 1000);
    playout.add("es", speech("a", pattern(0, 3000), false));
    playout.add("ES", speech("a", pattern(3000, 2000), true));
    let (heard, events) = play(&playout, 6000);
    assert!(heard[..5000] == pattern(0, 5000) && heard[5000..] == [0; 1000]);
    assert_eq!(kinds(&events), [EventKind::PlayoutStarted, EventKind::PlayoutFinished]);
    assert_eq!((events[0].played_frame, events[1].played_frame), (1000, 6000));
    assert_eq!((events[1].heard_ms, events[1].phrase_ms), (208, 208));
    assert_eq!((events[1].texts.id(), events[1].texts.language(), events[1].phrase), ("a", "es", 1));
    playout.finish();
    playout.feed();
    assert_eq!(read(&playout, 1).1, Sound::ENDED);
}

#[test]
fn what_is_heard_after_the_end_still_counts() {
    let playout = playout(OPTIONS);
    playout.add("es", speech("a", pattern(0, 3000), true));
    playout.finish();
    playout.feed();
    assert!(!playout.is_busy());
    assert_eq!(read(&playout, 3000).0, pattern(0, 3000));
    assert_eq!(read(&playout, 1).1, Sound::ENDED);
    let stats = playout.line(b"es").unwrap().stats();
    assert_eq!((stats.phrases_started, stats.phrases_finished, stats.waiting_ms), (1, 1, 0));
}

/// However often the library checks while it waits.
#[test]
fn a_phrase_that_lost_its_end_counts_once_and_one_that_lost_nothing_does_not() {
    let playout = playout(PlayoutSetup { cap_ms: 1000, ..OPTIONS });
    let dropped = || playout.line(b"es").unwrap().stats().phrases_dropped;
    playout.add("es", speech("whole", pattern(0, 48_000), true));
    playout.add("es", speech("whole", Vec::new(), true));
    assert_eq!(dropped(), 0);
    let (heard, _) = play(&playout, 48_000);
    assert!(heard == pattern(0, 48_000));
    playout.add("es", speech("begun", pattern(0, 48_000), false));
    for _ in 0..3 {
        playout.add("es", speech("begun", pattern(0, 2400), false));
    }
    assert_eq!(dropped(), 1);
}

#[test]
fn the_split_of_reads_changes_nothing() {
    for step in [1, 7, 119, 256, 257, 4000] {
        let playout = playout(OPTIONS);
        playout.add("es", speech("a", pattern(0, 5000), true));
        let mut heard = Vec::new();
        while heard.len() < 5000 {
            playout.feed();
            heard.extend(read(&playout, step).0);
        }
        assert!(heard[..5000] == pattern(0, 5000), "{step}");
    }
}

#[test]
fn a_phrase_waits_until_it_is_primed_or_whole() {
    let playout = playout(OPTIONS);
    playout.add("es", speech("a", pattern(0, 1400), false));
    assert_eq!(play(&playout, TICK).0, [0; TICK]);
    playout.add("es", speech("a", pattern(1400, 40), false));
    assert_eq!(play(&playout, TICK).0, pattern(0, TICK));
    let short = self::playout(OPTIONS);
    short.add("es", speech("b", pattern(0, 100), true));
    assert_eq!(play(&short, 100).0, pattern(0, 100));
}

/// Steps of a level of 8000 that fades over 120 frames, with rounding.
fn largest_step(heard: &[i16]) -> u16 {
    heard.windows(2).map(|pair| pair[0].abs_diff(pair[1])).max().unwrap_or(0)
}

#[test]
fn an_underrun_fades_out_and_in_and_loses_nothing() {
    let playout = playout(OPTIONS);
    playout.add("es", speech("a", vec![8000; 2400], false));
    let (before, _) = play(&playout, 3600);
    assert!(before[..2400 - RAMP].iter().all(|&sample| sample == 8000));
    assert!(before[2400..].iter().all(|&sample| sample == 0));
    assert!(largest_step(&before) <= 8000 / RAMP as u16 + 1);
    playout.add("es", speech("a", vec![8000; 2400], true));
    let (after, events) = play(&playout, 3600);
    assert!(after[RAMP..2400].iter().all(|&sample| sample == 8000) && after[2400..] == [0; 1200]);
    assert_eq!(after[0], 0, "it comes in as it went out");
    assert!(largest_step(&after[..2400]) <= 8000 / RAMP as u16 + 1);
    assert_eq!((kinds(&events).last(), events[0].heard_ms), (Some(&EventKind::PlayoutFinished), 200));
    assert_eq!(playout.line(b"es").unwrap().stats().underruns, 1);
}

#[test]
fn the_end_comes_without_anybody_who_feeds() {
    let playout = playout(OPTIONS);
    playout.finish();
    assert_eq!(read(&playout, TICK), (vec![0; TICK], Sound::ENDED));
    playout.add_languages(&["de".to_owned()]).unwrap();
    assert_eq!(read_in(&playout, "de", TICK).1, Sound::ENDED, "a line that came after the end");
}

/// The library is shut down: only what is at the player is played.
#[test]
fn what_nobody_feeds_any_more_is_dropped_and_told() {
    let playout = playout(OPTIONS);
    playout.add("es", speech("long", pattern(0, 48_000), true));
    playout.add("es", speech("next", pattern(0, 4800), true));
    let dropped = playout.abandon();
    assert_eq!(kinds(&dropped), [EventKind::PlayoutCut]);
    assert!(dropped[0].is(flag::DROPPED) && dropped[0].texts.id() == "next");
    playout.finish();
    let mut heard = Vec::new();
    loop {
        let (samples, sound) = read(&playout, TICK);
        if sound == Sound::ENDED {
            break;
        }
        heard.extend(samples);
        assert!(heard.len() < 24_000, "half a second is ahead");
    }
    let spoken = heard.iter().rposition(|&sample| sample != 0).unwrap() + 1;
    assert!(spoken > 12_000 && heard[..spoken] == pattern(0, spoken));
    assert_eq!(playout.line(b"es").unwrap().stats().waiting_ms, 0);
}
