//! Who speaks in a call, with the devserver.

use palabra::call::{BargeIn, LegOptions};
use palabra::event::EventKind;
use palabra::session::output::Sound;

use crate::call::{Line, options, tick, tick_until};
use crate::sung::sung;
use crate::support::Devserver;

fn bytes(samples: Vec<i16>) -> Vec<u8> {
    samples.into_iter().flat_map(i16::to_ne_bytes).collect()
}

/// Its own translation is not silenced, which the other party hears.
#[test]
fn one_who_begins_to_speak_silences_what_it_hears() {
    let devserver = Devserver::start("superset");
    let mut line = Line::open(&devserver.with_pair("id"), options());
    let first = line.call.join(LegOptions { detects_speech: true, ..LegOptions::new("en") }).unwrap();
    let second = line
        .call
        .join(LegOptions { barge_in: BargeIn::OnSpeech, detects_speech: true, ..LegOptions::new("es") })
        .unwrap();
    line.wait_up();
    [&first, &second].into_iter().for_each(|leg| drop(tick(leg, &[])));
    [&first, &second].into_iter().for_each(|leg| line.call.speak(leg, "hello to both of you", 5).unwrap());
    [&first, &second].into_iter().for_each(|leg| tick_until(leg, Sound::SPEECH));
    // Nobody reads until it is known that both speak, so translation sounds meanwhile.
    let said = bytes(sung(8000, 1000));
    [&first, &second].into_iter().for_each(|leg| assert_eq!(leg.send_audio(|_| Ok(&said)), Ok(8000)));
    for _ in 0..2 {
        line.wait_kind(EventKind::SpeechStarted);
    }
    let cut = line.wait_while(&second, EventKind::PlayoutCut, 0);
    assert!((1..cut.phrase_ms).contains(&cut.heard_ms), "{} of {} ms", cut.heard_ms, cut.phrase_ms);
    line.wait_while(&first, EventKind::PlayoutFinished, 1);
    assert!(line.of(EventKind::PlayoutCut, 1).is_empty(), "the first one asked for nothing");
    // Nothing more was sent.
    for _ in 0..2 {
        line.wait_kind(EventKind::SpeechEnded);
    }
    for leg in [&first, &second] {
        let talk = leg.stats().talk.unwrap();
        assert!(talk.spurts == 1 && (500..=1000).contains(&talk.spoke_ms), "{talk:?}");
        assert!((400..=talk.spoke_ms).contains(&talk.overlap_ms), "{talk:?}");
    }
}

#[test]
fn a_party_that_is_muted_says_nothing() {
    let devserver = Devserver::start("superset");
    let mut line = Line::open(&devserver.with_pair("id"), options());
    let leg = line.call.join(LegOptions { detects_speech: true, ..LegOptions::new("en") }).unwrap();
    let said = bytes(sung(8000, 1000));
    leg.set_muted(true);
    leg.send_audio(|_| Ok(&said)).unwrap();
    leg.set_muted(false);
    leg.send_audio(|_| Ok(&said)).unwrap();
    let started = line.wait(EventKind::SpeechStarted, 0);
    assert!(started.start_ms >= Some(950), "{:?}", started.start_ms);
    assert_eq!(line.call.join(LegOptions::new("es")).unwrap().stats().talk, None);
}
