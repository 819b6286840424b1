//! What the figures say of it.

use super::*;
use crate::session::output::OriginalStats;

fn figures(call: &Call) -> OriginalStats {
    call.playout.lines().next().unwrap().original_stats()
}

#[test]
fn the_figures_are_those_of_what_is_heard() {
    let mut call = Call::new(noise);
    assert_eq!(figures(&call), OriginalStats::default());
    call.ticks(100);
    let before = figures(&call);
    // What waits before a read is heard from its begin on; the lag is measured at its end, behind the filter.
    let measured = call.lag_ms().unwrap() + 20.0;
    assert!((before.lag_ms as f64 - measured).abs() <= 6.0, "{before:?} {measured}");
    assert_eq!((before.concealed_ms, before.lost_ms, before.skipped_ms), (0, 0, 0));
    assert!((before.lag_ms..=40).contains(&before.most_lag_ms), "{before:?}");
    // A packet is lost.
    call.speak(PACKET);
    call.held.clear();
    call.playout.lose_original(PACKET);
    call.listen(PACKET);
    call.ticks(10);
    let after = figures(&call);
    assert_eq!(after.lost_ms, 20);
    assert!((10..=30).contains(&after.concealed_ms), "{after:?}");
    // Nothing arrives for some time, and then everything.
    call.speak(PACKET * 10);
    (0..10).for_each(|_| call.listen(PACKET));
    call.arrive();
    call.ticks(10);
    let burst = figures(&call);
    assert_eq!(burst.lost_ms, 20, "what is late is not lost");
    assert!(burst.concealed_ms > after.concealed_ms && burst.concealed_ms <= after.concealed_ms + 90);
    assert!(burst.most_lag_ms > after.most_lag_ms, "{burst:?}");
}

/// The player stands still for 300 ms, and goes on with what is new.
#[test]
fn what_a_player_that_stood_still_skips_is_told() {
    let mut call = Call::new(noise);
    call.ticks(30);
    (0..15).for_each(|_| call.speak_and_arrive());
    call.ticks(2);
    let after = figures(&call);
    assert_eq!((after.skipped_ms, after.most_lag_ms - after.lag_ms), (300, 300), "{after:?}");
}

/// Nothing arrives for 600 ms, and then everything: the oldest is left out.
#[test]
fn what_a_long_delay_leaves_out_is_told() {
    let mut call = Call::new(noise);
    call.ticks(30);
    call.speak(PACKET * 30);
    (0..30).for_each(|_| call.listen(PACKET));
    let before = figures(&call);
    call.arrive();
    call.ticks(2);
    let after = figures(&call);
    assert_eq!((before.skipped_ms, after.skipped_ms), (0, 380), "{after:?}");
    assert!(after.lag_ms <= 240, "{after:?}");
}
