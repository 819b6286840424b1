//! What a line keeps when too much arrives, and its limits.

use super::*;

/// The service is 60 s ahead of a reader that has stopped.
#[test]
fn a_full_line_drops_whole_phrases_oldest_first_and_counts_them() {
    let playout = Playout::new(OPTIONS, &["es".to_owned(), "fr".to_owned()]).unwrap();
    let line = playout.line(b"es").unwrap();
    let mut dropped = Vec::new();
    for n in 0..30 {
        for _ in 0..10 {
            dropped.extend(playout.add("es", speech(&n.to_string(), vec![n + 1; 4800], false)));
            playout.add("fr", speech(&n.to_string(), vec![n + 1; 4800], false));
            assert!(line.stats().waiting_ms <= 10_200, "{}", line.stats().waiting_ms);
            // The other reader keeps up.
            for _ in 0..20 {
                playout.feed();
                assert!(read_in(&playout, "fr", TICK).1.is_speech() || n == 0);
            }
        }
        dropped.extend(playout.add("es", speech(&n.to_string(), Vec::new(), true)));
    }
    assert!(dropped.iter().all(|event| event.kind == EventKind::PlayoutCut && event.is(flag::DROPPED)));
    let ids: Vec<_> = dropped.iter().map(|event| event.texts.id().parse::<usize>().unwrap()).collect();
    assert_eq!(line.stats().phrases_dropped as usize, ids.len());
    assert!(ids.len() >= 24 && ids.windows(2).all(|pair| pair[0] < pair[1]), "{ids:?}");
    // The first phrase, which had begun, and the newest ones are left, all complete.
    let (heard, _) = play(&playout, 20 * 24_000);
    for n in 0..30usize {
        let frames = heard.iter().filter(|&&sample| sample == n as i16 + 1).count();
        assert_eq!(frames, if ids.contains(&n) { 0 } else { 48_000 }, "phrase {n}");
    }
    assert_eq!(playout.line(b"fr").unwrap().stats().phrases_dropped, 0);
}

#[test]
fn one_endless_phrase_stays_within_the_cap() {
    let playout = playout(OPTIONS);
    for _ in 0..1000 {
        playout.add("es", speech("a", vec![1; 4800], false));
        assert!(playout.line(b"es").unwrap().stats().waiting_ms <= 10_200);
    }
    assert!(playout.line(b"es").unwrap().stats().phrases_dropped > 0);
}

#[test]
fn speech_is_shortened_only_while_too_much_waits() {
    let hurried = PlayoutSetup { target_ms: Some(1000), ..OPTIONS };
    let playout = playout(hurried);
    // Half speech, half pause.
    let pcm: Vec<i16> = (0..8 * 24_000).map(|n| if n / 12_000 % 2 == 0 { 3000 } else { 0 }).collect();
    playout.add("es", speech("a", pcm, true));
    let mut frames = 0;
    while playout.line(b"es").unwrap().stats().waiting_ms > 0 {
        playout.feed();
        frames += read(&playout, TICK).0.len();
    }
    let skipped = playout.line(b"es").unwrap().stats().skipped_ms;
    assert!(skipped > 1500, "{skipped}");
    let total = frames as u64 * 1000 / 24_000 + skipped;
    assert!(total.abs_diff(8000) <= 20, "{total}");
}

#[test]
fn languages_are_added_within_a_bound() {
    let playout = playout(OPTIONS);
    let many: Vec<String> = (1..MAX_LINES).map(|n| format!("l{n}")).collect();
    playout.add_languages(&many).unwrap();
    playout.add_languages(&many).unwrap();
    assert_eq!(playout.add_languages(&["one more".to_owned()]).unwrap_err().status, Status::Limit);
    assert!(playout.add("one more", speech("a", vec![1], true)).is_empty());
    assert_eq!(playout.lines().count(), MAX_LINES);
}

#[test]
fn a_line_that_is_added_later_is_as_all_the_others() {
    let playout = playout(OPTIONS);
    let format = PlayoutFormat { encoding: Encoding::F32, channels: 2, ..S16 };
    playout.set_format(b"", format, &mut Vec::new()).unwrap();
    playout.add_languages(&["de".to_owned()]).unwrap();
    // A language that was not named before its speech arrived.
    playout.add("fr", speech("a", pattern(0, 2400), true));
    for language in ["es", "de", "fr"] {
        let size = std::cell::Cell::new(0);
        let line = playout.line(language.as_bytes()).unwrap();
        let _ = line.read(|frame_bytes| {
            size.set(frame_bytes);
            Err(Status::Io)
        });
        assert_eq!(size.get(), 8, "{language}");
    }
    // Each language has its own format.
    playout.set_format(b"de", S16, &mut Vec::new()).unwrap();
    playout.add_languages(&["it".to_owned()]).unwrap();
    let _ = playout.line(b"it").unwrap().read(|frame_bytes| {
        assert_eq!(frame_bytes, 8);
        Err(Status::Io)
    });
    assert_eq!(playout.set_format(b"no", S16, &mut Vec::new()).unwrap_err().status, Status::InvalidArgument);
}
