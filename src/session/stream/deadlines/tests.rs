//! Everything that is due by the clock.

use super::*;
use crate::session::handle::options::{NO_LIVENESS_TIMEOUT, SessionOptions};

const S: Duration = Duration::from_secs(1);

fn timing(ready: Duration, liveness: Duration, end: Duration, asks: bool) -> Timing {
    Timing { ready, liveness, end, asks }
}

#[test]
fn asking_goes_on_until_ready() {
    let start = Instant::now();
    let mut deadlines = Deadlines::new(start, timing(30 * S, 15 * S, 30 * S, true));
    assert_eq!(deadlines.take_due(start), Some(Due::Ask));
    assert_eq!(deadlines.take_due(start), None);
    assert_eq!(deadlines.next(), start + ASK_INTERVAL);
    deadlines.heard(start + 20 * S);
    assert_eq!(deadlines.take_due(start + 30 * S), Some(Due::NotReady));
    deadlines.ready();
    assert_eq!(deadlines.take_due(start + 30 * S), Some(Due::Ping(1)));
}

#[test]
fn a_server_that_speaks_by_itself_is_never_asked() {
    let start = Instant::now();
    let mut deadlines = Deadlines::new(start, timing(30 * S, 40 * S, 30 * S, false));
    assert_eq!(deadlines.take_due(start + 9 * S), None);
    assert_eq!(deadlines.take_due(start + 30 * S), Some(Due::NotReady));
}

#[test]
fn silence_is_death_and_pings_come_in_time_to_prevent_it() {
    let start = Instant::now();
    let mut deadlines = Deadlines::new(start, timing(30 * S, 6 * S, 30 * S, true));
    deadlines.ready();
    assert_eq!(deadlines.take_due(start + 2 * S), Some(Due::Ping(1)));
    assert_eq!(deadlines.take_due(start + 6 * S), Some(Due::Dead));
    deadlines.heard(start + 3 * S);
    assert_eq!(deadlines.answered(1, start + 3 * S), Some(S));
    assert_ne!(deadlines.take_due(start + 6 * S), Some(Due::Dead));
}

/// Without a limit for liveness, and whatever the server says meanwhile.
#[test]
fn an_end_that_cannot_be_sent_is_given_up() {
    let start = Instant::now();
    for (end, limit) in [(S, 60 * S), (30 * S, 300 * S)] {
        let mut deadlines = Deadlines::new(start, timing(30 * S, NO_LIVENESS_TIMEOUT, end, true));
        deadlines.ready();
        deadlines.note_held(Some(7), start);
        deadlines.note_held(None, start + 5 * S);
        deadlines.note_held(Some(7), start + 8 * S);
        deadlines.note_held(Some(8), start + 10 * S);
        deadlines.note_held(Some(8), start + 20 * S);
        deadlines.ping(start + 10 * S + limit);
        deadlines.heard(start + 9 * S + limit);
        assert_eq!(deadlines.take_due(start + 9 * S + limit), None);
        assert_eq!(deadlines.next(), start + 10 * S + limit);
        assert_eq!(deadlines.take_due(start + 10 * S + limit), Some(Due::Stuck));
        // Time in which the process stood still does not count, and an end that was sent has another limit.
        deadlines.woke(start, start + 2 * S);
        assert_ne!(deadlines.take_due(start + 10 * S + limit), Some(Due::Stuck));
        deadlines.ending(start + 11 * S, S);
        assert_ne!(deadlines.take_due(start + 13 * S + limit), Some(Due::Stuck));
    }
}

#[test]
fn an_end_that_waits_behind_what_moves_slowly_is_not_given_up() {
    let start = Instant::now();
    let mut deadlines = Deadlines::new(start, timing(30 * S, NO_LIVENESS_TIMEOUT, S, true));
    deadlines.ready();
    for second in 0..400 {
        let now = start + second * S;
        deadlines.note_held(Some(u64::from(second)), now);
        assert_ne!(deadlines.take_due(now), Some(Due::Stuck), "after {second} s");
    }
}

#[test]
fn a_server_that_talks_but_answers_no_ping_is_dead() {
    let start = Instant::now();
    let mut deadlines = Deadlines::new(start, timing(30 * S, 6 * S, 30 * S, true));
    deadlines.ready();
    for second in 0..6 {
        let now = start + second * S;
        deadlines.heard(now);
        assert_eq!(deadlines.answered(99, now), None, "a pong that answers nothing of ours");
        assert_ne!(deadlines.take_due(now), Some(Due::Dead), "after {second} s");
    }
    deadlines.heard(start + 6 * S);
    assert_eq!(deadlines.take_due(start + 6 * S), Some(Due::Dead));
}

/// The service has sent its close, which arrives behind the speech of several languages.
#[test]
fn a_tail_may_take_longer_than_an_answer_to_a_ping() {
    let start = Instant::now();
    let mut deadlines = Deadlines::new(start, timing(30 * S, 6 * S, 30 * S, true));
    deadlines.ready();
    deadlines.ending(start, Duration::ZERO);
    let mut pings = 0;
    for second in 0..100 {
        let now = start + second * S;
        deadlines.heard(now);
        deadlines.progressed(now);
        while let Some(due) = deadlines.take_due(now) {
            assert!(matches!(due, Due::Ping(_)), "{due:?} after {second} s");
            pings += 1;
        }
    }
    assert_eq!(pings, MOST_UNANSWERED);
    assert_eq!(deadlines.take_due(start + 105 * S), Some(Due::Dead), "nothing at all comes any more");
}

#[test]
fn the_default_survives_forty_seconds_of_stillness() {
    let start = Instant::now();
    let mut deadlines = Deadlines::new(start, timing(30 * S, 40 * S, 30 * S, true));
    deadlines.ready();
    let due = |deadlines: &mut Deadlines, second| {
        std::iter::from_fn(|| deadlines.take_due(start + second * S)).take(9).collect::<Vec<_>>()
    };
    let pings = (1..40).filter(|&second| !due(&mut deadlines, second).is_empty());
    assert_eq!(pings.collect::<Vec<_>>(), [10, 20, 30]);
    assert_eq!(due(&mut deadlines, 40)[0], Due::Dead);
    deadlines.heard(start + 40 * S);
    assert!(deadlines.answered(3, start + 40 * S).is_some(), "the last pong answers for all");
    assert_eq!(due(&mut deadlines, 40), [Due::Ping(4)]);
}

#[test]
fn time_in_which_the_thread_stood_still_does_not_count() {
    let start = Instant::now();
    let mut deadlines = Deadlines::new(start, timing(30 * S, 6 * S, 10 * S, true));
    deadlines.ready();
    deadlines.ending(start, Duration::ZERO);
    assert_eq!(deadlines.take_due(start + 2 * S), Some(Due::Ping(1)));
    let (due, now) = (deadlines.next(), start + 62 * S);
    assert_eq!(due, start + 4 * S);
    deadlines.woke(due, now);
    assert_eq!(deadlines.take_due(now), Some(Due::Ping(2)), "the server is asked anew");
    assert_eq!(deadlines.take_due(now + 3 * S), Some(Due::Ping(3)));
    deadlines.heard(now + 3 * S);
    deadlines.answered(3, now + 3 * S);
    assert_eq!(
        deadlines.take_due(now + 6 * S),
        Some(Due::EndOverdue { is_heard: true }),
        "4 s of 10 were over"
    );
}

#[test]
fn a_tail_that_keeps_coming_is_not_overdue() {
    let start = Instant::now();
    let mut deadlines = Deadlines::new(start, timing(30 * S, 100 * S, 10 * S, true));
    deadlines.ready();
    deadlines.ending(start, Duration::ZERO);
    deadlines.progressed(start + 9 * S);
    assert_eq!(deadlines.take_due(start + 11 * S), Some(Due::Ping(1)));
    deadlines.heard(start + 18 * S);
    assert_eq!(
        deadlines.take_due(start + 19 * S),
        Some(Due::EndOverdue { is_heard: true }),
        "a pong or a notice is no progress"
    );
    deadlines.stream_ended(start + 19 * S);
    assert_eq!(deadlines.take_due(start + 21 * S), Some(Due::Goodbye));
}

#[test]
fn a_server_that_forgets_to_close_is_not_dead() {
    let start = Instant::now();
    let mut deadlines = Deadlines::new(start, timing(30 * S, 6 * S, 3 * S, false));
    deadlines.ready();
    assert_eq!(deadlines.take_due(start + 2 * S), Some(Due::Ping(1)));
    deadlines.stream_ended(start + 5 * S);
    assert_eq!(deadlines.take_due(start + 6 * S), Some(Due::Ping(2)));
    assert_eq!(deadlines.take_due(start + 6 * S), None);
    assert_eq!(deadlines.next(), start + 7 * S);
    assert_eq!(deadlines.take_due(start + 7 * S), Some(Due::Goodbye));
}

#[test]
fn a_tail_without_end_has_one() {
    let start = Instant::now();
    let mut deadlines = Deadlines::new(start, timing(30 * S, 1000 * S, 3 * S, true));
    deadlines.ready();
    deadlines.ending(start, S);
    let overdue = (1..100).find(|&second| {
        let now = start + second * S;
        deadlines.progressed(now);
        std::iter::from_fn(|| deadlines.take_due(now))
            .take(2)
            .any(|due| due == Due::EndOverdue { is_heard: false })
    });
    assert_eq!(overdue, Some(31));
}

/// A server that stands still answers no ping; it begins to at any moment between two pings.
#[test]
fn forty_seconds_of_stillness_are_survived_by_default() {
    let liveness = SessionOptions::default().liveness();
    for begins in 0..10 {
        let start = Instant::now();
        let mut deadlines = Deadlines::new(start, timing(30 * S, liveness, 30 * S, false));
        deadlines.ready();
        let stands = start + 10 * S + begins * S;
        for second in 1..=begins + 50 {
            let now = start + second * S;
            while let Some(due) = deadlines.take_due(now) {
                assert!(matches!(due, Due::Ping(_)), "{due:?} after {second} s");
                if now <= stands {
                    deadlines.heard(now);
                }
                if let (Due::Ping(number), true) = (due, now <= stands) {
                    assert!(deadlines.answered(number, now).is_some());
                }
            }
        }
    }
}

#[test]
fn without_a_timeout_no_connection_is_dead_and_pings_go_on() {
    let start = Instant::now();
    let mut deadlines = Deadlines::new(start, timing(30 * S, NO_LIVENESS_TIMEOUT, 30 * S, false));
    deadlines.ready();
    assert_eq!(deadlines.take_due(start + 10 * S), Some(Due::Ping(1)));
    assert_eq!(deadlines.take_due(start + 36_000 * S), Some(Due::Ping(2)));
    assert_eq!(deadlines.take_due(start + 36_000 * S), None);
}
