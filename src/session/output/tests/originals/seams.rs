//! What is lost, and formats that change: neither is heard.

use super::*;

/// In long reads there is always one.
#[test]
fn losses_before_the_first_sound_do_not_hold_it_up() {
    let mut call = Call::new(tone);
    for packet in 0..200 {
        call.speak(PACKET);
        if packet % 25 == 24 {
            call.held.clear();
            call.playout.lose_original(PACKET);
        }
        call.arrive();
        if packet % 25 == 20 {
            call.listen(25 * PACKET);
        }
    }
    assert_eq!(call.silent(50 * PACKET), 0);
}

/// One in 25 is lost: nothing clicks, nothing is silent, and it is not heard later after each.
#[test]
fn lost_packets_are_concealed() {
    #[derive(Debug, Clone, Copy)]
    enum Told {
        Never,
        AtOnce,
        WithTheNext,
    }
    for told in [Told::Never, Told::AtOnce, Told::WithTheNext] {
        for voice in [tone as fn(u64) -> f64, syllables] {
            let mut call = Call::new(voice);
            call.ticks(50);
            for _ in 0..24 {
                call.speak(PACKET);
                call.held.clear();
                if matches!(told, Told::AtOnce) {
                    call.playout.lose_original(PACKET);
                }
                call.listen(PACKET);
                if matches!(told, Told::WithTheNext) {
                    call.playout.lose_original(PACKET);
                }
                call.ticks(24);
            }
            if voice(5) == tone(5) {
                assert_eq!((call.bends(), call.silent(8000)), (0, 0), "{told:?}");
            } else {
                call.ticks(10);
                let lag = call.lag_ms().unwrap();
                assert!(lag <= 45.0, "{lag} ms, {told:?}");
            }
        }
    }
}

/// The codec changes both ways, also its rate.
#[test]
fn a_change_of_the_codec_is_not_heard() {
    let mut call = Call::new(tone);
    call.ticks(50);
    for _ in 0..3 {
        // Other samples of the same rate: what the tone is in A-law.
        call.change_input(telephone(Encoding::ALaw));
        for _ in 0..25 {
            call.speak(PACKET);
            let sixteen = std::mem::take(&mut call.held);
            let samples = sixteen.as_chunks::<2>().0.iter().map(|&bytes| i16::from_ne_bytes(bytes));
            call.held = samples.map(crate::audio::g711::to_alaw).collect();
            call.arrive();
            call.listen(PACKET);
        }
        // Another rate: what is said before and after it is the same tone.
        let wide = InputFormat { sample_rate: 16_000, ..telephone(Encoding::S16) };
        call.change_input(wide);
        for _ in 0..25 {
            call.speak_wide(PACKET);
            call.arrive();
            call.listen(PACKET);
        }
        call.change_input(telephone(Encoding::S16));
        call.ticks(25);
    }
    assert_eq!((call.bends(), call.silent(8000)), (0, 0));
}

/// In reads that are longer than what is left of the old rate.
#[test]
fn a_change_of_the_rate_within_a_long_read_is_no_hole() {
    let mut call = Call::new(tone);
    for _ in 0..10 {
        call.speak(10 * PACKET);
        call.arrive();
        call.listen(10 * PACKET);
    }
    call.speak(5 * PACKET);
    call.arrive();
    let wide = InputFormat { sample_rate: 16_000, ..telephone(Encoding::S16) };
    call.change_input(wide);
    let from = call.heard.len();
    for _ in 0..5 {
        call.speak_wide(15 * PACKET);
        call.arrive();
        call.listen(10 * PACKET);
    }
    assert_eq!((call.bends(), call.silent(from)), (0, 0));
}

/// The first packet still has the old rate: too little for a read to begin with.
#[test]
fn a_change_of_the_rate_before_anything_is_heard_is_followed() {
    for packet in [10, 20, 100] {
        let mut call = Call::new(tone);
        call.speak(PACKET);
        call.arrive();
        let wide = InputFormat { sample_rate: 16_000, ..telephone(Encoding::S16) };
        call.change_input(wide);
        let frames = packet * 8;
        for _ in 0..25 {
            call.speak_wide(frames);
            call.arrive();
            call.listen(frames);
        }
        assert_eq!((call.bends(), call.silent(10 * frames)), (0, 0), "packets of {packet} ms");
    }
}

/// The thread that serves the sessions, and those of the audio, are kept out for no more than a swap.
#[cfg(debug_assertions)]
#[test]
fn what_takes_long_is_made_before_anybody_is_kept_out() {
    let of_no_speaker = OriginalSetup { input: telephone(Encoding::S16), levels: OriginalLevels::OFF };
    let playout = playout(PlayoutSetup { original: Some(of_no_speaker), ..OPTIONS });
    let at = |sample_rate| PlayoutFormat { encoding: Encoding::S16, sample_rate, channels: 1 };
    playout.set_original(LEVELS).unwrap();
    playout.add_languages(&["de".to_owned()]).unwrap();
    playout.set_format(b"", at(44_100), &mut Vec::new()).unwrap();
    playout.set_format(b"de", at(11_025), &mut Vec::new()).unwrap();
    let wide = InputFormat { sample_rate: 22_050, ..telephone(Encoding::S16) };
    let prepared = playout.prepare_input(22_050).unwrap();
    // One player has another rate by then.
    playout.set_format(b"es", at(12_000), &mut Vec::new()).unwrap();
    assert!(!playout.set_input_format(wide, prepared));
    let prepared = playout.prepare_input(22_050).unwrap();
    playout.add_languages(&["fr".to_owned()]).unwrap();
    assert!(!playout.set_input_format(wide, prepared), "there is one more");
    assert!(playout.set_input_format(wide, playout.prepare_input(22_050).unwrap()));
    assert_eq!(crate::lock::slow_while_held(), 0);
}

#[test]
fn the_players_rate_changes_without_a_step() {
    let mut call = Call::new(tone);
    call.ticks(50);
    let line = call.playout.line(b"es").unwrap();
    let before = *call.heard.last().unwrap();
    let wide = PlayoutFormat { encoding: Encoding::S16, sample_rate: 48_000, channels: 1 };
    line.set_format(wide).unwrap();
    call.speak(PACKET);
    call.arrive();
    let (heard, _) = read(&call.playout, 960);
    // A sixth of the step of a tone at the old rate.
    let slope = (8192.0 * 400.0 / 48_000.0 * TAU) as u16 + 20;
    assert!(heard.windows(2).all(|two| two[0].abs_diff(two[1]) <= slope));
    assert!(heard[0].abs_diff(before) <= 6 * slope);
}
