//! The ring of a line: the library feeds it, a player reads, and callers change what it is.

use loom::thread;
use std::sync::Arc;

use crate::audio::format::PlayoutFormat;
use crate::audio::samples::Encoding;
use crate::error::Status;
use crate::event::{Event, EventKind};
use crate::session::output::original::Bus;
use crate::session::output::{Line, PlayoutSetup, Silenced, Sound, Speech};

const S16: PlayoutFormat = PlayoutFormat { encoding: Encoding::S16, sample_rate: 8000, channels: 1 };
/// 20 ms, and less than must wait before an incomplete phrase begins.
const PHRASE: usize = 480;
const SHORT: usize = 120;
const LOUD: i16 = 8000;

fn line() -> Arc<Line> {
    let setup = PlayoutSetup {
        format: S16,
        prime_ms: 10,
        cap_ms: 10_000,
        target_ms: None,
        reader_lag_ms: None,
        original: None,
        apart: false,
        comfort: false,
    };
    Arc::new(Line::new("es".to_owned(), setup, None).unwrap())
}

fn speech(id: &str, loudness: i16, frames: usize) -> Speech {
    Speech { phrase: 1, id: id.to_owned(), part: 0, pcm: vec![loudness; frames], is_last: true }
}

/// Reads this long; `None` while the line is being changed.
fn read(line: &Line, ms: u32) -> Option<Vec<i16>> {
    let mut bytes = vec![0; line.format().frames_in_ms(ms) * 2];
    line.read(|_| Ok::<_, Status>(&mut bytes[..])).map(|sound| {
        sound.unwrap();
        bytes.as_chunks().0.iter().map(|&sample| i16::from_ne_bytes(sample)).collect()
    })
}

/// Plays what is left and returns all that happened.
fn play_out(line: &Line, mut events: Vec<Event>) -> Vec<(EventKind, u32)> {
    for _ in 0..20 {
        events.extend(line.feed());
        read(line, 10).unwrap();
    }
    events.extend(line.feed());
    events.iter().map(|event| (event.kind, event.heard_ms)).collect()
}

/// A phrase that is complete is there to its end, with all that belongs to it.
pub(super) fn a_short_phrase_is_read_whole() {
    let line = line();
    let player = line.clone();
    let player = thread::spawn(move || [read(&player, 10).unwrap(), read(&player, 10).unwrap()].concat());
    let events = line.add(speech("one", LOUD, SHORT));
    let heard = player.join().unwrap();
    let begin = heard.iter().position(|&sample| sample != 0).unwrap_or(heard.len());
    let end = heard.iter().rposition(|&sample| sample != 0).unwrap_or(0);
    let is_loud = |sample: &i16| *sample > LOUD / 4;
    assert!(heard.get(begin + 5..end.saturating_sub(5)).is_none_or(|inside| inside.iter().all(is_loud)));
    assert_eq!(line.stats().underruns, 0);
    assert_eq!(play_out(&line, events), [(EventKind::PlayoutStarted, 0), (EventKind::PlayoutFinished, 5)]);
}

pub(super) fn the_end_comes_after_the_speech() {
    let line = line();
    let player = line.clone();
    let player = thread::spawn(move || {
        let mut bytes = [0; 160];
        let mut loud = 0;
        for _ in 0..3 {
            let sound = player.read(|_| Ok::<_, Status>(&mut bytes[..])).unwrap().unwrap();
            loud +=
                bytes.as_chunks().0.iter().filter(|&&sample| i16::from_ne_bytes(sample) > LOUD / 4).count();
            if sound.has(Sound::ENDED) {
                assert!(loud > 30, "{loud}");
            }
        }
    });
    line.add(speech("one", LOUD, SHORT));
    line.finish();
    player.join().unwrap();
}

pub(super) fn a_change_of_rate_keeps_the_order() {
    let line = line();
    let events = line.add(speech("one", LOUD, PHRASE));
    let faster = PlayoutFormat { sample_rate: 16_000, ..S16 };
    let (player, caller) = (line.clone(), line.clone());
    let player =
        thread::spawn(move || read(&player, 10).is_some() as u32 + read(&player, 10).is_some() as u32);
    let caller = thread::spawn(move || caller.set_format(faster).ok());
    let mut events = [events, line.feed()].concat();
    let read = player.join().unwrap();
    let changed = caller.join().unwrap();
    assert!(read > 0 || changed.is_some());
    let rate = if changed.is_some() { faster } else { S16 };
    assert_eq!(line.format(), rate);
    events.extend(changed.into_iter().flatten());
    let events = play_out(&line, events);
    assert_eq!(events[0].0, EventKind::PlayoutStarted);
    assert_eq!(events[1].0, EventKind::PlayoutFinished);
    assert!(events.len() == 2 && (19..=21).contains(&events[1].1), "{events:?}");
}

pub(super) fn a_flush_withdraws_what_was_before_it() {
    let line = line();
    let mut events = line.add(speech("one", LOUD, PHRASE));
    let player = line.clone();
    let player = thread::spawn(move || [read(&player, 10).unwrap(), read(&player, 5).unwrap()].concat());
    events.extend(line.silence(Silenced::All));
    events.extend(line.add(speech("two", -LOUD, PHRASE)));
    player.join().unwrap();
    let mut begun = false;
    for _ in 0..20 {
        events.extend(line.feed());
        for sample in read(&line, 10).unwrap() {
            begun |= sample < -LOUD / 2;
            assert!(!begun || sample <= 100, "speech that was withdrawn came back");
        }
    }
    events.extend(line.feed());
    let ends: Vec<_> = events.iter().filter(|event| event.kind != EventKind::PlayoutStarted).collect();
    let ids: Vec<_> = ends.iter().map(|event| event.texts.id()).collect();
    assert_eq!(ids, ["one", "two"], "each ends once");
    assert_eq!(ends[1].kind, EventKind::PlayoutFinished);
}

/// A rate at which a bus is one group.
const SLOW: u32 = 50;

fn heard(bus: &Bus, at: u64, frames: usize) -> Vec<Option<i16>> {
    let mut samples = vec![0.0; frames];
    bus.read(at, &mut samples);
    samples.iter().map(|sample| (!sample.is_nan()).then_some((sample * 32_768.0) as i16)).collect()
}

pub(super) fn the_original_is_read_as_it_was_written() {
    let bus = Arc::new(Bus::new(SLOW).unwrap());
    let player = bus.clone();
    let player = thread::spawn(move || {
        for _ in 0..2 {
            let written = player.written() as usize;
            assert_eq!(heard(&player, 0, written), [Some(1), Some(2), None, Some(3)][..written]);
        }
    });
    bus.write(&[1, 2]);
    bus.lose(1);
    bus.write(&[3]);
    player.join().unwrap();
    assert_eq!((bus.written(), bus.resumed()), (4, 3));
}

pub(super) fn what_is_overwritten_is_not_read_as_something_older() {
    let bus = Arc::new(Bus::new(SLOW).unwrap());
    bus.write(&[1; 64]);
    assert_eq!(bus.capacity(), 64);
    let sender = bus.clone();
    let sender = thread::spawn(move || sender.write(&[2, 2]));
    assert!(heard(&bus, 0, 2).iter().all(|sample| *sample != Some(2)));
    sender.join().unwrap();
    assert_eq!(heard(&bus, 64, 2), [Some(2), Some(2)]);
}
