//! What a read says about its block, exactly where it is so.

use super::*;
use crate::audio::convert::InputFormat;
use crate::audio::format::Format;
use crate::session::output::{OriginalLevels, OriginalSetup};

const SPEECH: u32 = 1;
const ORIGINAL: u32 = 2;
const TALKSPURT: u32 = 4;
const ENDED: u32 = 16;

fn bits(playout: &Playout, blocks: usize) -> Vec<u32> {
    (0..blocks)
        .map(|_| {
            playout.feed();
            read(playout, TICK).1.bits()
        })
        .collect()
}

#[test]
fn a_talkspurt_begins_in_the_first_block_after_a_silent_one() {
    let playout = playout(OPTIONS);
    assert_eq!(bits(&playout, 2), [0, 0]);
    // Two and a half blocks.
    playout.add("es", speech("a", pattern(0, 600), true));
    assert_eq!(bits(&playout, 4), [SPEECH | TALKSPURT, SPEECH, SPEECH, 0]);
    playout.add("es", speech("b", pattern(0, 600), true));
    assert_eq!(bits(&playout, 3), [SPEECH | TALKSPURT, SPEECH, SPEECH]);
    // It follows within the block that the one before ended in: no block was silent.
    playout.add("es", speech("c", pattern(0, TICK), true));
    assert_eq!(bits(&playout, 2), [SPEECH, 0]);
    playout.finish();
    assert_eq!(bits(&playout, 2), [ENDED, ENDED]);
}

/// The session that sends it ends, and another one follows in a call.
#[test]
fn a_phrase_whose_rest_does_not_come_ends_and_others_follow() {
    let playout = playout(OPTIONS);
    playout.add("es", speech("a", pattern(0, 1000), false));
    playout.complete();
    let (heard, events) = play(&playout, 5 * TICK);
    assert_eq!(heard[..1000], pattern(0, 1000));
    assert_eq!(kinds(&events), [EventKind::PlayoutStarted, EventKind::PlayoutFinished]);
    assert_eq!(bits(&playout, 1), [0]);
    playout.add("es", speech("b", pattern(0, TICK), true));
    assert_eq!(bits(&playout, 2), [SPEECH | TALKSPURT, 0]);
}

#[test]
fn a_read_of_no_frames_is_not_a_pause() {
    let playout = playout(OPTIONS);
    playout.add("es", speech("a", pattern(0, 3 * TICK), true));
    assert_eq!(bits(&playout, 1), [SPEECH | TALKSPURT]);
    assert_eq!(read(&playout, 0).1, Sound::SILENCE);
    assert_eq!(bits(&playout, 2), [SPEECH, SPEECH]);
}

/// Speech that breaks off is faded, and what is faded is still speech.
#[test]
fn a_fade_is_speech_and_what_follows_an_underrun_is_a_talkspurt() {
    let playout = playout(OPTIONS);
    // 60 ms, so that it begins: the last 5 ms are kept for the fade.
    playout.add("es", speech("a", pattern(0, 6 * TICK), false));
    assert_eq!(bits(&playout, 7), [SPEECH | TALKSPURT, SPEECH, SPEECH, SPEECH, SPEECH, SPEECH, 0]);
    playout.add("es", speech("a", pattern(6 * TICK, TICK), true));
    assert_eq!(bits(&playout, 2), [SPEECH | TALKSPURT, 0]);
}

/// Muted under the speech, after a ms of fading.
const LEVELS: OriginalLevels = OriginalLevels { percent: 50, duck_percent: 0, attack_ms: 1, release_ms: 1 };

fn original(levels: OriginalLevels) -> OriginalSetup {
    OriginalSetup { input: InputFormat::plain(Format { sample_rate: 24_000, channels: 1 }), levels }
}

#[test]
fn the_original_is_named_where_it_is_heard() {
    let playout = playout(PlayoutSetup { original: Some(original(LEVELS)), ..OPTIONS });
    assert_eq!(bits(&playout, 1), [0]);
    let chunk: Vec<u8> = 1000_i16.to_ne_bytes().repeat(4 * TICK);
    // It begins when 10 ms more than a read wait.
    playout.pass_original(&chunk[..2 * TICK]);
    assert_eq!(bits(&playout, 1), [0]);
    playout.pass_original(&chunk);
    assert_eq!(bits(&playout, 2), [ORIGINAL, ORIGINAL]);
    playout.add("es", speech("a", pattern(0, 2 * TICK), true));
    assert_eq!(bits(&playout, 2), [SPEECH | TALKSPURT | ORIGINAL, SPEECH]);
    // It comes back after the speech, and what is missing then is concealed for 60 ms.
    let after = bits(&playout, 10);
    assert_eq!((after[0], after[9]), (ORIGINAL, 0), "{after:?}");
}

/// In a playout that was opened without it, in all languages and those that are added later, until it is off again.
#[test]
fn the_original_is_switched_on_and_off_while_players_read() {
    let levels = |percent| OriginalLevels { percent, ..LEVELS };
    let playout = playout(PlayoutSetup { original: Some(original(levels(0))), ..OPTIONS });
    let block: Vec<u8> = 1000_i16.to_ne_bytes().repeat(TICK);
    let say = |blocks| (0..blocks).for_each(|_| playout.pass_original(&block));
    let hear = |language| read_in(&playout, language, TICK);
    say(4);
    assert_eq!(bits(&playout, 4), [0; 4], "it was not wanted");
    playout.set_original(levels(50)).unwrap();
    playout.add_languages(&["fr".to_owned()]).unwrap();
    say(2);
    for language in ["es", "fr"] {
        hear(language);
    }
    say(6);
    for language in ["es", "fr"] {
        assert_eq!(hear(language).1.bits(), ORIGINAL);
        hear(language);
        let heard = hear(language).0;
        assert!(heard.iter().all(|&sample| sample.abs_diff(500) <= 1), "{heard:?}");
    }
    // At another rate too, and after it was off.
    let wide = PlayoutFormat { sample_rate: 48_000, ..S16 };
    playout.line(b"es").unwrap().set_format(wide).unwrap();
    playout.set_original(levels(0)).unwrap();
    say(2);
    (0..9).for_each(|_| drop(hear("es")));
    assert_eq!(hear("es").1, Sound::SILENCE);
    playout.set_original(levels(100)).unwrap();
    say(4);
    (0..5).for_each(|_| drop(hear("es")));
    assert!(hear("es").0.iter().all(|&sample| sample.abs_diff(1000) <= 1));
}

/// A player that ignores errors plays silence: the format is known also while another thread reads, and without a line.
#[test]
fn what_was_not_read_is_silence_in_the_format_of_the_line() {
    let telephone = PlayoutFormat { encoding: Encoding::MuLaw, sample_rate: 8000, channels: 2 };
    let playout = playout(PlayoutSetup { format: telephone, ..OPTIONS });
    let line = playout.line(b"es").unwrap();
    let mut bytes = [0; 320];
    let read = line.read(|_| {
        assert!(line.read(|_| unreachable!()).is_none(), "busy");
        assert_eq!(playout.unread(b"es", 160), Some((0xff, 320)));
        Ok(&mut bytes)
    });
    assert!(read.unwrap().is_ok());
    assert_eq!(playout.unread(b"de", 160), Some((0xff, 320)));
    assert_eq!(playout.unread(b"es", 4000), Some((0xff, 8000)));
    assert_eq!(playout.unread(b"es", 4001), None);
    let other = PlayoutFormat { encoding: Encoding::ALaw, sample_rate: 16_000, channels: 1 };
    playout.set_format(b"", other, &mut Vec::new()).unwrap();
    assert_eq!(playout.unread(b"es", 160), Some((0xd5, 160)));
    assert_eq!(playout.unread(b"de", 160), Some((0xd5, 160)));
    playout.set_format(b"es", PlayoutFormat { encoding: Encoding::F32, ..other }, &mut Vec::new()).unwrap();
    assert_eq!(playout.unread(b"es", 160), Some((0, 640)));
    assert_eq!(playout.unread(b"de", 160), Some((0xd5, 160)));
}
