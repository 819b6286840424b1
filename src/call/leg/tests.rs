//! What the threads of a line do, without a service.

use super::*;
use crate::audio::samples::Encoding;
use crate::call::CallOptions;
use crate::call::link::Carrier;
use crate::client::of_tests::with_pair;
use crate::products::translation::Prepared;
use crate::session::events::delivery::Delivery;
use crate::session::events::names::Kind;
use crate::session::handle::link::CallPlace;

/// A party that is heard, its session, which is never connected, and who is on hold.
fn speaker() -> (Leg, Arc<Session>, Arc<Holds>) {
    let (options, holds) = (CallOptions::default().filled(), Arc::<Holds>::default());
    let (life, phrases) = (Arc::<Life>::default(), Arc::default());
    let [speaker, listener] = ["en", "es"].map(LegOptions::new);
    let ear =
        |of: &LegOptions| Ear::new(options.ear(of, speaker.input).unwrap(), &of.target_language).unwrap();
    let heard_by = Arc::new(ear(&listener));
    heard_by.read(|_| Ok(&mut [])).unwrap();
    let setup = options.translation.session.setup(0);
    let delivery = Arc::new(Delivery::new(Kind::Call, setup.about, setup.event_limits, None));
    let client = Arc::new(with_pair());
    let (life_of_call, wake) = (life.clone(), Arc::default());
    let link = Arc::new(Carrier { client: client.clone(), number: 0, life: life_of_call, wake, phrases });
    let place = CallPlace { delivery, link, ear: heard_by.playout().clone() };
    let direction = options.direction(&speaker, &listener, speaker.input);
    let session = Arc::new(Prepared::new(&client, direction, place).unwrap().into_session());
    let own_ear = ear(&speaker);
    let leg = Leg::new(0, speaker, life, own_ear, holds.clone()).unwrap();
    leg.speak_to(Voice { session: Some(session.clone()), heard_by });
    (leg, session, holds)
}

#[test]
fn on_hold_nothing_is_kept_for_the_service() {
    let (leg, session, holds) = speaker();
    let taken = || session.stats().input_frames_taken;
    for number in [0, 1] {
        holds.set(number, true);
        assert_eq!(leg.send_audio(|_| Ok(&[0; 320])), Ok(160));
        assert_eq!((leg.skip(160), taken()), (Ok(160), 0), "party {number} is away");
        holds.set(number, false);
    }
    assert_eq!((leg.send_audio(|_| Ok(&[0; 320])), leg.skip(160), taken()), (Ok(160), Ok(160), 320));
}

/// Whoever sends meanwhile sends in the new format, to that session and to the next one.
#[test]
fn a_change_of_what_is_sent_is_one_for_the_leg_and_its_session() {
    let (leg, session, _) = speaker();
    let wide = PlayoutFormat { channels: 2, ..LegOptions::new("en").output };
    let prepared = || session.prepare_input(wide.encoding, wide.sample_rate, wide.channels).unwrap();
    let jitter = || leg.prepare_jitter(wide).unwrap();
    assert!(!leg.change_input(wide, None, &mut jitter()).unwrap(), "there is a session");
    let (_, another, _) = speaker();
    assert!(
        !leg.change_input(wide, Some(NextWords::Session(another, Box::new(prepared()))), &mut jitter())
            .unwrap(),
        "it is another one"
    );
    assert_eq!(leg.send_audio(|size| Ok(&[0; 320][..160 * size])), Ok(160));
    let next = NextWords::Session(session.clone(), Box::new(prepared()));
    assert!(leg.change_input(wide, Some(next), &mut jitter()).unwrap());
    assert_eq!(leg.send_audio(|size| Ok(&[0; 640][..160 * size])), Ok(160));
    assert_eq!(session.stats().input_frames_taken, 320);
}

/// As long as its session must wait, a party is heard as it speaks, also after it has changed its device.
#[test]
fn who_waits_for_a_session_is_heard() {
    let (leg, session, _) = speaker();
    let heard_by = leg.voice().unwrap().unwrap().heard_by;
    leg.speak_to(Voice { session: None, heard_by: heard_by.clone() });
    let tick = |sample_rate: u32| {
        let frames = sample_rate as usize / 50;
        let said: Vec<u8> =
            (0..frames).flat_map(|at| (((at % 20) as i16 - 10) * 800).to_ne_bytes()).collect();
        assert_eq!(leg.send_audio(|_| Ok(&said)), Ok(frames));
        let mut out = [0; 320];
        heard_by.read(|_| Ok(&mut out)).unwrap();
        out.iter().any(|byte| *byte != 0)
    };
    assert!((0..10).map(|_| tick(8000)).collect::<Vec<_>>()[5..].iter().all(|is_heard| *is_heard));
    let wide = PlayoutFormat { sample_rate: 16_000, ..LegOptions::new("en").output };
    let next = leg.voice().unwrap().unwrap().prepare(wide).unwrap();
    assert!(leg.change_input(wide, Some(next), &mut leg.prepare_jitter(wide).unwrap()).unwrap());
    assert!((0..10).map(|_| tick(16_000)).collect::<Vec<_>>()[5..].iter().all(|is_heard| *is_heard));
    assert_eq!((leg.skip(160), session.stats().input_frames_taken), (Ok(160), 0));
}

/// The library's thread stands still: what finds no place in the input is heard all the same, and is told as dropped.
#[test]
fn who_speaks_is_heard_though_nobody_takes_it() {
    for has_timestamps in [false, true] {
        let (leg, session, _) = speaker();
        let heard_by = leg.voice().unwrap().unwrap().heard_by;
        let said = 1000i16.to_ne_bytes().repeat(160);
        let (mut own, mut heard) = ([0; 320], [0; 320]);
        for tick in 0..300 {
            if has_timestamps {
                leg.exchange_at(tick * 160, |_| Ok(&said), |_| Ok(&mut own)).unwrap();
            } else {
                leg.exchange(|_| Ok(&said), |_| Ok(&mut own)).unwrap();
            }
            heard_by.read(|_| Ok(&mut heard)).unwrap();
            let level = i16::from_ne_bytes([heard[318], heard[319]]);
            assert!(tick < 20 || level.abs_diff(1000) <= 1, "{level} in tick {tick}");
        }
        let stats = session.stats();
        assert!((20_000..22_000).contains(&stats.input_frames_taken), "{}", stats.input_frames_taken);
        let dropped = session.untold_loss().unwrap().dropped;
        assert_eq!(stats.input_frames_taken + dropped, 300 * 160);
        // Who sends for itself keeps what was not taken.
        assert_eq!((leg.send_audio(|_| Ok(&said)), leg.skip(160)), (Ok(0), Ok(0)));
    }
}

/// Behind a canceller that has another format than what the line sends, also where the input is full.
#[test]
fn what_is_passed_on_has_a_format_of_its_own() {
    let (leg, session, _) = speaker();
    leg.input.set(PlayoutFormat { encoding: Encoding::F32, sample_rate: 48_000, channels: 2 });
    let said = 1000i16.to_ne_bytes().repeat(170);
    for _ in 0..300 {
        let counted = exchange::Counted { rate: 8000, is_lost: false };
        let carry = |way: &mut Way| leg.carry(way, 170, Some(&said), counted, exchange::Rest::Dropped);
        assert_eq!(leg.with_way(carry), Ok(170));
    }
    let dropped = session.untold_loss().unwrap().dropped;
    assert_eq!(session.stats().input_frames_taken + dropped, 300 * 170);
}

/// A packet of a tone in each tick; every fourth one comes after the one behind it, and a pause is not sent at all.
#[test]
fn packets_are_heard_in_the_order_of_their_timestamps() {
    let (leg, session, _) = speaker();
    let heard_by = leg.voice().unwrap().unwrap().heard_by;
    let at = |number: u32| (number * 160).wrapping_sub(20_000);
    let sample = |frame: u32| 8000.0 * (f64::from(frame) * std::f64::consts::TAU * 400.0 / 8000.0).sin();
    let mut heard = Vec::new();
    let mut tick = |packet: Option<u32>| {
        let said: Vec<u8> = match packet {
            Some(number) => {
                (number * 160..(number + 1) * 160).flat_map(|at| (sample(at) as i16).to_ne_bytes()).collect()
            }
            None => Vec::new(),
        };
        let (mut own, mut out) = ([0; 320], [0; 320]);
        leg.exchange_at(at(packet.unwrap_or(0)), |_| Ok(&said), |_| Ok(&mut own)).unwrap();
        heard_by.read(|_| Ok(&mut out)).unwrap();
        heard.extend(out.as_chunks::<2>().0.iter().map(|&bytes| i16::from_ne_bytes(bytes)));
    };
    let swapped = |number: u32| match number % 4 {
        2 => number + 1,
        3 => number - 1,
        _ => number,
    };
    (0..40).for_each(|number| tick(Some(swapped(number))));
    (40..80).for_each(|_| tick(None));
    (80..120).for_each(|number| tick(Some(swapped(number))));
    // The pause was lost: what is heard is the tone, without a step.
    let slope = (8000.0 * std::f64::consts::TAU * 400.0 / 8000.0) as u16 * 2;
    for part in [&heard[10 * 160..40 * 160], &heard[90 * 160..]] {
        assert!(part.windows(2).all(|two| two[0].abs_diff(two[1]) <= slope));
        assert!(part.chunks(160).all(|tick| tick.iter().any(|sample| sample.abs() > 6000)));
    }
    assert_eq!(session.stats().input_frames_taken, 120 * 160);
}
