//! Noise in place of silence, as the speaker's line has it.

use super::*;

/// Speech for 1.5 s of every 2 s, on a line with noise.
fn on_a_line(at: u64) -> f64 {
    let line = noise(at * 7) * 0.02;
    if at % 16_000 > 12_000 { line } else { line + 0.3 * (at as f64 * 0.4).sin() }
}

fn with_comfort(voice: fn(u64) -> f64, percent: u32) -> Call {
    let levels = OriginalLevels { percent, ..LEVELS };
    let original = Some(OriginalSetup { input: telephone(Encoding::S16), levels });
    Call::with(voice, PlayoutSetup { comfort: true, original, ..OPTIONS })
}

/// Root of the mean square of what is heard, and the bits, of so many ticks in which nothing arrives.
fn silence(call: &mut Call, ticks: usize) -> (f64, Vec<Sound>) {
    let from = call.heard.len();
    let sounds = (0..ticks)
        .map(|_| {
            let (heard, sound) = read(&call.playout, PACKET);
            call.heard.extend(heard);
            sound
        })
        .collect();
    (level(&call.heard[from..]), sounds)
}

fn level(samples: &[i16]) -> f64 {
    let power: f64 = samples.iter().map(|&sample| f64::from(sample).powi(2)).sum();
    (power / samples.len() as f64).sqrt()
}

/// The line of the speaker as it is in a pause.
fn level_of_the_line() -> f64 {
    let line: Vec<i16> = (0..8000).map(|at| (noise(at * 7) * 0.02 * 32_768.0) as i16).collect();
    level(&line)
}

#[test]
fn where_nothing_arrives_the_line_sounds_as_in_a_pause() {
    for percent in [0, 100] {
        let mut call = with_comfort(on_a_line, percent);
        assert_eq!(silence(&mut call, 20).1, [Sound::SILENCE; 20], "nothing is known of the line");
        call.ticks(400);
        silence(&mut call, 30);
        let (heard, sounds) = silence(&mut call, 100);
        assert_eq!(sounds, [Sound::COMFORT; 100]);
        let share = heard / level_of_the_line();
        assert!((0.7..1.3).contains(&share), "{share} of the noise of the line");
        call.playout.finish();
        call.playout.feed();
        silence(&mut call, 10);
        assert_eq!(silence(&mut call, 1), (0.0, vec![Sound::ENDED]));
    }
}

/// The noise comes and goes without a step above its own, whatever the speaker's line does.
#[test]
fn no_edge_of_the_noise_is_heard() {
    let mut call = with_comfort(|at| noise(at * 7) * 0.02, 100);
    call.ticks(100);
    silence(&mut call, 100);
    let own = most_step(&call.heard[120 * PACKET..]);
    let from = call.heard.len();
    for _ in 0..5 {
        call.ticks(20);
        silence(&mut call, 20);
    }
    assert!(most_step(&call.heard[from..]) <= 2 * own, "{} and {own}", most_step(&call.heard[from..]));
    assert!(call.heard[from..].chunks(PACKET).all(|tick| level(tick) > level_of_the_line() / 4.0));
}

fn most_step(samples: &[i16]) -> u16 {
    samples.windows(2).map(|two| two[0].abs_diff(two[1])).max().unwrap()
}

/// There is none under a translation, and none on a line that has none of its own.
#[test]
fn noise_is_heard_only_in_place_of_silence() {
    let mut call = with_comfort(on_a_line, 0);
    call.ticks(200);
    silence(&mut call, 10);
    call.playout.add("es", speech("a", vec![1000; 24_000], true));
    let mut as_it_is = 0;
    for _ in 0..80 {
        call.playout.feed();
        let (heard, sound) = read(&call.playout, PACKET);
        as_it_is += u32::from(sound == Sound::SPEECH && heard.iter().all(|sample| *sample == 1000));
    }
    // A second, without its edges and the time in which the noise fades.
    assert!((44..50).contains(&as_it_is), "{as_it_is}");
    assert_eq!(silence(&mut call, 1).1, [Sound::COMFORT]);
    let mut call = with_comfort(|_| 0.0, 0);
    call.ticks(200);
    assert_eq!(silence(&mut call, 10).1, [Sound::SILENCE; 10]);
    let mut call = Call::new(on_a_line);
    call.ticks(200);
    silence(&mut call, 30);
    assert_eq!(silence(&mut call, 10).1, [Sound::SILENCE; 10], "who has not asked for it");
}

/// What a party hears goes on at another rate.
#[test]
fn noise_goes_on_at_another_rate() {
    let mut call = with_comfort(on_a_line, 100);
    call.ticks(200);
    silence(&mut call, 100);
    let wide = PlayoutFormat { encoding: Encoding::S16, sample_rate: 16_000, channels: 1 };
    call.playout.set_format(b"", wide, &mut Vec::new()).unwrap();
    let (heard, sounds) = silence(&mut call, 100);
    assert_eq!(sounds, [Sound::COMFORT; 100]);
    assert!((0.7..1.3).contains(&(heard / level_of_the_line())), "{heard}");
}
