use super::*;

const MS: Duration = Duration::from_millis(1);
const RATE: u32 = 8000;
const CHUNK: Duration = Duration::from_millis(320);

fn gap(policy: Policy, after_ms: u32, now: Instant) -> Gap {
    let mut gap = Gap::new(policy, after_ms * MS, CHUNK, now);
    gap.begin(now);
    gap
}

fn send(gap: &mut Gap, frames: u64, now: Instant) {
    gap.look(Progress { frames: gap.seen.frames + frames, ..gap.seen }, RATE, now);
}

/// A look of the ticker.
fn tick(gap: &mut Gap, now: Instant) -> Step {
    send(gap, 0, now);
    gap.step(now, false)
}

/// Frames of 20 ms, each when it was spoken; returns when the last one came.
fn speak(gap: &mut Gap, start: Instant, packets: u32) -> Instant {
    for packet in 1..=packets {
        let now = start + packet * 20 * MS;
        send(gap, 160, now);
        assert_eq!(gap.step(now, false), Step::None);
    }
    start + packets * 20 * MS
}

#[test]
fn without_a_policy_nothing_is_ever_due() {
    let start = Instant::now();
    let gap = gap(Policy::None, 200, start);
    assert_eq!(gap.step(start + 100_000 * MS, false), Step::None);
}

#[test]
fn silence_keeps_the_pace_of_the_clock_and_is_never_ahead_of_it() {
    let start = Instant::now();
    let mut gap = gap(Policy::Silence, 200, start);
    let stopped = speak(&mut gap, start, 20);
    assert_eq!(gap.step(stopped + 199 * MS, false), Step::None);
    assert_eq!(gap.step(stopped + 200 * MS, false), Step::Begin);
    // 80 ms of a chunk were left.
    gap.fill(240 * MS, stopped + 200 * MS);
    assert_eq!(gap.in_effect(), Policy::Silence);
    assert_eq!(gap.step(stopped + 239 * MS, false), Step::None);
    assert_eq!(gap.step(stopped + 240 * MS, false), Step::Fill);
    gap.put(240 * MS);
    gap.chunk_sent(CHUNK);
    for chunk in 1..100 {
        let due = stopped + 240 * MS + chunk * CHUNK;
        assert_eq!(gap.step(due - MS, false), Step::None);
        assert_eq!(gap.step(due, false), Step::Fill);
        gap.put(CHUNK);
        gap.chunk_sent(CHUNK);
    }
}

#[test]
fn fresh_input_ends_the_silence_at_once() {
    let start = Instant::now();
    let mut gap = gap(Policy::Silence, 200, start);
    gap.fill(CHUNK, start + 200 * MS);
    gap.put(CHUNK);
    gap.chunk_sent(CHUNK);
    let back = start + 500 * MS;
    send(&mut gap, 160, back);
    assert_eq!((gap.in_effect(), gap.step(back, false)), (Policy::None, Step::CatchUp));
    assert_eq!(gap.take_owed(), 160 * MS, "what the chunk did not cover, before the new frame");
    assert_eq!(gap.step(back, false), Step::None);
    assert_eq!(gap.step(back + 199 * MS, false), Step::None, "counted from the last frame");
    assert_eq!(gap.step(back + 200 * MS, false), Step::Begin);
}

#[test]
fn input_ahead_of_time_is_no_gap() {
    let start = Instant::now();
    let mut gap = gap(Policy::Silence, 200, start);
    send(&mut gap, 2 * u64::from(RATE), start);
    assert_eq!(gap.step(start + 2199 * MS, false), Step::None);
    assert_eq!(gap.step(start + 2200 * MS, false), Step::Begin);
}

/// Packets are lost here and there, or the caller's clock is slow: no loss is long, but they add up.
#[test]
fn short_losses_add_up_until_silence_makes_up_for_them() {
    for lost_every in [3, 10, 50] {
        let start = Instant::now();
        let mut gap = gap(Policy::Silence, 200, start);
        let (mut spoken, mut silence) = (Duration::ZERO, Duration::ZERO);
        for packet in 1..3000 {
            let now = start + packet * 20 * MS;
            let is_lost = packet % lost_every == 0;
            send(&mut gap, if is_lost { 0 } else { 160 }, now);
            spoken += if is_lost { Duration::ZERO } else { 20 * MS };
            match gap.step(now, false) {
                Step::Begin => gap.fill(CHUNK, now),
                Step::CatchUp => silence += gap.take_owed(),
                step => assert_eq!(step, Step::None),
            }
            let on_the_wire = start + spoken + silence;
            assert!(on_the_wire <= now && now <= on_the_wire + 240 * MS, "{packet}");
        }
    }
}

/// Longer than silence is waited for, shorter than a chunk: what is missing is put before what comes next.
#[test]
fn a_pause_that_is_shorter_than_a_chunk_is_made_up_for() {
    let start = Instant::now();
    let mut gap = gap(Policy::Silence, 200, start);
    let mut now = start;
    for _ in 0..100 {
        now = speak(&mut gap, now, 8);
        assert_eq!(tick(&mut gap, now + 200 * MS), Step::Begin);
        gap.fill(CHUNK, now + 200 * MS);
        now += 240 * MS;
        send(&mut gap, 160, now + 20 * MS);
        assert_eq!(gap.take_owed(), 240 * MS);
        now += 20 * MS;
    }
}

#[test]
fn what_was_missed_while_the_process_was_stopped_is_not_sent_later() {
    let start = Instant::now();
    let mut gap = gap(Policy::Silence, 200, start);
    assert_eq!(tick(&mut gap, start + 200 * MS), Step::Begin);
    gap.fill(CHUNK, start + 200 * MS);
    assert_eq!(tick(&mut gap, start + 310 * MS), Step::None);
    let back = start + 10_310 * MS;
    assert_eq!(tick(&mut gap, back), Step::None);
    assert_eq!(tick(&mut gap, back + 10 * MS), Step::Fill);
    gap.put(CHUNK);
    gap.chunk_sent(CHUNK);
    assert_eq!(tick(&mut gap, back + 320 * MS), Step::None);
}

/// As while a line stands still.
#[test]
fn silence_that_could_not_be_sent_in_time_is_not_sent_later() {
    let start = Instant::now();
    let mut gap = gap(Policy::Silence, 200, start);
    gap.fill(CHUNK, start + 200 * MS);
    for at in 21..500 {
        tick(&mut gap, start + at * 10 * MS);
    }
    let mut chunks = 0;
    while tick(&mut gap, start + 5000 * MS) == Step::Fill {
        gap.put(CHUNK);
        gap.chunk_sent(CHUNK);
        chunks += 1;
    }
    assert_eq!(chunks, 2);
}

#[test]
fn time_is_not_kept_where_the_line_refuses_input() {
    let start = Instant::now();
    let mut gap = gap(Policy::Silence, 200, start);
    gap.look(Progress { was_refused: true, ..gap.seen }, RATE, start + 900 * MS);
    assert_eq!(gap.step(start + 1099 * MS, false), Step::None);
    assert_eq!(gap.step(start + 1100 * MS, false), Step::Begin);
}

#[test]
fn a_tail_is_sent_after_the_length_of_a_chunk() {
    let start = Instant::now();
    for policy in [Policy::None, Policy::Pause, Policy::Silence] {
        let mut gap = gap(policy, 5000, start);
        gap.look(Progress { frames: 800, has_tail: true, ..gap.seen }, RATE, start);
        assert_eq!(gap.step(start + 319 * MS, false), Step::None);
        assert_eq!(gap.step(start + 320 * MS, false), Step::Tail);
        gap.look(Progress { has_tail: false, ..gap.seen }, RATE, start + 330 * MS);
        assert_eq!(gap.step(start + 330 * MS, false), Step::None);
    }
}

/// A caller without audio states its losses all the time: they need no task that runs.
#[test]
fn losses_do_not_end_a_pause() {
    let start = Instant::now();
    let mut gap = gap(Policy::Pause, 200, start);
    for packet in 1..=10 {
        let frames = packet * 160;
        gap.look(Progress { frames, skipped: frames, ..gap.seen }, RATE, start + packet as u32 * 20 * MS);
    }
    assert_eq!(gap.step(start + 200 * MS, false), Step::Pause);
    gap.sent(Effect::Pauses, true, start + 200 * MS);
    let seen = gap.seen;
    gap.look(Progress { frames: 1760, skipped: 1760, ..seen }, RATE, start + 220 * MS);
    assert_eq!(gap.step(start + 220 * MS, false), Step::None);
    gap.look(Progress { frames: 1920, skipped: 1760, ..seen }, RATE, start + 240 * MS);
    assert_eq!(gap.step(start + 240 * MS, false), Step::Resume);
}

#[test]
fn what_was_missing_before_ready_is_no_gap() {
    let opened = Instant::now();
    let mut gap = Gap::new(Policy::Silence, 200 * MS, CHUNK, opened);
    assert_eq!(gap.step(opened + 5000 * MS, false), Step::None);
    gap.begin(opened + 5000 * MS);
    assert_eq!(gap.step(opened + 5199 * MS, false), Step::None);
    assert_eq!(gap.step(opened + 5200 * MS, false), Step::Begin);
}

#[test]
fn a_pause_lasts_until_the_first_fresh_frame() {
    let start = Instant::now();
    let mut gap = gap(Policy::Pause, 5000, start);
    let stopped = speak(&mut gap, start, 10);
    assert_eq!(gap.step(stopped + 4999 * MS, false), Step::None);
    let now = stopped + 5000 * MS;
    assert_eq!(gap.step(now, false), Step::Pause);
    assert_eq!(gap.step(now + MS, true), Step::None, "no pause after the end");
    gap.sent(Effect::Pauses, true, now);
    assert_eq!((gap.holds(), gap.in_effect()), (true, Policy::Pause));
    assert_eq!(gap.step(now + 60_000 * MS, false), Step::None);
    let back = now + 61_000 * MS;
    tick(&mut gap, back - 20 * MS);
    send(&mut gap, 160, back);
    assert_eq!(gap.step(back, false), Step::Resume);
    assert_eq!(gap.step(back, true), Step::Resume, "what is held goes before the end");
    assert!(gap.holds(), "until the resume is sent");
    gap.sent(Effect::Resumes, true, back);
    assert!(!gap.holds());
    assert_eq!(gap.step(back + 4999 * MS, false), Step::None);
    assert_eq!(gap.step(back + 5000 * MS, false), Step::Pause);
}

#[test]
fn the_owners_pause_switches_the_policy_off_until_his_resume() {
    let start = Instant::now();
    for policy in [Policy::Silence, Policy::Pause] {
        let mut gap = gap(policy, 200, start);
        gap.sent(Effect::Pauses, false, start);
        assert_eq!(gap.step(start + 10_000 * MS, false), Step::None);
        assert!(!gap.holds(), "what he sends meanwhile goes out as ever");
        gap.sent(Effect::Resumes, false, start + 10_000 * MS);
        assert_eq!(gap.step(start + 10_199 * MS, false), Step::None);
        assert_ne!(gap.step(start + 10_200 * MS, false), Step::None);
    }
}

#[test]
fn a_task_of_the_owners_ends_the_policys_pause() {
    let start = Instant::now();
    let mut gap = gap(Policy::Pause, 200, start);
    gap.sent(Effect::Pauses, true, start + 200 * MS);
    gap.sent(Effect::Resumes, false, start + 300 * MS);
    assert!(!gap.holds());
    assert_eq!(gap.step(start + 500 * MS, false), Step::Pause);
}

#[test]
fn the_owners_pause_during_the_policys_is_his() {
    let start = Instant::now();
    let mut gap = gap(Policy::Pause, 200, start);
    gap.sent(Effect::Pauses, true, start + 200 * MS);
    gap.sent(Effect::Pauses, false, start + 300 * MS);
    send(&mut gap, 160, start + 400 * MS);
    assert_eq!((gap.step(start + 400 * MS, false), gap.holds()), (Step::None, false));
}

/// Nobody looks at a paused task until input comes. That is no standstill: what comes then was spoken before.
#[test]
fn a_rest_is_no_standstill() {
    let start = Instant::now();
    let mut gap = gap(Policy::Pause, 500, start);
    assert!(!gap.rest(), "the pause is to come");
    assert_eq!(tick(&mut gap, start + 500 * MS), Step::Pause);
    gap.sent(Effect::Pauses, true, start + 500 * MS);
    assert!(gap.rest());
    let back = start + 100_000 * MS;
    // Two seconds.
    send(&mut gap, 16_000, back);
    assert_eq!(gap.step(back, false), Step::Resume);
    assert!(!gap.rest());
    gap.sent(Effect::Resumes, true, back);
    assert_eq!(tick(&mut gap, back + 499 * MS), Step::None);
    assert_eq!(tick(&mut gap, back + 500 * MS), Step::Pause);
}

#[test]
fn a_task_that_the_caller_paused_needs_no_looks_and_input_that_waits_does() {
    let start = Instant::now();
    for policy in [Policy::None, Policy::Silence, Policy::Pause] {
        let mut gap = gap(policy, 500, start);
        gap.sent(Effect::Pauses, false, start);
        assert!(gap.rest(), "{policy:?}");
        gap.look(Progress { frames: 8, has_tail: true, ..Progress::default() }, RATE, start);
        assert!(!gap.rest(), "{policy:?}");
        gap.look(Progress { frames: 8, ..Progress::default() }, RATE, start);
        gap.sent(Effect::Resumes, false, start);
        assert_eq!(gap.rest(), policy == Policy::None, "{policy:?}");
    }
}

/// In a call: the policy is silence, and the party puts the other one on hold.
#[test]
fn a_hold_pauses_whatever_the_policy_until_input_comes_again() {
    let start = Instant::now();
    let mut gap = gap(Policy::Silence, 200, start);
    let stopped = speak(&mut gap, start, 20);
    gap.hold();
    assert_eq!(gap.step(stopped, false), Step::Pause, "at once, not after a time");
    assert!(!gap.rest());
    gap.sent(Effect::Pauses, true, stopped);
    gap.hold();
    for second in 1..100 {
        assert_eq!(tick(&mut gap, stopped + second * 1000 * MS), Step::None);
    }
    let late = stopped + 99_500 * MS;
    send(&mut gap, 160, late);
    assert_eq!(gap.step(late, false), Step::None, "a frame that was on its way");
    let back = stopped + 100_000 * MS;
    gap.release(back);
    assert_eq!((tick(&mut gap, back), gap.holds()), (Step::None, true));
    send(&mut gap, 160, back);
    assert_eq!((gap.step(back, false), gap.holds()), (Step::Resume, true));
    gap.hold();
    assert_eq!((gap.step(back, false), gap.holds()), (Step::None, true), "on hold again");
    gap.release(back);
    send(&mut gap, 160, back);
    assert_eq!(gap.step(back, false), Step::Resume);
    gap.sent(Effect::Resumes, true, back);
    assert_eq!((gap.step(back, false), gap.holds()), (Step::None, false));
    assert_eq!(gap.step(back + 220 * MS, false), Step::Begin);
}

/// The service allows no pause so soon after another one.
#[test]
fn a_hold_that_ends_before_the_pause_is_a_second_of_silence() {
    let start = Instant::now();
    let mut gap = gap(Policy::Silence, 200, start);
    let stopped = speak(&mut gap, start, 20);
    gap.hold();
    let back = stopped + 1500 * MS;
    assert_eq!(tick(&mut gap, back), Step::Pause);
    gap.release(back);
    assert_eq!(tick(&mut gap, back), Step::CatchUp);
    assert_eq!(gap.take_owed(), 1000 * MS);
    send(&mut gap, 160, back + 20 * MS);
    assert_eq!(gap.step(back + 20 * MS, false), Step::None);
    // An end does not wait for a pause.
    gap.hold();
    assert_eq!(gap.step(back + 20 * MS, true), Step::None);
}
