//! Result of a read, and its recipient.

use super::*;

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
            let playout = playout(PlayoutSetup { format: one, ..OPTIONS });
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
    assert!(playout.line(b"de").is_none());
}

/// One call returns at most half a second, complete, however much of the phrase had arrived before.
#[test]
fn a_read_gets_what_it_asks_for_or_is_refused() {
    for (prime_ms, rate) in [(1, 24_000), (60, 8000), (60, 48_000), (2000, 24_000)] {
        let format = PlayoutFormat { sample_rate: rate, ..S16 };
        let playout = playout(PlayoutSetup { format, prime_ms, ..OPTIONS });
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

/// A program that reads all languages into buffers of one size does not know of a language that is added.
#[test]
fn a_format_for_all_is_that_of_languages_added_later_too() {
    let wide = PlayoutFormat { encoding: Encoding::F32, channels: 2, ..S16 };
    let playout = playout(PlayoutSetup { format: wide, ..OPTIONS });
    playout.set_format(b"", S16, &mut Vec::new()).unwrap();
    playout.add_languages(&["de".to_owned()]).unwrap();
    playout.add("fr", speech("a", vec![1000; 6000], true));
    for language in ["es", "de", "fr"] {
        assert_eq!(playout.line(language.as_bytes()).unwrap().format(), S16, "{language}");
        read_in(&playout, language, TICK);
    }
    assert_eq!(playout.unread(b"it", TICK), Some((0, 2 * TICK)), "and of what a read without a target fills");
    playout.set_format(b"de", wide, &mut Vec::new()).unwrap();
    playout.add_languages(&["it".to_owned()]).unwrap();
    assert_eq!(playout.line(b"it").unwrap().format(), S16, "what was asked for one is for that one");
}
