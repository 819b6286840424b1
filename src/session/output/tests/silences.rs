//! One phrase is silenced, and what follows it is heard.

use super::*;

const HEARD: Silenced = Silenced::Heard;

/// How many samples have this level.
fn level_of(heard: &[i16], level: i16) -> usize {
    heard.iter().filter(|&&sample| sample == level).count()
}

/// The first phrase may be complete in the ring, be fed, or be late; the second is behind it.
#[test]
fn the_phrase_that_is_heard_fades_and_the_next_one_is_heard_whole() {
    for (frames, is_last) in [(7200, true), (7200, false), (48_000, true)] {
        let playout = playout(OPTIONS);
        playout.add("es", speech("old", vec![8000; frames], is_last));
        let (heard, mut events) = play(&playout, 2400);
        assert!(heard.iter().all(|&sample| sample == 8000));
        if is_last {
            playout.add("es", speech("next", vec![-500; 4800], true));
        }
        events.extend(playout.silence(&[], HEARD));
        playout.add("es", speech("old", vec![8000; 2400], true));
        if !is_last {
            playout.add("es", speech("next", vec![-500; 4800], true));
        }
        let (heard, more) = play(&playout, 9600);
        events.extend(more);
        assert!(largest_step(&heard[..RAMP]) <= 8000 / RAMP as u16 + 1, "{frames}");
        assert!(heard[RAMP..].iter().all(|&sample| sample == 0 || sample == -500), "{frames}");
        assert_eq!(level_of(&heard, -500), 4800, "{frames}");
        assert_eq!(
            kinds(&events),
            [
                EventKind::PlayoutStarted,
                EventKind::PlayoutCut,
                EventKind::PlayoutStarted,
                EventKind::PlayoutFinished
            ],
            "{frames}"
        );
        let cut = &events[1];
        assert_eq!((cut.texts.id(), cut.phrase_ms as usize), ("old", frames / 24));
        assert!((100..=105).contains(&cut.heard_ms), "{}", cut.heard_ms);
    }
}

#[test]
fn where_nothing_is_heard_nothing_is_silenced() {
    let playout = playout(OPTIONS);
    playout.add("es", speech("a", vec![8000; 2400], true));
    assert_eq!(kinds(&playout.silence(&[], HEARD)), []);
    let (heard, _) = play(&playout, 4800);
    assert_eq!(level_of(&heard, 8000), 2400);
    playout.silence(&[], HEARD);
    playout.add("es", speech("a", vec![8000; 2400], true));
    assert_eq!(level_of(&play(&playout, 4800).0, 8000), 2400, "it was over");
}

/// A long phrase has several parts under one id.
#[test]
fn all_parts_of_a_phrase_are_silenced_with_it() {
    let playout = playout(OPTIONS);
    let part = |part, frames| Speech { part, ..speech("old", vec![8000; frames], true) };
    (0..3).for_each(|n| drop(playout.add("es", part(n, 4800))));
    playout.add("es", part(3, 48_000));
    playout.add("es", part(4, 4800));
    playout.add("es", speech("next", vec![-500; 4800], true));
    play(&playout, 2400);
    let mut events = playout.silence(&[], HEARD);
    playout.add("es", part(5, 4800));
    let (heard, more) = play(&playout, 9600);
    events.extend(more);
    assert!(heard[RAMP + 1..].iter().all(|&sample| sample <= 0));
    assert_eq!(level_of(&heard, -500), 4800);
    let cut: Vec<_> = events.iter().filter(|event| event.kind == EventKind::PlayoutCut).collect();
    assert_eq!(cut.iter().map(|event| event.part).collect::<Vec<_>>(), [0, 1, 2, 3, 4]);
    assert!(cut[1..].iter().all(|event| event.heard_ms == 0));
}

#[test]
fn a_phrase_that_is_silenced_after_everything_brings_nothing_back() {
    let playout = playout(OPTIONS);
    for id in ["first", "second", "third"] {
        playout.add("es", speech(id, vec![8000; 2400], true));
    }
    play(&playout, TICK);
    playout.silence(&[], Silenced::All);
    playout.silence(&[], HEARD);
    let (heard, events) = play(&playout, 7200);
    assert!(heard[RAMP + 1..].iter().all(|&sample| sample == 0));
    assert_eq!(kinds(&events), [EventKind::PlayoutCut; 3]);
}

/// Also if what is left of the phrase goes into another ring before or after it is silenced.
#[test]
fn a_silenced_phrase_stays_away_at_another_rate() {
    for is_changed_first in [true, false] {
        let playout = playout(OPTIONS);
        playout.add("es", speech("old", vec![8000; 7200], true));
        playout.add("es", speech("next", vec![-500; 4800], true));
        play(&playout, 2400);
        let change = || {
            let format = PlayoutFormat { sample_rate: 48_000, ..S16 };
            drop(playout.line(b"es").unwrap().set_format(format));
        };
        if is_changed_first {
            change();
        }
        playout.silence(&[], HEARD);
        if !is_changed_first {
            change();
        }
        let (heard, _) = play(&playout, 19_200);
        assert!(heard[2 * RAMP + 1..].iter().all(|&sample| sample < 100), "{is_changed_first}");
        let next = heard.iter().filter(|&&sample| (-510..=-490).contains(&sample)).count();
        assert!(next.abs_diff(9600) < 100, "{is_changed_first}: {next}");
    }
}

#[test]
fn a_language_that_is_added_later_does_not_hear_what_was_silenced_in_all() {
    let playout = playout(OPTIONS);
    playout.add("es", speech("old", vec![8000; 7200], false));
    play(&playout, 2400);
    playout.silence(&[], HEARD);
    playout.add_languages(&["fr".to_owned()]).unwrap();
    playout.add("fr", speech("old", vec![8000; 7200], true));
    playout.add("fr", speech("next", vec![900; 2400], true));
    assert_eq!(read_in(&playout, "fr", 100).0, [900; 100]);
}
