//! Withdrawn speech, and separate phrases.

use super::*;

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
    assert_eq!(
        kinds(&playout.silence(&[], Silenced::All)),
        [],
        "the player still reports the phrase before it"
    );
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
    let unheard = &events[1];
    assert_eq!((unheard.kind, unheard.texts.id()), (EventKind::PlayoutCut, "next"));
    assert_eq!((unheard.heard_ms, unheard.phrase_ms), (0, 200));
    assert_eq!(kinds(&events)[2..], [EventKind::PlayoutStarted, EventKind::PlayoutFinished]);
}

/// One that sounds, one that the player has, one that it has not.
#[test]
fn phrases_that_are_withdrawn_together_are_reported_in_their_order() {
    for is_read in [true, false] {
        let playout = playout(OPTIONS);
        playout.add("es", speech("first", vec![8000; 4800], true));
        playout.add("es", speech("second", vec![8000; 4800], true));
        playout.add("es", speech("third", vec![8000; 48_000], true));
        playout.add("es", speech("fourth", vec![8000; 4800], true));
        let (_, mut events) = play(&playout, 2400);
        events.extend(playout.silence(&[], Silenced::All));
        if is_read {
            events.extend(play(&playout, 2400).1);
        } else {
            events.extend(playout.settle());
        }
        let cut: Vec<_> = events.iter().skip(1).map(|event| event.texts.id()).collect();
        let expected: &[_] = if is_read { &["first", "second", "third", "fourth"] } else { &["fourth"] };
        assert_eq!(cut, expected);
        assert!(events[1..].iter().all(|event| event.kind == EventKind::PlayoutCut));
    }
}

/// Everything that had arrived of it was played when it was withdrawn: it is reported with the next phrase or without
/// one.
#[test]
fn a_flush_when_the_ring_is_drained_cuts_the_phrase_too() {
    for read in [2400 - RAMP, 2400, 2400 + TICK] {
        for has_next in [false, true] {
            let playout = playout(OPTIONS);
            playout.add("es", speech("old", vec![8000; 2400], false));
            let (_, mut events) = play(&playout, read);
            events.extend(playout.silence(&[], Silenced::All));
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

/// At a lower rate the filter holds it all back, and so does what shortens speech: nothing of it is in the ring.
#[test]
fn a_phrase_that_is_withdrawn_before_its_first_sample_is_reported_and_the_line_ends() {
    let slow = PlayoutFormat { sample_rate: 8000, ..S16 };
    for (format, target_ms, frames) in [(slow, None, 32), (S16, Some(1), 900)] {
        let playout = playout(PlayoutSetup { format, target_ms, ..OPTIONS });
        playout.add("es", speech("a", vec![8000; frames], false));
        let mut events = playout.silence(&[], Silenced::All);
        playout.finish();
        let (heard, more) = play(&playout, 2 * TICK);
        events.extend(more);
        assert!(heard.iter().all(|&sample| sample == 0));
        assert_eq!(kinds(&events), [EventKind::PlayoutCut]);
        assert_eq!((events[0].texts.id(), events[0].heard_ms), ("a", 0));
        assert_eq!(read(&playout, TICK).1, Sound::ENDED);
    }
}

#[test]
fn a_phrase_that_was_announced_does_not_outlive_a_flush_but_a_later_one_does() {
    let playout = playout(OPTIONS);
    playout.announce("es", "old");
    playout.silence(&["es".to_owned()], Silenced::All);
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
    playout.silence(&["fr".to_owned()], Silenced::All);
    assert_eq!(read_in(&playout, "es", 100).0, pattern(0, 100));
    assert_eq!(read_in(&playout, "fr", 100).1, Sound::SILENCE);
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
                    playout.silence(&[], Silenced::All);
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

const APART: PlayoutSetup = PlayoutSetup { apart: true, ..OPTIONS };

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
