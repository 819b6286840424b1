//! A line as its player hears it.

mod rates;

use super::playout::MAX_LINES;
use super::*;
use crate::audio::format::PlayoutFormat;
use crate::audio::samples::Encoding;
use crate::error::Status;
use crate::event::{Event, EventKind, flag};

const S16: PlayoutFormat = PlayoutFormat { encoding: Encoding::S16, sample_rate: 24_000, channels: 1 };
const OPTIONS: PlayoutOptions = PlayoutOptions {
    format: S16,
    prime_ms: 60,
    cap_ms: 10_000,
    target_ms: None,
    original: None,
    apart: false,
};
/// 10 ms.
const TICK: usize = 240;
const RAMP: usize = 120;

fn playout(options: PlayoutOptions) -> Playout {
    Playout::new(options, &["es".to_owned()]).unwrap()
}

fn speech(id: &str, pcm: Vec<i16>, is_last: bool) -> Speech {
    Speech { utterance: 1, id: id.to_owned(), part: 0, pcm, is_last }
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

/// Reads tick by tick, feeding as the library does, until so many frames are there.
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
    assert_eq!((events[1].texts.id(), events[1].texts.language(), events[1].utterance), ("a", "es", 1));
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

/// However often the library looks while it waits.
#[test]
fn a_phrase_that_lost_its_end_counts_once_and_one_that_lost_nothing_does_not() {
    let playout = playout(PlayoutOptions { cap_ms: 1000, ..OPTIONS });
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
    assert!(largest_step(&after[..2400]) <= 8000 / RAMP as u16 + 1);
    assert_eq!((kinds(&events).last(), events[0].heard_ms), (Some(&EventKind::PlayoutFinished), 200));
    assert_eq!(playout.line(b"es").unwrap().stats().underruns, 1);
}

/// Barge-in: a burst of 6 s, interrupted after 1.2 s, with late chunks of the old phrase and a new one after them.
#[test]
fn a_flush_is_silence_within_5_ms_and_nothing_old_comes_back() {
    let playout = playout(OPTIONS);
    for _ in 0..30 {
        playout.add("es", speech("old", vec![8000; 4800], false));
    }
    playout.add("es", speech("next", vec![9000; 4800], true));
    let (heard, _) = play(&playout, 28_800);
    assert!(heard.iter().all(|&sample| sample == 8000));
    let unheard = playout.flush(&[]);
    assert_eq!(kinds(&unheard), [EventKind::PlayoutCut]);
    assert_eq!((unheard[0].texts.id(), unheard[0].heard_ms, unheard[0].phrase_ms), ("next", 0, 200));
    for _ in 0..5 {
        playout.add("es", speech("old", vec![8000; 4800], false));
    }
    playout.add("es", speech("old", Vec::new(), true));
    playout.add("es", speech("next", vec![9000; 4800], true));
    playout.add("es", speech("new", vec![-500; 4800], true));
    let (heard, events) = play(&playout, 7200);
    let ramp = RAMP + 1;
    assert!(largest_step(&heard[..ramp]) <= 8000 / RAMP as u16 + 1 && heard[ramp] <= 0);
    assert!(heard[ramp..].iter().all(|&sample| sample == 0 || sample == -500));
    assert_eq!(heard.iter().filter(|&&sample| sample == -500).count(), 4800);
    let cut = &events[0];
    assert_eq!((cut.kind, cut.texts.id()), (EventKind::PlayoutCut, "old"));
    assert!((1200..=1205).contains(&cut.heard_ms), "{}", cut.heard_ms);
    assert_eq!((cut.phrase_ms, cut.played_frame), (6000, 28_800 + RAMP as u64));
    assert_eq!(kinds(&events)[1..], [EventKind::PlayoutStarted, EventKind::PlayoutFinished]);
}

/// All that had arrived of it had sounded when it was taken back: with the next phrase or without one, it is told.
#[test]
fn a_flush_when_the_ring_is_drained_cuts_the_phrase_too() {
    for read in [2400 - RAMP, 2400, 2400 + TICK] {
        for has_next in [false, true] {
            let playout = playout(OPTIONS);
            playout.add("es", speech("old", vec![8000; 2400], false));
            let (_, mut events) = play(&playout, read);
            events.extend(playout.flush(&[]));
            if has_next {
                playout.add("es", speech("new", vec![900; 2400], true));
            }
            events.extend(play(&playout, 4800).1);
            let cut = &events[1];
            assert_eq!((cut.kind, cut.texts.id()), (EventKind::PlayoutCut, "old"), "{read} {has_next}");
            assert!((95..=100).contains(&cut.heard_ms), "{}", cut.heard_ms);
            assert_eq!(events.len(), if has_next { 4 } else { 2 });
        }
    }
}

#[test]
fn a_phrase_that_was_announced_does_not_outlive_a_flush_but_a_later_one_does() {
    let playout = playout(OPTIONS);
    playout.announce("es", "old");
    playout.flush(&["es".to_owned()]);
    playout.announce("es", "new");
    playout.add("es", speech("old", pattern(0, 2400), true));
    playout.add("es", speech("new", pattern(0, 2400), true));
    let (heard, _) = play(&playout, 4800);
    assert!(heard[..2400] == pattern(0, 2400) && heard[2400..] == [0; 2400]);
}

#[test]
fn flushing_one_language_leaves_the_others() {
    let playout = Playout::new(OPTIONS, &["es".to_owned(), "fr".to_owned()]).unwrap();
    playout.add("es", speech("a", pattern(0, 2400), true));
    playout.add("fr", speech("a", pattern(0, 2400), true));
    playout.flush(&["fr".to_owned()]);
    assert_eq!(read_in(&playout, "es", 100).0, pattern(0, 100));
    assert_eq!(read_in(&playout, "fr", 100).1, Sound::SILENCE);
}

/// The service is 60 s ahead of a reader that stands still.
#[test]
fn a_full_line_drops_whole_phrases_oldest_first_and_counts_them() {
    let playout = Playout::new(OPTIONS, &["es".to_owned(), "fr".to_owned()]).unwrap();
    let line = playout.line(b"es").unwrap();
    let mut dropped = Vec::new();
    for n in 0..30 {
        for _ in 0..10 {
            dropped.extend(playout.add("es", speech(&n.to_string(), vec![n + 1; 4800], false)));
            playout.add("fr", speech(&n.to_string(), vec![n + 1; 4800], false));
            assert!(line.stats().waiting_ms <= 10_200, "{}", line.stats().waiting_ms);
            // The other reader keeps up.
            for _ in 0..20 {
                playout.feed();
                assert!(read_in(&playout, "fr", TICK).1.is_speech() || n == 0);
            }
        }
        dropped.extend(playout.add("es", speech(&n.to_string(), Vec::new(), true)));
    }
    assert!(dropped.iter().all(|event| event.kind == EventKind::PlayoutCut && event.is(flag::DROPPED)));
    let ids: Vec<_> = dropped.iter().map(|event| event.texts.id().parse::<usize>().unwrap()).collect();
    assert_eq!(line.stats().phrases_dropped as usize, ids.len());
    assert!(ids.len() >= 24 && ids.windows(2).all(|pair| pair[0] < pair[1]), "{ids:?}");
    // What is left are the first phrase, which had begun, and the newest ones, all of them whole.
    let (heard, _) = play(&playout, 20 * 24_000);
    for n in 0..30usize {
        let frames = heard.iter().filter(|&&sample| sample == n as i16 + 1).count();
        assert_eq!(frames, if ids.contains(&n) { 0 } else { 48_000 }, "phrase {n}");
    }
    assert_eq!(playout.line(b"fr").unwrap().stats().phrases_dropped, 0);
}

#[test]
fn one_endless_phrase_stays_within_the_cap() {
    let playout = playout(OPTIONS);
    for _ in 0..1000 {
        playout.add("es", speech("a", vec![1; 4800], false));
        assert!(playout.line(b"es").unwrap().stats().waiting_ms <= 10_200);
    }
    assert!(playout.line(b"es").unwrap().stats().phrases_dropped > 0);
}

#[test]
fn speech_is_shortened_only_while_too_much_waits() {
    let hurried = PlayoutOptions { target_ms: Some(1000), ..OPTIONS };
    let playout = playout(hurried);
    // Half speech, half pause.
    let pcm: Vec<i16> = (0..8 * 24_000).map(|n| if n / 12_000 % 2 == 0 { 3000 } else { 0 }).collect();
    playout.add("es", speech("a", pcm, true));
    let mut frames = 0;
    while playout.line(b"es").unwrap().stats().waiting_ms > 0 {
        playout.feed();
        frames += read(&playout, TICK).0.len();
    }
    let skipped = playout.line(b"es").unwrap().stats().skipped_ms;
    assert!(skipped > 1500, "{skipped}");
    let total = frames as u64 * 1000 / 24_000 + skipped;
    assert!(total.abs_diff(8000) <= 20, "{total}");
}

#[test]
fn every_format_is_given_and_a_change_in_mid_phrase_goes_on() {
    let playout = playout(OPTIONS);
    let sine = |n: usize| (8000.0 * (n as f64 * 440.0 * std::f64::consts::TAU / 24_000.0).sin()) as i16;
    playout.add("es", speech("a", (0..72_000).map(sine).collect(), true));
    let line = playout.line(b"es").unwrap();
    let formats = [
        (Encoding::S16, 24_000, 1),
        (Encoding::F32, 48_000, 2),
        (Encoding::MuLaw, 8000, 1),
        (Encoding::ALaw, 44_100, 3),
    ];
    let mut played_ms = 0;
    for (encoding, sample_rate, channels) in formats {
        let format = PlayoutFormat { encoding, sample_rate, channels };
        line.set_format(format).unwrap();
        let frames = format.frames_in_ms(10);
        let mut bytes = vec![0; frames * format.frame_bytes()];
        let mut samples = vec![0.0; frames * channels as usize];
        let mut power = 0.0;
        for _ in 0..50 {
            playout.feed();
            let sound = line.read(|size| {
                assert_eq!(size, format.frame_bytes());
                Ok(&mut bytes)
            });
            assert!(sound.is_some_and(|sound| sound.is_ok_and(Sound::is_speech)));
            encoding.decode(&bytes, &mut samples);
            power +=
                samples.iter().map(|&sample| f64::from(sample).powi(2)).sum::<f64>() / samples.len() as f64;
        }
        let level = (power / 50.0).sqrt() * 32_768.0 * std::f64::consts::SQRT_2;
        assert!((7700.0..8200.0).contains(&level), "{encoding:?}: {level}");
        played_ms += 500;
    }
    line.set_format(S16).unwrap();
    let (rest, events) = play(&playout, 36_000);
    let sounding = rest.iter().rposition(|&sample| sample != 0).unwrap() / 24;
    assert!((sounding as i64 - (3000 - played_ms)).abs() <= 2, "{sounding}");
    assert_eq!(kinds(&events), [EventKind::PlayoutStarted, EventKind::PlayoutFinished].split_at(1).1);
    assert!((2990..=3010).contains(&events[0].heard_ms), "{}", events[0].heard_ms);
}

#[test]
fn other_samples_at_the_same_rate_go_on_where_the_last_ones_ended() {
    for sample_rate in [24_000, 8000] {
        let one = PlayoutFormat { sample_rate, ..S16 };
        let heard = [false, true].map(|changes| {
            let playout = playout(PlayoutOptions { format: one, ..OPTIONS });
            playout.add("es", speech("a", pattern(0, 24_000), true));
            let line = playout.line(b"es").unwrap();
            let mut heard = Vec::new();
            for tick in 0..30 {
                playout.feed();
                let format = PlayoutFormat { channels: if changes { 1 + tick % 3 } else { 1 }, ..one };
                assert!(line.set_format(format).unwrap().is_empty());
                let mut bytes = vec![0; 200 * format.frame_bytes()];
                assert!(line.read(|_| Ok(&mut bytes)).is_some_and(|sound| sound.is_ok_and(Sound::is_speech)));
                let frames = bytes.chunks(format.frame_bytes());
                heard.extend(frames.map(|frame| i16::from_ne_bytes([frame[0], frame[1]])));
            }
            heard
        });
        assert!(heard[0] == heard[1], "{sample_rate}");
    }
}

#[test]
fn a_second_reader_and_a_change_during_a_read_are_refused() {
    let playout = playout(OPTIONS);
    let line = playout.line(b"es").unwrap();
    let inside = line.read(|_| {
        assert!(line.read(|_| Err(Status::Io)).is_none());
        let changed = line.set_format(PlayoutFormat { channels: 2, ..S16 });
        assert_eq!(changed.unwrap_err().status, Status::Busy);
        Err(Status::Io)
    });
    assert_eq!(inside, Some(Err(Status::Io)));
    let odd = line.set_format(PlayoutFormat { sample_rate: 44_101, ..S16 });
    assert_eq!(odd.unwrap_err().status, Status::Unsupported);
    assert!(playout.line(b"de").is_none());
}

#[test]
fn languages_are_added_within_a_bound() {
    let playout = playout(OPTIONS);
    let many: Vec<String> = (1..MAX_LINES).map(|n| format!("l{n}")).collect();
    playout.add_languages(&many).unwrap();
    playout.add_languages(&many).unwrap();
    assert_eq!(playout.add_languages(&["one more".to_owned()]).unwrap_err().status, Status::Limit);
    assert!(playout.add("one more", speech("a", vec![1], true)).is_empty());
    assert_eq!(playout.lines().count(), MAX_LINES);
}

#[test]
fn two_threads_and_flushes_at_any_time_leave_no_old_sample() {
    let playout = &playout(OPTIONS);
    const ROUNDS: i16 = 200;
    let done = &std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(move || {
            for round in 1..=ROUNDS {
                playout.add("es", speech(&round.to_string(), vec![round * 100; 9000], round % 3 == 0));
                playout.feed();
                std::thread::yield_now();
                if round % 2 == 0 {
                    playout.flush(&[]);
                }
            }
            done.store(true, std::sync::atomic::Ordering::Release);
        });
        let mut newest = 0;
        while !done.load(std::sync::atomic::Ordering::Acquire) {
            for sample in read(playout, 97).0 {
                // Levels of later phrases are higher, and a ramp goes down from the newest one heard.
                newest = newest.max(sample);
                assert!((0..=newest).contains(&sample));
            }
        }
    });
    let (rest, _) = play(playout, 9000);
    assert!(rest[9000 - TICK..].iter().all(|&sample| sample == 0));
}

const APART: PlayoutOptions = PlayoutOptions { apart: true, ..OPTIONS };

#[test]
fn phrases_that_arrive_in_turns_are_heard_one_after_the_other() {
    let playout = playout(APART);
    for turn in 0..4 {
        for (id, from) in [("a", 0), ("b", 10_000), ("c", 20_000)] {
            playout.add("es", speech(id, pattern(from + turn * 500, 500), turn == 3));
        }
    }
    let (heard, events) = play(&playout, 6000 + TICK);
    let expected = [pattern(0, 2000), pattern(10_000, 2000), pattern(20_000, 2000)].concat();
    assert!(heard[..6000] == expected);
    let finished = events.iter().filter(|event| event.kind == EventKind::PlayoutFinished);
    assert_eq!(finished.map(|event| event.texts.id()).collect::<Vec<_>>(), ["a", "b", "c"]);
}

#[test]
fn a_phrase_without_an_end_holds_the_next_up_until_it_is_loosened() {
    let playout = playout(APART);
    playout.add("es", speech("a", pattern(0, 2400), false));
    playout.add("es", speech("b", pattern(5000, 2400), true));
    let (heard, _) = play(&playout, 4800);
    assert!(heard[..2280] == pattern(0, 2280) && heard[2400..] == [0; 2400]);
    playout.loosen("a");
    assert_eq!(play(&playout, 2400).0, pattern(5000, 2400));
}

#[test]
fn one_phrase_can_be_taken_back_and_the_others_stay() {
    let playout = playout(APART);
    for (id, from) in [("a", 0), ("b", 30_000), ("c", 60_000)] {
        playout.add("es", speech(id, pattern(from, 24_000), true));
    }
    assert_eq!(play(&playout, TICK).0, pattern(0, TICK));
    let unheard = playout.take_back("b");
    assert_eq!(kinds(&unheard), [EventKind::PlayoutCut]);
    assert_eq!((unheard[0].texts.id(), unheard[0].heard_ms), ("b", 0));
    playout.take_back("a");
    playout.add("es", speech("a", pattern(9000, 500), false));
    let (heard, events) = play(&playout, RAMP);
    assert!(heard[RAMP - 1].abs() < 200);
    let (heard, more) = play(&playout, 24_000 + TICK);
    let cut = events.iter().chain(&more).find(|event| event.kind == EventKind::PlayoutCut).unwrap();
    assert_eq!((cut.texts.id(), cut.heard_ms), ("a", 15));
    let begin = heard.iter().position(|&sample| sample != 0).unwrap();
    assert!(begin <= TICK);
    let whole = pattern(60_000, 24_000);
    let same = heard[begin..].iter().zip(&whole).skip(RAMP).filter(|(heard, said)| heard == said).count();
    assert!(same >= 24_000 - RAMP - TICK, "{same}");
}

/// Half a second is the most that one call gives: it comes whole, however much of the phrase was here before.
#[test]
fn a_read_gets_what_it_asks_for_or_is_refused() {
    for (prime_ms, rate) in [(1, 24_000), (60, 8000), (60, 48_000), (2000, 24_000)] {
        let format = PlayoutFormat { sample_rate: rate, ..S16 };
        let playout = playout(PlayoutOptions { format, prime_ms, ..OPTIONS });
        let line = playout.line(b"es").unwrap();
        let most = format.frames_in_ms(500);
        let read = |frames: usize| {
            let mut bytes = vec![0; 2 * frames];
            let sound = line.read(|_| Ok(&mut bytes)).unwrap()?;
            Ok((
                bytes.as_chunks().0.iter().map(|&sample| i16::from_ne_bytes(sample)).collect::<Vec<_>>(),
                sound,
            ))
        };
        // Arrives a little faster than it is played.
        let mut heard = Vec::new();
        for n in 0..60 {
            playout.add("es", speech("a", vec![1000; 6000], n == 59));
            if n % 2 == 1 {
                playout.feed();
                heard.extend(read(most).unwrap().0);
            }
        }
        heard.extend((0..5).flat_map(|_| {
            playout.feed();
            read(most).unwrap().0
        }));
        let first = heard.iter().position(|&sample| sample != 0).unwrap();
        let last = heard.iter().rposition(|&sample| sample != 0).unwrap();
        assert!(heard[first..last].iter().all(|&sample| sample > 300), "{prime_ms} {rate}");
        assert!((last - first).abs_diff(format.frames_in_ms(15_000)) < 50, "{prime_ms} {rate}");
        assert_eq!(line.stats().underruns, 0, "{prime_ms} {rate}");
        assert_eq!(read(most + 1), Err(Status::InvalidArgument));
    }
}

#[test]
fn a_line_that_is_added_later_is_as_all_the_others() {
    let playout = playout(OPTIONS);
    let format = PlayoutFormat { encoding: Encoding::F32, channels: 2, ..S16 };
    playout.set_format(b"", format, &mut Vec::new()).unwrap();
    playout.add_languages(&["de".to_owned()]).unwrap();
    // A language that nobody named before its speech came.
    playout.add("fr", speech("a", pattern(0, 2400), true));
    for language in ["es", "de", "fr"] {
        let size = std::cell::Cell::new(0);
        let line = playout.line(language.as_bytes()).unwrap();
        let _ = line.read(|frame_bytes| {
            size.set(frame_bytes);
            Err(Status::Io)
        });
        assert_eq!(size.get(), 8, "{language}");
    }
    // One language's format is its own.
    playout.set_format(b"de", S16, &mut Vec::new()).unwrap();
    playout.add_languages(&["it".to_owned()]).unwrap();
    let _ = playout.line(b"it").unwrap().read(|frame_bytes| {
        assert_eq!(frame_bytes, 8);
        Err(Status::Io)
    });
    assert_eq!(playout.set_format(b"no", S16, &mut Vec::new()).unwrap_err().status, Status::InvalidArgument);
}

#[test]
fn the_end_comes_without_anybody_who_feeds() {
    let playout = playout(OPTIONS);
    playout.finish();
    assert_eq!(read(&playout, TICK), (vec![0; TICK], Sound::ENDED));
    playout.add_languages(&["de".to_owned()]).unwrap();
    assert_eq!(read_in(&playout, "de", TICK).1, Sound::ENDED, "a line that came after the end");
}

/// The library is shut down: what is at the player sounds, and nothing else does.
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
