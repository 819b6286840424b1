//! A call of two parties: who joins and leaves when, what is said, and what is called.

use serde::{Deserialize, Serialize};

use super::{Format, Program, Scenario, Sound};
use crate::draw::Dice;
use crate::scenario::{Plan, Product};

/// From its opening to its end. Moments are in ms from the opening.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Telephone {
    /// Another session takes the place of one that broke.
    pub reopens: bool,
    /// It says again what was not final, in ms; 0: nothing.
    #[serde(default)]
    pub resend_ms: i32,
    /// The parties hear each other's own voices.
    pub has_original: bool,
    /// Speech beyond it is shortened, in ms; 0: the library's default.
    pub target_ms: i32,
    /// By the moment at which they join: two, and one for each that has left.
    pub parties: Vec<Party>,
    pub ends_at: u64,
    /// The program closes the call at once, at this moment.
    pub closes_at: Option<u64>,
}

/// A party and its line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Party {
    pub language: &'static str,
    pub joins_at: u64,
    /// Its telephone has rung until then: it exchanges audio from that moment on.
    pub answers_at: u64,
    /// It hangs up.
    pub leaves_at: Option<u64>,
    pub format: Format,
    pub block_ms: u64,
    /// What it says from the moment at which it answers; silence follows.
    pub sound: Vec<Sound>,
    /// By the moment.
    pub verbs: Vec<(u64, Verb)>,
}

/// What is called for a party. Those that are answered have the number of the verb as their tag, from 1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Verb {
    Hold,
    Resume,
    Mute(bool),
    Silence { all: bool },
    Interrupt,
    Speak { text: String },
}

impl Verb {
    pub fn name(&self) -> &'static str {
        match self {
            Verb::Hold => "hold",
            Verb::Resume => "resume",
            Verb::Mute(true) => "mute",
            Verb::Mute(false) => "unmute",
            Verb::Silence { .. } => "silence",
            Verb::Interrupt => "interrupt",
            Verb::Speak { .. } => "speak",
        }
    }
}

impl Telephone {
    /// Two telephones, on which one party says something and the other answers.
    pub fn calm() -> Telephone {
        let party = |language, sound: [(u64, u64); 2]| Party {
            language,
            joins_at: 0,
            answers_at: 0,
            leaves_at: None,
            format: Format { encoding: 3, ..Format::s16(8000) },
            block_ms: 20,
            sound: sound
                .into_iter()
                .flat_map(|(speech, rest)| [Sound::Speech(speech), Sound::Silence(rest)])
                .collect(),
            verbs: Vec::new(),
        };
        Telephone {
            reopens: true,
            resend_ms: 0,
            has_original: false,
            target_ms: 30_000,
            parties: vec![party("en", [(1500, 1500), (2000, 4000)]), party("es", [(10, 5000), (1500, 2500)])],
            ends_at: 10_000,
            closes_at: None,
        }
    }

    fn drawn(dice: &Dice) -> Telephone {
        let ends_at = dice.between(5000, 60_000);
        let mut parties: Vec<Party> = ["en", "es"]
            .into_iter()
            .map(|language| party(dice, language, dice.one_of(&[0, 0, dice.below(3000)]), ends_at))
            .collect();
        // What is left to a third one after a transfer.
        if dice.chance(400) {
            let place = dice.below(2) as usize;
            let leaves_at = parties[place].answers_at + dice.below(ends_at);
            parties[place].leaves_at = Some(leaves_at);
            if dice.chance(700) {
                let joins_at = leaves_at + dice.one_of(&[0, 0, 500, dice.below(8000)]);
                parties.push(party(dice, dice.one_of(&["en", "es", "fr"]), joins_at, ends_at));
            }
        }
        parties.sort_by_key(|party| party.joins_at);
        Telephone {
            reopens: dice.chance(700),
            has_original: dice.chance(400),
            target_ms: dice.one_of(&[0, 30_000, 30_000]),
            parties,
            ends_at,
            closes_at: dice.chance(100).then(|| dice.below(ends_at + 5000)),
            resend_ms: dice.one_of(&[0, 1500, 5000]),
        }
    }

    /// How long it is acted, in ms.
    pub fn length(&self) -> u64 {
        self.closes_at.unwrap_or(u64::MAX).min(self.ends_at)
    }
}

fn party(dice: &Dice, language: &'static str, joins_at: u64, ends_at: u64) -> Party {
    let answers_at = joins_at + dice.one_of(&[0, 0, 2000, dice.below(10_000)]);
    let (encoding, rate, channels) =
        dice.one_of(&[(3, 8000, 1), (3, 8000, 1), (4, 8000, 1), (1, 16_000, 1), (2, 48_000, 2)]);
    let mut sound = Vec::new();
    let mut left = MOST_SPEECH;
    for _ in 0..dice.between(1, 8) {
        let speech = (dice.between(20, 500) * 10).min(left);
        left -= speech;
        sound.extend([Sound::Speech(speech), Sound::Silence(dice.between(30, 600) * 10)]);
    }
    sound.retain(|part| part.ms() > 0);
    let mut verbs: Vec<(u64, Verb)> = if dice.chance(500) { verbs(dice, ends_at) } else { Vec::new() };
    verbs.sort_by_key(|(at, _)| *at);
    let format = Format { encoding, rate, channels, channel: 0 };
    Party {
        language,
        joins_at,
        answers_at,
        leaves_at: None,
        format,
        block_ms: dice.one_of(&[20, 20, 20, 10, 40]),
        sound,
        verbs,
    }
}

/// The numbers of what a party says, and of what is said to it, are those of so many ms.
const MOST_SPEECH: u64 = 24_000;

fn verbs(dice: &Dice, ends_at: u64) -> Vec<(u64, Verb)> {
    // A few kinds, so that a run can leave out the others.
    let kinds: Vec<u64> = (0..dice.between(1, 3)).map(|_| dice.below(5)).collect();
    let one = |_| {
        let at = dice.below(ends_at + 1000);
        let later = at + dice.between(10, 8000);
        match dice.one_of(&kinds) {
            0 => vec![(at, Verb::Hold), (later, Verb::Resume)],
            1 => vec![(at, Verb::Mute(true)), (later, Verb::Mute(false))],
            2 => vec![(at, Verb::Silence { all: dice.chance(300) })],
            3 => vec![(at, Verb::Interrupt)],
            _ => vec![(at, Verb::Speak { text: "One moment please.".to_owned() })],
        }
    };
    (0..dice.between(1, 4)).flat_map(one).collect()
}

impl Scenario {
    /// One program with a call, and nothing else.
    pub fn telephone(seed: u64, telephone: Telephone) -> Scenario {
        let mut program = Program::of(Plan::new(Product::Translation));
        program.sessions.clear();
        program.telephone = Some(telephone);
        Scenario { programs: vec![program], ..Scenario::calm(seed) }
    }

    /// In some seeds a call takes the place of the sessions; the world stays as it is.
    pub(super) fn with_a_call(&mut self) {
        let dice = Dice::new(self.seed, "telephone");
        if dice.chance(CALLS) {
            let telephone = Telephone::drawn(&dice);
            self.programs.truncate(1);
            let program = &mut self.programs[0];
            program.generation = dice.one_of(&[super::Generation::First, super::Generation::Second]);
            program.sessions.clear();
            program.waits.clear();
            program.queue = super::Queue::Own;
            (program.asks_credentials, program.telephone) = (None, Some(telephone));
        }
    }

    pub fn call(&self) -> Option<&Telephone> {
        self.programs.iter().find_map(|program| program.telephone.as_ref())
    }
}

/// Of a thousand seeds so many have a call.
const CALLS: u64 = 120;
