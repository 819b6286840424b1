//! A player that reads nothing for a while, as that of a game that is paused.

use super::*;

const LAG: PlayoutSetup = PlayoutSetup { reader_lag_ms: Some(500), ..OPTIONS };

/// The library's tick and the player's, 10 ms each, under one clock.
struct Game {
    playout: Playout,
    now_us: u64,
    events: Vec<Event>,
}

impl Game {
    fn new(setup: PlayoutSetup) -> Game {
        let mut game = Game { playout: playout(setup), now_us: 0, events: Vec::new() };
        game.pass(10, true);
        game
    }

    fn line(&self) -> &Line {
        self.playout.line(b"es").unwrap()
    }

    fn say(&mut self, id: &str, pcm: Vec<i16>, is_last: bool) {
        self.look();
        let events = self.line().add(speech(id, pcm, is_last));
        self.events.extend(events);
    }

    fn look(&mut self) {
        let mut events = Vec::new();
        self.line().look(self.now_us, &mut events);
        self.events.extend(events);
    }

    /// Returns what was heard.
    fn pass(&mut self, ms: u64, is_reading: bool) -> Vec<i16> {
        let frames = self.line().format().frames_in_ms(10);
        let mut heard = Vec::new();
        for _ in 0..ms / 10 {
            self.now_us += 10_000;
            self.look();
            let events = self.line().feed();
            self.events.extend(events);
            if is_reading {
                heard.extend(read(&self.playout, frames).0);
            }
        }
        heard
    }

    fn told(&mut self) -> Vec<(EventKind, String, bool, u32)> {
        let told = |event: &Event| {
            (event.kind, event.texts.id().to_owned(), event.is(flag::DROPPED), event.heard_ms)
        };
        std::mem::take(&mut self.events).iter().map(told).collect()
    }
}

/// As many seconds, each at a level of its own.
fn seconds(from: i16, count: i16) -> Vec<i16> {
    (from..from + count).flat_map(|second| vec![second * 100; 24_000]).collect()
}

fn levels(heard: &[i16]) -> Vec<i16> {
    let mut levels: Vec<_> = heard.iter().copied().filter(|sample| sample % 100 == 0).collect();
    levels.dedup();
    levels
}

#[test]
fn who_does_not_listen_misses_what_is_said_meanwhile() {
    let mut game = Game::new(LAG);
    game.say("a", seconds(1, 20), true);
    assert_eq!(levels(&game.pass(1000, true)), [100]);
    game.pass(10_000, false);
    // It is 11 s and 10 ms since the phrase began.
    let heard = game.pass(1000, true);
    assert_eq!(levels(&heard[RAMP + 1..]), [0, 1200]);
    let silent = heard.iter().filter(|&&sample| sample == 0).count();
    assert!(silent < 4 * TICK, "{silent}: it goes on at once");
    game.pass(10_000, true);
    let told = game.told();
    let cut = (EventKind::PlayoutCut, "a".to_owned(), true, 1005);
    let (started, finished) = (EventKind::PlayoutStarted, EventKind::PlayoutFinished);
    assert_eq!(told.iter().map(|told| told.0).collect::<Vec<_>>(), [started, cut.0, started, finished]);
    assert_eq!(told[1], cut);
    let stats = game.line().stats();
    assert_eq!((stats.phrases_dropped, stats.phrases_cut, stats.phrases_finished), (1, 0, 1));
    assert!((9980..=10_020).contains(&stats.skipped_ms), "{}", stats.skipped_ms);
}

#[test]
fn a_short_absence_loses_nothing() {
    let mut game = Game::new(LAG);
    game.say("a", pattern(0, 48_000), true);
    let mut heard = game.pass(300, true);
    game.pass(480, false);
    heard.extend(game.pass(1700, true));
    assert!(heard[..48_000] == pattern(0, 48_000));
    assert_eq!(game.line().stats().skipped_ms, 0);
}

#[test]
fn without_a_limit_everything_waits() {
    let mut game = Game::new(OPTIONS);
    game.say("a", pattern(0, 48_000), true);
    let mut heard = game.pass(300, true);
    game.pass(9000, false);
    heard.extend(game.pass(1700, true));
    assert!(heard[..48_000] == pattern(0, 48_000));
}

#[test]
fn phrases_of_which_nothing_is_left_are_dropped_while_nobody_listens() {
    let mut game = Game::new(LAG);
    game.pass(1000, true);
    game.pass(1000, false);
    for id in ["a", "b", "c"] {
        game.say(id, seconds(1, 2), true);
    }
    game.pass(3000, false);
    let told = game.told();
    assert_eq!(told, [(EventKind::PlayoutCut, "a".to_owned(), true, 0)], "its 2 s are over");
    game.pass(10_000, false);
    assert_eq!(game.told().len(), 2);
    assert!(game.line().may_rest());
    assert_eq!(levels(&game.pass(1000, true)), [0]);
    assert_eq!(game.line().stats().skipped_ms, 6000);
}

/// The process stood still, too: all that was due meanwhile is missed at one look.
#[test]
fn of_what_follows_a_phrase_that_is_over_only_what_was_due_is_missed() {
    let mut game = Game::new(LAG);
    game.pass(1000, false);
    game.say("a", seconds(1, 1), true);
    game.say("b", seconds(2, 5), true);
    game.now_us += 3_000_000;
    assert_eq!(levels(&game.pass(4000, true)), [0, 400, 500, 600, 0]);
    assert_eq!(game.line().stats().skipped_ms, 3010);
}

/// Nobody looks while nothing is said: a long rest is no absence from what follows it.
#[test]
fn what_is_said_after_a_rest_is_heard() {
    for is_listening in [true, false] {
        let mut game = Game::new(LAG);
        game.say("a", pattern(0, 2400), true);
        game.pass(1000, true);
        game.now_us += 60_000_000;
        if is_listening {
            read(&game.playout, 12_000);
        }
        game.say("b", pattern(0, 24_000), true);
        let heard = game.pass(1200, true);
        let begin = heard.iter().position(|&sample| sample != 0).unwrap();
        assert!(begin <= 3 * TICK && heard[begin..begin + 24_000] == pattern(0, 24_000), "{begin}");
    }
}

/// Its last chunk comes while nobody listens, or its end alone after that.
#[test]
fn a_phrase_that_ends_meanwhile_leaves_the_line_free_and_ends_it() {
    for is_late in [false, true] {
        let mut game = Game::new(LAG);
        game.say("a", seconds(1, 2), is_late);
        game.pass(500, true);
        game.pass(3000, false);
        if !is_late {
            game.say("a", Vec::new(), true);
        }
        game.pass(20, is_late);
        game.say("b", seconds(5, 1), true);
        assert!(levels(&game.pass(1500, true)[RAMP + 1..]).contains(&500));
        game.line().finish();
        game.pass(20, true);
        assert!(!game.line().is_busy() && game.line().may_rest());
        assert_eq!(read(&game.playout, TICK).1, Sound::ENDED);
        let told = game.told();
        let cuts: Vec<_> = told.iter().filter(|told| told.0 == EventKind::PlayoutCut).collect();
        assert_eq!(cuts.len(), 1, "{told:?}");
        assert!((500..=505).contains(&cuts[0].3), "{told:?}");
    }
}

#[test]
fn the_end_does_not_wait_for_who_does_not_listen() {
    let mut game = Game::new(LAG);
    game.say("a", seconds(1, 5), true);
    game.line().finish();
    game.pass(500, true);
    game.pass(4000, false);
    assert!(game.line().is_busy());
    game.pass(1000, false);
    assert!(!game.line().is_busy());
    assert_eq!(levels(&game.pass(100, true)), [0]);
    assert_eq!(read(&game.playout, TICK).1, Sound::ENDED);
}

/// What was read before another rate was heard.
#[test]
fn another_rate_is_no_absence() {
    let mut game = Game::new(LAG);
    game.say("a", seconds(1, 9), true);
    for rate in [48_000, 8000, 44_100, 24_000] {
        let format = PlayoutFormat { sample_rate: rate, ..S16 };
        game.line().set_format(format).unwrap();
        game.pass(2000, true);
    }
    assert_eq!(game.line().stats().skipped_ms, 0);
}

#[test]
fn a_silence_while_nobody_listens_takes_the_rest_of_the_phrase_too() {
    let mut game = Game::new(LAG);
    game.say("a", seconds(1, 9), false);
    game.pass(500, true);
    game.pass(1000, false);
    let silenced = game.playout.silence(&[], Silenced::All);
    game.events.extend(silenced);
    game.say("a", seconds(1, 9), true);
    game.say("b", seconds(20, 1), true);
    assert_eq!(levels(&game.pass(1500, true)[RAMP + 1..]), [0, 2000, 0]);
    let cuts = game.told().into_iter().filter(|told| told.0 == EventKind::PlayoutCut);
    assert_eq!(cuts.map(|told| told.1).collect::<Vec<_>>(), ["a"], "its rest is no news");
}

#[test]
fn the_rest_of_a_phrase_and_those_behind_it_are_heard_in_their_order() {
    let mut game = Game::new(LAG);
    game.say("a", seconds(1, 4), true);
    game.say("b", seconds(5, 1), true);
    game.say("c", seconds(6, 1), true);
    game.pass(1000, true);
    game.pass(2000, false);
    assert_eq!(levels(&game.pass(4000, true)[RAMP + 1..]), [0, 400, 500, 600, 0]);
    let (started, finished) = (EventKind::PlayoutStarted, EventKind::PlayoutFinished);
    let told: Vec<_> = game.told().into_iter().map(|told| (told.0, told.1)).collect();
    let of = |id: &str, kind| (kind, id.to_owned());
    let ends = ["b", "c"].into_iter().flat_map(|id| [of(id, started), of(id, finished)]);
    let cut = of("a", EventKind::PlayoutCut);
    let all = [of("a", started), cut, of("a", started), of("a", finished)].into_iter().chain(ends);
    assert_eq!(told, all.collect::<Vec<_>>());
}

/// The reader is back before the end is known, and all that came was missed.
#[test]
fn an_end_alone_begins_nothing_and_keeps_nobody_waiting() {
    let mut game = Game::new(LAG);
    game.say("a", seconds(1, 2), false);
    game.pass(500, true);
    game.pass(3000, false);
    game.pass(100, true);
    game.say("a", Vec::new(), true);
    game.say("b", seconds(5, 1), true);
    assert_eq!(levels(&game.pass(1500, true)), [500, 0]);
    let kinds: Vec<_> = game.told().into_iter().map(|told| told.0).collect();
    let (started, finished) = (EventKind::PlayoutStarted, EventKind::PlayoutFinished);
    assert_eq!(kinds, [started, EventKind::PlayoutCut, started, finished]);
}
