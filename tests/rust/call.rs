//! Two parties on one line, with the devserver.

use std::collections::HashSet;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use crate::support::{self, Devserver, PATIENCE};
use palabra::audio::convert::InputFormat;
use palabra::audio::format::{Format, PlayoutFormat};
use palabra::audio::samples::Encoding;
use palabra::call::{BargeIn, Call, CallOptions, Leg, LegOptions};
use palabra::client::secret::Secret;
use palabra::client::{Client, ClientOptions};
use palabra::error::Status;
use palabra::event::{Event, EventKind};
use palabra::products::translation::options::TranslationOptions;
use palabra::session::State;
use palabra::session::events::queue::Polled;
use palabra::session::input::InputOptions;
use palabra::session::output::{OutputOptions, Silenced, Sound};

/// Frames in a packet.
const TICK: usize = 160;
const SILENT: [u8; 2 * TICK] = [0; 2 * TICK];

/// One call and its events so far.
pub(crate) struct Line {
    pub(crate) call: Arc<Call>,
    events: Vec<Event>,
}

pub(crate) fn options() -> CallOptions {
    CallOptions {
        tag: 7,
        translation: TranslationOptions {
            end_silence_s: Some(1),
            // So that a whole phrase can be sent at once.
            input: InputOptions { buffer_ms: Some(10_000), ..InputOptions::default() },
            ..TranslationOptions::default()
        },
        ..CallOptions::default()
    }
}

impl Line {
    pub(crate) fn open(client: &Arc<Client>, options: CallOptions) -> Line {
        Line { call: Call::open(client.clone(), options, None).unwrap(), events: Vec::new() }
    }

    fn next(&mut self) -> Option<Event> {
        match self.call.poll_event(Some(Instant::now() + PATIENCE)).unwrap() {
            Polled::Event(numbered) => {
                assert_eq!(numbered.seq, self.events.len() as u64 + 1);
                self.events.push(numbered.event.clone());
                Some(numbered.event)
            }
            Polled::Closed => None,
            Polled::Nothing => panic!("nothing came after {:?}", self.summary()),
        }
    }

    pub(crate) fn wait(&mut self, kind: EventKind, leg: usize) -> Event {
        loop {
            match self.next() {
                Some(event) if event.kind == kind && event.leg == leg as i32 => return event,
                Some(_) => {}
                None => panic!("closed before {kind:?} of {leg}: {:?}", self.summary()),
            }
        }
    }

    /// As [`Line::wait`], of whichever party.
    #[cfg(feature = "vad")]
    pub(crate) fn wait_kind(&mut self, kind: EventKind) -> Event {
        loop {
            match self.next() {
                Some(event) if event.kind == kind => return event,
                Some(_) => {}
                None => panic!("closed before {kind:?}: {:?}", self.summary()),
            }
        }
    }

    /// As [`Line::wait`], while a party listens.
    pub(crate) fn wait_while(&mut self, listener: &Leg, kind: EventKind, leg: usize) -> Event {
        let patience = Instant::now() + PATIENCE;
        while Instant::now() < patience {
            assert!(!tick(listener, &[]).0.has(Sound::ENDED), "the call goes on");
            if let Polled::Event(numbered) = self.call.poll_event(Some(Instant::now())).unwrap() {
                let event = numbered.event;
                self.events.push(event.clone());
                if event.kind == kind && event.leg == leg as i32 {
                    return event;
                }
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        panic!("{kind:?} of {leg} does not come after {:?}", self.summary())
    }

    /// Both links, in whatever order.
    pub(crate) fn wait_up(&mut self) {
        let known = self.events.len();
        let is_up = |line: &Line, leg| {
            line.events[known..].iter().any(|event| event.kind == EventKind::LinkUp && event.leg == leg)
        };
        while !is_up(self, 0) || !is_up(self, 1) {
            assert!(self.next().is_some(), "closed: {:?}", self.summary());
        }
    }

    pub(crate) fn until_closed(&mut self) -> Event {
        while self.next().is_some() {}
        self.events.last().cloned().unwrap()
    }

    pub(crate) fn of(&self, kind: EventKind, leg: i32) -> Vec<&Event> {
        self.events.iter().filter(|event| event.kind == kind && event.leg == leg).collect()
    }

    fn summary(&self) -> Vec<(EventKind, i32, i32, String)> {
        let told = |event: &Event| (event.kind, event.leg, event.code, event.texts.text().to_owned());
        self.events.iter().map(told).collect()
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.call.close(Duration::ZERO);
    }
}

/// One tick, in which nothing or something is said.
pub(crate) fn tick(leg: &Leg, said: &[u8]) -> (Sound, Vec<i16>) {
    let mut heard = SILENT;
    let sound = leg.exchange(|_| Ok(said), |_| Ok(&mut heard)).unwrap();
    (sound, heard.as_chunks().0.iter().map(|&sample| i16::from_ne_bytes(sample)).collect())
}

/// Ticks until what is heard has these bits.
pub(crate) fn tick_until(leg: &Leg, wanted: Sound) {
    let patience = Instant::now() + PATIENCE;
    loop {
        let (sound, _) = tick(leg, &[]);
        if sound.has(wanted) {
            return;
        }
        assert!(!sound.has(Sound::ENDED) && Instant::now() < patience, "{wanted:?} was not heard");
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// A phrase and the silence that completes it, at once.
fn say(leg: &Leg) {
    let phrase: Vec<u8> = (0..8000)
        .map(|n: i32| if n / 20 % 2 == 0 { 4000i16 } else { -4000 })
        .chain(std::iter::repeat_n(0, 8000))
        .flat_map(i16::to_ne_bytes)
        .collect();
    assert_eq!(leg.send_audio(|_| Ok(&phrase)), Ok(16_000));
}

#[test]
fn each_party_hears_the_other_in_its_own_language() {
    let devserver = Devserver::start("superset");
    let mut line = Line::open(&devserver.with_pair("id"), options());
    assert_eq!(line.call.state(), State::Connecting);
    let legs = ["en", "es"].map(|language| line.call.join(LegOptions::new(language)).unwrap());
    assert_eq!(legs.each_ref().map(|leg| leg.number()), [0, 1]);
    line.wait_up();
    assert_eq!(line.call.state(), State::Ready);
    // Both telephones are answered.
    legs.iter().for_each(|leg| assert_eq!(tick(leg, &SILENT).0, Sound::SILENCE));
    for (speaker, listener, languages) in [(0, 1, ("en", "es")), (1, 0, ("es", "en"))] {
        say(&legs[speaker]);
        tick_until(&legs[listener], Sound::SPEECH);
        let started = line.wait_while(&legs[listener], EventKind::PlayoutStarted, speaker);
        assert_eq!((started.texts.language(), started.session_tag), (languages.1, 7));
        let said = line.of(EventKind::Transcript, speaker as i32);
        assert!(said.iter().all(|event| [languages.0, languages.1].contains(&event.texts.language())));
        assert_eq!(said[0].phrase, started.phrase);
        line.wait_while(&legs[listener], EventKind::PlayoutFinished, speaker);
        assert!(line.of(EventKind::PlayoutStarted, speaker as i32).len() == 1, "nobody hears the own words");
    }
    line.call.end().unwrap();
    assert_eq!(line.call.end().unwrap_err().status, Status::Ended);
    assert_eq!(legs[0].send_audio(|_| Ok(&SILENT)), Err(Status::Ended));
    let closed = line.until_closed();
    assert_eq!((closed.kind, closed.code, closed.leg), (EventKind::Closed, 0, -1));
    for leg in [0, 1] {
        assert_eq!(line.of(EventKind::LinkUp, leg).len(), 1);
        let down = line.of(EventKind::LinkDown, leg);
        assert_eq!((down.len(), down[0].code), (1, 0));
        assert!(line.of(EventKind::Ready, leg).is_empty() && line.of(EventKind::Closed, leg).is_empty());
    }
    legs.iter().for_each(|leg| tick_until(leg, Sound::ENDED));
}

/// The second telephone rings while the sessions are connected, and is answered later.
#[test]
fn nothing_is_said_to_a_telephone_that_rings() {
    let devserver = Devserver::start("superset");
    let mut line = Line::open(&devserver.with_pair("id"), options());
    let first = line.call.join(LegOptions::new("en")).unwrap();
    say(&first);
    let second = line.call.join(LegOptions::new("es")).unwrap();
    line.wait_up();
    say(&first);
    tick(&first, &SILENT);
    // It is answered.
    tick(&second, &[]);
    say(&first);
    tick_until(&second, Sound::SPEECH);
    line.call.end().unwrap();
    line.until_closed();
    let finals = line.of(EventKind::Transcript, 0);
    let ids: HashSet<_> = finals.iter().map(|event| event.texts.id()).collect();
    assert_eq!(ids.len(), 1, "{:?}", line.summary());
}

/// From the first moment, and after the service is gone.
#[test]
fn the_parties_hear_each_other_without_the_service() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let client = support::client(ClientOptions {
        api_key: Some(Secret::new("key")),
        translation_url: Some(format!("ws://{}/s", silent.local_addr().unwrap())),
        ..ClientOptions::default()
    });
    let mut line = Line::open(&client, options());
    let legs = ["en", "es"].map(|language| line.call.join(LegOptions::new(language)).unwrap());
    let hear = || {
        let tone = 1000i16.to_ne_bytes().repeat(TICK);
        let mut last = [Vec::new(), Vec::new()];
        for _ in 0..20 {
            last = legs.each_ref().map(|leg| tick(leg, &tone).1);
        }
        last.iter().flatten().all(|sample| sample.abs_diff(1000) <= 1)
    };
    let patience = Instant::now() + PATIENCE;
    while !hear() {
        assert!(Instant::now() < patience, "while it connects");
    }
    drop(silent);
    for leg in [0, 1] {
        let down =
            line.events.iter().find(|event| event.kind == EventKind::LinkDown && event.leg == leg).cloned();
        let down = down.unwrap_or_else(|| line.wait(EventKind::LinkDown, leg as usize));
        assert_ne!(down.code, 0);
    }
    assert!(hear(), "when the service is gone");
    assert_eq!(line.call.state(), State::Connecting, "the call goes on");
    // A telephone changes its codec.
    let mulaw = PlayoutFormat { encoding: Encoding::MuLaw, sample_rate: 8000, channels: 1 };
    line.call.set_input_format(&legs[0], mulaw).unwrap();
    let mut level = 0;
    for _ in 0..40 {
        let (said, mut heard) = ([0xce; TICK], SILENT);
        legs[0].exchange(|size| Ok(&said[..TICK * size]), |_| Ok(&mut heard)).unwrap();
        level = tick(&legs[1], &SILENT).1[TICK - 1];
    }
    assert!((900..1100).contains(&level), "{level}");
    line.call.end().unwrap();
    assert_eq!(line.until_closed().code, 0);
}

#[test]
fn one_who_hangs_up_is_heard_to_the_end_and_another_can_join() {
    let devserver = Devserver::start("superset");
    let mut line = Line::open(&devserver.with_pair("id"), options());
    let [first, second] = ["en", "es"].map(|language| line.call.join(LegOptions::new(language)).unwrap());
    line.wait_up();
    tick(&second, &[]);
    say(&first);
    line.call.leave(&first);
    line.call.leave(&first);
    tick_until(&second, Sound::SPEECH);
    let before = line.wait_while(&second, EventKind::PlayoutFinished, 0).phrase;
    assert_eq!(before, 1);
    for leg in [0, 1] {
        if line.of(EventKind::LinkDown, leg).is_empty() {
            line.wait(EventKind::LinkDown, leg as usize);
        }
        assert_eq!(line.of(EventKind::LinkDown, leg)[0].code, 0);
    }
    // Nobody listens, and nothing is refused.
    assert_eq!(second.send_audio(|_| Ok(&SILENT)), Ok(TICK));

    let wide = Format { sample_rate: 48_000, channels: 1 };
    let third = LegOptions {
        input: InputFormat { encoding: Encoding::F32, ..InputFormat::plain(wide) },
        output: PlayoutFormat { encoding: Encoding::F32, sample_rate: 48_000, channels: 2 },
        ..LegOptions::new("fr")
    };
    let third = line.call.join(third).unwrap();
    assert_eq!(third.number(), 0, "it takes the place of the first");
    line.wait_up();
    let mut heard = vec![0; 8 * 960];
    let mut hear = || third.exchange(|_| Ok(&[]), |size| Ok(&mut heard[..960 * size])).unwrap();
    assert_eq!(hear(), Sound::SILENCE);
    // The second party hears the new one's own voice, whatever its telephone sends.
    let quiet = 0.03f32.to_ne_bytes().repeat(960);
    let mut level = 0;
    for _ in 0..20 {
        assert_eq!(third.send_audio(|_| Ok(&quiet)), Ok(960));
        level = tick(&second, &[]).1[TICK - 1];
    }
    assert!((950..1010).contains(&level), "{level}");
    say(&second);
    let patience = Instant::now() + PATIENCE;
    while !hear().is_speech() {
        assert!(Instant::now() < patience);
        std::thread::sleep(Duration::from_millis(1));
    }
    assert_eq!(line.wait(EventKind::PlayoutStarted, 1).texts.language(), "fr");
    let phrase: Vec<u8> = (0..48_000)
        .map(|n: i32| if n / 120 % 2 == 0 { 0.1f32 } else { -0.1 })
        .chain(std::iter::repeat_n(0.0, 48_000))
        .flat_map(f32::to_ne_bytes)
        .collect();
    assert_eq!(third.send_audio(|_| Ok(&phrase)), Ok(96_000));
    let after = line.wait_while(&second, EventKind::PlayoutStarted, 0);
    assert_eq!((after.phrase, after.texts.language()), (before + 1, "es"), "{:?}", line.summary());
    line.call.end().unwrap();
    assert_eq!(line.until_closed().code, 0);
}

#[test]
fn what_a_call_cannot_do_is_refused() {
    let devserver = Devserver::start("superset");
    let mut line = Line::open(&devserver.with_pair("id"), options());
    let refused = |options| line.call.join(options).map(drop).unwrap_err().status;
    assert_eq!(
        refused(LegOptions { target_language: String::new(), ..LegOptions::new("en") }),
        Status::InvalidArgument
    );
    let first = line.call.join(LegOptions::new("en")).unwrap();
    let second = line.call.join(LegOptions::new("es")).unwrap();
    assert_eq!(refused(LegOptions::new("fr")), Status::Unsupported);
    // More than is ever exchanged at once, in either direction: nothing is taken.
    let mut much = vec![0; 2 * 4001];
    let said = much.clone();
    assert_eq!(first.exchange(|_| Ok(&said), |_| Ok(&mut [])), Err(Status::InvalidArgument));
    tick(&second, &[]);
    let tone = 1000i16.to_ne_bytes().repeat(TICK);
    for _ in 0..10 {
        assert_eq!(first.exchange(|_| Ok(&tone), |_| Ok(&mut much)), Err(Status::InvalidArgument));
        assert_eq!(tick(&second, &[]), (Sound::SILENCE, vec![0; TICK]), "nothing was taken");
    }
    let second_sender = || assert_eq!(first.send_audio(|_| Ok(&[])), Err(Status::Busy));
    first
        .exchange(
            |_| Ok(&[]),
            |_| {
                second_sender();
                Ok(&mut [])
            },
        )
        .unwrap();
    line.call.end().unwrap();
    assert_eq!(refused(LegOptions::new("fr")), Status::Ended);
    assert_eq!(line.until_closed().code, 0);
    assert_eq!(second.send_audio(|_| Ok(&SILENT)), Err(Status::Closed));
    assert_eq!(line.call.end().unwrap_err().status, Status::Closed);
    line.call.close(Duration::ZERO);
    assert!(matches!(line.call.poll_event(None).unwrap(), Polled::Closed));
}

/// The text of a TASK_STATUS for each leg.
fn wait_status(line: &mut Line, text: &str) {
    let mut missing = vec![0, 1];
    while !missing.is_empty() {
        let event = line.next().unwrap_or_else(|| panic!("closed before {text}"));
        if event.kind == EventKind::TaskStatus && event.texts.text() == text {
            missing.retain(|&leg| leg != event.leg);
        }
    }
}

#[test]
fn on_hold_the_parties_hear_each_other_and_the_service_hears_nobody() {
    let devserver = Devserver::start("superset");
    let mut line = Line::open(&devserver.with_pair("id"), options());
    let legs = ["en", "es"].map(|language| line.call.join(LegOptions::new(language)).unwrap());
    line.wait_up();
    legs.iter().for_each(|leg| drop(tick(leg, &[])));
    line.call.hold(&legs[1], true).unwrap();
    line.call.hold(&legs[0], true).unwrap();
    wait_status(&mut line, "paused");
    // Music, which is as loud as speech.
    let music = 1000i16.to_ne_bytes().repeat(TICK);
    let mut level = 0;
    for _ in 0..20 {
        tick(&legs[1], &music);
        level = tick(&legs[0], &[]).1[TICK - 1];
    }
    assert!(level.abs_diff(1000) <= 1, "{level}");
    say(&legs[1]);
    line.call.hold(&legs[0], false).unwrap();
    say(&legs[0]);
    // Both have to be back.
    line.call.hold(&legs[1], false).unwrap();
    say(&legs[0]);
    let resumed = line.wait(EventKind::TaskStatus, 0);
    assert_eq!(resumed.texts.text(), "resumed", "{:?}", line.summary());
    let started = line.wait_while(&legs[1], EventKind::PlayoutStarted, 0);
    assert_eq!(started.phrase, 1, "nothing was translated before: {:?}", line.summary());
    line.call.end().unwrap();
    line.until_closed();
    let spoken: HashSet<_> = line.of(EventKind::Transcript, 0).iter().map(|event| event.phrase).collect();
    assert_eq!((spoken.len(), line.of(EventKind::Transcript, 1).len()), (1, 0), "{:?}", line.summary());
}

#[test]
fn a_party_that_is_muted_is_not_heard() {
    let devserver = Devserver::start("superset");
    let line = Line::open(&devserver.with_pair("id"), options());
    let legs = ["en", "es"].map(|language| line.call.join(LegOptions::new(language)).unwrap());
    legs.iter().for_each(|leg| drop(tick(leg, &[])));
    let music = 1000i16.to_ne_bytes().repeat(TICK);
    let hear = || {
        // As soon as there is a session to pass it on.
        let patience = Instant::now() + PATIENCE;
        while !tick(&legs[1], &[]).0.has(Sound::ORIGINAL) {
            tick(&legs[0], &music);
            assert!(Instant::now() < patience);
        }
        let mut level = 0;
        for _ in 0..20 {
            tick(&legs[0], &music);
            level = tick(&legs[1], &[]).1[TICK - 1];
        }
        level
    };
    assert!(hear().abs_diff(1000) <= 1);
    legs[0].set_muted(true);
    let mut level = 1;
    for _ in 0..20 {
        tick(&legs[0], &music);
        level = tick(&legs[1], &[]).1[TICK - 1];
    }
    assert_eq!(level, 0);
    legs[0].set_muted(false);
    assert!(hear().abs_diff(1000) <= 1);
}

#[test]
fn a_party_is_silenced_interrupted_and_spoken_to() {
    let devserver = Devserver::start("superset");
    let mut line = Line::open(&devserver.with_pair("id"), options());
    let first = line.call.join(LegOptions::new("en")).unwrap();
    assert_eq!(line.call.speak(&first, "hello", 1).unwrap_err().status, Status::Again);
    let second = line.call.join(LegOptions::new("es")).unwrap();
    line.wait_up();
    [&first, &second].into_iter().for_each(|leg| drop(tick(leg, &[])));
    line.call.speak(&second, "hello", 5).unwrap();
    let queued = line.wait(EventKind::SpeakStatus, 0);
    assert_eq!(queued.user_tag, 5);
    tick_until(&second, Sound::SPEECH);
    line.call.silence(&second, Silenced::All).unwrap();
    let cut = line.wait_while(&second, EventKind::PlayoutCut, 0);
    assert_eq!((cut.phrase, cut.texts.language()), (queued.phrase, "es"));
    assert!((1..=cut.phrase_ms).contains(&cut.heard_ms), "{} of {} ms", cut.heard_ms, cut.phrase_ms);
    line.call.interrupt(&second, 6).unwrap();
    loop {
        let answer = line.wait(EventKind::TaskStatus, 0);
        if answer.user_tag == 6 {
            break;
        }
    }
    assert_eq!(line.call.speak(&second, "", 7).unwrap_err().status, Status::InvalidArgument);
}

/// Every connection is reset some time after it was opened.
#[test]
fn a_session_that_breaks_is_replaced_and_what_is_here_is_heard() {
    let devserver = Devserver::start("superset");
    let client = devserver.with_pair("dev~reset_after_ms=500");
    let mut line = Line::open(&client, CallOptions { reopens: true, ..options() });
    let legs = ["en", "es"].map(|language| line.call.join(LegOptions::new(language)).unwrap());
    legs.iter().for_each(|leg| drop(tick(leg, &[])));
    let tone = 1000i16.to_ne_bytes().repeat(TICK);
    for _ in 0..3 {
        line.wait_up();
        for leg in [0, 1] {
            let down = line.wait(EventKind::LinkDown, leg);
            assert_ne!(down.code, 0);
            assert!(down.is(support::flag::RETRIABLE), "{:?}", line.summary());
        }
        // They hear each other meanwhile, and nothing ends.
        let mut heard = (Sound::ENDED, Vec::new());
        for _ in 0..10 {
            tick(&legs[0], &tone);
            heard = tick(&legs[1], &tone);
        }
        assert!(!heard.0.has(Sound::ENDED) && heard.1[TICK - 1].abs_diff(1000) <= 1);
    }
    assert_eq!(line.call.state(), State::Ready);
    line.call.end().unwrap();
    assert_eq!(line.until_closed().code, 0);
}

/// The connection breaks in the middle of a phrase. The other party hears it whole, and once.
#[test]
fn a_phrase_in_which_the_session_broke_is_said_again_and_heard_once() {
    let devserver = Devserver::start("superset");
    let client = devserver.with_pair("dev~reset_after_audio=40");
    let usual = options();
    let output = OutputOptions { target_ms: Some(5000), ..OutputOptions::default() };
    let translation = TranslationOptions { output, ..usual.translation };
    let mut line =
        Line::open(&client, CallOptions { reopens: true, resend_ms: Some(5000), translation, ..usual });
    let legs = ["en", "es"].map(|language| line.call.join(LegOptions::new(language)).unwrap());
    legs.iter().for_each(|leg| drop(tick(leg, &[])));
    line.wait_up();
    let sound = |ms: i32, level: i16| -> Vec<u8> {
        let sample = |n: i32| if n / 20 % 2 == 0 { level } else { -level };
        (0..8 * ms).map(sample).flat_map(i16::to_ne_bytes).collect()
    };
    let say = |parts: &[Vec<u8>]| {
        let said = parts.concat();
        assert_eq!(legs[0].send_audio(|_| Ok(&said)), Ok(said.len() / 2));
    };
    // 40 messages are 4 s.
    say(&[sound(3200, 0), sound(800, 4000)]);
    line.wait(EventKind::LinkDown, 0);
    assert!(line.of(EventKind::Transcript, 0).iter().all(|event| !event.is(support::flag::FINAL)));
    say(&[sound(200, 4000), sound(2000, 0)]);
    line.wait(EventKind::LinkUp, 0);
    let started = line.wait_while(&legs[1], EventKind::PlayoutStarted, 0);
    line.wait_while(&legs[1], EventKind::PlayoutFinished, 0);
    line.call.end().unwrap();
    line.until_closed();
    let said = line.of(EventKind::Transcript, 0);
    let whole: Vec<_> = said
        .iter()
        .filter(|event| event.is(support::flag::FINAL) && event.texts.language() == "en")
        .collect();
    let [whole] = whole[..] else { panic!("{:?}", line.summary()) };
    assert_eq!(whole.phrase, started.phrase);
    let length = whole.end_ms.unwrap() - whole.start_ms.unwrap();
    assert!((950..=1100).contains(&length), "{length} ms of the second were recognized");
    assert_eq!(line.of(EventKind::PlayoutStarted, 0).len(), 1);
    // The devserver warns of audio that comes faster than it is spoken, as before the break.
    let down = line.events.iter().position(|event| event.kind == EventKind::LinkDown).unwrap();
    assert!(line.events[down..].iter().all(|event| event.kind != EventKind::Warning), "{:?}", line.summary());
}

#[test]
fn one_who_is_to_hear_everything_is_not_silenced() {
    let devserver = Devserver::start("superset");
    let line = Line::open(&devserver.with_pair("id"), options());
    let first = line.call.join(LegOptions { barge_in: BargeIn::Never, ..LegOptions::new("en") }).unwrap();
    let second = line.call.join(LegOptions::new("es")).unwrap();
    assert_eq!(line.call.silence(&first, Silenced::All).unwrap_err().status, Status::Unsupported);
    assert_eq!(line.call.interrupt(&first, 1).unwrap_err().status, Status::Unsupported);
    line.call.silence(&second, Silenced::Heard).unwrap();
}

/// At one connection per minute the second direction is not connected yet when the first one is.
#[test]
fn sessions_are_opened_at_the_pace_that_was_set() {
    let devserver = Devserver::start("superset");
    let client = devserver.with_pair("id");
    let paced = || CallOptions { connects_per_minute: Some(1), ..options() };
    let mut line = Line::open(&client, paced());
    let _legs = ["en", "es"].map(|language| line.call.join(LegOptions::new(language)).unwrap());
    line.wait(EventKind::LinkUp, 0);
    // Nor is another call of the client.
    let mut other = Line::open(&client, paced());
    let _legs = ["en", "es"].map(|language| other.call.join(LegOptions::new(language)).unwrap());
    for line in [&mut line, &mut other] {
        line.call.end().unwrap();
        assert_eq!(line.until_closed().code, 0);
    }
    let links =
        |line: &Line, leg| line.of(EventKind::LinkUp, leg).len() + line.of(EventKind::LinkDown, leg).len();
    assert_eq!((links(&line, 1), links(&other, 0), links(&other, 1)), (0, 0, 0));
}
