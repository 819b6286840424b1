//! What callers and services do until the trouble begins. Moments are in ms from the opening, or from READY, which comes
//! a few ms later.

use palabra::ffi::types::translation::PALABRA_TRANSLATION_ZLIB_OUTPUT;

use super::cell::{Cell, State, Trouble};
use crate::hostile::frames::text;
use crate::hostile::{After, Step, UPGRADE, ready};
use crate::scenario::{Command, End, Format, Plan, Product, Reader, Recording, Sound};

const IDLE: u64 = 3000;
const SPEECH: u64 = 4000;
/// When the end is requested, or the session closed.
const LEAVES: u64 = 2500;
/// A service says this while the caller speaks.
const SPEAKS: u64 = 1000;

const SPEECH_OUT: &str = r#"{"message_type":"output_audio_data","data":{"transcription_id":"one","language":"es","last_chunk":false,"data":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}}"#;

/// When a fault of a service begins, in ms from the upgrade.
pub fn moment(state: State) -> u64 {
    match state {
        State::Connecting => 0,
        State::Waiting => 10,
        State::Idle => 2000,
        State::Speaking => 3000,
        State::Ending => LEAVES + 100,
        State::Closing => LEAVES,
    }
}

/// What comes before a violation.
pub fn before(cell: &Cell, after: After) -> Vec<Step> {
    let until_ready = || match cell.product {
        Product::Translation => ready(),
        // Nothing announces that they are ready.
        Product::TextToSpeech | Product::SpeechToText => vec![Step::Reply(UPGRADE)],
    };
    let mut steps = match (after, cell.state) {
        (After::Nothing, _) => return Vec::new(),
        (After::Upgrade, _) | (_, State::Waiting) => return vec![Step::Reply(UPGRADE)],
        _ => until_ready(),
    };
    // Those that have a message say it half a second later.
    let then = match cell.state {
        State::Idle => vec![Step::Listen(1500)],
        State::Speaking => vec![Step::Listen(SPEAKS), Step::Say(text(SPEECH_OUT)), Step::Listen(1500)],
        State::Ending => vec![Step::Listen(SPEAKS), Step::Say(text(SPEECH_OUT)), Step::Listen(LEAVES - 900)],
        // Until its close arrives, or what is said before.
        _ => vec![Step::Listen(LEAVES - 100), Step::Hear],
    };
    steps.extend(then);
    steps
}

pub fn of(cell: &Cell) -> Plan {
    let mut plan = Plan::new(cell.product);
    plan.is_early = matches!(cell.state, State::Connecting | State::Waiting);
    match cell.state {
        State::Connecting => plan.end = End::At(5),
        State::Waiting => plan.end = End::At(40),
        State::Ending => plan.end = End::At(LEAVES),
        State::Closing => {
            plan.end = End::Never;
            plan.closes_at = Some(LEAVES);
        }
        State::Idle | State::Speaking => {}
    }
    if cell.product == Product::TextToSpeech {
        plan.commands = texts(cell.state);
    } else {
        plan.sound = sound(cell.state);
    }
    if cell.is_played {
        plan.reader = Some(reader());
        plan.recording = vec![(0, Recording::Start)];
    }
    if let Trouble::Fault(fault) = cell.trouble
        && fault.name == "bad_zlib"
    {
        plan.options.flags |= PALABRA_TRANSLATION_ZLIB_OUTPUT;
    }
    plan
}

fn sound(state: State) -> Vec<Sound> {
    match state {
        State::Connecting | State::Waiting => vec![Sound::Speech(1000)],
        State::Idle => vec![Sound::Hold(IDLE), Sound::Speech(1000), Sound::Silence(500)],
        State::Speaking => vec![Sound::Speech(SPEECH), Sound::Silence(500)],
        State::Ending | State::Closing => vec![Sound::Speech(LEAVES - 500)],
    }
}

fn texts(state: State) -> Vec<(u64, Command)> {
    let at: &[u64] = match state {
        State::Connecting | State::Waiting => &[0],
        State::Idle => &[IDLE],
        State::Speaking => &[500, 1500, 2500, 2900, SPEECH],
        State::Ending | State::Closing => &[500, LEAVES - 100],
    };
    let text = |at: &u64| {
        let text = "The doors close in a minute.".to_owned();
        let command = Command::Text { text, generation: None, is_last: true, forgets: false, voice: None };
        (*at, command)
    };
    at.iter().map(text).collect()
}

fn reader() -> Reader {
    Reader {
        has_events: false,
        format: Format::s16(24_000),
        block_ms: 20,
        drift_ppm: 0,
        stalls: Vec::new(),
        prime_ms: 0,
        buffer_ms: 0,
        target_ms: 0,
        original_percent: 0,
    }
}
