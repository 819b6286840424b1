//! A player that continues at another rate.

use std::f64::consts::TAU;
use std::sync::Arc;

use super::*;

const RATES: [u32; 7] = [24_000, 48_000, 44_100, 16_000, 8000, 22_050, 32_000];
/// Rate of the speech.
const AMPLITUDE: f64 = 8000.0;
const HERTZ: [f64; 2] = [440.0, 1000.0];

fn at(sample_rate: u32) -> PlayoutFormat {
    PlayoutFormat { sample_rate, ..S16 }
}

fn begun(sample_rate: u32) -> Playout {
    playout(PlayoutSetup { format: at(sample_rate), ..OPTIONS })
}

fn change(playout: &Playout, sample_rate: u32) -> Vec<Event> {
    playout.line(b"es").unwrap().set_format(at(sample_rate)).unwrap()
}

fn underruns(playout: &Playout) -> u64 {
    playout.line(b"es").unwrap().stats().underruns
}

/// Every 10 ms are whole frames at all of these rates, so even the filter's phase is the same.
#[test]
fn after_a_change_it_is_as_if_the_rate_had_always_been_that_one() {
    let said = || speech("a", pattern(0, 20_000), true);
    for to in RATES.into_iter().chain([192_000]) {
        let froms = if to > 48_000 { &RATES[..2] } else { &RATES[..] };
        let frames = |rate: u32| at(rate).frames_in_ms(300);
        let always = begun(to);
        always.add("es", said());
        let (wanted, _) = play(&always, 3 * frames(to));
        for &from in froms {
            let playout = begun(from);
            playout.add("es", said());
            let (_, mut events) = play(&playout, frames(from));
            events.extend(change(&playout, to));
            let (heard, more) = play(&playout, 2 * frames(to));
            events.extend(more);
            assert!(heard == wanted[frames(to)..], "{from} to {to}");
            assert_eq!(kinds(&events), [EventKind::PlayoutStarted, EventKind::PlayoutFinished]);
            assert!(events[1].heard_ms.abs_diff(833) <= 1, "{}", events[1].heard_ms);
            assert_eq!(underruns(&playout), 0);
        }
    }
}

/// It began between two reads, so that no read has found it yet.
#[test]
fn a_recording_that_begins_just_before_a_change_has_what_is_heard_after_it() {
    let playout = begun(24_000);
    let line = playout.line(b"es").unwrap();
    // The second one takes the place of another, which the player fills.
    for id in ["a", "b"] {
        let taps = Arc::new(Taps::default());
        line.attach(&taps);
        change(&playout, 48_000);
        playout.add("es", speech(id, vec![1000; 2400], true));
        let (heard, _) = play(&playout, 4800);
        let mut recorded = Vec::new();
        taps.drain(|rate, samples| recorded.extend(samples.iter().map(|&sample| (rate, sample))));
        assert!(recorded == heard.into_iter().map(|sample| (48_000, sample)).collect::<Vec<_>>());
        change(&playout, 24_000);
        play(&playout, TICK);
    }
}

/// What part of a tone is at its beat, what beside it, and the power of all that is neither.
fn fit(heard: &[i16], hz: f64, from_s: f64, rate: u32) -> (f64, f64, f64) {
    let turn = |n: usize| (from_s + n as f64 / f64::from(rate)) * hz * TAU;
    let (mut ss, mut sc, mut cc, mut sx, mut cx) = (0.0, 0.0, 0.0, 0.0, 0.0);
    for (n, &sample) in heard.iter().enumerate() {
        let (s, c) = turn(n).sin_cos();
        (ss, sc, cc) = (ss + s * s, sc + s * c, cc + c * c);
        (sx, cx) = (sx + s * f64::from(sample), cx + c * f64::from(sample));
    }
    let scale = ss * cc - sc * sc;
    let (a, b) = ((sx * cc - cx * sc) / scale, (cx * ss - sx * sc) / scale);
    let rest = |(n, &sample): (usize, &i16)| f64::from(sample) - a * turn(n).sin() - b * turn(n).cos();
    (a, b, heard.iter().enumerate().map(rest).map(|rest| rest * rest).sum::<f64>() / heard.len() as f64)
}

/// In all windows of 20 ms, the first after a change too: clean, as loud as before, and not later than the changes
/// may make it that have to round to whole samples.
fn assert_tone(heard: &[i16], hz: f64, from_s: f64, rate: u32, most_late_s: f64) {
    let frames = at(rate).frames_in_ms(20);
    for (window, samples) in heard.chunks_exact(frames).enumerate() {
        let window_s = (window * frames) as f64 / f64::from(rate);
        let (a, b, rest) = fit(samples, hz, from_s + window_s, rate);
        let loudness = a.hypot(b);
        let snr = 10.0 * (loudness * loudness / 2.0 / rest).log10();
        assert!(snr > 60.0, "{hz} Hz at {rate}: {snr} dB in window {window}");
        assert!((loudness / AMPLITUDE - 1.0).abs() < 0.002, "{hz} Hz at {rate}: {loudness}");
        let late_s = -b.atan2(a) / TAU / hz;
        assert!(late_s.abs() < most_late_s, "{hz} Hz at {rate}: {late_s} s late");
    }
}

#[test]
fn a_tone_stays_clean_and_in_time_over_any_changes() {
    for hz in HERTZ {
        let tone = |n: usize| (AMPLITUDE * (n as f64 * hz * TAU / 24_000.0).sin()).round() as i16;
        let playout = begun(48_000);
        playout.add("es", speech("a", (0..6 * 24_000).map(tone).collect(), true));
        let (mut now_s, mut changes) = (0.0, 0);
        for round in 0..2 {
            for rate in RATES {
                // Also changes that follow at once, none of them at a whole frame of the speech.
                for (rate, frames) in
                    [(48_000, 7), (rate, 13), (44_100, 1), (rate, rate as usize / 3 + 11 + round)]
                {
                    change(&playout, rate);
                    changes += 1;
                    let (heard, _) = play(&playout, frames);
                    // Half a sample of the speech each time, at most.
                    assert_tone(&heard, hz, now_s, rate, f64::from(changes) * 0.5 / 24_000.0 + 5e-6);
                    now_s += frames as f64 / f64::from(rate);
                }
            }
        }
        assert_eq!(underruns(&playout), 0);
        change(&playout, 24_000);
        let (rest, _) = play(&playout, 2 * 24_000);
        let said_s = rest.iter().rposition(|&sample| sample != 0).unwrap() as f64 / 24_000.0 + now_s;
        assert!((said_s - 6.0).abs() < 0.003, "{said_s}");
    }
}

#[test]
fn phrases_that_wait_in_the_ring_keep_their_borders() {
    for (from, to) in [(24_000, 8000), (8000, 48_000), (44_100, 16_000), (16_000, 24_000), (192_000, 44_101)]
    {
        let playout = begun(from);
        // Of lengths that are whole frames at no other rate.
        let length = |n: usize| 701 + 2 * n;
        for n in 0..20 {
            playout.add("es", speech(&n.to_string(), vec![1000 * (n as i16 + 1); length(n)], true));
        }
        let (_, mut events) = play(&playout, at(from).frames_in_ms(100));
        events.extend(change(&playout, to));
        let (heard, more) = play(&playout, to as usize);
        events.extend(more);
        let told = |kind| {
            let of_kind = move |event: &&Event| event.kind == kind;
            events.iter().filter(of_kind).map(|event| (event.texts.id().to_owned(), event.heard_ms))
        };
        let started: Vec<_> = told(EventKind::PlayoutStarted).map(|(id, _)| id).collect();
        assert_eq!(started, (0..20).map(|n| n.to_string()).collect::<Vec<_>>());
        for (n, (id, heard_ms)) in told(EventKind::PlayoutFinished).enumerate() {
            assert_eq!(id, n.to_string());
            assert!((heard_ms as usize).abs_diff(length(n) / 24) <= 1, "{heard_ms}");
        }
        assert_eq!(told(EventKind::PlayoutFinished).count(), 20);
        // The last ones were not begun at the change: they have their length, but for the filter's edges.
        for n in 5..20 {
            let level = 1000 * (n as i16 + 1);
            let frames = heard.iter().filter(|&&sample| sample.abs_diff(level) < 200).count();
            let wanted = length(n) * to as usize / 24_000;
            assert!(
                frames <= wanted + 2 && frames + 60 >= wanted,
                "{from} to {to}, {n}: {frames} of {wanted}"
            );
        }
    }
}

#[test]
fn what_was_taken_back_before_a_change_fades_and_stays_away() {
    for (from, to) in [(24_000, 48_000), (48_000, 24_000), (44_100, 8000), (24_000, 176_400)] {
        for read_ms in [0, 100, 110] {
            let playout = begun(from);
            playout.add("es", speech("old", vec![8000; 2640], false));
            let (_, mut events) = play(&playout, at(from).frames_in_ms(read_ms));
            events.extend(playout.silence(&[], Silenced::All));
            playout.add("es", speech("new", vec![-500; 4800], true));
            events.extend(playout.feed());
            events.extend(change(&playout, to));
            let (heard, more) = play(&playout, to as usize / 2);
            events.extend(more);
            let ramp = at(to).frames_in_ms(5) + 1;
            let old = heard.iter().rposition(|&sample| sample > 100).map_or(0, |last| last + 1);
            assert!(old <= ramp, "{from} to {to} after {read_ms} ms: {old}");
            let step = if old > 0 { largest_step(&heard[..old]) } else { 0 };
            assert!(step <= 8000 / (ramp as u16 - 1) + 1, "{step}");
            let new = heard.iter().filter(|&&sample| (-510..=-490).contains(&sample)).count();
            assert!(
                (new * 1000 / to as usize).abs_diff(200) <= 6,
                "{from} to {to} after {read_ms} ms: {new}"
            );
            let wanted = match read_ms {
                0 => &[EventKind::PlayoutCut, EventKind::PlayoutStarted, EventKind::PlayoutFinished][..],
                _ => &[
                    EventKind::PlayoutStarted,
                    EventKind::PlayoutCut,
                    EventKind::PlayoutStarted,
                    EventKind::PlayoutFinished,
                ],
            };
            assert_eq!(kinds(&events), wanted, "{from} to {to} after {read_ms} ms");
        }
    }
}

/// Speech breaks off, and the rate changes in the middle of its fade.
#[test]
fn a_fade_goes_on_over_a_change_at_its_level() {
    for (from, to) in [(24_000, 48_000), (48_000, 24_000), (24_000, 8000)] {
        let playout = begun(from);
        playout.add("es", speech("a", vec![8000; 2640], false));
        let half = at(from).frames_in_ms(110) - at(from).frames_in_ms(5) / 2;
        let (before, _) = play(&playout, half);
        let last = before[half - 1];
        assert!((1500..6500).contains(&last), "{last} is not in the fade");
        change(&playout, to);
        let (after, _) = play(&playout, at(to).frames_in_ms(20));
        let heard: Vec<_> = [last].into_iter().chain(after).collect();
        let step = 8000 / at(from.min(to)).frames_in_ms(5) as u16 + 1;
        assert!(largest_step(&heard) <= step, "{from} to {to}: {:?}", &heard[..8]);
        assert_eq!(heard.last(), Some(&0));
    }
}
